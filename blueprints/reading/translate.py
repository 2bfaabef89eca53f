"""The reader's refusals as problems that a person can act on."""

import re

from tenfold.blueprints.grammar.lookup import section_at, sections
from tenfold.blueprints.grammar.secret import is_value_instead_of_name
from tenfold.blueprints.reading.reader import Refused, fits, fitting_field
from tenfold.blueprints.source.document import Route, Source, plain
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.source.report import problem_at
from tenfold.blueprints.source.words import nearest, one_of

_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "model_type": "a mapping of fields",
    "dict_type": "a mapping",
    "list_type": "a list",
}
# Examples of required fields, by path; in an entry whose name the writer chooses, by the field alone.
_REQUIRED = {
    ("name",): "name: shop",
    ("stage",): "stage: 1",
    ("app",): "app: {image: ghcr.io/acme/shop:1.4.2}",
    ("app", "image"): "image: ghcr.io/acme/shop:1.4.2",
    ("cron",): 'cron: "0 8 * * 1-5"',
    ("servers",): "servers: 6-20",
    ("message_takes",): "message_takes: 2s",
    ("acceptable_delay",): "acceptable_delay: 30s",
    ("to",): "to: [orders]",
    ("date",): "date: 2026-11-27",
    ("listens_to",): "listens_to: [order-placed]",
    ("vpc",): "vpc: vpc-0a1b2c3d4e5f60718",
    ("subnets",): "subnets: {us-east-1a: {public: subnet-0a1b2c3d4e5f60718}}",
    ("identifier",): "identifier: shop-primary",
    ("user",): "user: app",
    ("address",): "address: shop.c1a2b3c4d5e6.us-east-1.rds.amazonaws.com",
    ("secret",): "secret: arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf",
    ("field",): "field: database.backups.keep",
    ("reason",): "reason: the auditors ask for two weeks",
}
_NO_DASHES = "Write `key: value` lines without the dashes."
_DEPTH = {"environments": 2, "defaults": 1}  # of what stands there as at the top of a blueprint
_WHOLE = {"Blueprint": "a blueprint", "Rules": "house rules"}
_LIMITS = {
    "greater_than_equal": "It must be at least {ge}.",
    "less_than_equal": "It must be at most {le}.",
    "too_short": "At least {min_length} is required.",
    "too_long": "At most {max_length} are allowed.",
}


def problem_of(source: Source, refused: Refused, root: str) -> tuple[Problem, Route]:
    """The problem, and the path of the value to cut out before the rest is judged."""
    kind, value, context = refused.type, refused.value, refused.context
    parts = [str(part) for part in refused.place]
    key = parts[-1:] == ["[key]"]
    route = tuple(parts[:-1] if key else parts)
    if kind == "extra_forbidden":
        code, message, hint = _unknown(route, root, value)
        key = True
    elif kind == "missing":
        code, message, hint = _missing(route)
        cut_out = route if route in _REQUIRED else route[:-1]  # an entry without a required field, as a whole
        return problem_at(source, code, route[:-1], message, hint, key=True, path=route), cut_out
    elif kind == "TF-V020" and "secrets" in route[-2:-1] and is_value_instead_of_name(str(value)):
        code, message, hint = _secret(str(value))
    elif kind.startswith("TF-"):
        code, message, hint = kind, context["reason"], context["hint"]
    elif kind == "literal_error":
        code, message, hint = _choice(value, context["choices"])
    elif kind in _LIMITS:
        code, message, hint = "TF-V015", _LIMITS[kind].format(**context), ""
    else:
        code, message, hint = _type(_EXPECTED.get(kind, "something else"), value, _written(source, route, value))
        if kind == "model_type" and (field := fitting_field(section_at(route, root), value)):
            hint = f"Write `{route[-1]}: {{{field}: {_written(source, route, value)}}}`."
        elif kind == "model_type" and not hint and (section := section_at(route, root)):
            hint = f"Its fields: {', '.join(sections()[section])}."
    return problem_at(source, code, route, message, hint, key=key), route


def _written(source: Source, route: Route, value: object) -> str:
    """A single value as the file has it: `17.10`, not the number 17.1 that it is read as."""
    span = source.values.get(route)
    text = source.text(span) if span else ""
    same = text and "\n" not in text and not isinstance(value, dict | list) and plain(text) == value
    return text if same else str(value).lower() if isinstance(value, bool) else str(value)


def _secret(value: str) -> tuple[str, str, str]:
    name = value.partition("=")[0].strip()
    name = name if "=" in value and re.fullmatch(r"[A-Z][A-Z0-9_]*", name) else "STRIPE_KEY"
    message = "This looks like the secret itself instead of its name. It is in the file now: change it at its issuer."
    return "TF-V070", message, f"Write the name only: {name}. The value goes into Secrets Manager after the first `up`."


def _unknown(route: Route, root: str, value: object) -> tuple[str, str, str]:
    inside = route[_DEPTH.get(route[0], 0) :]
    name, section = route[-1], section_at(route[:-1], root)
    if len(inside) == 1 < len(route) and name in ("name", "environments"):
        who = "An environment" if root == "Blueprint" else "House rules"
        return "TF-E004", f"{who} cannot change `{name}`.", "Set it at the top of the blueprint."
    known = list(sections()[section]) if section else []
    where = f"under `{'.'.join(inside[:-1])}`" if inside[:-1] else f"at the top of {_WHOLE[root]}"
    near = nearest(name, known)
    hint = (
        (not inside[:-1] and _capability(name))
        or _other_place(name, value)
        or (f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(known)}.")
    )
    return "TF-V001", f"There is no field `{name}` {where}.", hint


def intended_field(route: Route, root: str) -> Route:
    """The field that an unknown one was probably meant to be; empty when none is similar."""
    section = section_at(route[:-1], root)
    near = nearest(route[-1], sections()[section]) if section else []
    return (*route[:-1], near[0]) if near else ()


def _capability(name: str) -> str:
    """A hint for a capability that is written as if it were a field; empty where it is none."""
    from tenfold.blueprints.stages.presets import capabilities  # late: only for a mistake

    capability = capabilities().get(name)
    if capability is None:
        return ""
    fields = f" It is configured by {one_of(f'`{path}`' for path in capability.fields)}." if capability.fields else ""
    early = (
        f"`{name}` is a capability, which stage {capability.stage} adds; an earlier one takes it by `with: [{name}]`."
    )
    return early + fields


def _other_place(name: str, value: object) -> str:
    """A hint for a field that exists in another section and takes such a value; empty when there is none."""
    top = sections()["Blueprint"]
    if name in top and fits("Blueprint", name, value):
        return f"`{name}` belongs at the top of a blueprint."
    inner = {home: field.section[0] for home, field in top.items() if field.section[0]}
    homes = [home for home, section in inner.items() if name in sections()[section] and fits(section, name, value)]
    return f"`{name}` belongs under {one_of(f'`{home}`' for home in homes)}." if homes else ""


def _missing(route: Route) -> tuple[str, str, str]:
    example = _REQUIRED.get(route) or _REQUIRED[route[-1:]]
    path = ".".join(route)
    return "TF-V002", f"`{path}` is required and has no default.", f"For example: {example}."


def _choice(value: object, choices: list[str]) -> tuple[str, str, str]:
    near = nearest(value, choices) if isinstance(value, str) else []
    first = f"Did you mean {near[0]}? " if near else ""
    return "TF-V014", f"This is not one of the choices: {describe_value(value)}.", f"{first}Valid: {one_of(choices)}."


def describe_value(value: object, written: str = "") -> str:
    """A value as part of a sentence: short, and as it is written where that is known."""
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
        hint = "YAML 1.2 has only true and false; yes, no, on and off are texts."
    elif expected == "a list" and not isinstance(value, dict):
        hint = f"Write it as a list: [{written}]."
    elif expected.startswith("a mapping") and isinstance(value, list):
        named = expected == "a mapping"  # of entries whose names the writer chooses
        hint = "Give each entry a name instead of its dash: `orders: {…}`." if named else _NO_DASHES
    return "TF-V003", f"{expected[0].upper()}{expected[1:]} is needed here, not {describe_value(value, written)}.", hint
