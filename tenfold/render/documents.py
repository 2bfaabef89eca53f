"""What `--json` prints: each document is of a kind of documents.yaml, which has a JSON Schema (docs/json.md)."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import click

from tenfold import home

VERSION = 1
FILE = Path(__file__).with_name("documents.yaml")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "any": {},
}
_REFERENCE = "#/$defs/"


def show(kind: str, document: dict[str, Any], *, indent: int | None = 2) -> None:
    """Prints a document of a kind, in ASCII: the same in every locale. `indent` is None where its lists are long."""
    click.echo(json.dumps({"version": VERSION, **document}, indent=indent, default=list))


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """By name: what it is `of`, the `commands` that print it, its `form`."""
    return _source()["kinds"]


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind. Raises KeyError for an unknown one."""
    form = _schema(kinds()[kind]["form"])
    stamped = {"properties": {"version": {"const": VERSION}}, "required": ["version"]}
    used: dict[str, Any] = {}
    _collect(form, used)
    head = {"$schema": _DIALECT, "title": f"tenfold {kind}", "description": kinds()[kind]["of"]}
    return {**head, "type": "object", **stamped, "allOf": [form], "$defs": dict(sorted(used.items()))}


def pages() -> dict[Path, str]:
    """Path and content of each file in docs/schema/output of a checkout."""
    folder = home.PACKAGE.parent / "docs" / "schema" / "output"
    return {folder / f"{kind}.json": json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n" for kind in kinds()}


def write() -> None:
    """Renews them; those of a kind that is gone go."""
    files = pages()
    folder = next(iter(files)).parent
    folder.mkdir(exist_ok=True)
    for file in set(folder.iterdir()) - set(files):
        file.unlink()
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")


@cache
def _source() -> dict[str, Any]:
    import yaml  # late: few commands print a document

    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def _collect(form: Any, used: dict[str, Any]) -> None:
    """The shared forms that one refers to, and those that they refer to."""
    for name in re.findall(rf'"{re.escape(_REFERENCE)}(\w+)"', json.dumps(form)):
        if name not in used:
            used[name] = _schema(_source()["shared"][name])
            _collect(used[name], used)


def _schema(form: Any) -> dict[str, Any]:
    if isinstance(form, list):
        return {"type": "array", "items": _schema(form[0])}
    if isinstance(form, str):
        return _scalar(form)
    if "either" in form:
        return {"anyOf": [_schema(each) for each in form["either"]]}
    if "each" in form:
        return {"type": "object", "additionalProperties": _schema(form["each"])}
    fields = _fields(form)
    return {
        "type": "object",
        "properties": {name.rstrip("~"): _schema(value) for name, value in fields.items()},
        "required": [name for name in fields if not name.endswith("~")],
    }


def _fields(form: dict[str, Any]) -> dict[str, Any]:
    """With those of the shared form that `+` names."""
    merged: dict[str, Any] = {}
    for name, value in form.items():
        merged |= _fields(_source()["shared"][value.partition(";")[0]]) if name == "+" else {name: value}
    return merged


def _scalar(text: str) -> dict[str, Any]:
    """`number~; USD a month` -> a number or null, described."""
    form, _, words = text.partition("; ")
    name = form.rstrip("~")
    if name in _SCALARS:
        known = _SCALARS[name]
    elif name[0].isupper():
        known = {"$ref": f"{_REFERENCE}{name}"}
    else:
        known = {"enum": name.split("|")}
    nullable = {"anyOf": [known, {"type": "null"}]} if form.endswith("~") else known
    return {**nullable, "description": words} if words else nullable
