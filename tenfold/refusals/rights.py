"""Roles that would get more rights than AWS takes (TF-R323): a limit on characters, which only a plan can count."""

import re
from collections.abc import Iterator

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import Resolution
from tenfold.blueprints.rules.rule import Finding
from tenfold.blueprints.source.problem import Problem
from tenfold.graph import Graph, Resource

POLICY = "aws:iam/rolePolicy:RolePolicy"
# All inline policies of a role together, white space not counted: IAM User Guide, "IAM and AWS STS quotas".
CHARACTERS = 10_240
SUFFIX = "-1234567"  # of a name that Pulumi makes
WITHOUT_KIND = {"sns", "sqs"}  # whose ARNs have the name alone
ENDINGS = {"kms": f"key/mrk-{'0' * 32}", "secretsmanager": "secret:{name}-abcdef"}
# What a role has rights to, in pieces of about 130 characters, with the longest names: a read model has up to four of
# them, its indexes too. More than this make `validate` plan, to count exactly: with 30 a role has less than 10,000.
MANY, OF_A_READ_MODEL = 30, 4
HINTS = {
    "queues": "What a service works on, the queue of its name and its `listens_to`, is not the application's.",
    "events": "Events `via: bus` need one right together, those via topics one each.",
    "read_models": "Join read models that are asked alike, or let a service own one, as its `data`.",
}
_TOKEN = re.compile(r"<(urn:pulumi:[^<>#]+)#([^<>]+)>")


def may_be_many(architecture: Architecture) -> bool:
    shards = architecture.database.shards
    return sum(_counted(architecture).values()) + (shards.count if shards else 0) > MANY


def _counted(a: Architecture) -> dict[str, int]:
    topics = len(a.events) - len(a.bus_events)
    return {"queues": len(a.queues), "events": topics, "read_models": OF_A_READ_MODEL * len(a.read_models)}


def problems(resolution: Resolution, graph: Graph) -> list[Problem]:
    """One for each role, at what it has the most rights to."""
    architecture = resolution.architecture
    if architecture is None:
        return []
    counted = _counted(architecture)
    field = max(counted, key=lambda name: counted[name])
    context = resolution.context()
    findings = [
        context.problem(
            Finding(
                "TF-R323",
                (field,),
                f"The role `{role}` would have about {size:,} characters of rights; IAM takes {CHARACTERS:,}.",
                HINTS[field],
            )
        )
        for role, size in sizes(graph, architecture.region)
        if size > CHARACTERS
    ]
    return [problem for problem in findings if problem]


def sizes(graph: Graph, region: str) -> Iterator[tuple[str, int]]:
    """(role, characters) as they will be: ARNs that only AWS knows are counted as long as their names make them."""
    counted: dict[str, int] = {}
    for policy in graph:
        text, role = policy.inputs.get("policy"), _TOKEN.search(str(policy.inputs.get("role")))
        if policy.type == POLICY and isinstance(text, str) and role:
            whole = _TOKEN.sub(lambda token: _expected(graph.resources.get(token[1]), token, region), text)
            counted[role[1]] = counted.get(role[1], 0) + len("".join(whole.split()))
    yield from ((graph.resources[urn].name, size) for urn, size in counted.items())


def _expected(resource: Resource | None, token: re.Match[str], region: str) -> str:
    """As long as the output will be; of a copy in another region, whose URN names that, the token is about as long."""
    if resource is None:
        return token[0]
    output = token[2]
    name = str(resource.inputs.get("name") or f"{resource.name}{SUFFIX}")
    service, _, kind = resource.type.removeprefix("aws:").partition(":")[0].partition("/")
    if output != "arn":
        return name
    if service == "s3":
        return f"arn:aws:s3:::{name}"
    ending = ENDINGS.get(service, name if service in WITHOUT_KIND else f"{kind}/{name}")
    return f"arn:aws:{service}:{region}:123456789012:{ending.format(name=name)}"
