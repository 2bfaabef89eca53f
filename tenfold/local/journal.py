"""What the local cloud's provider made and took away, one line per act, kept until the engine's state agrees.

A run that is killed between the cloud's act and the engine's note leaves a resource nobody knows. The next run compares
this journal with the state, and removes such newborns before it starts: nothing is doubled. (A real account has no such
journal; there Pulumi's own pending operations are what is known: docs/interruption.md.)
"""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenfold import home

_lock = threading.Lock()


def file(stack: str) -> Path:
    return home.state() / "local" / "journal" / f"{stack}.jsonl"


def write(act: str, urn: str, token: str, identifier: str, region: str, also: Mapping[str, Any] | None = None) -> None:
    """Appends one act, `create` or `delete`, in a single write: several provider processes may share the file. `also`:
    the inputs that say with the id which resource it is."""
    target = file(urn.split("::")[0].removeprefix("urn:pulumi:"))
    target.parent.mkdir(parents=True, exist_ok=True)
    entry = {"act": act, "urn": urn, "type": token, "id": identifier, "region": region, "also": dict(also or {})}
    line = json.dumps(entry) + "\n"
    with _lock, open(target, "ab", buffering=0) as out:
        out.write(line.encode())


def forget(stack: str) -> None:
    file(stack).unlink(missing_ok=True)


def unknown(stack: str, state: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What exists by the journal but not in the engine's state, newest first."""
    target = file(stack)
    if not target.is_file():
        return []
    alive: dict[tuple[str, str], dict[str, Any]] = {}
    for line in target.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:  # the line a killed machine did not finish
            continue
        if entry["act"] == "create":
            alive[entry["urn"], entry["id"]] = entry
        else:
            alive.pop((entry["urn"], entry["id"]), None)
    known = {(resource["urn"], resource.get("id")) for resource in state}
    return [entry for key, entry in reversed(alive.items()) if key not in known]
