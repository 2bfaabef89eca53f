"""The tables of limits hold together, and no value whatever makes a check fail instead of refusing it."""

import json
import re
from typing import Any

import pytest

from tenfold.local.aws import Handlers, forms, limits, schema, table
from tests.local.test_check import BAD
from tests.local.world import REGION, autoname, data

HANDLERS = Handlers("http://127.0.0.1:9")  # nothing listens there: a call would fail
FILES = sorted(limits.DATA.glob("*.yaml"))
WORDS = {
    "one_of", "range", "ranges", "step", "also", "form", "length", "dense", "items", "unique", "at_least", "at_most",
    "times", "not", "says", "keys", "values", "when",
}  # fmt: skip
ENTRIES = {
    token: entry for path in FILES if path.stem not in ("forms", "everywhere") for token, entry in data(path).items()
}
ODD: list[Any] = ["", "x", "-1", -1, 0, 10**12, 1.5, True, [], {}, ["x"], [{}], {"x": "y"}, [None], "\n", "arn:", "é"]


def exists(token: str, path: str) -> bool:
    found: Any = schema.of(token).inputs
    for part in path.split("."):
        found = found[1] if isinstance(found, list) else found
        found = found.get(part) if isinstance(found, dict) else None
        if found is None:
            return False
    return True


def sound(limit: Any) -> None:
    for one in limit if isinstance(limit, list) else [limit]:
        assert set(one) <= WORDS, one
        assert "form" not in one or one["form"] in forms._file()["forms"], one
        re.compile(one.get("not", ""))
        assert one.keys() - {"when", "says", "times", "also"}, one
        for part in ("keys", "values"):
            if part in one:
                sound(one[part])


def test_every_form_takes_its_own_example_and_no_nonsense():
    for name, form in forms._file()["forms"].items():
        assert forms.wrong(name, form["such_as"]) == "", name
        assert forms.wrong(name, "\x00 ~ (\x00") or name in ("object", "access string"), name
    assert set(forms._file()["rules"].values()) <= set(forms._file()["forms"])


@pytest.mark.parametrize("token", ENTRIES)
def test_an_entry_speaks_of_inputs_that_there_are(token: str) -> None:
    entry = ENTRIES[token]
    assert table.spec(token) is not None
    for path, limit in entry.get("inputs", {}).items():
        assert exists(token, path), path
        sound(limit)
    for rule in entry.get("together", ()):
        assert set(rule) <= {"in", "when", "need", "none", "one", "because"}, rule
        above = f"{rule['in']}." if "in" in rule else ""
        named = [*rule.get("need", ()), *rule.get("none", ()), *rule.get("one", ())]
        assert named and all(exists(token, above + name) for name in named), rule
        conditions = (name[1:] if name[0] == "/" else above + name for name in rule.get("when", {}))
        assert all(exists(token, name) for name in conditions), rule


def test_what_holds_everywhere_is_sound_and_used():
    names = {name.rpartition(".")[2] for token in table.tokens() for name in _paths(schema.of(token).inputs)}
    for pattern, limit in data(limits.DATA / "everywhere.yaml")["inputs"].items():
        sound(limit)
        assert any(re.fullmatch(pattern, name) for name in names), pattern


def _paths(kinds: Any) -> list[str]:
    kinds = kinds[1] if isinstance(kinds, list) else kinds
    if not isinstance(kinds, dict):
        return []
    return [*kinds, *(f"{key}.{below}" for key, kind in kinds.items() for below in _paths(kind))]


@pytest.mark.parametrize("token", table.tokens())
def test_nothing_a_user_writes_makes_a_check_fail(token: str) -> None:
    """Neither an odd value of any input, nor an odd block in it."""
    for key, kind in schema.of(token).inputs.items():
        blocks = kind if isinstance(kind, dict) else kind[1] if isinstance(kind, list) else None
        inner = [{name: odd} for name in (blocks if isinstance(blocks, dict) else {}) for odd in ODD[:3]]
        values = [*ODD, *(inner if isinstance(kind, dict) else [[block] for block in inner])]
        for value in values:
            HANDLERS.check(token, {key: value}, REGION, autoname)


@pytest.mark.parametrize(
    ("backup", "maintenance", "meet"),
    [
        ("03:00-04:00", "sun:03:30-sun:04:30", True),
        ("03:00-04:00", "sun:04:00-sun:05:00", False),
        ("23:30-00:30", "mon:00:00-mon:00:30", True),
        ("23:30-00:30", "sun:23:45-mon:00:15", True),
        ("23:30-00:30", "mon:00:30-mon:01:00", False),
        ("00:00-00:30", "sun:23:50-mon:00:20", True),
    ],
)
def test_a_daily_and_a_weekly_window_meet(backup: str, maintenance: str, meet: bool) -> None:
    assert forms.overlap(backup, maintenance) is meet


def test_many_are_tried():
    """As many as the provider's own checks are measured with, and more."""
    assert len(BAD) > 500


def test_white_space_is_not_counted_where_aws_does_not_count_it() -> None:
    actions = [f"s3:Get{n:05}" for n in range(500)]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}

    def refused(actions: list[str], **options: Any) -> bool:
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Action": actions}]}
        inputs = {"role": "a", "policy": json.dumps(policy, **options)}
        return "characters" in str(HANDLERS.check("aws:iam/rolePolicy:RolePolicy", inputs, REGION, autoname))

    assert not refused(actions, indent=12)
    assert refused(actions * 2, separators=(",", ":"))
