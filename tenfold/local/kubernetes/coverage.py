"""Where the fields of Kubernetes' objects go on the local cloud: to a real API server, all of them; and which have no
effect there, with the reason (`without_effect.yaml`). Pure: no cluster is asked."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.blueprints.source.document import load_data
from tenfold.local.coverage import Row
from tenfold.recorder.light import tables
from tenfold.recorder.light.shapes import ListOf, ObjectOf

HERE = Path(__file__).parent
BY_ALL = ("apiVersion", "kind", "metadata")


@cache
def kinds() -> Mapping[str, Any]:
    """Every kind that is modelled, by its type: the shape of its fields, of the SDK's own classes or of the
    definitions of Auto Mode."""
    classes = {
        row["token"]: ObjectOf(table, row["inputs"], ())
        for module in sorted(tables.modules())
        if module.startswith("pulumi_kubernetes.") and (table := tables.load(module)) is not None
        for row in table.classes.values()
        if ":" in row["token"].removeprefix("kubernetes:") and "{" not in row["token"]
    }
    return classes | dict.fromkeys(_definitions())


def _definitions() -> Iterator[str]:
    for definition in json.loads((HERE / "auto_mode.json").read_bytes()):
        spec = definition["spec"]
        yield f"kubernetes:{spec['group']}/{spec['versions'][0]['name']}:{spec['names']['kind']}"


@cache
def without_effect() -> Mapping[str, Mapping[str, str]]:
    return load_data(HERE / "without_effect.yaml")


def rows(token: str | None = None) -> list[Row]:
    return [row for kind in ([token] if token else kinds()) for row in _of_kind(kind)]


def _of_kind(token: str) -> Iterator[Row]:
    shape, reasons = kinds()[token], without_effect().get(token, {})
    for path in leaves(shape) if shape else ("spec",):
        matching = [field for field in reasons if f"{path}.".startswith(f"{field}.")]
        reason = reasons[max(matching, key=len)] if matching else ""
        yield Row(token, path, "recorded" if reason else "sent", reason or "the API server")


def leaves(shape: Any, path: str = "", above: tuple[ObjectOf, ...] = ()) -> Iterator[str]:
    """Every field that is not a block, or is one of the kind it is in (a schema in a schema). What all objects have is
    left out."""
    shape = shape.element if isinstance(shape, ListOf) else shape
    if not isinstance(shape, ObjectOf) or shape in above:
        yield path
        return
    for wire, (_, inner) in shape.back().items():
        if path or wire not in BY_ALL:
            yield from leaves(inner, f"{path}.{wire}" if path else wire, (*above, shape))
