"""The seven stages: data in `*.yaml`, read here."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from blueprints.source.document import Span, parse
from blueprints.source.problem import nearest
from blueprints.value import Value

FOLDER = Path(__file__).parent
LAST_AVAILABLE = 5


class Capability(Value):
    """One thing a stage adds. A blueprint takes it early by `with:` or leaves it out by `without:`."""

    name: str
    stage: int
    title: str
    fields: tuple[str, ...]  # dotted paths that only mean something with it
    needs: tuple[str, ...]
    replaces: str | None
    moves: str | None  # `data` or `traffic`: what has to move when a running stack gets it
    leaves: tuple[str, ...]  # what then holds data or identity and is of no use any more; names without the blueprint's
    available: bool = True  # in this release; one may be there, to be taken early, before the rest of its stage


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
    available: bool
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
    shown = f"blueprints/stages/{path.name}"
    source = parse(path.read_bytes(), shown)
    data = source.data
    nowhere = Span(0, 0, 0)
    spots = {name: source.keys.get(("defaults", name), nowhere) for name in data.get("defaults", {})}
    return Preset(
        number=data["number"],
        name=data["name"],
        available=data["available"],
        title=data["title"],
        users=(data["users"]["from"], data["users"]["to"]),
        removes_bottleneck=data.get("removes_bottleneck", ""),
        adds={name: _capability(name, data, given) for name, given in data["adds"].items()},
        defaults={
            name: Default(given["value"], given["why"], shown, spots[name].line, spots[name].column)
            for name, given in data.get("defaults", {}).items()
        },
        move_on_when=tuple(data.get("move_on_when", ())),
        trade_offs=tuple(data.get("trade_offs", ())),
        application_must=tuple(data.get("application_must", ())),
    )


def _capability(name: str, stage: dict[str, Any], given: dict[str, Any]) -> Capability:
    needs, fields = tuple(given.get("needs", ())), tuple(given["fields"])
    moves, leaves = given.get("moves"), tuple(given.get("leaves", ()))
    available = given.get("available", stage["available"])
    return Capability(
        name, stage["number"], given["title"], fields, needs, given.get("replaces"), moves, leaves, available
    )


def names() -> list[str]:
    return [preset.name for preset in presets().values()]


def stage_number(value: object) -> int:
    """1 to 7 for a number or a name; ValueError says what is valid."""
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


def defaults(stage: int) -> dict[str, Default]:
    """Path -> default: the latest stage's up to this one, else the earliest later one's (capabilities taken early)."""
    found: dict[str, Default] = {}
    for number in range(max(presets()), stage, -1):
        found |= presets()[number].defaults
    for number in range(1, stage + 1):
        found |= presets()[number].defaults
    return found


@cache
def owner_of(path: tuple[str, ...]) -> Capability | None:
    """The capability a field belongs to: the one that names the longest part of its path."""
    best: tuple[int, Capability] | None = None
    for capability in capabilities().values():
        for name in capability.fields:
            parts = tuple(name.split("."))
            if path[: len(parts)] == parts and (best is None or len(parts) > best[0]):
                best = (len(parts), capability)
    return best[1] if best else None
