"""Data of a plan that is in a region where a group of tenants forbids it (TF-R280), whoever brings it there: a
component, code of a team's own, or an override."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from tenfold.blueprints.resolve import Resolution
from tenfold.blueprints.rules.residency import outside
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.source.problem import Problem
from tenfold.graph import Graph, Resource, lost_with, region_of, stateful_types
from tenfold.secrecy import camel

LOGS = "aws:cloudwatch/logGroup:LogGroup"
# What keeps or takes data, by the service in its ARN: a copy, a destination, a target.
_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:backup|dynamodb|elasticache|es|events|firehose|kinesis|lambda|logs|rds|s3|secretsmanager|sns|sqs|states)"
    r":([a-z0-9-]+):"
)
# What only names things of other regions: rights, settings, keys, alarms with their recipients, and graphs.
_NO_DATA = re.compile(
    r"aws:(iam|ssm|kms|budgets)/|aws:cloudwatch/(dashboard|metricAlarm):|aws:autoscaling/notification:|pulumi:"
)
_NAMED = ("region", "regionName")  # inside of blocks: a replica of a table or a secret
_REMEDIES = {  # what components themselves have elsewhere: part of a resource's name → the field, what to do
    "-cdn-firewall-log": (
        "cdn.waf",
        "CloudFront's firewall logs there only: `cdn: {waf: false}`, or `without: [cdn]`.",
    ),
    "-cdn-logs": ("cdn", "CloudFront writes no access logs to the stack's own region: `without: [cdn]`."),
}


class Elsewhere(NamedTuple):
    property: str
    region: str
    what: str


def problems(resolution: Resolution, graph: Graph) -> list[Problem]:
    """Nothing where no group is bound. A problem is at the field or the override that brings the data out, and names
    the group's line."""
    context, architecture = resolution.context(), resolution.architecture
    if architecture is None or not architecture.residency:
        return []
    reported: list[Problem | None] = []
    for resource in graph:
        for one in _elsewhere(graph, resource, architecture.region):
            path, hint = _cause(architecture.overrides.get(resource.name, {}), resource.name, one.property)
            reported += map(context.problem, outside(context, path, one.region, one.what, hint))
    return [problem for problem in reported if problem]


def _elsewhere(graph: Graph, resource: Resource, home: str) -> Iterator[Elsewhere]:
    """Where the resource itself keeps something, and each region that its inputs name; once each."""
    if not resource.custom or resource.read is not None or _NO_DATA.match(resource.type):
        return
    if kept := _kept().get(resource.type):
        yield Elsewhere("region", region_of(graph, resource) or home, f"`{resource.name}` keeps {kept}")
    seen: set[str] = set()
    for name, value in resource.inputs.items():
        for region in _regions(value) if name != "policy" else ():
            if region not in seen:
                seen.add(region)
                yield Elsewhere(name, region, f"`{name}` of `{resource.name}` leads data to what is")


@cache
def _kept() -> Mapping[str, str]:
    """By type: what it keeps. A key is no data."""
    types = (type_ for type_, kept in stateful_types().items() if kept == "data" and not type_.startswith("aws:kms/"))
    return {**{type_: lost_with(type_) for type_ in types}, LOGS: "logs"}


def _regions(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _ARN.findall(value)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _regions(item)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name in _NAMED and isinstance(item, str):
                yield item
            else:
                yield from _regions(item)


def _cause(properties: Mapping[str, Any], name: str, property_: str) -> tuple[str | Route, str]:
    """The override that says so; else the field behind it, and what to do."""
    if written := next((key for key in properties if camel(key) == property_), None):
        return ("overrides", name, written), "Leave it out of the override, or choose a region that is allowed."
    part = next((part for part in _REMEDIES if name.endswith(part) or f"{part}-" in name), None)
    return _REMEDIES[part] if part else ("residency", "Keep it in a region that is allowed.")
