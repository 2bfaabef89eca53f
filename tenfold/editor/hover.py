"""What a position of a blueprint is about: the field, its value in each environment and where that comes from."""

from collections.abc import Iterator
from pathlib import Path

from tenfold import secrecy
from tenfold.blueprints.grammar.lookup import CHANGES, Field, field_at
from tenfold.blueprints.grammar.spelling import written_value
from tenfold.blueprints.reading.draft import Draft, open_draft
from tenfold.blueprints.resolve import resolve
from tenfold.blueprints.source.document import Route, Source


def hover(path: Path, text: str, line: int, column: int) -> str:
    """Markdown; empty where there is nothing to say. `line` and `column` count from 1."""
    draft = open_draft(path, content=text.encode())
    route = _route(draft.source, line, column)
    inside = route[2:] if route[:1] == ("environments",) else route
    field = field_at(inside, "Environment" if inside != route else "Blueprint") if inside else None
    if field is None:
        return ""
    lines = [f"**{'.'.join(inside)}**  {field.meaning}", f"A change: {CHANGES[field.change]}."]
    environments = [route[1]] if inside != route else list(draft.environments) or [None]
    return "\n\n".join([lines[0], *_values(draft, environments, inside, field), lines[1]])


def _values(draft: Draft, environments: list[str] | list[None], route: Route, field: Field) -> Iterator[str]:
    for environment in environments:
        resolution, path = resolve(draft, environment=environment), ".".join(route)
        if path in resolution.values and (origin := resolution.origins.get(path)):
            value = written_value(field, secrecy.by_name(resolution.values[path], route[-1]))
            named = f"{environment}: " if environment else ""
            yield f"{named}`{value}` from {origin.kind}" + (f": {origin.why}" if origin.why else "")


def _route(source: Source, line: int, column: int) -> Route:
    """The deepest path whose key or value is there."""
    there = [
        route
        for spans in (source.keys, source.values)
        for route, span in spans.items()
        if span.line == line and span.column <= column < span.end_column
    ]
    return max(there, key=len, default=())
