"""Queues of a deployment, and dead letters on their way back, for a person."""

from collections.abc import Sequence
from shlex import quote

from tenfold.messages.queues import Standing
from tenfold.messages.redrive import Move
from tenfold.wording import quantity

HEADS = ("queue", "waiting", "in flight", "oldest", "dead letters")


def table(queues: Sequence[Standing], flags: str) -> str:
    """`flags`: the options with which another command works on the same deployment."""
    rows = [
        (one.name, f"{one.waiting:,}", f"{one.in_flight:,}", _age(one.oldest), f"{one.dead_letters:,}")
        for one in queues
    ]
    widths = [max(len(row[column]) for row in (HEADS, *rows)) for column in range(len(HEADS))]
    lines = [f"  {row[0]:<{widths[0]}}" + _right(row[1:], widths[1:]) for row in (HEADS, *rows)]
    back = [f"  tenfold queues redrive {flags} {quote(one.name)}" for one in queues if one.dead_letters]
    if any(one.oldest is None for one in queues):
        lines.append("  oldest -: nothing was measured in the last ten minutes")
    return "\n".join([*lines, *(["", "  dead letters go back to their queue by", *back] if back else [])])


def _right(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _age(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def at_rate(rate: int | None) -> str:
    return f"at most {rate} a second" if rate else "as fast as SQS chooses"


def letters(number: int) -> str:
    return quantity(number, "dead letter")


def how(number: int, name: str, rate: int | None) -> str:
    """The plan of a redrive."""
    least = f", {-(-number // rate)} s or more" if rate else ""
    return f"{letters(number)} back to {name}, {at_rate(rate)}{least}."


def progress(move: Move) -> str:
    return f"  {move.moved:,} of {move.to_move:,} moved"


def done_line(move: Move, name: str) -> str:
    return f"Done: {letters(move.moved)} moved back to {name}, {at_rate(move.rate)}."
