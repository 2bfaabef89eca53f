"""`python -m tenfold.local.aws.extract`: writes `data/schema.json` from the installed `pulumi_aws`.

Run it when pulumi-aws or the table's list of types changes; a test compares the file with a fresh extraction."""

import collections.abc
import importlib
import inspect
import json
import sys
import typing
from importlib import metadata
from typing import Any

from tenfold.local.aws import schema, table

SCALARS = {str: "s", int: "i", float: "f", bool: "b"}


def kind(annotation: Any, seen: tuple[str, ...] = ()) -> Any:
    """The short form (see schema.py) of an SDK annotation. Recursive types end in "a"."""
    from pulumi import _types

    origin = typing.get_origin(annotation)
    if origin is typing.Union:
        for option in typing.get_args(annotation):  # Union[X, Awaitable[X], Output[X]]
            awaitable = typing.get_origin(option) is collections.abc.Awaitable
            if option is not type(None) and not awaitable and "output.Output" not in str(option):
                return kind(option, seen)
        return "a"
    if origin in (collections.abc.Sequence, list):
        return ["l", kind(typing.get_args(annotation)[0], seen)]
    if origin in (collections.abc.Mapping, dict):
        return ["m", kind(typing.get_args(annotation)[1], seen)]
    if annotation in SCALARS:
        return SCALARS[annotation]
    if not inspect.isclass(annotation) or annotation.__name__ in seen:
        return "a"
    inner = (*seen, annotation.__name__)
    if _types.is_input_type(annotation):
        return {k: kind(v, inner) for k, v in _types.input_type_types(annotation).items()}
    if _types.is_output_type(annotation):
        return {k: kind(v, inner) for k, v in _types.output_type_types(annotation).items()}
    return "s" if issubclass(annotation, str) else "a"


def extract(token: str) -> dict[str, Any]:
    """{in, out, req} of one resource type."""
    from pulumi import _types

    name = token.split(":")[2]
    resource = getattr(importlib.import_module(f"pulumi_aws.{table.module_of(token)}"), name)
    own = sys.modules[resource.__module__]
    # a nested input type of the same name (s3.BucketVersioningArgs) moves the resource's own to <Name>InitArgs
    arguments = getattr(own, name + "InitArgs", None) or getattr(own, name + "Args")
    named = _types.input_type_py_to_pulumi_names(arguments)
    inputs = {k: kind(v) for k, v in _types.input_type_types(arguments).items()}
    signature = inspect.signature(arguments.__init__).parameters
    required = [named[n] for n, p in signature.items() if p.default is inspect.Parameter.empty and n in named]
    outputs = {k: inputs.get(k) or kind(v) for k, v in _types.resource_types(resource).items()}
    return {"in": inputs, "out": outputs, "req": required}


def document() -> str:
    """The whole file: one line per type."""
    about = f"pulumi-aws {metadata.version('pulumi-aws')}; made by tenfold.local.aws.extract"
    lines = [f"{json.dumps(t)}: {json.dumps(extract(t), separators=(',', ':'))}" for t in sorted(table.tokens())]
    return "\n".join((f'{{"about": {json.dumps(about)}, "types": {{', ",\n".join(lines), "}}", ""))


if __name__ == "__main__":
    schema.PATH.write_text(document(), encoding="utf-8")
    print(f"{schema.PATH}: {len(table.tokens())} types")
