"""What a state file holds, and what is wrong with one that cannot be used: pure functions on its bytes."""

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any

from tenfold.blueprints.value import Value

VERSIONS = (3, 4)  # of the engine's format (sdk/go/common/apitype/core.go): older ones hold other fields
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"  # first bytes (RFC 1952, RFC 8878)


class Damaged(ValueError):
    """Why the bytes are not a state, as the end of a sentence that begins with the file: `is empty`."""


class Torn(Damaged):
    """The writing of it was cut off: nothing is in it that could be lost."""


class Compressed(Exception):
    """Only the engine can read it (zstd)."""


class State(Value):
    """`resources` and `pending` (operations begun and not finished) as the engine writes them; both empty where nothing
    is deployed."""

    resources: tuple[dict[str, Any], ...] = ()
    pending: tuple[dict[str, Any], ...] = ()


def parse(content: bytes, stack: str) -> State:
    """The state in a checkpoint's bytes, or in those of `pulumi stack export`. Raises `Damaged`."""
    data = _document(content)
    version = data.get("version")
    if version not in VERSIONS:
        raise Damaged(f"has version {version!r} of the engine's format, and tenfold reads 3 and 4")
    if "checkpoint" in data:
        holder = data["checkpoint"]
        if not isinstance(holder, dict):
            raise Damaged("holds no checkpoint of the engine")
        owner = str(holder.get("stack") or stack).rsplit("/", 1)[-1]
        if owner != stack:
            raise Damaged(f"is the state of another stack, {owner}")
        latest = holder.get("latest")
    elif "deployment" in data:
        latest = data["deployment"]
        if latest is None:  # even of a stack that was never deployed the engine keeps one
            raise Damaged("holds no deployment: it is empty, or `null`")
    else:
        raise Damaged("is JSON, but not a state of the engine")
    if latest is None:
        return State()
    if not isinstance(latest, dict):
        raise Damaged("holds no deployment of the engine")
    return State(
        _entries(latest.get("resources"), "resources", "urn", "type"),
        _entries(latest.get("pending_operations"), "pending operations", "resource", "type"),
    )


def faults(state: State) -> Iterator[str]:
    """What the engine refuses to work on (`VerifyIntegrity`, pkg/resource/stack/snapshot/integrity.go): references to
    what does not come before in the list, and a resource that is there twice."""
    known: set[str] = set()
    living: set[str] = set()
    for resource in state.resources:
        urn, name = resource["urn"], _name(resource["urn"])
        for role, other in _references(resource):
            if other not in known:
                yield f"{name}: its {role} {_name(other)} is not in the state before it"
        if urn in living and not resource.get("delete"):
            yield f"{name} is in the state twice"
        known |= {urn, f"{urn}::{resource.get('id')}"}
        living |= set() if resource.get("delete") else {urn}


def _references(resource: dict[str, Any]) -> Iterator[tuple[str, str]]:
    of_properties = (resource.get("propertyDependencies") or {}).values()
    dependencies = {*(resource.get("dependencies") or ()), *(urn for urns in of_properties for urn in urns or ())}
    provider = "" if resource.get("pendingReplacement") else resource.get("provider")
    named = (("parent", resource.get("parent")), ("provider", provider), ("owner", resource.get("deletedWith")))
    yield from ((role, urn) for role, urn in named if urn)
    yield from (("dependency", urn) for urn in sorted(dependencies))


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1].partition("::")[0]


def _document(content: bytes) -> dict[str, Any]:
    if content.startswith(_ZSTD):
        raise Compressed
    if content.startswith(_GZIP):
        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise Torn("is compressed and cut off") from error
    if not content.strip():
        raise Torn("is empty")
    if not content.strip(b"\0"):
        raise Torn("holds zero bytes only, as after a crash of the machine")
    try:
        data = json.loads(content)
    except UnicodeDecodeError as error:
        raise Damaged("is not text") from error
    except json.JSONDecodeError as error:
        raise _broken(content, error) from error
    except RecursionError as error:
        raise Damaged("is not a state of the engine") from error
    if data is None:
        raise Torn("holds only null")
    if not isinstance(data, dict):
        raise Damaged(f"holds only {json.dumps(data)[:20]}")
    return data


def _broken(content: bytes, error: json.JSONDecodeError) -> Damaged:
    """Cut off, where what is missing is missing at the end; else not JSON at a place."""
    tail = error.doc[error.pos :]
    if not tail.strip("\0 \n") or error.msg.startswith("Unterminated string"):
        return Torn(f"is cut off after {len(content)} bytes")
    return Damaged(f"is not JSON (line {error.lineno}, column {error.colno})")


def _entries(value: Any, what: str, *keys: str) -> tuple[dict[str, Any], ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, dict) and all(k in one for k in keys) for one in value):
        raise Damaged(f"holds {what} that are not the engine's")
    return tuple(value)
