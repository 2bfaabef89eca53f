"""What house rules refuse of one resource of any Pulumi program."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tenfold.blueprints.reading.field_rules import ALL_STAGES, FieldRule
from tenfold.blueprints.reading.house_words import ALWAYS
from tenfold.blueprints.source.document import load_data
from tenfold.blueprints.value import Value
from tenfold.graph import UNKNOWN
from tenfold.providers.aws import input_facts

PROPERTIES = Path(__file__).with_name("properties.yaml")


class Resource(Value):
    """As a program registers it. `region` is its provider's; `components` are tenfold's that it is in."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    region: str | None = None
    components: tuple[str, ...] = ()


class Stack(Value):
    """Which environment a stack is, and its stage, as far as that is known."""

    environments: tuple[str, ...]
    stage: int | None = None


def stack(name: str, config: Mapping[str, str]) -> Stack:
    """`tenfold:environment` and `tenfold:stage` of the configuration; else the name, or what is behind a hyphen in it:
    `shop-prod-eu` is any of shop-prod-eu, prod-eu and eu."""
    parts = name.split("-")
    environments = tuple("-".join(parts[at:]) for at in range(len(parts)))
    configured = config.get("tenfold:environment")
    stage = config.get("tenfold:stage", "")
    return Stack((configured,) if configured else environments, int(stage) if re.fullmatch("[1-7]", stage) else None)


def is_judged(rule: FieldRule) -> bool:
    """Whether there are resources that say what the rule's field does. Whether a blueprint sets it, only that knows;
    except for a tag."""
    top, *rest = rule.target.route
    asks = rule.asks.keys() - {"default", "set"}
    if top == "tags" and len(rest) == 1:
        return bool(asks) or rule.asks.get("set") == ALWAYS
    return bool(asks) and (
        rule.target.path in ("region", *load_data(PROPERTIES)) or (top == "overrides" and len(rest) == 2)
    )


def refusals(rules: Sequence[FieldRule], here: Stack, resource: Resource) -> Iterator[tuple[FieldRule, str]]:
    """Each rule that a resource breaks, and in which words; a rule of several fields once."""
    printed: set[tuple[str, str]] = set()
    for rule in rules:
        if not _applies(rule, here):
            continue
        for name, value in _values(rule, resource):
            text = _refusal(rule, name, value)
            if text and (rule.name, text) not in printed:
                printed.add((rule.name, text))
                yield rule, text


def _applies(rule: FieldRule, here: Stack) -> bool:
    """A rule about stages is for stacks whose stage is known."""
    if here.stage is None and rule.stages != ALL_STAGES:
        return False
    return any(rule.applies(environment, here.stage or 1) for environment in here.environments)


def _refusal(rule: FieldRule, name: str, value: Any) -> str:
    if isinstance(value, str) and UNKNOWN in value:
        return ""
    see = f"{rule.because} See `{rule.name}`, {rule.place}."
    if value is None:
        return f"House rules require {name}.{see}" if rule.asks.get("set") == ALWAYS else ""
    instead = rule.refusal(value)
    return f"House rules allow {instead} for {name}, not {_written(value)}.{see}" if instead else ""


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(rule: FieldRule, resource: Resource) -> Iterator[tuple[str, Any]]:
    """What a resource says of a rule's field: the property's name, and its value; None where it is absent."""
    top, *rest = rule.target.route
    is_aws = resource.type.startswith("aws:")
    if rule.target.path == "region" and is_aws and not resource.components:  # those of CloudFront are in us-east-1
        region = resource.inputs.get("region") or resource.region
        yield from [("region", region)] if region else []
    elif top == "tags" and len(rest) == 1 and is_aws:
        yield from _tag(rest[0], resource)
    elif top == "overrides" and len(rest) == 2 and is_aws and fnmatchcase(resource.name, rest[0]):
        yield from ((name, value) for name, value in resource.inputs.items() if fnmatchcase(name, rest[1]))
    for row in load_data(PROPERTIES).get(rule.target.path, ()):
        if row["type"] == resource.type and _is_meant(row, resource):
            absent = False if rule.target.kind["is"] == "bool" else None
            yield row["property"], resource.inputs.get(row["property"], absent)


def _tag(name: str, resource: Resource) -> Iterator[tuple[str, Any]]:
    """Of resources that have tags; with those that the provider adds to all (`tagsAll`)."""
    tags = _mapping(resource.inputs.get("tagsAll")) | _mapping(resource.inputs.get("tags"))
    if UNKNOWN in (resource.inputs.get("tags"), resource.inputs.get("tagsAll")):
        return
    if tags or "tags" in input_facts.of(resource.type):
        yield f"tag {name}", tags.get(name)


def _mapping(tags: Any) -> dict[str, Any]:
    """Those of an Auto Scaling group are a list: `{key, value, propagateAtLaunch}`."""
    if isinstance(tags, list):
        return {tag.get("key", ""): tag.get("value") for tag in tags if isinstance(tag, dict)}
    return dict(tags) if isinstance(tags, dict) else {}


def _is_meant(row: Mapping[str, Any], resource: Resource) -> bool:
    if row.get("unless") in resource.inputs:
        return False
    return row["component"] in resource.components if resource.components else not row.get("only_there")
