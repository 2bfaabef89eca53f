"""Which properties that somebody set on a resource its type does not take, nested ones too."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.blueprints.overrides import Unknown
from tenfold.recorder.light.shapes import ListOf, MapOf, ObjectOf
from tenfold.recorder.light.tables import ClassTable, load


def unknown(token: str, properties: Mapping[str, Any]) -> Iterator[Unknown]:
    """Names may be the provider's or Python's: the SDK takes both. Of a type that has no table nothing is said."""
    name = token.rpartition(":")[2]
    table = load(_module(token))
    if table is None or name not in table.classes:
        return
    of_type = table.classes[name]
    for at, known in _below(ObjectOf(table, of_type["inputs"], ()), properties, ()):
        outputs = dict(ClassTable(table, of_type).outputs.values())
        computed = len(at) == 1 and at[0] in {"id", "urn", *outputs}
        yield Unknown(at, ".".join((token, *at[:-1])), computed, known)


def _module(token: str) -> str:
    """`aws:sqs/queue:Queue` -> `pulumi_aws.sqs`, `kubernetes:networking.k8s.io/v1:NetworkPolicy` ->
    `pulumi_kubernetes.networking.v1`."""
    package, _, place = token.rpartition(":")[0].partition(":")
    first, _, second = place.partition("/")
    version = f".{second}" if package == "kubernetes" else ""
    return f"pulumi_{package}.{first.partition('.')[0]}{version}"


def _below(shape: Any, value: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """(Where, what is known there). A value of another form than the type's is the engine's to judge."""
    if isinstance(shape, ObjectOf) and isinstance(value, Mapping):
        for key, inner in value.items():
            field = shape.back().get(key) or shape.fields().get(key)
            if field is None:
                yield (*at, key), sorted(shape.back())
            else:
                yield from _below(field[1], inner, (*at, key))
    elif isinstance(shape, MapOf) and isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _below(shape.element, inner, (*at, key))
    elif isinstance(shape, ListOf) and isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _below(shape.element, inner, (*at, str(index)))
