"""Reads a file as plain data, and keeps the position of every key and value in it.

YAML 1.2 core rules (https://yaml.org/spec/1.2.2/#103-core-schema): `NO` and `1:30` are strings, `0o17` is 15. PyYAML's
own resolver follows YAML 1.1, so only its parser is used here, event by event: that gives positions, and limits on
depth and size stop a hostile file before it costs anything.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tenfold.blueprints.source.libyaml import yaml
from tenfold.blueprints.source.words import nearest

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_BYTES = 1024 * 1024
MAX_NODES = 50_000  # a 300-line blueprint has about 1,000
MAX_DEPTH = 40  # the grammar needs 6; overrides may nest a little deeper
Route = tuple[str, ...]  # keys and list indices from the top of the file down to a value

# Line breaks are YAML 1.2's; the parser's older ones (NEL and the like) would shift every line number after them.
_BREAKS = {ord("\r"): "\n", 0x85: " ", 0x2028: " ", 0x2029: " "}

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,300}$")
_OCTAL = re.compile(r"0o[0-7]{1,300}$")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,300}$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_SPECIAL = {f"{sign}.{word}": f"{sign}{word}" for sign in ("", "-", "+") for word in ("inf", "Inf", "INF")}
_NAN = {".nan", ".NaN", ".NAN"}


class Span(NamedTuple):
    """A position in a file, counted from 1. `end_column` is one past the end, on the first line."""

    line: int
    column: int
    end_column: int


@dataclass
class Source:
    """A file that could be read: its data, and for each path the positions of its key and its value."""

    file: str
    lines: list[str]
    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[Route, Span] = field(default_factory=dict)
    values: dict[Route, Span] = field(default_factory=dict)
    wrong: "list[Unreadable]" = field(default_factory=list)
    """What could be read past, so that the rest can be judged as well: a key that is there twice."""

    def span(self, route: Route, *, key: bool = False) -> Span | None:
        """Where a path stands in the file: its value, or with `key` its key; else the other one."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        return first.get(route) or second.get(route)

    def place(self, route: Route, environment: str | None = None) -> Route:
        """Where the file sets a value, or the nearest section above it: in the environment's part, else at the top of
        the file. Empty where neither has any of it."""
        for depth in range(len(route), 0, -1):
            inside, top = ("environments", environment or "", *route[:depth]), route[:depth]
            if environment and self.span(inside):
                return inside
            if self.span(top):
                return top
        return ()

    def text(self, span: Span) -> str:
        """The marked text, of one line."""
        if not 0 < span.line <= len(self.lines):
            return ""
        return self.lines[span.line - 1][span.column - 1 : span.end_column - 1]


class Unreadable(Exception):
    """The file cannot be used as it is. Has a code of the Y family, a message, a hint and a position."""

    def __init__(self, code: str, message: str, hint: str = "", line: int = 0, column: int = 0, width: int = 1):
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint
        self.line, self.column, self.end_column = line, column, column + width
        self.lines: list[str] = []


@cache
def load_data(path: Path) -> Any:
    """One of the project's own data files, read once, by the same reader as blueprints."""
    return parse(path.read_bytes(), str(path)).data


def read(path: str | Path) -> Source:
    """Raises Unreadable for what cannot be read past; the rest is in `wrong`."""
    shown = str(path)
    try:
        with open(path, "rb", opener=_opened) as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        near = _similar_file(Path(path))
        raise Unreadable("TF-Y001", "There is no such file.", f"Did you mean {near}?" if near else "") from None
    except IsADirectoryError:
        inside = sorted(entry.name for entry in Path(path).glob("*.yaml"))[:5]
        hint = f"Name one of the files in it: {', '.join(inside)}." if inside else "Name a YAML file."
        raise Unreadable("TF-Y002", "This is a directory, not a blueprint.", hint) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unreadable("TF-Y003", f"The file cannot be read: {reason}.", "Check its permissions.") from None
    if len(content) > MAX_BYTES:
        raise Unreadable("TF-Y004", "The file is larger than 1 MiB; a blueprint is a few hundred lines.")
    return survey(content, shown)


def _opened(path: str, flags: int) -> int:
    """A named pipe without a writer is read as empty instead of blocking; one with a writer, as in
    `tenfold validate <(generate)`, is read to its end."""
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


def _similar_file(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix in (".yaml", ".yml")]
    except OSError:
        return ""
    return next((str(path.parent / name) for name in nearest(path.name, names)), "")


def parse(content: bytes, file: str) -> Source:
    """Raises Unreadable for anything that is wrong."""
    source = survey(content, file)
    for wrong in source.wrong:
        raise wrong
    return source


def survey(content: bytes, file: str) -> Source:
    """Raises Unreadable for what cannot be read past, with the lines of the file as far as they could be decoded; the
    rest is in `wrong`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        unreadable = Unreadable(
            "TF-Y005", f"Byte 0x{content[error.start]:02x} is not UTF-8.", "Save the file as UTF-8.", line, column
        )
        unreadable.lines = content.decode("utf-8", "replace").split("\n")
        raise unreadable from None
    text = text.replace("\r\n", "\n").translate(_BREAKS)
    source = Source(file, text.split("\n"))
    try:
        _Builder(source).build(text)
    except yaml.MarkedYAMLError as error:
        unreadable = _syntax(error, source)
        unreadable.lines = source.lines
        raise unreadable from None
    except yaml.reader.ReaderError as error:
        unreadable = Unreadable("TF-Y008", f"A character is not allowed in YAML: {error.reason}.", "Remove it.")
        unreadable.lines = source.lines
        raise unreadable from None
    except Unreadable as unreadable:
        unreadable.lines = source.lines
        raise
    for wrong in source.wrong:
        wrong.lines = source.lines
    return source


def _syntax(error: yaml.MarkedYAMLError, source: Source) -> Unreadable:
    mark = error.problem_mark or error.context_mark
    if mark and error.context_mark and not "".join(source.lines[mark.line :]).strip():
        mark = error.context_mark  # noticed at the end of the file: the place where it began helps more
    line, column = (min(mark.line + 1, len(source.lines)), mark.column + 1) if mark else (0, 0)
    written = source.lines[line - 1] if line else ""
    indent = written[: len(written) - len(written.lstrip())]
    if "\t" in indent or written[column - 1 : column] == "\t":
        return Unreadable(
            "TF-Y007", "YAML does not allow tabs for indentation.", "Use spaces.", line, 1 + indent.find("\t")
        )
    what = " ".join(part for part in (error.context, error.problem) if part)
    return Unreadable("TF-Y008", f"This is not valid YAML: {what}.", _syntax_hint(what), line, column)


def _syntax_hint(what: str) -> str:
    if "mapping values are not allowed" in what:
        return "A text with `: ` in it needs quotes; or the line before has no value."
    if "cannot start any token" in what:
        return "Put quotes around a value that starts with this character."
    if "did not find expected" in what:
        return "Look for a bracket or quote that is not closed, or a line indented differently from its neighbours."
    if "undefined alias" in what:
        return "A value starting with `*` is an alias; put quotes around it if it is a text."
    return "Check indentation, quotes and brackets around this place."


class _Builder:
    """Events to data. Aliases are expanded by replaying the anchored events, counted against MAX_NODES."""

    def __init__(self, source: Source):
        self.source = source
        self.nodes = 0
        self.anchors: dict[str, list[Any]] = {}
        self.open: list[str] = []
        self.alias: Span | None = None  # the outermost alias being expanded

    def build(self, text: str) -> None:
        events = yaml.parse(text, Loader=Loader)
        next(events)  # the stream starts
        first = next(events)
        if isinstance(first, yaml.StreamEndEvent):
            raise Unreadable("TF-Y006", "The file is empty.", "The smallest blueprint has name, stage and app.image.")
        root = next(events)
        if not isinstance(root, yaml.MappingStartEvent):
            self._refuse_root(root)
        self.source.data = self._node(root, events, (), 0)
        next(events)  # the document ends
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            mark = after.start_mark
            raise Unreadable(
                "TF-Y009", "A second document starts here; a blueprint is a single document.",
                "Put environments under `environments:`, and other blueprints in their own files.",
                mark.line + 1, mark.column + 1, 3,
            )  # fmt: skip

    @staticmethod
    def _refuse_root(event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent) and event.value == "":
            raise Unreadable("TF-Y006", "The file is empty.", "The smallest blueprint has name, stage and app.image.")
        mark = event.start_mark
        kind = "a list" if isinstance(event, yaml.SequenceStartEvent) else "a single value"
        raise Unreadable(
            "TF-Y012", f"A blueprint is a mapping of fields; this file holds {kind}.",
            "Start with `name: …`.", mark.line + 1, mark.column + 1,
        )  # fmt: skip

    def _node(self, event: Any, events: Iterator[Any], path: Route, depth: int) -> Any:
        self.nodes += 1
        where = _span(event)
        if self.nodes > MAX_NODES:
            raise _at(
                self.alias or where, "TF-Y011", f"Aliases expanded, the file has more than {MAX_NODES:,} values.",
                "Write values out, or use environments for values that differ.",
            )  # fmt: skip
        if depth > MAX_DEPTH:
            raise _at(where, "TF-Y015", f"Values are nested more than {MAX_DEPTH} deep.")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, where, path, depth)
        self.source.values.setdefault(path, where)
        anchor = event.anchor
        if anchor is None:
            return self._content(event, events, path, depth)
        recorded: list[Any] = [event]
        self.open.append(anchor)
        value = self._content(event, _recording(events, recorded), path, depth)
        self.open.pop()
        self.anchors[anchor] = recorded
        return value

    def _alias(self, event: Any, where: Span, path: Route, depth: int) -> Any:
        if event.anchor in self.open:
            raise _at(where, "TF-Y011", f"*{event.anchor} is inside the value that it repeats.", "Write the value out.")
        recorded = self.anchors.get(event.anchor)
        if recorded is None:
            raise _at(
                where, "TF-Y008", f"There is no &{event.anchor} before this alias.", _syntax_hint("undefined alias")
            )
        again, outer = iter(recorded), self.alias
        self.alias = outer or where
        self.source.values.setdefault(path, where)
        value = self._content(next(again), again, path, depth)
        self.alias = outer
        return value

    def _content(self, event: Any, events: Iterator[Any], path: Route, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if event.tag not in (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            self._read_past(
                _span(event), "TF-Y016", f"The tag {event.tag} has no meaning in a blueprint.", "Remove the tag."
            )
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, path, depth)
        items: list[Any] = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(self._node(item, events, (*path, str(len(items))), depth + 1))
        return items

    def _mapping(self, events: Iterator[Any], path: Route, depth: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            where = _span(event)
            key = self._key(event, where)
            at = (*path, key or "")
            if key in fields:
                first = self.source.keys[at].line
                self._read_past(
                    where, "TF-Y010", f"`{key}` is set twice; the first time in line {first}.", "Keep one of them."
                )
            self.source.keys.setdefault(at, where)
            value = self._node(next(events), events, at, depth + 1)
            if key is not None:
                fields[key] = _both(fields.get(key), value) if key in fields else value
        return fields

    def _read_past(self, *wrong: Any) -> None:
        self.source.wrong.append(_at(*wrong))

    def _key(self, event: Any, where: Span) -> str | None:
        """None for what is none; its value is read past."""
        if not isinstance(event, yaml.ScalarEvent):
            raise _at(
                where, "TF-Y013", "A key must be a text.", "Put quotes around it if `{` or `*` belongs to the text."
            )
        if event.value == "<<" and not event.style:
            self._read_past(
                where, "TF-Y014", "`<<` (merge) is not part of YAML 1.2.",
                "Repeat the value with an alias, or set the values that differ in an environment.",
            )  # fmt: skip
            return None
        value = _scalar(event)
        if not isinstance(value, str):
            self._read_past(
                where, "TF-Y013", f"A key must be a text; {event.value or 'an empty key'} is not.", "Put it in quotes."
            )
            return None
        return value


def _both(first: Any, second: Any) -> Any:
    """Of a key that is there twice: what the first does not say is judged too."""
    return {**second, **first} if isinstance(first, dict) and isinstance(second, dict) else first


def _recording(events: Iterator[Any], into: list[Any]) -> Iterator[Any]:
    for event in events:
        into.append(event)
        yield event


def _at(where: Span, code: str, message: str, hint: str = "") -> Unreadable:
    return Unreadable(code, message, hint, where.line, where.column, max(1, where.end_column - where.column))


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    same = end.line == start.line
    return Span(
        start.line + 1, start.column + 1, end.column + 1 if same and end.column > start.column else start.column + 2
    )


def _scalar(event: Any) -> Any:
    text, tag = event.value, event.tag
    if tag in ("!", "tag:yaml.org,2002:str") or (tag is None and event.style):
        return text
    if tag is not None:
        raise _at(
            _span(event),
            "TF-Y016",
            f"The tag {tag} has no meaning in a blueprint.",
            "Remove the tag; use quotes for a text.",
        )
    return plain(text)


def plain(text: str) -> Any:
    """An unquoted scalar by the YAML 1.2 core schema."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] in "0123456789+-.":
        if _INT.match(text):
            return int(text)
        if _OCTAL.match(text):
            return int(text[2:], 8)
        if _HEX.match(text):
            return int(text, 16)
        if _FLOAT.match(text):
            return float(text)
        if text in _SPECIAL or text in _NAN:
            return float(_SPECIAL.get(text, "nan"))
    return text
