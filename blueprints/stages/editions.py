"""Editions: the defaults of the stages, and the sizes that sizing chooses from, as they were at a date.

The stages' own files are the newest edition. `editions/<edition>.yaml` says what each changed from the one before; an
older edition is the newest with those changes taken back. `editions/recorded/` holds the whole of each, for a test.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.blueprints.source.document import Source, load_data, parse
from tenfold.blueprints.stages import presets
from tenfold.blueprints.stages.presets import Default
from tenfold.blueprints.value import Value

FOLDER = Path(__file__).with_name("editions")
RECORDS = FOLDER / "recorded"
SIZES = Path(__file__).parents[1] / "sizes" / "sizes.yaml"

Defaults = Mapping[int, Mapping[str, Default]]


class Change(Value):
    """What an edition changed of a stage; `before` is None where there was no default."""

    stage: int
    field: str
    before: Default | None


class Edition(Value):
    name: str
    title: str
    released: bool
    changes: tuple[Change, ...]
    sizes: Mapping[str, Any]
    """What it changed of the sizes: rows as they were before, by what they are for."""


@cache
def names() -> tuple[str, ...]:
    """The oldest first."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def newest() -> str:
    """The edition of a blueprint that does not pin one."""
    return names()[-1]


@cache
def edition(name: str) -> Edition:
    """Raises KeyError for a name that is none."""
    if name not in names():
        raise KeyError(name)
    source = parse((FOLDER / f"{name}.yaml").read_bytes(), f"blueprints/stages/editions/{name}.yaml")
    data = source.data
    changes = tuple(_change(source, number, entry) for number, entry in enumerate(data["defaults"]))
    return Edition(name, data["title"], data["released"], changes, data.get("sizes") or {})


def _change(source: Source, number: int, entry: Mapping[str, Any]) -> Change:
    span = source.values[("defaults", str(number))]
    why = f"as it was before edition {Path(source.file).stem}: {entry['why']}"
    before = None if entry["before"] is None else Default(entry["before"], why, source.file, span.line, span.column)
    return Change(entry["stage"], entry["field"], before)


def _later(name: str) -> list[Edition]:
    """The editions after one, the newest first."""
    return [edition(each) for each in reversed(names()) if each > name]


@cache
def stages(name: str) -> Defaults:
    """The defaults that each stage adds, in an edition."""
    by_stage = {number: dict(preset.defaults) for number, preset in presets.presets().items()}
    for later in _later(name):
        for change in later.changes:
            if change.before is None:
                del by_stage[change.stage][change.field]
            else:
                by_stage[change.stage][change.field] = change.before
    return by_stage


@cache
def sizes_before(name: str) -> Mapping[str, Any]:
    """Rows of sizes that are others in the newest edition, by what they are for."""
    rows: dict[str, Any] = {}
    for later in _later(name):
        rows |= later.sizes
    return rows


def defaults(stage: int, name: str) -> dict[str, Default]:
    """Path -> default of a stage in an edition: of the latest stage up to this one that has it, else of the earliest
    later one (for capabilities that are taken early)."""
    by_stage = stages(name)
    merged: dict[str, Default] = {}
    for number in (*range(max(by_stage), stage, -1), *range(1, stage + 1)):
        merged |= by_stage[number]
    return merged


def record(name: str) -> str:
    """An edition as text, a line for each default, capability and row of sizes: it stays once it is released. What a
    stage adds has no editions; a new capability is taken by `with:`."""
    lines = [
        f"{number} {path} = {json.dumps(default.value, ensure_ascii=False, sort_keys=True)}"
        for number, by_path in stages(name).items()
        for path, default in sorted(by_path.items())
    ]
    lines += [f"{preset.number} adds {name}" for preset in presets.presets().values() for name in preset.adds]
    lines += [
        f"{what} {json.dumps(row, sort_keys=True)}"
        for what, rows in sorted({**load_data(SIZES), **sizes_before(name)}.items())
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def record_file(name: str) -> Path:
    """The file with the record of an edition."""
    return RECORDS / f"{name}.txt"
