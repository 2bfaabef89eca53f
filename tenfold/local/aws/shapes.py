"""The API models botocore ships, and small questions about them. One session, made on first use, thread-safe."""

import functools
import threading
from typing import Any

import botocore.session

from tenfold.local.aws import names

Shape = Any  # botocore's classes carry no types

_lock = threading.RLock()


@functools.cache
def session() -> Any:
    with _lock:
        plain = botocore.session.Session()
        plain.set_credentials("local", "local")
        return plain


@functools.cache
def service(name: str) -> Any:
    """The model of one service. Reading it from disk takes 10 to 100 ms."""
    with _lock:
        return session().get_service_model(name)


@functools.cache
def operation(service_name: str, name: str) -> Any:
    """The model of one operation. Raises botocore's OperationNotFoundError for a name the service does not have."""
    with _lock:
        return service(service_name).operation_model(name)


def input_of(service_name: str, name: str) -> Shape:
    return operation(service_name, name).input_shape


def output_of(service_name: str, name: str) -> Shape:
    return operation(service_name, name).output_shape


@functools.cache
def _members(shape: Shape) -> dict[str, str]:
    return names.index(shape.members)


def member(shape: Shape, key: str, nouns: tuple[str, ...] = ()) -> str | None:
    """The member of a structure that the property `key` means."""
    return names.find(_members(shape), key, nouns) if shape.type_name == "structure" else None


def pair(shape: Shape) -> tuple[str, str] | None:
    """(key member, value member) of a structure like Tag, which lists of use where Pulumi has a map; else None."""
    if shape.type_name != "structure" or len(shape.members) > 3:
        return None
    keys = [m for m in shape.members if m in ("Key", "TagKey", "Name")]
    values = [m for m in shape.members if m in ("Value", "TagValue")]
    return (keys[0], values[0]) if keys and values else None


def answer(service_name: str, name: str, result: Any) -> Any:
    """The object inside an operation's answer: `{Vpc}`, `{Vpcs, NextToken}` and `{Distribution, Location, ETag}` are
    unwrapped, whatever has no single structure is taken whole."""
    shape = output_of(service_name, name)
    if shape is None:
        return result
    inner = [m for m, s in shape.members.items() if m != "Tags" and _holds_structures(s)]
    if len(inner) != 1 or len(shape.members) > 3:
        return result
    members = result.get(inner[0])
    return (members[0] if members else None) if isinstance(members, list) else members


def _holds_structures(shape: Shape) -> bool:
    return shape.type_name == "structure" or (shape.type_name == "list" and shape.member.type_name == "structure")
