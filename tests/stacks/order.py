"""Properties of good order: tags, alarms, names, providers and dependencies."""

import re
from collections.abc import Iterator, Mapping

from tenfold.blueprints.architecture import Architecture
from tenfold.graph import UNKNOWN, Graph, Resource
from tenfold.local.aws import schema, table
from tenfold.stacks.place import tags as common_tags
from tests.stacks.golden import explicit_dependencies
from tests.stacks.values import leaves, mentioned, of_type, role

AUTOMATIC = 8  # characters Pulumi adds to a name it makes: `-` and seven hexadecimal digits

# Names that are given, and AWS's limits for them. Source: the API reference of each service.
LIMITS = {
    ("aws:cloudwatch/dashboard:Dashboard", "dashboardName"): 255,
    ("aws:cloudwatch/logGroup:LogGroup", "name"): 512,
    ("aws:elasticache/replicationGroup:ReplicationGroup", "finalSnapshotIdentifier"): 255,
    ("aws:elasticache/user:User", "userId"): 40,
    ("aws:elasticache/user:User", "userName"): 128,
    ("aws:elasticache/userGroup:UserGroup", "userGroupId"): 40,
    ("aws:ssm/parameter:Parameter", "name"): 1011,
}


def tagged(graph: Graph, wanted: Architecture) -> Iterator[str]:
    tags = common_tags(wanted)
    for resource in graph:
        if resource.type.startswith("aws:") and "tags" in schema.of(resource.type).inputs:
            for where, found in _tags(resource):
                missing = {key for key, value in {**tags, "Name": resource.name}.items() if found.get(key) != value}
                if missing - ({"Name"} if where else set()):
                    yield f"{resource.name}{where}: tags {sorted(missing)} are missing or different"


def _tags(resource: Resource) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Its own tags, and those it gives to what it starts."""
    own = resource.inputs.get("tags") or {}
    if isinstance(own, list):  # of an Auto Scaling group
        own = {tag["key"]: tag["value"] for tag in own}
    assert isinstance(own, Mapping)
    yield "", own
    given = resource.inputs.get("tagSpecifications") or []
    assert isinstance(given, list)
    for specification in given:
        yield f" ({specification['resourceType']})", specification["tags"]


WATCHED = (
    "ec2/instance:Instance",
    "rds/instance:Instance",
    "lb/loadBalancer:LoadBalancer",
    "autoscaling/group:Group",
    "elasticache/cluster:Cluster",
    "elasticache/replicationGroup:ReplicationGroup",
)


def watched(graph: Graph, wanted: Architecture) -> Iterator[str]:
    topics = {topic.urn for topic in of_type(graph, "sns/topic:Topic")}
    alarms = of_type(graph, "cloudwatch/metricAlarm:MetricAlarm")
    policies = {policy.urn for policy in of_type(graph, "autoscaling/policy:Policy")}
    users = (*of_type(graph, "route53/healthCheck:HealthCheck"), *of_type(graph, "autoscaling/group:Group"))
    steering = {urn for user in users for urn in mentioned(user.inputs)}
    idle = wanted.standby and (wanted.standby.mode == "pilot-light" or wanted.active == "standby")
    resting = "primary" if wanted.active == "standby" else "standby"
    for alarm in alarms:
        rung = mentioned(alarm.inputs.get("alarmActions"))
        # It takes an address out of a name, stops a rollout or scales; whom to tell is another alarm's task.
        if alarm.urn in steering or rung & policies:
            continue
        # Where no server runs, none is missed: at pilot light nobody is told until a failover, and then of the region
        # that was left.
        rests = idle and ("standby" if "-signals-standby-" in alarm.name else "primary") == resting
        if not rung & topics or not (alarm.inputs.get("actionsEnabled", True) or rests):
            yield f"{alarm.name} tells nobody"
    observed = {value for alarm in alarms for path, value in leaves(alarm.inputs) if "imensions" in path}
    named = {urn for value in observed for urn in mentioned(value)}
    for alarm in alarms:  # a shard's nodes are named by the cloud: the plan knows only whose they are
        if any(value == UNKNOWN for _, value in leaves(alarm.inputs.get("dimensions"))):
            named |= set(alarm.property_dependencies["dimensions"])
    for resource in of_type(graph, *WATCHED):
        by_name = resource.inputs.get("identifier") in observed  # a database's name is given, not made by Pulumi
        if resource.urn not in named and not by_name:
            yield f"{resource.name} has no alarm"


def names_fit(graph: Graph, _: Architecture) -> Iterator[str]:
    """Names Pulumi makes are the logical name and a suffix: too long a name would be refused by AWS in the middle of
    an `up`."""
    for resource in graph:
        spec = table.spec(resource.type)
        if spec and spec.name and resource.inputs.get(spec.name.input) is None:
            prefix = resource.inputs.get(f"{spec.name.input}Prefix")
            longest = len(str(prefix)) + 26 if prefix else len(spec.name.prefix + resource.name) + AUTOMATIC
            if longest > spec.name.max:
                yield f"{resource.name}: its name may have {longest} characters, AWS takes {spec.name.max}"
        for name, value in resource.inputs.items():
            limit = LIMITS.get((resource.type, name))
            if limit and isinstance(value, str) and not mentioned(value) and len(value) > limit:
                yield f"{resource.name}: {name} has {len(value)} characters, AWS takes {limit}"


def provided_by_role(graph: Graph, wanted: Architecture) -> Iterator[str]:
    """One provider a region, named for what the region is: a second one later changes nothing here."""
    providers = {resource.name for resource in graph if resource.type == "pulumi:providers:aws"}
    if providers != {"aws-primary", *(["aws-standby"] if wanted.standby else [])}:
        yield f"providers {providers}"
    for resource in graph:
        if resource.type.startswith("aws:") and f"::aws-{role(resource)}::" not in resource.provider:
            yield f"{resource.name}: provider {resource.provider or 'the default one'}"


def waits_for_no_component(graph: Graph, _: Architecture) -> Iterator[str]:
    """`depends_on` on a component waits for everything in it, and grows faster than the stack."""
    for resource in graph:
        components = [urn for urn in explicit_dependencies(resource) if not graph.resources[urn].custom]
        if components:
            yield f"{resource.name} waits for {components}"


def lies_in_its_tier(graph: Graph, wanted: Architecture) -> Iterator[str]:
    """Each tier is right under the stack, and what is in it carries its name."""
    for resource in graph:
        above = graph.resources.get(resource.parent)
        if above and not _named_after(resource.name, above.name):
            yield f"{resource.name} is not named after {above.name}"
        if not above and resource.custom and not resource.type.startswith("pulumi:providers:"):
            yield f"{resource.name} is in no component"
        if not above and not resource.custom and not resource.name.startswith(f"{wanted.name}-"):
            yield f"{resource.name} is not named after the application"


def _named_after(name: str, tier: str) -> bool:
    """Where AWS's limit for names is short, a long one keeps its beginning and ends in a hash of the whole."""
    shortened = re.fullmatch(r"(.+)-[0-9a-f]{6}", name)
    return name.startswith(f"{tier}-") or (shortened is not None and f"{tier}-".startswith(shortened[1]))


CHECKS = (tagged, watched, names_fit, provided_by_role, waits_for_no_component, lies_in_its_tier)
