"""Where in a blueprint a position of its text is. By indentation and braces, because a line that is being written
cannot be parsed."""

import re
from typing import NamedTuple

_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\s*:(?:\s|$)""")
_TOKEN = re.compile(r"""[{},]|"[^"]*"?|'[^']*'?|#.*|[^{},"'#]+""")
_BLUEPRINT = re.compile(r"^(name|stage|app|load|environments|edition):", re.MULTILINE)


class Place(NamedTuple):
    """The path of the section, the key whose value is being written (None: a key is), and what is there of it."""

    path: tuple[str, ...]
    key: str | None
    begun: str


def is_blueprint(text: str) -> bool:
    """Whether a YAML file is probably a blueprint: it has two of the words that blueprints begin with."""
    return len(set(_BLUEPRINT.findall(text))) > 1


def place_at(lines: list[str], line: int, column: int) -> Place:
    """`line` and `column` count from 0; the text behind the position does not count.

    `environments:` / `  prod: {load: {users: 5k, gro` is ("environments", "prod", "load"), no key, "gro".
    """
    text = lines[line][:column] if line < len(lines) else ""
    indent = len(text) - len(text.lstrip(" "))
    return _inside(_above(lines[:line], indent), text.lstrip(" "))


def _above(lines: list[str], indent: int) -> tuple[str, ...]:
    """The keys that a line of this indentation stands below."""
    path: list[str] = []
    for text in reversed(lines):
        depth = len(text) - len(text.lstrip(" "))
        match = _KEY.match(text)
        if match and depth < indent and not text.lstrip().startswith("#"):
            path.insert(0, _name(match))
            indent = depth
    return tuple(path)


def _inside(path: tuple[str, ...], text: str) -> Place:
    """Along a line: braces go deeper and come back."""
    opened, key, begun = list(path), None, ""
    depth: list[int] = []
    for token in _TOKEN.findall(text):
        if token == "{":
            depth.append(len(opened))
            opened += [key] if key else []
            key, begun = None, ""
        elif token == "}":
            del opened[depth.pop() if depth else len(path) :]
            key, begun = None, ""
        elif token == ",":
            key, begun = None, ""
        elif match := _KEY.match(token + begun) if key is None else None:
            key, begun = _name(match), token[match.end() :].strip()
        else:
            begun = (begun + token).strip()
    return Place(tuple(opened), key, begun)


def _name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)
