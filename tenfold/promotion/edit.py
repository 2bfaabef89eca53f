"""Changes a few keys of a blueprint, in one environment or at its top, and no other byte of the file.

Positions come from the YAML parser, the text in between stays as it is: comments, quotes, flow style, indentation, line
endings. A library that rewrites YAML (ruamel) normalises some of these. What was written is read back: where that is
not exactly the old data and the change, nothing is written (`Uneditable`).
"""

import copy
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tenfold import exits, files
from tenfold.blueprints.source.document import Loader, Unreadable, parse, plain
from tenfold.failure import Failure

ORDER = ("stage", "edition", "promoting_from", "moved", "leftovers")  # how a block that we write reads best
_BOM = b"\xef\xbb\xbf"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.%/-]*")
# Each character by one, so that positions in the parser's text are positions in the file's.
_LINE_ENDS = {ord("\r"): "\n", 0x85: " ", 0x2028: " ", 0x2029: " "}


class Uneditable(Failure):
    """The file says it in a way that cannot be changed safely; `lines` are what has to be written by hand."""

    def __init__(self, file: str, lines: str, remedy: str):
        what = f"{file} is not edited: its lines are shared by an anchor and an alias, or written in a rare form."
        why = f"written by hand, it would say\n{lines}"
        super().__init__(what, why=why, remedies=(remedy,), code=exits.REFUSED)


def edit_content(
    content: bytes, file: str, environment: str | None, change: Mapping[str, Any], remedy: str = "Write that."
) -> bytes:
    """`content` with `change` (key -> value; None takes the key away) in the environment's block, or at the top.

    Raises `Uneditable` with `remedy`, and `Unreadable` for a file that is not a blueprint.
    """
    old = parse(content, file).data
    new = copy.deepcopy(old)
    block = new
    if environment is not None:
        new["environments"] = new.get("environments") or {}
        block = new["environments"][environment] = new["environments"].get(environment) or {}
    for key, value in change.items():
        block.pop(key, None) if value is None else block.update({key: value})
    lines = "\n".join(f"{key}: {flow(block[key])}" for key in change if key in block)
    if environment is not None:
        lines = f"environments:\n  {environment}: {flow(block)}"
    if _same(old, new):
        return content
    text = content.decode("utf-8-sig")
    try:
        result = _Edit(text).run(old, new).encode()
        result = _BOM + result if content.startswith(_BOM) else result
        kept = _same(parse(result, file).data, new)
    except (Unreadable, _TooHard):
        kept, result = False, b""
    if not kept:
        raise Uneditable(file, lines, remedy)
    return result


def write(file: Path, before: bytes, after: bytes) -> None:
    """All of it or nothing, with the file's mode; through a symbolic link. Raises `Failure` where it cannot be written,
    and (refused) where somebody has changed it since `before` was read."""
    real = file.resolve()
    if real.read_bytes() != before:
        raise Failure(f"{file} has changed since it was read.", remedies=("Run this again.",), code=exits.REFUSED)
    try:
        files.write(real, after, mode=None)
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}.", code=exits.WRONG_INPUT) from error


def flow(value: Any) -> str:
    """As it is written on one line: `{data: true, traffic: 25%}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and plain(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _same(one: Any, other: Any) -> bool:
    """Also of one type throughout: `1` and `true` are equal in Python."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


class _TooHard(Exception):
    pass


class _Edit:
    """Collects replacements (start, end, text) while walking old data, new data and the parser's nodes in step."""

    def __init__(self, text: str):
        self.text = text
        self.eol = "\r\n" if re.match(r"[^\n]*\r\n", text) else "\n"
        self.cuts: list[tuple[int, int, str]] = []

    def run(self, old: Any, new: Any) -> str:
        positions = self.text.replace("\r\n", " \n").translate(_LINE_ENDS)
        self._node(yaml.compose(positions, Loader=Loader), old, new, 0)
        parts, at = [], 0
        for start, end, text in sorted(self.cuts, key=lambda cut: cut[:2]):  # insertions in one place keep their order
            if start < at:
                raise _TooHard
            parts += [self.text[at:start], text]
            at = end
        return "".join([*parts, self.text[at:]])

    def _node(self, node: Any, old: Any, new: Any, head: int) -> None:
        """`head` is the end of the key (or dash) that the node is the value of."""
        if _same(old, new):
            return
        if node.start_mark.index < head:
            raise _TooHard  # an alias: its text is elsewhere
        if isinstance(node, yaml.MappingNode) and node.value and isinstance(new, dict) and new:
            self._mapping(node, old, new, head)
        elif isinstance(node, yaml.SequenceNode) and isinstance(new, list) and _fewer(old, new):
            self._sequence(node, old, new)
        elif isinstance(node, yaml.CollectionNode) and not node.flow_style:
            self.cuts.append((self._after_colon(head), self._end(node), f" {flow(new)}"))
        elif node.start_mark.index == node.end_mark.index:  # `prod:` and nothing
            before = self.text[: node.start_mark.index].rstrip()
            self.cuts.append((len(before), len(before), f"{'' if before.endswith(':') else ':'} {flow(new)}"))
        else:
            self.cuts.append((node.start_mark.index, node.end_mark.index, flow(new)))

    def _mapping(self, node: Any, old: dict[str, Any], new: dict[str, Any], head: int) -> None:
        pairs = {key.value: (key, value) for key, value in node.value}
        kept = False  # whether a pair before this one stays
        for name, (key, value) in pairs.items():
            if name in new:
                self._node(value, old[name], new[name], key.end_mark.index)
                kept = True
            elif node.flow_style:
                self._cut_item(key.start_mark.index, self._end(value), kept)
            else:
                self._cut_lines(key.start_mark.index, self._end(value))
        fresh = {name: new[name] for name in _ordered(new) if name not in pairs}
        there = [pairs[name] for name in ORDER if name in pairs and name in new]
        for name, value in fresh.items():
            before = [pairs[n] for n in ORDER[: ORDER.index(name)] if n in pairs and n in new] if name in ORDER else []
            place = before or ([] if name in ORDER else there or list(pairs.values()))
            self._insert(node, name, value, place[-1][1] if place else None, head)

    def _insert(self, node: Any, name: str, value: Any, after: Any, head: int) -> None:
        if node.flow_style and after:
            self.cuts.append((self._end(after), self._end(after), f", {flow(name)}: {flow(value)}"))
            return
        if node.flow_style:
            start = self.text.index("{", node.start_mark.index) + 1
            self.cuts.append((start, start, f"{flow(name)}: {flow(value)}, "))
            return
        first = node.value[0][0].start_mark.index
        indent = self.text[self.text.rfind("\n", 0, first) + 1 : first]
        if indent.strip():
            raise _TooHard
        top = not head and isinstance(value, Mapping)  # a section of the file: at its end, behind all comments
        line_end = len(self.text) if top else self.text.find("\n", self._end(after) if after else head)
        at = len(self.text) if line_end < 0 else line_end + (not top)
        lead = "" if self.text[:at].endswith("\n") else self.eol
        written = self._block(name, value) if top else f"{flow(name)}: {flow(value)}{self.eol}"
        self.cuts.append((at, at, lead + indent + written))

    def _block(self, name: str, value: Any) -> str:
        """A new section of the file: a line for each thing in it."""
        inner = "".join(f"  {flow(key)}: {flow(item)}{self.eol}" for key, item in value.items())
        return f"{self.eol}{flow(name)}:{self.eol}{inner}"

    def _sequence(self, node: Any, old: list[Any], new: Sequence[Any]) -> None:
        pending, kept = list(new), False
        for item, value in zip(node.value, old, strict=True):
            if pending and _same(pending[0], value):
                pending.pop(0)
                kept = True
            elif node.flow_style:
                self._cut_item(item.start_mark.index, self._end(item), kept)
            else:
                self._cut_lines(item.start_mark.index, self._end(item))

    def _cut_item(self, start: int, end: int, kept: bool) -> None:
        """With one comma: the one before it, or the one after where nothing before it stays."""
        before, after = re.search(r",\s*$", self.text[:start]), re.compile(r"\s*,[ \t]*").match(self.text, end)
        if kept and before:
            start = before.start()
        elif after:
            end = after.end()
        self.cuts.append((start, end, ""))

    def _cut_lines(self, start: int, end: int) -> None:
        line_end = self.text.find("\n", end)
        self.cuts.append((self.text.rfind("\n", 0, start) + 1, len(self.text) if line_end < 0 else line_end + 1, ""))

    def _after_colon(self, head: int) -> int:
        return self.text.index(":", head) + 1

    def _end(self, node: Any) -> int:
        """Where its last character is; the parser's end of a block is where the next thing begins."""
        if isinstance(node, yaml.ScalarNode) or node.flow_style:
            return node.end_mark.index
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)


def _ordered(mapping: Mapping[str, Any]) -> list[str]:
    return sorted(mapping, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


def _fewer(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Whether `new` is `old` without some of its items, and not empty."""
    rest = iter(old)
    return bool(new) and all(any(_same(item, known) for known in rest) for item in new)
