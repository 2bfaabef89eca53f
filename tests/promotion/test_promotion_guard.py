"""What holds data or identity is not lost by an `up`: refused before the engine starts, and only then."""

from dataclasses import replace

import pytest
from promoting import architecture  # beside this file

from tenfold import exits
from tenfold.diff import compare
from tenfold.failure import Failure
from tenfold.refusals import leaps, losses
from tenfold.stacks.standing import Standing
from tests.stacks.phases import steps

WALK = {step.name: step for step in steps("shop", 2, 3)}


def held(step):
    return [{"urn": resource.urn, "protect": resource.protect} for resource in WALK[step].graph]


def found(before, after, *accepted):
    difference = compare(WALK[before].graph, WALK[after].graph)
    return losses.losses(held(before), difference, accepted)


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
    losses.refuse_loss([], WALK[after].architecture, 2)


def test_the_refusal_says_what_is_lost_and_both_ways_out():
    failure = refusal(losses.refuse_loss, found("before", "fresh"), WALK["fresh"].architecture, 2)
    assert "the files on the volume" in failure.why and "shop-server-address" in failure.why
    said = "\n".join(failure.remedies)
    assert "`leftovers: [shop-server-address, shop-server-data]` in environments.prod" in said
    assert "--accept-loss 'urn:pulumi:shop-prod::" in said


def test_a_protected_resource_that_is_replaced_is_lost_too():
    (volume,) = WALK["before"].graph.resources_named("shop-server-data")
    after = WALK["before"].graph
    moved = {**after.resources, volume.urn: volume._replace(inputs={**volume.inputs, "encrypted": False})}
    (change,) = losses.losses(held("before"), compare(after, replace(after, resources=moved)))
    failure = refusal(losses.refuse_loss, [change], WALK["before"].architecture, 2)
    assert "encrypted true → false replaces it" in failure.why and "leftovers" not in "".join(failure.remedies)


def test_what_nobody_protects_may_go():
    unprotected = [{**resource, "protect": False} for resource in held("before")]
    assert losses.losses(unprotected, compare(WALK["before"].graph, WALK["fresh"].graph)) == []


def test_a_stage_that_something_has_to_move_to_is_not_leapt_to():
    wanted = WALK["fresh"].architecture
    said = refusal(leaps.refuse_leap, Standing(2), wanted, {}, "shop.yaml --env prod")
    assert "traffic has to move" in said.what and "tenfold promote shop.yaml --env prod --to 3" in said.remedies[0]
    leaps.refuse_leap(Standing(3), wanted, {}, "")
    leaps.refuse_leap(None, wanted, {}, "")


def test_a_throwaway_stack_may_leap_and_one_that_is_not_yet_may_not():
    wanted = WALK["fresh"].architecture
    leaps.refuse_leap(Standing(2, throwaway=True), wanted, {}, "")
    assert "has to move" in refusal(leaps.refuse_leap, Standing(2), replace(wanted, throwaway=True), {}, "").what


def test_a_promotion_does_not_end_before_everything_has_moved():
    wanted = WALK["fresh"].architecture
    said = refusal(leaps.refuse_leap, Standing(3, from_stage=2, waiting=("traffic",)), wanted, {}, "")
    assert "traffic has not moved" in said.what and "promoting_from: 2" in said.remedies[0]
    leaps.refuse_leap(Standing(3, from_stage=2), wanted, {}, "")


def test_a_promotion_begins_at_the_stage_that_is_there():
    wanted = WALK["expand"].architecture
    leaps.refuse_leap(Standing(2), wanted, {}, "")
    leaps.refuse_leap(Standing(3, from_stage=2, waiting=("traffic",)), wanted, {}, "")
    assert "stack is at stage 5" in refusal(leaps.refuse_leap, Standing(5), wanted, {}, "").what


MOVED = Standing(2, from_stage=1, moved_data=True, used=True)
HALF = Standing(3, from_stage=2, waiting=("traffic",), moved_traffic=50)


@pytest.mark.parametrize(
    ("before", "change", "said", "written"),
    [
        (MOVED, {"stage": 2, "promoting_from": 1}, "does not say so", "moved: {data: true}"),
        (MOVED, {"stage": 1}, "too late", "{stage: 2, promoting_from: 1, moved: {data: true}}"),
        (HALF, {"stage": 3, "promoting_from": 2}, "blueprint says 0%", "moved: {traffic: 50%}"),
        (HALF, {"stage": 3, "promoting_from": 2, "moved": {"traffic": "10%"}}, "says 10%", "--move traffic=10%"),
        (HALF, {"stage": 2}, "50% of the traffic", "--move traffic=0%"),
        (
            HALF,
            {"stage": 4, "promoting_from": 2},
            "is under way",
            "{stage: 3, promoting_from: 2, moved: {traffic: 50%}}",
        ),
        (HALF, {"stage": 3, "promoting_from": 1}, "is under way", "promoting_from: 2"),
        (HALF, {"stage": 4}, "cannot end", "promoting_from: 2"),
        (Standing(1), {"stage": 2, "promoting_from": 1, "moved": {"data": True}}, "not there yet", "take `moved` out"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_file_that_has_forgotten_what_moved_is_refused_with_what_to_write(tmp_path, before, change, said, written):
    """Whoever edits by hand, or deploys an older copy; also one that makes the environment a throw-away one."""
    wanted = architecture(tmp_path, "shop", change)
    for asked in (wanted, replace(wanted, throwaway=True)):
        failure = refusal(leaps.refuse_leap, before, asked, {}, "shop.yaml --env prod")
        assert said in failure.what and written in "\n".join(failure.remedies)
        assert failure.why and failure.remedies[-1] == "Nothing was changed."


@pytest.mark.parametrize(
    ("before", "change", "asked"),
    [
        (MOVED, {"stage": 2, "promoting_from": 1}, ("data",)),
        (HALF, {"stage": 3, "promoting_from": 2}, ("traffic",)),
        (HALF, {"stage": 3, "promoting_from": 2, "moved": {"traffic": "60%"}}, ()),
        (MOVED, {"stage": 2, "promoting_from": 1, "moved": {"data": True}}, ()),
        (MOVED, {"stage": 2}, ()),
        (Standing(2, from_stage=1, waiting=("data",)), {"stage": 1}, ()),
        (Standing(2, from_stage=1, waiting=("data",)), {"stage": 2, "promoting_from": 1, "moved": {"data": True}}, ()),
    ],
    ids=str,
)
def test_forward_and_what_is_asked_for_goes_on(tmp_path, before, change, asked):
    leaps.refuse_leap(before, architecture(tmp_path, "shop", change), {}, "", asked)
