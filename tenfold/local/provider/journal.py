"""What the local cloud's provider is about to do and what it made, one line each, kept until the engine's state agrees.

The line is written before the act: a run that is killed at any moment leaves either no act or a line that tells of it.
The next run compares this journal with the state before it starts (`unfinished_creates.py`). A real account has no such
journal; there Pulumi's own pending operations are what is known: docs/interruption.md.

    creating  a resource is about to be made, as INTENT (tenfold.local.provider.intents); nobody knows its id yet
    create    it was made, as this id
    updating, deleting   the resource with this id is about to be changed or taken away
    delete    it was taken away
    settled   an intent that nothing is left of; or a resource that was read again
"""

import errno
import json
import os
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tenfold import files, home

PROVIDER = uuid.uuid4().hex  # this process, as the local cloud and the journal know it

_lock = threading.Lock()

Entry = dict[str, Any]
Resources = list[dict[str, Any]]  # of the engine's state


def file(stack: str) -> Path:
    return home.state() / "local" / "journal" / f"{stack}.jsonl"


def write(
    act: str,
    urn: str,
    token: str,
    identifier: str,
    region: str,
    also: Mapping[str, Any] | None = None,
    intent: str = "",
) -> None:
    """Appends one line in a single write, past every buffer of this process: several providers may share the file.
    `also`: the inputs that say with the id which resource it is."""
    target = file(urn.split("::")[0].removeprefix("urn:pulumi:"))
    files.folder(target.parent)
    entry = {"act": act, "urn": urn, "type": token, "id": identifier, "region": region, "also": dict(also or {})}
    entry |= {"intent": intent, "provider": PROVIDER, "at": time.time()}
    line = f"\n{json.dumps(entry)}\n".encode()  # a line that a full disk cut off before spoils only itself
    with _lock, open(target, "ab", buffering=0, opener=files.private) as out:
        if out.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))


def forget(stack: str) -> None:
    file(stack).unlink(missing_ok=True)


def providers(stack: str) -> set[str]:
    """The processes that wrote it."""
    return {entry["provider"] for entry in _entries(stack) if entry.get("provider")}


def open_creates(stack: str) -> list[Entry]:
    """Creates that were about to happen, and of which no id was noted, newest first."""
    unheard: dict[str, Entry] = {}
    for entry in _entries(stack):
        if entry["act"] == "creating":
            unheard[entry["intent"]] = entry
        elif entry.get("intent"):
            unheard.pop(entry["intent"], None)
    return [*reversed(unheard.values())]


def unknown(stack: str, state: Resources) -> list[Entry]:
    """What exists by the journal but not in the engine's state, newest first."""
    alive: dict[tuple[str, str], Entry] = {}
    for entry in _entries(stack):
        if entry["act"] == "create":
            alive[entry["urn"], entry["id"]] = entry
        elif entry["act"] == "delete":
            alive.pop((entry["urn"], entry["id"]), None)
    known = {(resource["urn"], resource.get("id")) for resource in state}
    return [entry for key, entry in reversed(alive.items()) if key not in known]


def doubtful(stack: str, state: Resources) -> list[Entry]:
    """Changes and deletions that were begun, and of which the state knows no end: the resource there is older."""
    touched: dict[tuple[str, str], Entry] = {}
    for entry in _entries(stack):
        if entry["act"] in ("updating", "deleting"):
            touched[entry["urn"], entry["id"]] = entry
        elif entry["act"] == "settled":
            touched.pop((entry["urn"], entry["id"]), None)
    noted = {
        (resource["urn"], resource.get("id")): _noted(resource) for resource in state if not resource.get("delete")
    }
    return [entry for key, entry in touched.items() if key in noted and noted[key] <= entry["at"]]


def _noted(resource: dict[str, Any]) -> float:
    """When the engine last wrote down a change of it, seconds since 1970; 0 where it does not say."""
    return datetime.fromisoformat(resource["modified"]).timestamp() if resource.get("modified") else 0.0


def _entries(stack: str) -> Iterator[Entry]:
    target = file(stack)
    for line in target.read_text(encoding="utf-8").splitlines() if target.is_file() else ():
        try:
            yield json.loads(line)
        except ValueError:  # the line a killed machine did not finish
            continue
