"""What the house rules ask of fields: `reading/field_rules.py`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.blueprints.origin import SIZING, STAGE
from tenfold.blueprints.reading.house_words import ALWAYS, NEVER
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.document import Route

if TYPE_CHECKING:
    from tenfold.blueprints.reading.field_rules import FieldRule

_UNREPEATED = ("env", "overrides")  # values in them may be secrets, which no message repeats
_FROM = {STAGE: " (the stage's default)", SIZING: " (as it is sized)"}


@rule
def house_rules_are_kept(c: Context) -> Findings:
    """Of fields that the stack uses: what a later stage would use is judged there."""
    applying = c.draft.house.applying(c.environment, c.architecture.stage)
    if not applying:
        return
    from tenfold.blueprints.unused_values import explain_unused  # late: only houses need it

    for each in applying:
        for route in each.target.routes(c.values):
            if not explain_unused(c.architecture, route)[1]:
                yield from _whether_set(c, each, route)
                yield from _value(c, each, route)


def _whether_set(c: Context, each: "FieldRule", route: Route) -> Findings:
    path, asked = ".".join(route), each.asks.get("set")
    if asked == ALWAYS and not c.is_set(path):
        yield _finding(c, "TF-H005", each, route, f"The house rules require `{path}` to be set.")
    if asked == NEVER and c.is_set(path):
        yield _finding(c, "TF-H010", each, route, f"House rules do not let a blueprint set `{path}`.", key=True)


def _value(c: Context, each: "FieldRule", route: Route) -> Findings:
    if each.target.is_section or route not in c.values:
        return
    for at, value in _items(each, route, c.values[route]):
        if instead := each.refusal(value):
            path, shown = ".".join(route), _shown(c, each, route, value)
            message = f"House rules allow {instead} for `{path}`, not {shown}."
            yield _finding(c, each.code, each, at, message)


def _items(each: "FieldRule", route: Route, value: Any) -> Iterator[tuple[Route, Any]]:
    """The value; or each item of a list, with its place."""
    if each.target.field.kind["is"] != "list":
        yield route, value
        return
    for number, item in enumerate(value or ()):
        yield (*route, str(number)), item


def _shown(c: Context, each: "FieldRule", route: Route, value: Any) -> str:
    from tenfold.blueprints.grammar.spelling import written_value

    if any(part in _UNREPEATED for part in route):
        return "this value"
    text = written_value(each.target.field._replace(kind=each.target.kind), value)
    return text + _FROM.get(c.origins[route].kind if route in c.origins else "", "")


def _finding(c: Context, code: str, each: "FieldRule", route: Route, message: str, *, key: bool = False) -> Finding:
    code = "TF-H013" if each.is_warning else code
    return Finding(code, route, message + each.because, f"See `{each.name}`, {_near(c, each.place)}.", key)


def _near(c: Context, place: str) -> str:
    """Of a file beside the blueprint its name alone."""
    file, line, column = place.rsplit(":", 2)
    beside = Path(file).absolute().parent == Path(c.draft.source.file).absolute().parent
    return f"{Path(file).name}:{line}:{column}" if beside else place
