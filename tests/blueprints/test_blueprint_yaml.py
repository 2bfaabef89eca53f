"""The reader: YAML 1.2 values, positions, and nothing a file holds makes it fail."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import whole

from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import resolve
from tenfold.blueprints.source.document import Unreadable, parse, plain
from tenfold.render.problems import as_text

SHOP = (Path(__file__).parents[2] / "blueprints" / "shop.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"), ("no", "no"), ("yes", "yes"), ("on", "on"), ("Off", "Off"), ("y", "y"),
        ("1:30", "1:30"), ("190:20:30", "190:20:30"), ("12e03", 12000.0), ("0o17", 15), ("017", 17), ("0x1F", 31),
        ("0b1", "0b1"), ("1_000", "1_000"),
        ("2026-11-21", "2026-11-21"), ("-1", -1), ("+2", 2), ("1.", 1.0), (".5", 0.5),
        (".inf", float("inf")), ("-.INF", float("-inf")), ("true", True), ("False", False), ("tRue", "tRue"),
        ("null", None), ("~", None), ("", None), ("=", "="), ("-", "-"), (".", "."), ("1.2.3", "1.2.3"), ("+", "+"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema(written: str, value: object) -> None:
    assert plain(written) == value
    assert type(plain(written)) is type(value)


def test_quotes_and_blocks_are_texts() -> None:
    data = parse(b"a: '1'\nb: \"true\"\nc: |\n  1\nd: >-\n  2\ne: ! 3\nf: !!str 4\n", "x").data
    assert data == {"a": "1", "b": "true", "c": "1\n", "d": "2", "e": "3", "f": "4"}


def test_positions_of_keys_and_values() -> None:
    source = parse("a:\n  bé: [1, {c: d}]\n".encode(), "x")
    assert source.text(source.keys["a", "bé"]) == "bé"
    assert source.text(source.values["a", "bé", "0"]) == "1"
    assert source.text(source.keys["a", "bé", "1", "c"]) == "c"
    span = source.values["a", "bé", "1", "c"]
    assert (span.line, span.column, span.end_column) == (2, 15, 16)


def test_byte_order_mark_and_windows_line_ends_are_harmless() -> None:
    source = parse(b"\xef\xbb\xbfname: shop\r\nstage: 1\r\n", "x")
    assert source.data == {"name": "shop", "stage": 1}
    assert source.keys["stage",].line == 2


def test_lines_are_counted_as_editors_count_them() -> None:
    source = parse("a: 1 # \x85 \u2028\nb: 'x\u2029y'\rc: 3\n".encode(), "x")
    assert [source.keys[name,].line for name in "abc"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"", "TF-Y006", 0, 0),
        (b"---\n", "TF-Y006", 0, 0),
        (b"a:\n  b: 1\n\tc: 2\n", "TF-Y007", 3, 1),
        (b"a: [1, 2\n", "TF-Y008", 1, 4),
        (b"a: 1\nnull", "TF-Y008", 2, 1),
        (b"a: b: c\n", "TF-Y008", 1, 5),
        (b"a: 1\nb: 2\na: 3\n", "TF-Y010", 3, 1),
        (b"a: {x: 1, y: 2, x: 3}\n", "TF-Y010", 1, 17),
        (b"a: 1\n---\nb: 2\n", "TF-Y009", 2, 1),
        (b"a: &a [*a]\n", "TF-Y011", 1, 8),
        (b"a: *b\n", "TF-Y008", 1, 4),
        (b"[" * 500_000, "TF-Y012", 1, 1),
        (b"a: " + b"[" * 500_000, "TF-Y015", 1, 44),
        (b"a: " + b"{b: " * 100_000, "TF-Y015", 1, 164),
        (b"true: 1\n", "TF-Y013", 1, 1),
        (b"? [a]\n: 1\n", "TF-Y013", 1, 3),
        (b"<<: {a: 1}\n", "TF-Y014", 1, 1),
        (b"a: !!python/object:os.system x\n", "TF-Y016", 1, 4),
        (b"a: !x {b: 1}\n", "TF-Y016", 1, 4),
    ],
)
def test_what_is_no_blueprint_is_refused_with_its_place(content: bytes, code: str, line: int, column: int) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(content, "x")
    assert (refused.value.code, refused.value.line, refused.value.column) == (code, line, column)


def test_what_can_be_read_past_hides_no_other_mistake(tmp_path: Path) -> None:
    """A key that is there twice, one that is no text, `<<`, a tag: the rest of the file is judged all the same."""
    file = tmp_path / "shop.yaml"
    lines = [
        "name: shop",
        "stage: 9",
        "app: !x {image: a/b:1}",
        "load: {users: 5k}",
        "load: {userss: 1}",
        "7: {}",
        "<<: {}",
    ]
    file.write_text("\n".join(lines))
    places = {(problem.code, problem.line) for problem in resolve(open_draft(file)).problems if problem.is_error}
    expected = {("TF-S001", 2), ("TF-Y016", 3), ("TF-Y010", 5), ("TF-V001", 5), ("TF-Y013", 6), ("TF-Y014", 7)}
    assert places == expected


def test_a_bomb_costs_nothing() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    started = time.process_time()
    with pytest.raises(Unreadable) as refused:
        parse("\n".join(lines).encode(), "x")
    assert refused.value.code == "TF-Y011"
    assert time.process_time() - started < 2


def judged(content: bytes, path: Path) -> None:
    """All that the tool does with a file: it may find any problem, but never fail."""
    path.write_bytes(content)
    draft = open_draft(path)
    for name in (None, "prod", *draft.environments):
        resolution = resolve(draft, environment=name)
        assert resolution.problems or resolution.architecture
        for problem in resolution.problems:
            assert problem.message
            assert problem.line <= content.count(b"\n") + content.count(b"\r") + 1
        as_text(resolution.problems)


@given(content=st.binary(max_size=300))
def test_any_bytes(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    judged(content, tmp_path_factory.getbasetemp() / "bytes.yaml")


_WORDS = [
    "",
    "null",
    "[]",
    "{}",
    "0",
    "-1",
    "1e999",
    "yes",
    '"',
    "{a: [}",
    "*x",
    "&x",
    "!t",
    "\t",
    "é",
    "😀",
    "10m",
    "2-1",
    "%",
]


@given(data=st.data())
def test_any_edit_of_a_good_file(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = SHOP
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + data.draw(st.sampled_from(_WORDS) | st.text(max_size=4)) + text[end:]
    judged(text.encode("utf-8", "surrogatepass"), tmp_path_factory.getbasetemp() / "edit.yaml")


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(_WORDS)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


@given(data=st.data())
def test_any_value_in_any_field(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    import json

    from tenfold.blueprints.grammar.lookup import sections

    fields = sections()["Blueprint"]
    top = data.draw(st.sampled_from(list(fields)))
    section = fields[top].section[0]
    value = data.draw(_VALUES)
    if section and data.draw(st.booleans()):
        value = {data.draw(st.sampled_from(list(sections()[section]))): value}
    if data.draw(st.booleans()):
        top, value = "environments", {"prod": {top: value}}
    text = whole(f"{top}: {json.dumps(value, ensure_ascii=False)}")
    judged(text.encode("utf-8", "replace"), tmp_path_factory.getbasetemp() / "value.yaml")
