"""The provider's own rules (tenfold/providers/aws/input_facts.py) against given inputs: allowed values, ranges,
inputs that exclude or need each other."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.local.aws import names
from tenfold.local.aws.convert import UNKNOWN, Failure
from tenfold.providers.aws import input_facts


def against_facts(token: str, inputs: Mapping[str, Any]) -> list[Failure]:
    return list(_block(input_facts.of(token), inputs, "", inputs, input_facts.of(token)))


def _block(
    facts: Mapping[str, Any], values: Mapping[str, Any], path: str, top: Mapping[str, Any], of_type: Mapping[str, Any]
) -> Iterator[Failure]:
    for key, fact in facts.items():
        value = values.get(key)
        here = f"{path}.{key}" if path else key
        if value == UNKNOWN:
            continue
        if value is None:
            yield from _missing(fact, here, path, top, of_type)
            continue
        yield from _relations(fact, here, top, of_type)
        yield from _value(fact, value, here, top, of_type)


def _value(
    fact: Mapping[str, Any], value: Any, here: str, top: Mapping[str, Any], of_type: Mapping[str, Any]
) -> Iterator[Failure]:
    if value == UNKNOWN:
        return
    if isinstance(value, list):
        least, most = fact.get("min_items"), fact.get("max_items")
        if least is not None and len(value) < least:
            yield Failure(here, f"{len(value)} given, at least {least} are needed")
        if most is not None and len(value) > most:
            yield Failure(here, f"{len(value)} given, at most {most} are allowed")
        for at, element in enumerate(value):
            yield from _value(
                {k: v for k, v in fact.items() if k[-6:] != "_items"}, element, f"{here}[{at}]", top, of_type
            )
    elif isinstance(value, Mapping):
        if "fields" in fact:
            yield from _block(fact["fields"], value, here, top, of_type)
    else:
        yield from _scalar(fact, value, here)


def _scalar(fact: Mapping[str, Any], value: Any, here: str) -> Iterator[Failure]:
    allowed = fact.get("one_of")
    if allowed and str(value).lower() not in {str(x).lower() for x in allowed}:
        yield Failure(here, f"{value!r} is not one of {', '.join(map(str, allowed[:12]))}{', …' * (len(allowed) > 12)}")
    least, most = fact.get("range", (fact.get("at_least"), None))
    try:
        number = float(value)
    except (TypeError, ValueError):
        return
    if (least is not None and number < least) or (most is not None and number > most):
        limits = f"between {least} and {most}" if most is not None else f"at least {least}"
        yield Failure(here, f"{value} must be {limits}")


def _missing(
    fact: Mapping[str, Any], here: str, path: str, top: Mapping[str, Any], of_type: Mapping[str, Any]
) -> Iterator[Failure]:
    if fact.get("required") and path:
        yield Failure(here, "is required")
    for rule in ("exactly_one_of", "at_least_one_of"):
        group = [_camel(of_type, name) for name in fact.get(rule, ())]
        if group and group[0] == here and all(group) and not any(_is_set(top, p) for p in group):
            yield Failure(here, f"one of {', '.join(map(str, group))} is needed")


def _relations(
    fact: Mapping[str, Any], here: str, top: Mapping[str, Any], of_type: Mapping[str, Any]
) -> Iterator[Failure]:
    others = {*fact.get("conflicts_with", ()), *fact.get("exactly_one_of", ())}
    for other in sorted(filter(None, (_camel(of_type, name) for name in others))):
        if other != names.without_indices(here) and _is_set(top, other):
            yield Failure(here, f"cannot be given together with {other}")
    for other in filter(None, (_camel(of_type, name) for name in fact.get("required_with", ()))):
        if not _is_set(top, other):
            yield Failure(here, f"needs {other} as well")


def _camel(of_type: Mapping[str, Any], name: str) -> str | None:
    """A Terraform name (`target.0.key_id`) as a Pulumi path, None where the types differ."""
    parts, fields = [], of_type
    for part in name.split("."):
        if part.isdigit():
            continue
        field = names.find(names.index(fields), part)
        if field is None or names.plain(field) not in (p := names.plain(part), p + "s", p + "es", p[:-1] + "ies"):
            return None
        parts.append(field)
        fields = fields[field].get("fields", {})
    return ".".join(parts)


def _is_set(top: Mapping[str, Any], path: str | None) -> bool:
    value: Any = top
    for part in (path or "").split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        if value == UNKNOWN:
            return False
        value = value.get(part) if isinstance(value, Mapping) else None
    return value is not None and value != [] and value is not False
