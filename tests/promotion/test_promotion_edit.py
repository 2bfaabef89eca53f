"""The edit changes what it was asked to, and no other byte."""

import copy
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.source.document import parse
from tenfold.failure import Failure
from tenfold.promotion import edit
from tests.examples import FILES

CHECKOUT = Path(__file__).resolve().parents[2]
EXPAND = {"stage": 4, "promoting_from": 3}
FINISH = {"stage": 4, "promoting_from": None, "moved": None, "leftovers": ["shop-server-data", "shop-server-address"]}
MIGRATE = {"moved": {"data": True, "traffic": "25%"}}
CHANGES = [EXPAND, FINISH, MIGRATE]


def wanted(content: bytes, environment: str, change: dict) -> dict:
    data = copy.deepcopy(parse(content, "shop.yaml").data)
    data["environments"] = data.get("environments") or {}
    block = data["environments"][environment] = data["environments"].get(environment) or {}
    for key, value in change.items():
        block.pop(key, None) if value is None else block.update({key: value})
    return data


def changed(content: bytes, environment: str = "prod", change: dict = EXPAND) -> bytes:
    """What comes out, after the promise was checked: exactly the change, and all other lines as they were."""
    result = edit.edit_content(content, "shop.yaml", environment, change)
    assert parse(result, "shop.yaml").data == wanted(content, environment, change)
    before, after = content.splitlines(keepends=True), result.splitlines(keepends=True)
    others = [
        line
        for line in before
        if not re.search(rb"^.?.?.?environments|prod|stage|promoting|moved|data|traffic|leftover|- shop", line)
    ]
    rest = iter(line.rstrip(b"\r\n") for line in after)
    assert all(line.rstrip(b"\r\n") in rest for line in others), "every other line is there, in its order"
    assert (b"\r" in result) == (b"\r" in content) and result.startswith(b"\xef") == content.startswith(b"\xef")
    return result


@pytest.mark.parametrize("change", CHANGES, ids=["expand", "finish", "migrate"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_examples(file: Path, change: dict):
    content = file.read_bytes()
    result = changed(content, "prod", change)
    differing = set(content.splitlines()) ^ set(result.splitlines())
    assert len(differing) == 2, "one line, in its old and its new form"


WHOLE = "name: shop  # ours\nstage: 3\n"
NASTY = {
    "no environments": WHOLE,
    "no newline at the end": "name: shop\nstage: 3",
    "environments of nothing": WHOLE + "environments:\n",
    "an environment of nothing": WHOLE + "environments:\n  prod:   # live\n  dev: {}\n",
    "an environment of nothing at the end": WHOLE + "environments:\n  dev: {}\n  prod:",
    "a tilde": WHOLE + "environments: {prod: ~, dev: {}}\n",
    "braces with a blank": WHOLE + "environments:\n  prod: { }\n",
    "a name alone in braces": "{name: shop, stage: 3, environments: {dev, prod}}",
    "everything in braces": "{name: shop, stage: 3}\n",
    "a block": WHOLE + "environments:\n  prod:\n    # sale\n    load: {users: 5k} # many\n    # end\n\n# on\nzone: x\n",
    "four blanks and a list": WHOLE + "environments:\n    prod:\n        leftovers:\n        - shop-server-data # old\n"
    "        - shop-other\n        load:\n            users: 5k\nregion: us-east-1\n",
    "under way": WHOLE + "environments:\n  prod:\n    stage: '3' # \u2026\n    promoting_from: 2\n    moved:\n"
    "      # data\n      data: true\n    domain: x.example.com\n",
    "under way in braces": WHOLE + "environments: {prod: {promoting_from: 2, moved: {data: true},\n  # why\n"
    "  stage: 3},\n  dev: {stage: 1}}\n",
    "quoted keys": WHOLE + "\"environments\":\n  'prod': {\"stage\": 3}\n",
    "texts over lines": WHOLE + "owner: >-\n  prod:\n    stage: 9\n\nenvironments:\n"
    "  prod: {tags: {a: \"}, stage: 3\"}}\n  dev:\n    owner: |\n      two\n      lines\n",
    "an anchor of its own": WHOLE + "load: &l {users: 5}\nenvironments:\n  prod: {load: *l}\n",
    "letters of other scripts": WHOLE + "owner: \U0001f600\u00e9\u2028\nenvironments:\n  prod: {owner: \u4e2d\u6587}\n",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=["expand", "finish", "migrate"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "dos"])
@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_nasty_files(text: str, ends: str, change: dict):
    content = text.replace("\n", ends).encode()
    changed(content, "prod", change)
    changed(b"\xef\xbb\xbf" + content, "prod", change)


ALIASED = {
    "it is an alias": WHOLE + "environments:\n  dev: &d {stage: 1}\n  prod: *d\n",
    "it is repeated": WHOLE + "environments:\n  prod: &d {stage: 1}\n  dev: *d\n",
    "its anchor stands for nothing": WHOLE + "environments:\n  prod: &d\n  dev: *d\n",
    "question marks": WHOLE + "environments:\n  ? prod\n  : ? stage\n    : 3\n",
    "an end mark": WHOLE + "...\n",
}


@pytest.mark.parametrize("text", ALIASED.values(), ids=ALIASED)
def test_what_cannot_be_edited_is_said_with_the_lines_to_write(text: str):
    with pytest.raises(edit.Uneditable) as refused:
        edit.edit_content(text.encode(), "shop.yaml", "prod", EXPAND)
    assert refused.value.why.startswith("written by hand, it would say\nenvironments:\n  prod: {")
    assert "stage: 4, promoting_from: 3}" in refused.value.why


def test_the_edit_and_its_opposite_are_nothing():
    for text in NASTY.values():
        once = changed(text.encode(), "prod", {"stage": 3, "promoting_from": None, "moved": None, "leftovers": None})
        there = changed(once, "prod", EXPAND)
        assert changed(there, "prod", {"stage": 3, "promoting_from": None}) == once


def test_a_leftover_is_released_without_its_neighbours():
    text = WHOLE + "environments:\n  prod:\n    stage: 3\n    leftovers:\n      - shop-a # 1\n      - shop-b\n"
    assert changed(text.encode(), "prod", {"leftovers": ["shop-b"]}).endswith(b"leftovers:\n      - shop-b\n")


names = st.sampled_from(["dev", "prod", "staging"])
values = st.sampled_from(
    [
        *("{}", "", "~", "{stage: 2}", "{stage: 2, load: {users: 5}}", "{leftovers: [a, b], stage: 1}"),
        *("\n    stage: 2", "\n    load: {users: 5}  # c\n    stage: 2", "\n    moved:\n      data: true"),
        "\n    promoting_from: 1\n\n    # c\n    stage: 2 # d",
    ]
)
comments = st.sampled_from(["", "  # prod: {stage: 1}", "\n", "\n# stage: 2\n"])


@given(
    st.dictionaries(names, st.tuples(values, comments), min_size=1),
    st.sampled_from([*CHANGES, {"leftovers": ["b"]}, {"stage": 1, "promoting_from": None}]),
    st.booleans(),
    st.sampled_from(["", "budget: 5 USD/month\n"]),
)
def test_any_file_made_of_these(blocks: dict, change: dict, dos: bool, last: str):
    text = WHOLE + "environments:\n"
    for name, (value, comment) in blocks.items():
        text += f"  {name}:{'' if value.startswith(chr(10)) else ' '}{value}{comment}\n"
    text += last
    changed(text.replace("\n", "\r\n" if dos else "\n").encode(), "prod", change)


def test_written_all_or_nothing_with_its_mode_through_a_link(tmp_path: Path):
    file, link = tmp_path / "real.yaml", tmp_path / "shop.yaml"
    file.write_bytes(b"a: 1\n")
    file.chmod(0o640)
    link.symlink_to(file)
    edit.write(link, b"a: 1\n", b"a: 2\n")
    assert link.is_symlink() and file.read_bytes() == b"a: 2\n" and file.stat().st_mode & 0o777 == 0o640
    with pytest.raises(Failure, match="has changed"):
        edit.write(link, b"a: 1\n", b"a: 3\n")
    assert file.read_bytes() == b"a: 2\n" and sorted(os.listdir(tmp_path)) == ["real.yaml", "shop.yaml"]


def test_a_file_that_cannot_be_written_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "shop.yaml"
    file.write_bytes(b"a: 1\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Failure, match="No space left"):
        edit.write(file, b"a: 1\n", b"a: 2\n")
    assert file.read_bytes() == b"a: 1\n" and os.listdir(tmp_path) == ["shop.yaml"]
