"""What becomes of each resource when a program becomes its next version."""

from functools import cache

import pytest

from tenfold.diff import Difference, compare
from tenfold.recorder import record
from tenfold.recorder.run import Run
from tests.diff import stories


@cache
def told() -> Difference:
    before, after = (record(Run(p, "tenfold", "story", "us-east-1")).graph for p in (stories.before, stories.after))
    return compare(before, after)


@cache
def by_name() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for change in told().changes:
        found.setdefault(change.name, []).append(change.op)
    return found


@pytest.mark.parametrize("name", stories.STORIES)
def test_the_story(name):
    expected = stories.STORIES[name]
    assert " and ".join(sorted(by_name().get(name, ["same"]), reverse=True)) == expected


def test_the_story_of_state_migrations():
    programs = (stories.before_migration, stories.after_migration)
    found = compare(*(record(Run(program, "tenfold", "story", "us-east-1")).graph for program in programs))
    assert {c.name: c.op for c in found.changes} == {n: op for n, op in stories.MIGRATIONS.items() if op != "same"}


def test_nothing_else_happens():
    assert set(by_name()) <= set(stories.STORIES)


def change(name):
    [found] = [c for c in told().changes if c.name == name and c.op != "create"]
    return found


def test_a_replacement_says_which_input_forces_it():
    assert [p.path for p in change("group").forced_by] == ["name"]
    assert [(p.path, p.old, p.new) for p in change("asked-to-be-new").forced_by] == [("displayName", "a", "b")]
    assert [p.path for p in change("rule-of-the-group").forced_by] == ["securityGroupId"]


def test_or_why_else():
    assert [p.path for p in change("elsewhere").forced_by] == ["region"]
    assert "region changes from eu-west-1 to us-west-2" in change("there").because
    assert "first is deleted before it is recreated" in change("needed-first").because
    assert "group is replaced" in change("with-group").because
    assert "deletedWith" in change("goes-with-group").because and "deletedWith" in change("goes-with-first").because
    assert "replacementTrigger" in change("triggered").because


def test_what_an_alias_finds_says_where_it_was():
    assert change("rack-topic").moved_from.endswith("tenfold:test:Rack$aws:sns/topic:Topic::shelf-topic")
    assert change("rack-parameter").moved_from.endswith("::shelf-parameter")
    assert change("crate-topic").moved_from.endswith("tenfold:test:Box$aws:sns/topic:Topic::crate-topic")


def test_a_bucket_under_another_urn_is_lost_and_told_how_not_to_be():
    lost = change("lost")
    assert (lost.op, lost.effect, lost.keeps) == ("delete", "data-loss", "data")
    assert f'aliases=["{lost.urn}"]' in lost.because and "Shed" in lost.because
    assert told().losses == (lost,)


def test_no_secret_is_told():
    assert [(p.old, p.new) for p in change("secret").properties] == [("[secret]", "[secret]")]
    assert "hunter" not in str(told().as_json())


def test_what_is_kept_is_not_lost():
    assert change("retained").effect == "none" and "retainOnDelete" in change("retained").because
