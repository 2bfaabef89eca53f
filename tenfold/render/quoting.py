"""A blueprint's own lines, quoted beside a problem, without the secrets in them."""

import re
from collections.abc import Callable

from tenfold import secrecy
from tenfold.blueprints.grammar.secret import looks_secret
from tenfold.blueprints.source.problem import Problem

MASK = secrecy.MASK
_PAIR = re.compile(r"""(?P<quote>["']?)(?P<name>[A-Za-z_]\w*)(?P=quote)\s*:\s+(?=\S)""")
# A value as YAML writes it on one line: quoted, a list, or plain, which inside braces ends at a comma or a bracket.
_VALUE = re.compile(r"""\[[^\]]*\]?|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?""")
_PLAIN, _PLAIN_INSIDE = re.compile(r".+?(?=\s+#|\s*$)"), re.compile(r"[^,}\]]+?(?=\s*[,}\]]|\s+#|\s*$)")

Span = tuple[int, int]


def is_secret(problem: Problem) -> bool:
    """Whether what the problem marks is the value of a secret."""
    above = [part for part in problem.path.split(".") if not part.isdigit()]
    return bool(above) and problem.text != above[-1] and above[0] != "app" and secrecy.is_sensitive_name(above[-1])


def mask_line(line: str, also: Span | None = None) -> tuple[str, Callable[[int], int]]:
    """The line with every secret in it masked, what `also` spans too; and where a column of it is then."""
    parts: list[str] = []
    moved: list[tuple[int, int, int]] = []  # (start, end, where its mask begins)
    at = 0
    for start, end in _joined([*_secrets(line), *((also,) if also else ())]):
        parts += [line[at:start], MASK]
        moved.append((start, end, sum(map(len, parts)) - len(MASK)))
        at = end

    def column(old: int) -> int:
        for start, end, new in reversed(moved):
            if old >= end:
                return new + len(MASK) + old - end
            if old >= start:
                return new if old == start else new + len(MASK)
        return old

    return "".join([*parts, line[at:]]), column


def _joined(spans: list[Span]) -> list[Span]:
    """In order, those that overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _secrets(line: str) -> list[Span]:
    spans: list[Span] = []
    for pair in _PAIR.finditer(line):
        if spans and pair.start() < spans[-1][1]:
            continue
        plain = _PLAIN_INSIDE if "{" in line[: pair.start()] else _PLAIN
        value = _VALUE.match(line, pair.end()) or plain.match(line, pair.end())
        if value and value[0][0] not in "{|>&*!" and _secret(pair["name"], value[0]):
            spans.append(value.span())
    return spans


def _secret(name: str, value: str) -> bool:
    return secrecy.is_sensitive_name(name) or looks_secret(name, value.strip("\"'"))
