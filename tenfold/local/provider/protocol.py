"""The Pulumi provider protocol: its generated messages, and property maps as plain Python values.

The messages come out of the installed SDK, but `import pulumi` costs half a second that a provider process, started
again for each command, need not pay: its `runtime/proto` directory is loaded as a package of its own.
"""

import importlib
import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

from google.protobuf import struct_pb2

SIGNATURE = "4dabf18193072939515e22adb298388d"  # the key that marks a special value, sdk/go/common/resource/sig
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def _messages(name: str) -> Any:
    package = "tenfold_pulumi_protocol"
    if package not in sys.modules:
        sdk = importlib.util.find_spec("pulumi")
        assert sdk and sdk.origin
        module = types.ModuleType(package)
        module.__path__ = [str(Path(sdk.origin).parent / "runtime" / "proto")]
        sys.modules[package] = module
    return importlib.import_module(f"{package}.{name}")


provider = _messages("provider_pb2")
provider_grpc = _messages("provider_pb2_grpc")
plugin = _messages("plugin_pb2")


def python(value: struct_pb2.Value) -> Any:
    """A protocol value as Python's: whole numbers as int, secrets unwrapped."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "struct_value":
        fields = {key: python(item) for key, item in value.struct_value.fields.items()}
        return fields.get("value") if fields.get(SIGNATURE) == SECRET else fields
    if kind == "list_value":
        return [python(item) for item in value.list_value.values]
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    return value.bool_value if kind == "bool_value" else None


def properties(struct: struct_pb2.Struct) -> dict[str, Any]:
    """A property map without nulls (null and absent are the same to a provider)."""
    return {key: item for key, value in struct.fields.items() if (item := python(value)) is not None}


def struct(values: dict[str, Any]) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    message.update({key: value for key, value in values.items() if value is not None})
    return message
