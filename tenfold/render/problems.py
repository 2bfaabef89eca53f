"""Problems of a blueprint: for a person, with the place in the source marked, and for a program.

Plain text at most `width` columns wide; colour only repeats what the words already say.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tenfold.blueprints.source.codes import is_hidden, title
from tenfold.blueprints.source.problem import Problem
from tenfold.render.lines import WIDTH, paint
from tenfold.streams import PAGE
from tenfold.wording import quantity

_HARD = "\u00a0"  # a blank that is no place to break
_LARGEST_SOURCE = 2 * 1024 * 1024  # excerpts are not worth reading more


def as_json(problems: Iterable[Problem]) -> dict[str, Any]:
    """`{"version": 1, "problems": [{code, severity, file, line, column, path, text, message, hint}]}`."""
    names = ("code", "severity", "file", "line", "column", "path", "text", "message", "hint")
    shown = ({name: getattr(p, name) for name in names} | {"text": _text(p)} for p in problems)
    return {"version": 1, "problems": list(shown)}


def _text(problem: Problem) -> str:
    """The wrong text, unless it contains a secret."""
    from tenfold.render import quoting

    return quoting.MASK if quoting.is_secret(problem) else quoting.mask_line(problem.text)[0]


def as_text(problems: Sequence[Problem], *, color: bool = False, width: int = WIDTH) -> str:
    """Every problem with its excerpt, then one line of summary. Empty when there are none."""
    if not problems:
        return ""
    sources = {file: _lines(file) for file in {problem.file for problem in problems}}
    for problem in problems:
        _hide(problem, sources[problem.file])
    blocks = [_block(p, sources[p.file], color, width) for p in problems]
    return "\n\n".join([*blocks, summary(problems)]) + "\n"


def summary(problems: Sequence[Problem]) -> str:
    """`1 error and 2 warnings in 1 file.`"""
    errors = sum(problem.is_error for problem in problems)
    counts = [quantity(errors, "error"), quantity(len(problems) - errors, "warning")]
    files = len({problem.file for problem in problems})
    words = " and ".join(count for count in counts if not count.startswith("0 "))
    return f"{words} in {quantity(files, 'file')}." + (" Nothing was changed." if errors else "")


def _hide(problem: Problem, lines: list[str]) -> None:
    """Masks a secret, also in the excerpts of other problems on its line."""
    if is_hidden(problem.code) and 0 < problem.line <= len(lines):
        line, start, end = lines[problem.line - 1], problem.column - 1, problem.end_column - 1
        lines[problem.line - 1] = line[:start] + "•" * len(line[start:end]) + line[end:]


def _lines(file: str) -> list[str]:
    """The file as it is on disk; nothing when it cannot be shown, or (a pipe) was read already."""
    if not Path(file).is_file():
        return []
    try:
        with Path(file).open("rb") as stream:
            return stream.read(_LARGEST_SOURCE).decode("utf-8", "replace").split("\n")
    except (OSError, ValueError):
        return []


def _block(problem: Problem, lines: list[str], color: bool, width: int) -> str:
    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file
    tone = "red" if problem.is_error else "yellow"
    kind = f"{problem.severity} {problem.code}"
    fits = len(_clean(place)) + len(kind) + len(title(problem.code)) + 4 <= width or width == PAGE  # whole in a file
    named = f"  {title(problem.code)}" if fits else f"\n  {title(problem.code)}"
    head = f"{paint(_clean(place), 'bold', color)}  {paint(kind, tone, color)}{named}"
    advice = " ".join(part for part in (problem.message, problem.hint) if part)
    return "\n".join(
        [head, *_excerpt(problem, lines, color, tone, width), *_advice(advice, problem.code, color, width)]
    )


def _advice(advice: str, code: str, color: bool, width: int) -> list[str]:
    """The message wrapped, and the way to read more at the right edge where it fits."""
    more = f"tenfold explain {code}"
    whole = re.sub(r"`[^`]*`", lambda quoted: quoted[0].replace(" ", _HARD), _clean(advice))  # never broken inside
    lines = textwrap.wrap(whole, width - 2, break_long_words=True, break_on_hyphens=False) or [""]
    lines = [line.replace(_HARD, " ") for line in lines]
    if len(lines[-1]) + 2 + len(more) + 2 > width:
        lines.append("")
    lines[-1] = lines[-1].ljust(width - 2 - len(more)) + paint(more, "dim", color)
    return [f"  {line}" for line in lines]


def _excerpt(problem: Problem, lines: list[str], color: bool, tone: str, width: int) -> list[str]:
    """The line, the line it belongs to, and carets under what is wrong."""
    if not 0 < problem.line <= len(lines):
        return []
    gutter = max(3, len(str(problem.line)))
    line, start, end = _discreet(problem, lines[problem.line - 1].rstrip("\r"))
    end = min(max(end, start + 1), max(len(line), start + 1))
    room = width - gutter - 4
    offset = max(0, min(start - room // 2, len(line) - room)) if len(line) > room else 0
    shown = _clean(line)[offset : offset + room]
    lead = min(_columns(shown[: start - offset]), room - 1)
    carets = "^" * max(1, min(_columns(shown[start - offset : end - offset]), room - lead))
    out = []
    parent = _parent(lines, problem.line)
    if parent:
        out.append(f"{parent:>{gutter}} │ {_clean(_without_secrets(lines[parent - 1]))[:room]}")
    out.append(f"{problem.line:>{gutter}} │ {shown}")
    out.append(f"{'':>{gutter}} │ {' ' * lead}{paint(carets, tone, color)}")
    return out


def _discreet(problem: Problem, line: str) -> tuple[str, int, int]:
    """The line with its secrets masked, and where in it what is marked begins and ends then."""
    from tenfold.render import quoting

    marked = (max(0, problem.column - 1), problem.end_column - 1)
    shown, moved = quoting.mask_line(line, also=marked if quoting.is_secret(problem) else None)
    return shown, moved(marked[0]), moved(marked[1])


def _without_secrets(line: str) -> str:
    from tenfold.render import quoting

    return quoting.mask_line(line)[0]


def _parent(lines: list[str], number: int) -> int | None:
    """The line number of the nearest line above that is indented less: the key this one stands under."""
    indent = _indent(lines[number - 1])
    if indent == 0:
        return None
    for above in range(number - 1, 0, -1):
        line = lines[above - 1]
        if line.strip() and not line.lstrip().startswith("#") and _indent(line) < indent:
            return above
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _clean(text: str) -> str:
    """Tabs as one blank and control characters made visible: a file cannot steer the terminal."""
    return "".join(c if c.isprintable() else " " if c == "\t" else "�" for c in text)


def _columns(text: str) -> int:
    """Columns on a terminal: wide characters take two, combining ones none."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) != 0 for c in text)
