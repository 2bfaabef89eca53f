"""Builds tests/local/scenario.yaml against moto, in process, and keeps what every step answered."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from moto import mock_aws

from tenfold.local.aws import Handlers, table

REGION = "us-east-1"
SCENARIO = Path(__file__).with_name("scenario.yaml")


@dataclass
class Made:
    """One resource of the scenario and what happened to it."""

    name: str
    token: str
    inputs: dict[str, Any] = field(default_factory=dict)
    id: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)
    refreshed: Any = None  # read after creation
    imported: Any = None  # read by the id alone
    changes: dict[str, Any] = field(default_factory=dict)  # the diff of the update
    changed_inputs: dict[str, Any] = field(default_factory=dict)
    changed: Any = None  # read after the update
    gone: bool = False
    error: str = ""

    def autoname(self, key: str, longest: int) -> str:
        return f"{self.name.replace('_', '-')}-{autoname(key, longest)}"[:longest]


def autoname(key: str, longest: int) -> str:
    return f"shop-{key.lower()}-a1b2c3d"[:longest]


def import_id(made: Made) -> str:
    """The id an import would be given: it may have to say more than the resource's own."""
    spec = table.spec(made.token)
    if spec is None or not spec.import_id or spec.import_separator in made.id:
        return made.id
    return spec.import_separator.join(made.id if key == "id" else str(made.outputs[key]) for key in spec.import_id)


class World:
    def __init__(self, handlers: Handlers) -> None:
        self.handlers, self.made = handlers, dict[str, Made]()
        images = handlers.clients.call("ec2", REGION, "DescribeImages", {"Owners": ["amazon"]})["Images"]
        self.image = images[0]["ImageId"]

    def resolve(self, value: Any) -> Any:
        """`$name` and `$name.output` in the scenario's values."""
        if isinstance(value, Mapping):
            return {k: self.resolve(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.resolve(v) for v in value]
        if value == "$ami":
            return self.image
        if isinstance(value, str) and value.startswith("$") and value[1:2] != ".":  # `$.a` is a path in an event
            name, _, output = value[1:].partition(".")
            return self.made[name].outputs[output] if output else self.made[name].id
        return value

    def build(self, name: str, entry: Mapping[str, Any]) -> Made:
        made = self.made[name] = Made(name, entry["type"])
        try:
            self._steps(made, entry)
        except Exception as wrong:  # noted, so that every resource is tried
            made.error = f"{type(wrong).__name__}: {wrong}"
        return made

    def _steps(self, made: Made, entry: Mapping[str, Any]) -> None:
        h, region = self.handlers, entry.get("region", REGION)
        given = self.resolve(entry["inputs"])
        made.inputs, failures = h.check(made.token, given, region, made.autoname)
        assert not failures, failures
        made.id, made.outputs = h.create(made.token, made.inputs, region)
        made.refreshed = h.read(made.token, made.id, made.outputs, made.inputs, region)
        made.imported = h.read(made.token, import_id(made), None, None, region)
        if "update" not in entry:
            return
        wanted = {k: v for k, v in {**given, **self.resolve(entry["update"])}.items() if v is not None}
        keep = {k: v for k, v in made.inputs.items() if k not in given}
        made.changed_inputs, failures = h.check(made.token, {**keep, **wanted}, region, made.autoname)
        assert not failures, failures
        made.changes = h.diff(made.token, made.inputs, made.changed_inputs, made.refreshed[1])
        made.outputs = h.update(made.token, made.id, made.inputs, made.changed_inputs, made.outputs, region)
        made.changed = h.read(made.token, made.id, made.outputs, made.changed_inputs, region)

    def tear_down(self) -> None:
        for made in reversed(list(self.made.values())):
            if not made.id:
                continue
            region = made.outputs.get("region", REGION)
            try:
                self.handlers.delete(made.token, made.id, made.outputs, region)
                self.handlers.delete(made.token, made.id, made.outputs, region)  # twice: not found is a success
                made.gone = self.handlers.read(made.token, made.id, made.outputs, made.inputs, region) is None
            except Exception as wrong:
                made.error = made.error or f"delete: {type(wrong).__name__}: {wrong}"


def data(file: Path) -> Any:
    """What a YAML file holds, by libyaml where it is there: ten times as fast."""
    return yaml.load(file.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@contextmanager
def built() -> Iterator[World]:
    with mock_aws():
        world = World(Handlers(None))
        for name, entry in data(SCENARIO).items():
            world.build(name, entry)
        world.tear_down()
        yield world
