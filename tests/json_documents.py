"""Every document that a command prints in a test is held against the schema of its kind, with no field that it does not
name: in this process, and in those that the engine's tests fork."""

import json
from functools import cache
from typing import Any

import jsonschema
from jsonschema.exceptions import best_match

from tenfold.render import documents

printed: set[str] = set()


def watch() -> None:
    """From now on. Raises AssertionError where a document is printed that its schema does not describe."""
    show = documents.show
    if show.__module__ == __name__:
        return

    def checked(kind: str, document: dict[str, Any], *, indent: int | None = 2) -> None:
        check(kind, json.loads(json.dumps({"version": documents.VERSION, **document}, default=list)))
        printed.add(kind)
        show(kind, document, indent=indent)

    documents.show = checked


def check(kind: str, document: Any) -> None:
    error = best_match(validator(kind).iter_errors(document))
    assert error is None, f"{kind}: {error.json_path}: {error.message[:300]}"


@cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(closed(documents.schema(kind)))


def closed(schema: Any) -> Any:
    """With no other fields than those that are described. `version` stands beside the form."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if inner.get("type") == "object" and "properties" in inner and "allOf" not in inner:
        properties = {"version": {}, **inner["properties"]}
        return {**inner, "properties": properties, "additionalProperties": False}
    return inner
