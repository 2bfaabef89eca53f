"""A blueprint file as typed settings: those of its top, and those of each environment, by path. Not resolved yet."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from tenfold.blueprints.own import Own, find_own
from tenfold.blueprints.reading.house import House, find_rules_file, open_house
from tenfold.blueprints.reading.validation import accept, leaves
from tenfold.blueprints.source.document import Route, Source, Unreadable, read, survey
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.source.report import unreadable
from tenfold.blueprints.value import Value

Settings = Mapping[Route, Any]

# Fields that an empty field of an environment cannot take back.
_REQUIRED: frozenset[Route] = frozenset({("name",), ("stage",), ("app", "image")})


class Draft(Value):
    """`broken` are the paths whose values were refused; no rule reports them again."""

    source: Source
    problems: tuple[Problem, ...] = ()
    base: Settings = field(default_factory=dict)
    environments: Mapping[str, Settings] = field(default_factory=dict)
    removed: frozenset[Route] = frozenset()  # paths with nothing after the colon: the next lower layer counts
    broken: frozenset[Route] = frozenset()
    usable: bool = True
    house: House = field(default_factory=House)
    own: Own | None = None

    def top(self, environment: str | None) -> Settings:
        """The settings of the file's top that an environment starts from: without those it takes back by an empty
        field. All of them, where no environment is named."""
        taken_back = [route[2:] for route in self.removed if route[:2] == ("environments", environment)]
        if not taken_back:
            return self.base
        return {
            route: value
            for route, value in self.base.items()
            if route in _REQUIRED or not any(route[: len(prefix)] == prefix for prefix in taken_back)
        }

    def settings(self, environment: str | None) -> Settings:
        """All settings of the file for an environment: its own over those of the top."""
        return {**self.top(environment), **self.environments.get(environment or "", {})}


def open_draft(path: str | Path, rules_file: str | Path | None = None, content: bytes | None = None) -> Draft:
    """Never raises for a user's mistake: an unreadable file is a draft with one problem. `content` replaces the
    content of the file."""
    try:
        source = read(path) if content is None else survey(content, str(path))
    except Unreadable as error:
        return Draft(Source(str(path), error.lines), (unreadable(str(path), error),), usable=False)
    accepted = accept(source, "Blueprint")
    house = open_house(rules_file or find_rules_file(path))
    environments = accepted.values.get("environments") or {}
    return Draft(
        source=source,
        problems=(*(unreadable(source.file, wrong) for wrong in source.wrong), *accepted.problems, *house.problems),
        base=dict(leaves(accepted.values)),
        environments={name: dict(leaves(settings)) for name, settings in environments.items()},
        removed=accepted.removed,
        broken=accepted.broken,
        house=house,
        own=find_own(path),
    )
