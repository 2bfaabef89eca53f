"""Events of a deployment, and a replay of them, for a person."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tenfold.messages.events import ARCHIVED_WITHIN, Bus, Counted, Subscription, utc_text
from tenfold.wording import quantity


def page(
    bus: Bus | None,
    topics: Sequence[Subscription],
    archived: Mapping[str, Counted],
    dead: Mapping[str, int],
    undelivered: int,
) -> str:
    """`dead` by queue; `undelivered` are the bus's own dead letters."""
    rows = [("event", "via", "to", "dead letters", "filter")]
    for via, some in (("bus", bus.subscriptions if bus else ()), ("topic", topics)):
        rows += [(one.event, via, one.queue, f"{dead[one.queue]:,}", one.filter or "-") for one in some]
    lines = _table([rows[0], *sorted(rows[1:])], right=3)
    return "\n".join([*lines, *_of_bus(bus, archived, undelivered)] if bus else lines)


def _of_bus(bus: Bus, archived: Mapping[str, Counted], undelivered: int) -> list[str]:
    kept = [("event", "kept", "archived")]
    for event in bus.events:
        if event in bus.archives:
            days, there = bus.archives[event].keep_days, archived[event]
            kept.append((event, quantity(days, "day"), f"{quantity(there.events, 'event')}, {_size(there.size_bytes)}"))
        else:
            kept.append((event, "-", "-"))
    lines = ["", *_table(kept), ""]
    lines.append(f"  bus {bus.name}, {quantity(undelivered, 'dead letter')} of its own")
    if bus.archives:
        lines.append("  archived: as EventBridge counts, up to a day late")
    return lines


def _table(rows: list[tuple[str, ...]], right: int = -1) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]

    def cell(text: str, column: int) -> str:
        return f"{text:>{widths[column]}}" if column == right else f"{text:<{widths[column]}}"

    return [f"  {'  '.join(cell(text, column) for column, text in enumerate(row))}".rstrip() for row in rows]


def _size(size_bytes: int) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size_bytes >= size:
            return f"{size_bytes / size:.1f} {unit}"
    return quantity(size_bytes, "byte")


def how(event: str, first: datetime, last: datetime, queues: list[str]) -> str:
    """The plan of a replay, and its limits."""
    return (
        f"{event} from {utc_text(first)} to {utc_text(last)} UTC once more to {', '.join(queues)}.\n"
        "  In any order, now and then twice, also what was worked on already. Not archived again."
    )


def warnings(first: datetime, last: datetime, now: datetime, keep_days: int) -> list[str]:
    """Events of this time that may be missing."""
    lines: list[str] = []
    if first < now - timedelta(days=keep_days):
        lines.append(f"  The archive keeps {quantity(keep_days, 'day')}: older events are gone.")
    if last > now - ARCHIVED_WITHIN:
        lines.append("  Events of the last ten minutes may not be in the archive yet.")
    return lines


def done_line(event: str, queues: list[str], name: str) -> str:
    return f"Done: {event} replayed to {', '.join(queues)} as {name}."
