"""The steps that a failover or failback has done, so that a killed run resumes where it stopped: one file a stack.

Colleagues read the same in Parameter Store (register.py); this copy is for the time when it does not answer."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tenfold import files, home
from tenfold.blueprints.value import Value
from tenfold.engine.workspace import Place

VERSION = 1


class Entry(Value):
    """A step that has ended. `result` is in words."""

    step: str
    seconds: float
    result: str
    at: str = ""  # ISO 8601, UTC; when it had ended
    again: bool = False  # whether it was begun more than once; then `seconds` are of the last attempt


class Journal(Value):
    began: str  # ISO 8601, UTC
    drill: bool
    way: str = "failover"  # or failback
    entries: tuple[Entry, ...] = ()
    ended: str = ""
    trying: str = ""  # the step that was begun last
    given_up: bool = False  # the steps done so far have been, or are being, undone

    def has(self, step: str) -> bool:
        return any(entry.step == step for entry in self.entries)

    def ended_at(self, step: str) -> str:
        """Empty for a step that has not ended."""
        return next((entry.at for entry in self.entries if entry.step == step), "")

    def took(self, step: str) -> float:
        """Seconds; 0 for a step that has not ended, and for one that was begun again: nobody knows how long it took."""
        return next((entry.seconds for entry in self.entries if entry.step == step and not entry.again), 0.0)

    def with_entry(self, entry: Entry) -> "Journal":
        return replace(self, entries=(*self.entries, entry))

    def without(self, step: str) -> "Journal":
        return replace(self, entries=tuple(entry for entry in self.entries if entry.step != step), trying=step)

    @property
    def seconds(self) -> float:
        return sum(entry.seconds for entry in self.entries)


def of(data: Mapping[str, Any]) -> Journal:
    """From its JSON. Raises TypeError, KeyError."""
    return Journal(**{**data, "entries": tuple(Entry(**entry) for entry in data["entries"])})


def later(one: Journal | None, other: Journal | None) -> Journal | None:
    """The more recent of two copies."""
    there = [copy for copy in (one, other) if copy]
    return max(
        there,
        key=lambda copy: (copy.began, bool(copy.ended), len(copy.entries), not copy.has(copy.trying)),
        default=None,
    )


def path(where: Place) -> Path:
    """The journal's file; for the local cloud it is deleted with the stack."""
    return (where.directory if where.cloud else home.state() / "failovers") / f"{where.stack}.failover.json"


def read(where: Place) -> Journal | None:
    """None where there was no takeover. Raises `Failure` for a damaged file."""
    from tenfold.failure import Failure

    try:
        return of(json.loads(path(where).read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Failure(
            f"{path(where)} is damaged: it does not say how far the takeover came.",
            why=str(error),
            remedies=("Move it away and run this again: each step sees for itself what is done already.",),
        ) from error


def write(where: Place, journal: Journal) -> None:
    files.folder(path(where).parent)
    files.write(path(where), json.dumps(asdict(journal), indent=2))


def forget(where: Place) -> None:
    """Deletes the journal, with the stack."""
    path(where).unlink(missing_ok=True)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
