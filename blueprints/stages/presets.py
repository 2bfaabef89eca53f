"""The seven stages, read from `*.yaml` in this folder."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.blueprints.source.document import Source, parse
from tenfold.blueprints.source.words import nearest
from tenfold.blueprints.value import Value

FOLDER = Path(__file__).parent


class Capability(Value):
    """A part that a stage adds. A blueprint takes it early by `with:`, or leaves it out by `without:`."""

    name: str
    stage: int
    title: str
    fields: tuple[str, ...]  # dotted paths that have a meaning only with it
    needs: tuple[str, ...]
    replaces: str | None
    moves: str | None  # `data` or `traffic`: moves in the promotion that adds it
    leaves: tuple[str, ...]  # resources with data or identity that are unused after it; without the blueprint's name


class Default(Value):
    value: Any  # as written
    why: str
    file: str
    line: int
    column: int

    @property
    def place(self) -> tuple[str, int, int]:
        return self.file, self.line, self.column


class Preset(Value):
    number: int
    name: str
    title: str
    users: tuple[int, int]
    removes_bottleneck: str
    adds: Mapping[str, Capability]
    defaults: Mapping[str, Default]
    move_on_when: tuple[str, ...]
    trade_offs: tuple[str, ...]
    application_must: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"{self.number} ({self.name})"


@cache
def presets() -> Mapping[int, Preset]:
    return {preset.number: preset for preset in map(_read, sorted(FOLDER.glob("*.yaml")))}


def _read(path: Path) -> Preset:
    source = parse(path.read_bytes(), f"blueprints/stages/{path.name}")
    data = source.data
    return Preset(
        number=data["number"],
        name=data["name"],
        title=data["title"],
        users=(data["users"]["from"], data["users"]["to"]),
        removes_bottleneck=data.get("removes_bottleneck", ""),
        adds={name: _capability(name, data, entry) for name, entry in data["adds"].items()},
        defaults={name: _default(source, name, entry) for name, entry in data.get("defaults", {}).items()},
        move_on_when=tuple(data.get("move_on_when", ())),
        trade_offs=tuple(data.get("trade_offs", ())),
        application_must=tuple(data.get("application_must", ())),
    )


def _default(source: Source, name: str, entry: dict[str, Any]) -> Default:
    span = source.keys[("defaults", name)]
    return Default(entry["value"], entry["why"], source.file, span.line, span.column)


def _capability(name: str, stage: dict[str, Any], entry: dict[str, Any]) -> Capability:
    return Capability(
        name=name,
        stage=stage["number"],
        title=entry["title"],
        fields=tuple(entry["fields"]),
        needs=tuple(entry.get("needs", ())),
        replaces=entry.get("replaces"),
        moves=entry.get("moves"),
        leaves=tuple(entry.get("leaves", ())),
    )


def names() -> list[str]:
    return [preset.name for preset in presets().values()]


def stage_number(value: object) -> int:
    """1 to 7, from a number or a name. Raises ValueError, which lists the valid ones, for anything else."""
    for number, preset in presets().items():
        if not isinstance(value, bool) and value in (number, preset.name):
            return number
    near = nearest(value, names()) if isinstance(value, str) else []
    listed = ", ".join(f"{number} {preset.name}" for number, preset in presets().items())
    raise ValueError((f"Did you mean {near[0]}? " if near else "") + f"The stages are {listed}.")


@cache
def capabilities() -> Mapping[str, Capability]:
    """All capabilities of all stages, in the order of the stages."""
    return {name: capability for preset in presets().values() for name, capability in preset.adds.items()}


@cache
def owner_of(path: tuple[str, ...]) -> Capability | None:
    """The capability that a field belongs to: the one that names the longest part of its path."""
    longest: tuple[int, Capability] | None = None
    for capability in capabilities().values():
        for name in capability.fields:
            parts = tuple(name.split("."))
            if path[: len(parts)] == parts and (longest is None or len(parts) > longest[0]):
                longest = (len(parts), capability)
    return longest[1] if longest else None
