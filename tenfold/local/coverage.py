"""Where every input of every served type goes: sent to the API, recorded only, or refused. Pure: no call is made."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from tenfold.local.aws import accepts, schema, table
from tenfold.local.aws.convert import Conversion
from tenfold.local.aws.names import without_indices
from tenfold.local.aws.schema import Type
from tenfold.local.aws.spec import Operation, Spec

UNSERVED = "no API member takes it"


class Row(NamedTuple):
    """One input, down to the fields of blocks (`healthCheck.path`); `detail` is what sends it, or why nothing does."""

    token: str
    input: str
    where: Literal["sent", "recorded", "refused", "lost"]
    detail: str


def rows(token: str | None = None) -> list[Row]:
    """The table of one type, or of all. "lost" never occurs: a test holds it."""
    return [row for t in ([token] if token else table.tokens()) for row in _of_type(t)]


def _of_type(token: str) -> Iterator[Row]:
    spec = table.spec(token)
    if spec is None:
        return
    inputs = schema.of(token).inputs
    yield from (Row(token, key, "refused", reason) for key, reason in spec.refuse.items() if key in inputs)
    for path, kind in leaves({key: kind for key, kind in inputs.items() if key not in spec.refuse}):
        where, detail = _leaf(spec, path, kind)
        yield Row(token, path, where, detail)


def leaves(types: Mapping[str, Type], path: str = "") -> Iterator[tuple[str, Type]]:
    """Every input that is not a block, with its type."""
    for key, kind in types.items():
        here = f"{path}.{key}" if path else key
        block = kind[1] if isinstance(kind, list) else kind
        if isinstance(block, dict):
            yield from leaves(block, here)
        else:
            yield here, kind


def _leaf(spec: Spec, path: str, kind: Type) -> tuple[Literal["sent", "recorded", "refused", "lost"], str]:
    top = path.partition(".")[0]
    if reason := _reason(spec.refuse, path):
        return "refused", reason
    if reason := _reason(spec.record, path):
        return "recorded", reason
    roles = accepts.roles(spec)[top]
    if not roles:
        return "refused", UNSERVED
    if roles == ("region",):
        return "sent", "the region of every call"
    by_code = [r for r in roles if not r.startswith(("create:", "update:", "delete:", "prepared:"))]
    if by_code:
        return "sent", ", ".join(_spoken(spec, top, r) for r in by_code)
    operations = list(_senders(spec, top, path))
    if operations:
        return "sent", ", ".join(dict.fromkeys(operations))
    return ("refused", UNSERVED) if "." in path else ("lost", "")


def _reason(reasons: Mapping[str, str], path: str) -> str | None:
    parts = path.split(".")
    return next((reasons[p] for n in range(len(parts)) if (p := ".".join(parts[: n + 1])) in reasons), None)


def _spoken(spec: Spec, key: str, role: str) -> str:
    if role == "set":
        return "/".join(dict.fromkeys(x for s in spec.sets if s.input == key for x in (s.add, s.remove)))
    if role == "tags" and spec.tagging:
        return f"{spec.tagging.add}/{spec.tagging.remove}"
    return {"key": "identifies the resource", "code": "a function of the handlers"}.get(role, role)


def _senders(spec: Spec, top: str, path: str) -> Iterator[str]:
    """The operations whose parameters hold a value of this leaf alone."""
    sample = _sample(schema.of(spec.token).inputs[top], path.split(".")[1:])
    values = spec.prepare({top: sample}) if spec.prepare else {top: sample}
    for operation in (*spec.create, *spec.update, *spec.delete):
        for key in accepts.inputs_of(spec, operation) & set(values):
            if key in operation.takes or operation.pair or _sends(spec, operation, key, values[key], path):
                yield operation.name


def _sends(spec: Spec, operation: Operation, key: str, value: Any, path: str) -> bool:
    conversion = Conversion(spec, operation, strict=False)
    conversion.parameters({key: value})
    missed = {without_indices(m) for m in conversion.missed}
    ended = path.rpartition(".")[2] if "." in path else key
    return bool(conversion.used) and not any(m == path or m.endswith("." + ended) for m in missed)


def _sample(kind: Type, path: list[str]) -> Any:
    """A value of this type that holds only the leaf at `path`."""
    if isinstance(kind, dict):
        return {path[0]: _sample(kind[path[0]], path[1:])}
    if isinstance(kind, list):
        inner = _sample(kind[1], path)
        return [inner] if kind[0] == "l" else {"k": inner}
    return {"i": 1, "f": 1.0, "b": True}.get(kind, "1111")  # a number, and base64
