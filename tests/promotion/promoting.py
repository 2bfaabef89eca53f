"""Examples in the middle of promotions: their architectures, and states as an `up` would leave them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import Resolution, load
from tenfold.graph import Graph
from tenfold.promotion import edit
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of

CHECKOUT = Path(__file__).resolve().parents[2]
EXAMPLES = ("shop", "chat", "news")
PAIRS = ((1, 2), (2, 3), (3, 4), (4, 5), (1, 5))
TABLES = CHECKOUT / "tenfold" / "recorder" / "light" / "tables"


def architecture(folder: Path, example: str, change: dict[str, Any], extra: str = "") -> Architecture:
    """The prod environment with `change` in its block, and `extra` lines at the end of the file."""
    found = resolution(folder, example, change, extra).architecture
    assert found
    return found


def resolution(folder: Path, example: str, change: dict[str, Any], extra: str = "") -> Resolution:
    """The same with where each value comes from."""
    content = (CHECKOUT / "blueprints" / f"{example}.yaml").read_bytes() + extra.encode()
    file = folder / f"{example}.yaml"
    file.write_bytes(edit.edit_content(content, str(file), "prod", change))
    found = load(file, environment="prod")
    assert found.architecture, found.problems
    return found


def graph(of: Architecture) -> Graph:
    return record(run_of(of))


def state(of: Architecture) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(outputs of the stack, its resources) as a deployment would have them, every output there is with a value."""
    found = graph(of)
    resources = [
        {
            "urn": resource.urn,
            "type": resource.type,
            "custom": resource.custom,
            "id": f"{resource.name}-id",
            "protect": resource.protect,
            "inputs": dict(resource.inputs),
            "outputs": {name: f"{resource.name}-{name}" for name in _outputs(resource.type)} | dict(resource.inputs),
        }
        for resource in found
    ]
    return {name: f"the-{name.replace('_', '-')}" for name in found.outputs}, resources


@cache
def _outputs(type_: str) -> tuple[str, ...]:
    """The names of a type's outputs, as the provider's SDK has them."""
    for file in TABLES.glob("pulumi_aws*.json"):
        for told in json.loads(file.read_text())["classes"].values():
            if told.get("token") == type_:
                return tuple(_camel(name) for name in told["outputs"])
    return ()


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
