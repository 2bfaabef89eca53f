"""What holds data or identity is not lost by an `up`: refused before the engine starts, and only then."""

from dataclasses import replace

import pytest

from tenfold import exits, guard
from tenfold.diff import compare
from tenfold.failure import Failure
from tests.stacks.phases import steps

WALK = {step.name: step for step in steps("shop", 2, 3)}


def held(step):
    return [{"urn": resource.urn, "protect": resource.protect} for resource in WALK[step].graph]


def found(before, after, *accepted):
    difference = compare(WALK[before].graph, WALK[after].graph)
    return guard.losses(held(before), difference, accepted)


def refusal(call, *args):
    with pytest.raises(Failure) as refused:
        call(*args)
    assert refused.value.code == exits.REFUSED
    return refused.value


def test_what_a_stage_does_without_is_lost_and_each_may_be_named():
    lost = found("before", "fresh")
    assert {change.name for change in lost} == {"shop-server-data", "shop-server-address"}
    assert {change.name for change in found("before", "fresh", lost[0].urn)} == {lost[1].name}
    assert found("before", "fresh", *(change.urn for change in lost)) == []


@pytest.mark.parametrize(("before", "after"), [("before", "expand"), ("expand", "traffic"), ("traffic", "contract")])
def test_the_steps_of_a_promotion_lose_nothing(before, after):
    assert found(before, after) == []
    guard.refuse_loss([], WALK[after].architecture, 2)


def test_the_refusal_says_what_is_lost_and_both_ways_out():
    failure = refusal(guard.refuse_loss, found("before", "fresh"), WALK["fresh"].architecture, 2)
    assert "the files on the volume" in failure.why and "shop-server-address" in failure.why
    said = "\n".join(failure.remedies)
    assert "`leftovers: [shop-server-address, shop-server-data]` in environments.prod" in said
    assert "--accept-loss 'urn:pulumi:shop-prod::" in said


def test_a_protected_resource_that_is_made_anew_is_lost_too():
    (volume,) = WALK["before"].graph.named("shop-server-data")
    after = WALK["before"].graph
    moved = {**after.resources, volume.urn: volume._replace(inputs={**volume.inputs, "encrypted": False})}
    (change,) = guard.losses(held("before"), compare(after, replace(after, resources=moved)))
    failure = refusal(guard.refuse_loss, [change], WALK["before"].architecture, 2)
    assert "encrypted True → False makes it anew" in failure.why and "leftovers" not in "".join(failure.remedies)


def test_what_nobody_protects_may_go():
    unprotected = [{**resource, "protect": False} for resource in held("before")]
    assert guard.losses(unprotected, compare(WALK["before"].graph, WALK["fresh"].graph)) == []


def test_a_stage_that_something_has_to_move_to_is_not_leapt_to():
    wanted = WALK["fresh"].architecture
    said = refusal(guard.refuse_leap, {"stage": 2}, {}, wanted, "shop.yaml --env prod")
    assert "traffic has to move" in said.what and "tenfold promote shop.yaml --env prod --to 3" in said.remedies[0]
    guard.refuse_leap({"stage": 2}, {}, replace(wanted, throwaway=True), "")
    guard.refuse_leap({"stage": 3}, {}, wanted, "")
    guard.refuse_leap({}, {}, wanted, "")


def test_a_promotion_does_not_end_before_everything_has_moved():
    wanted, before = WALK["fresh"].architecture, {"from": 2, "waiting": ["traffic"]}
    said = refusal(guard.refuse_leap, {"stage": 3, "promotion": before}, {}, wanted, "")
    assert "traffic has not moved" in said.what and "promoting_from: 2" in said.remedies[0]
    guard.refuse_leap({"stage": 3, "promotion": {"from": 2, "waiting": []}}, {}, wanted, "")


def test_a_promotion_begins_at_the_stage_that_is_there():
    wanted = WALK["expand"].architecture
    guard.refuse_leap({"stage": 2}, {}, wanted, "")
    guard.refuse_leap({"stage": 3, "promotion": {"from": 2, "waiting": ["traffic"]}}, {}, wanted, "")
    assert "stage 5, where it is" in refusal(guard.refuse_leap, {"stage": 5}, {}, wanted, "").what
