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
# More queues and events than this make `validate` plan, to count: 20 of each are 8,500 characters.
MANY = 40
_TOKEN = re.compile(r"<(urn:pulumi:[^<>#]+)#([^<>]+)>")


def may_be_many(architecture: Architecture) -> bool:
    return len(architecture.queues) + len(architecture.events) > MANY


def problems(resolution: Resolution, graph: Graph) -> list[Problem]:
    """One for each role, at what it has the most rights to."""
    architecture = resolution.architecture
    if architecture is None:
        return []
    field = "events" if len(architecture.events) > len(architecture.queues) else "queues"
    context = resolution.context()
    findings = [
        context.problem(
            Finding(
                "TF-R323",
                (field,),
                f"The role `{role}` would have about {size:,} characters of rights; IAM takes {CHARACTERS:,}.",
                "Events `via: bus` need one right together, those via topics one each; and what a service works on, in "
                "its `listens_to`, is not the application's.",
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
