"""Reads tables/: the classes and functions of one module of a provider's package."""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.recorder.light.shapes import PLAIN, ListOf, MapOf, ObjectOf, camel, field

PACKAGES = ("pulumi_aws", "pulumi_kubernetes")
TABLES = Path(__file__).parent / "tables"


class Table:
    """One module's table."""

    def __init__(self, module: str, data: Mapping[str, Any]):
        self.module, self.version = module, data["version"]
        self.classes: Mapping[str, Any] = data.get("classes", {})
        self.functions: Mapping[str, Any] = data.get("functions", {})
        self.types: Mapping[str, Any] = data.get("types", {})
        self.nested: Mapping[str, Any] = {**self.types, **data.get("borrowed", {})}
        self._objects: dict[str, ObjectOf] = {}

    def link(self, type_: Any) -> Any:
        """A type in the notation of the tables (see make_tables) as a shape."""
        if type_.__class__ is str:
            return PLAIN.get(type_) or self.object(type_)
        if type_.__class__ is list:
            return ListOf(self.link(type_[0]))
        return MapOf(self.link(type_["*"]))

    def object(self, name: str) -> ObjectOf:
        known = self._objects.get(name)
        if known is None:
            if name in self.nested:
                known = ObjectOf(self, self.nested[name], ())
            else:  # the arguments of a whole resource
                class_ = self.classes[class_of_arguments(name)]
                known = ObjectOf(self, class_["inputs"], class_.get("required", ()))
            self._objects[name] = known
        return known


def class_of_arguments(name: str) -> str:
    """`QueueArgs` -> `Queue`; pulumi_kubernetes calls them `DeploymentInitArgs`. Nothing for another name."""
    return name.removesuffix("Args").removesuffix("Init") if name.endswith("Args") else ""


class ClassTable:
    """What is known of one resource class."""

    def __init__(self, table: Table, raw: Mapping[str, Any]):
        self.token: str = raw["token"]
        self.version = table.version
        self.inputs = {name: field(table, name, entry) for name, entry in raw["inputs"].items()}
        self.outputs = {
            name: (entry[0], entry[1]) if isinstance(entry, list) else (camel(name), entry)
            for name, entry in raw["outputs"].items()
        }
        self.required: list[str] = raw.get("required", [])
        self.aliases: list[str] = raw.get("aliases", [])
        self.secrets: list[str] = raw.get("secrets", [])
        self.replace: list[str] = raw.get("replace", [])
        self.constants: Mapping[str, Any] = raw.get("constants", {})
        self.environment: Mapping[str, Any] = raw.get("environment", {})


@cache
def load(module: str) -> Table | None:
    try:
        return Table(module, json.loads((TABLES / f"{module}.json").read_bytes()))
    except FileNotFoundError:
        return None


def version(package: str) -> str:
    """Of the package that the tables were made from."""
    table = load(package)
    return table.version if table else ""


@cache
def modules() -> frozenset[str]:
    """The modules there are tables of."""
    return frozenset(name.removesuffix(".json") for name in os.listdir(TABLES)) - {"enums"}


@cache
def importable() -> frozenset[str]:
    """The modules there are tables of, and the packages on the way: `pulumi_kubernetes.core` to `core.v1`."""
    return modules() | {name.rpartition(".")[0] for name in modules()} - {""}


@cache
def enumerations() -> Mapping[str, Any]:
    return json.loads((TABLES / "enums.json").read_bytes())
