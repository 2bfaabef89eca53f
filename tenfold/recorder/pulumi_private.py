"""Everything tenfold takes from inside the Pulumi SDK, in one place: a new SDK is checked against this file.

Verified with pulumi 3.272. The public surface has no way to see a whole registration request, which is what
`MockMonitor`'s callers hold, nor to run a program to its end in the calling process.
"""

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi._types import resource_types, unwrap_optional_type
from pulumi.runtime import run_in_stack, set_all_config
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime.mocks import MockMonitor, set_mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import SETTINGS, set_root_resource
from pulumi.runtime.stack import wait_for_rpcs

EMPTY = empty_pb2.Empty()
STATE_MIGRATIONS = resource_pb2.RESOURCE_MONITOR_FEATURE_STATE_MIGRATIONS
ReadResourceRequest = resource_pb2.ReadResourceRequest
ReadResourceResponse = resource_pb2.ReadResourceResponse
RegisterResourceRequest = resource_pb2.RegisterResourceRequest
RegisterResourceResponse = resource_pb2.RegisterResourceResponse
Struct = struct_pb2.Struct
as_dict = json_format.MessageToDict

__all__ = [
    "EMPTY",
    "STATE_MIGRATIONS",
    "MockMonitor",
    "ReadResourceRequest",
    "ReadResourceResponse",
    "RegisterResourceRequest",
    "RegisterResourceResponse",
    "Struct",
    "as_dict",
    "forget_outputs",
    "invoke_response",
    "plain",
    "resource_types",
    "run_in_stack",
    "set_all_config",
    "set_mocks",
    "set_root_resource",
    "state_migrations",
    "struct_of",
    "unwrap_optional_type",
    "wait_for_rpcs",
]


def plain(struct: struct_pb2.Struct) -> dict[str, object]:
    """A protobuf struct as plain data; whole numbers come back as ints, as the program gave them."""
    return {key: _value(value) for key, value in struct.fields.items()}


def _value(value: struct_pb2.Value) -> object:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return plain(value.struct_value)
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    if kind == "string_value":
        return value.string_value
    return value.bool_value if kind == "bool_value" else None


def struct_of(values: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


def invoke_response(answer: struct_pb2.Struct) -> resource_pb2.ResourceInvokeResponse:
    fields: dict[str, Any] = {"return": answer}  # `return` cannot be written as a keyword
    return resource_pb2.ResourceInvokeResponse(**fields)


def state_migrations(request: resource_pb2.RegisterResourceRequest) -> tuple[Callable[[Any], Any], ...]:
    """The callbacks behind a request's `state_migrations`, which names them to the engine by a token."""
    known = {token: call for server in _CallbackServicer._servicers for call, token in server._state_migrations.items()}
    return tuple(known[callback.token] for callback in request.state_migrations)


def forget_outputs() -> None:
    """`set_mocks` leaves the outputs of an earlier program waiting, on a loop that is closed by now."""
    SETTINGS.outputs = set()  # pyright: ignore[reportAttributeAccessIssue]: declared nowhere
