"""A component's upgrade as docs/upgrading-a-component.md tells it: what is renamed stays what it is."""

import copy

import pytest

from tenfold.diff import checkpoint, compare, deployed_stack
from tenfold.failure import Failure
from tenfold.graph import Graph
from tenfold.recorder import record
from tenfold.recorder.run import Run
from tenfold.refusals.losses import losses
from tenfold.render import diff as page
from tests.components import upgrade
from tests.recorder import both

BEFORE, AFTER = ["invoices", "photos"], ["contracts", "invoices", "photos"]
BUCKET = "aws:s3/bucket:Bucket"


def graph(code: str, kinds: list[str]) -> Graph:
    recording = record(Run(upgrade.program(code, kinds), "tenfold", "house", "us-east-1"))
    assert recording.note == "", "the light recorder models all of it"
    return recording.graph


def state(code: str, kinds: list[str]) -> list[dict]:
    """As the engine would have written it, with ids of the cloud."""
    held = [dict(checkpoint.record(resource)) for resource in graph(code, kinds)]
    for found in held:
        if found["custom"]:
            found["id"] = f"id-of-{found['inputs'].get('tags', {}).get('kind', 'provider')}"
    return held


def told(found):
    return sorted((change.op, change.name) for change in found.resources)


MOVED = [("create", "archive-contracts"), ("moved", "archive-invoices"), ("moved", "archive-photos")]


@pytest.mark.parametrize("code", [upgrade.FIRST, upgrade.SECOND], ids=["first", "second"])
@pytest.mark.parametrize("tokens", [True, False])
def test_both_recorders_ask_for_the_same(code, tokens):
    reference, fast = both.record_both(upgrade.program(code, AFTER), tokens)
    assert both.differences(reference, fast) == []
    assert {urn: len(found) for urn, found in reference.migrations.items()} == {
        urn: len(found) for urn, found in fast.migrations.items()
    }
    [archive] = fast.resources_named("archive")
    assert archive.options.get("stateMigrations") == (1 if code == upgrade.SECOND else None)


def test_a_number_in_a_name_gives_a_bucket_to_another_kind():
    """Why there is a second version: nothing is replaced, and nobody stops it."""
    found = compare(graph(upgrade.FIRST, BEFORE), graph(upgrade.FIRST, AFTER))
    assert told(found) == [("create", "archive-2"), ("update", "archive-0"), ("update", "archive-1")]


@pytest.mark.parametrize("against", ["plan", "state"])
def test_the_second_version_moves_them(against):
    after = graph(upgrade.SECOND, AFTER)
    held = state(upgrade.FIRST, BEFORE)
    found = compare(graph(upgrade.FIRST, BEFORE), after) if against == "plan" else deployed_stack.against(held, after)
    assert told(found) == MOVED
    assert losses(held, found) == []
    was = {change.name: change.moved_from.rsplit("::", 1)[1] for change in found.resources if change.moved_from}
    assert was == {"archive-invoices": "archive-0", "archive-photos": "archive-1"}
    assert any(line.split() == ["archive", "photos,", "before:", "archive-1"] for line in page.lines(found))


def test_without_the_migration_they_would_be_lost():
    held = state(upgrade.FIRST, BEFORE)
    found = deployed_stack.against(held, graph(upgrade.ALIKE, AFTER))
    assert sorted(change.name for change in losses(held, found)) == ["archive-0", "archive-1"]


def test_what_is_removed_after_a_migration_is_a_loss_under_either_name():
    held = state(upgrade.FIRST, BEFORE)
    found = deployed_stack.against(held, graph(upgrade.SECOND, ["photos"]))
    [lost] = losses(held, found)
    assert (lost.name, lost.op, lost.moved_from.rsplit("::", 1)[1]) == ("archive-invoices", "delete", "archive-0")
    assert losses(held, found, {lost.urn}) == [] == losses(held, found, {lost.moved_from})


def test_it_runs_once():
    after = graph(upgrade.SECOND, AFTER)
    assert not deployed_stack.against(state(upgrade.SECOND, AFTER), after).changes
    assert not compare(after, graph(upgrade.SECOND, AFTER)).changes


def test_the_callback_is_a_function_from_state_to_state():
    [by_kind] = graph(upgrade.SECOND, AFTER).migrations.values()
    held = [found for found in state(upgrade.FIRST, BEFORE) if not found["type"].startswith("pulumi:")]
    as_it_was = copy.deepcopy(held)
    arguments = upgrade.names(upgrade.SECOND)["pulumi"].StateMigrationArgs
    result = by_kind[0](arguments(held[0]["urn"], held))
    assert held == as_it_was
    assert [found["id"] for found in result.new_state[1:]] == ["id-of-invoices", "id-of-photos"]
    assert by_kind[0](arguments(held[0]["urn"], result.new_state)) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("    state = state[:-1]; renamed = {}\n", "A state migration of archive loses archive-0 and 1 more."),
        ("    state = state[:-1]\n", "A state migration of archive loses archive-1."),
        ("    raise KeyError('kind')\n", "A state migration of archive fails at docs/upgrading-a-component.md:"),
    ],
)
def test_a_migration_that_is_wrong_is_refused_before_the_engine_starts(wrong, said):
    code = upgrade.SECOND.replace(
        "    return pulumi.StateMigrationResult(", f"{wrong}    return pulumi.StateMigrationResult("
    )
    with pytest.raises(Failure) as failure:
        deployed_stack.against(state(upgrade.FIRST, BEFORE), graph(code, AFTER))
    assert failure.value.what.startswith(said)
    assert "Nothing was changed." in failure.value.remedies[0]


def test_one_that_waits_is_waited_for():
    code = upgrade.SECOND.replace("def by_kind", "async def by_kind")
    assert told(deployed_stack.against(state(upgrade.FIRST, BEFORE), graph(code, AFTER))) == MOVED
