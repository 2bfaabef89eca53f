"""What the reader refuses, as a problem a person can act on."""

import re

from blueprints.grammar.declared import field_at, sections
from blueprints.reading.reader import Refused, fitting_field
from blueprints.source.document import Source, Span, plain
from blueprints.source.problem import Problem, hidden, nearest, one_of
from blueprints.stages import presets

Route = tuple[str, ...]

_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "model_type": "a mapping of fields",
    "dict_type": "a mapping",
    "list_type": "a list",
}
# Examples of what cannot be left out, by path; of an entry with a name of the writer's own, by the field alone.
_REQUIRED = {
    ("name",): "name: shop",
    ("stage",): "stage: 1",
    ("app",): "app: {image: ghcr.io/acme/shop:1.4.2}",
    ("app", "image"): "image: ghcr.io/acme/shop:1.4.2",
    ("cron",): 'cron: "0 8 * * 1-5"',
    ("servers",): "servers: 6-20",
}
_WHOLE = {"Blueprint": "a blueprint", "Rules": "house rules"}
_LIMITS = {
    "greater_than_equal": "It must be at least {ge}.",
    "less_than_equal": "It must be at most {le}.",
    "too_short": "At least {min_length} is needed.",
    "too_long": "At most {max_length} are possible.",
}


def problem_of(source: Source, refused: Refused, root: str) -> tuple[Problem, Route]:
    """The problem, and the path of the value to leave out before judging the rest."""
    kind, value, context = refused.type, refused.value, refused.context
    parts = [str(part) for part in refused.place]
    key = parts[-1:] == ["[key]"]
    route = tuple(parts[:-1] if key else parts)
    if kind == "extra_forbidden":
        code, message, hint = _unknown(route, root)
        key = True
    elif kind == "missing":
        code, message, hint = _missing(route)
        left_out = route if route in _REQUIRED else route[:-1]  # an entry that lacks something goes as a whole
        return _at(source, code, route, route[:-1], True, message, hint), left_out
    elif kind == "TF-V020" and "secrets" in route[-2:-1] and _is_secret(str(value)):
        code, message, hint = _secret(str(value))
    elif kind.startswith("TF-"):
        code, message, hint = kind, context["said"], context["hint"]
    elif kind == "literal_error":
        code, message, hint = _choice(value, context["choices"])
    elif kind in _LIMITS:
        code, message, hint = "TF-V015", _LIMITS[kind].format(**context), ""
    else:
        code, message, hint = _type(_EXPECTED.get(kind, "something else"), value, _written(source, route, value))
        if kind == "model_type" and (field := fitting_field(_section_at(route, root), value)):
            hint = f"Write `{route[-1]}: {{{field}: {_written(source, route, value)}}}`."
    return _at(source, code, route, route, key, message, hint), route


def _at(source: Source, code: str, route: Route, place: Route, key: bool, message: str, hint: str) -> Problem:
    first, second = (source.keys, source.values) if key else (source.values, source.keys)
    while place and place not in first and place not in second:
        place = place[:-1]
    span = (first.get(place) or second.get(place) if place else None) or Span(1, 1, 2)
    text = "" if hidden(code) else source.text(span)
    return Problem(
        code, "error", source.file, span.line, span.column, ".".join(route), text, message, hint, span.end_column
    )


def _written(source: Source, route: Route, value: object) -> str:
    """A single value as it stands in the file: `17.10`, not the number 17.1 that it is read as."""
    span = source.values.get(route)
    text = source.text(span) if span else ""
    same = text and "\n" not in text and not isinstance(value, dict | list) and plain(text) == value
    return text if same else str(value).lower() if isinstance(value, bool) else str(value)


def _is_secret(value: str) -> bool:
    from blueprints.rules.clear import in_place_of_a_name  # late: it is about rules, which know this module

    return in_place_of_a_name(value)


def _secret(value: str) -> tuple[str, str, str]:
    name = value.partition("=")[0].strip()
    name = name if "=" in value and re.fullmatch(r"[A-Z][A-Z0-9_]*", name) else "STRIPE_KEY"
    message = "This looks like a secret itself, where its name belongs. It is in the file now: change it at its issuer."
    return "TF-V070", message, f"Write the name only: {name}. The value goes into Secrets Manager after the first `up`."


def _section_at(route: Route, root: str) -> str | None:
    """The section at a path, also inside an environment."""
    if route[:1] == ("environments",):
        return _section_at(route[2:], "Environment") if len(route) > 1 else None
    if not route:
        return root
    field = field_at(route, root)
    return field.section[0] if field else None


def _unknown(route: Route, root: str) -> tuple[str, str, str]:
    inside = route[2:] if route[:1] == ("environments",) else route[1:] if root != "Blueprint" else route
    name, section = route[-1], _section_at(route[:-1], root)
    later = presets.owner_of(inside)
    if later and not later.available:
        stage = presets.presets()[later.stage]
        field = f"`{'.'.join(inside)}` ({later.title})"
        message = f"{field} belongs to stage {stage.label}, which this release does not have yet."
        return "TF-S004", message, "Leave it out for now."
    if len(inside) == 1 < len(route) and name in ("name", "environments"):
        who = "An environment" if root == "Blueprint" else "House rules"
        return "TF-E004", f"{who} cannot change `{name}`.", "It stands at the top of the blueprint only."
    known = list(sections()[section]) if section else []
    where = f"under `{'.'.join(inside[:-1])}`" if inside[:-1] else f"at the top of {_WHOLE[root]}"
    near = nearest(name, known)
    hint = _elsewhere(name) or (f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(known)}.")
    return "TF-V001", f"There is no field `{name}` {where}.", hint


def meant(route: Route, root: str) -> Route:
    """The field that an unknown one was probably meant to be; empty when none is alike."""
    section = _section_at(route[:-1], root)
    near = nearest(route[-1], sections()[section]) if section else []
    return (*route[:-1], near[0]) if near else ()


def _elsewhere(name: str) -> str:
    """The field may be right and its place wrong."""
    top = sections()["Blueprint"]
    homes = [home for home, field in top.items() if name in sections().get(field.section[0] or "", ())]
    if name in top:
        return f"`{name}` stands at the top of a blueprint."
    return f"`{name}` stands under {one_of(f'`{home}`' for home in homes)}." if homes else ""


def _missing(route: Route) -> tuple[str, str, str]:
    example = _REQUIRED.get(route) or _REQUIRED[route[-1:]]
    path = ".".join(route)
    return "TF-V002", f"`{path}` is required and has no default.", f"For example: {example}."


def _choice(value: object, choices: list[str]) -> tuple[str, str, str]:
    near = nearest(value, choices) if isinstance(value, str) else []
    first = f"Did you mean {near[0]}? " if near else ""
    return "TF-V014", f"This is not one of the choices: {shown(value)}.", f"{first}Valid: {one_of(choices)}."


def shown(value: object, written: str = "") -> str:
    """A value in a sentence: short, never a dump; as it is written, where that is known."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = written or str(value)
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


def _type(expected: str, value: object, written: str) -> tuple[str, str, str]:
    hint = ""
    if expected == "a text" and isinstance(value, int | float):
        hint = f'Put it in quotes: "{written}".'
    elif expected == "true or false" and isinstance(value, str):
        hint = "YAML 1.2 knows only true and false; yes, no, on and off are texts."
    elif expected == "a list" and not isinstance(value, dict):
        hint = f"Write it as a list: [{written}]."
    elif expected.startswith("a mapping") and isinstance(value, list):
        hint = "Write `key: value` lines without the dashes."
    return "TF-V003", f"{expected[0].upper()}{expected[1:]} is needed here, not {shown(value, written)}.", hint
