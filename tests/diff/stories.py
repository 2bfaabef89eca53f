"""One program and its next version: a small story for each rule of the engine. `AFTER` tells what becomes of each
resource. The engine says the same of both (tests/engine/test_diff_agreement.py)."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pulumi

STORIES = {
    # what the program says      what becomes of it, by name
    "stays": "same",
    "changed": "update",
    "gone": "delete",
    "new": "create",
    "retained": "delete",
    "ignored": "same",
    "default-left-out": "same",
    "name-left-out": "same",
    "reordered": "same",
    "asked-to-be-new": "replace",
    "secret": "update",
    # a name that is part of the identity; what refers to it must, may or need not follow
    "group": "replace",
    "rule-of-the-group": "replace",
    "text-with-the-group": "update",
    "text-beside-the-group": "same",
    # an output that an update changes, and one that it does not
    "versioned": "update",
    "reads-the-version": "update",
    "reads-the-name": "same",
    # deleted before it is made anew, and with it what cannot be without it, also what no longer refers to it
    "first": "replace",
    "needs-first": "replace",
    "needed-first": "replace",
    "mentions-first": "update",
    "with-group": "replace",
    "goes-with-group": "replace",
    "goes-with-first": "replace",
    "goes-with-new": "same",
    "triggered": "replace",
    # another region is another cloud
    "elsewhere": "replace",
    "there": "replace",
    # components: their frames are compared by what they were given
    "rack": "moved",
    "rack-topic": "moved",
    "rack-parameter": "update",
    "crate": "update",
    "crate-topic": "moved",
    "up": "moved",
    "shed": "delete",
    "lost": "delete and create",
}

# State migrations, in a program of their own: once a provider is replaced, the engine cannot (docs/traps.md).
MIGRATIONS = {
    "rows-a": "moved",  # told apart by what the state says of them
    "rows-b": "update",
    "pair-topic": "same",  # two that became one
    "reads-the-pair": "same",
    "reads-a-row": "same",
}


def before() -> None:
    _program(new=False)


def after() -> None:
    _program(new=True)


def _program(new: bool) -> None:
    import pulumi_aws as aws
    from pulumi import ResourceOptions

    here = aws.Provider("here", region="us-east-1", skip_credentials_validation=False)

    def options(**more: Any) -> ResourceOptions:
        return ResourceOptions(provider=here, **more)

    def topic(called: str, opts: ResourceOptions | None = None, **inputs: Any) -> Any:
        return aws.sns.Topic(called, **inputs, opts=opts or options())

    def parameter(name: str, value: Any, opts: ResourceOptions | None = None, **inputs: Any) -> Any:
        return aws.ssm.Parameter(name, name=f"/{name}", type="String", value=value, **inputs, opts=opts or options())

    _topics(options, topic, new)
    parameter("secret", "hunter3" if new else "hunter2")

    _group(aws, options, parameter, new)
    _versions(parameter, new)
    _first(aws, options, parameter, new)

    elsewhere = aws.Provider("elsewhere", region="us-west-2" if new else "eu-west-1")
    topic("there", ResourceOptions(provider=elsewhere))
    _components(here, options, topic, new)


def _topics(options: Any, topic: Any, new: bool) -> None:
    topic("stays")
    topic("changed", display_name="After" if new else "Before")
    fresh = topic("new") if new else topic("gone")
    topic("goes-with-new", options(deleted_with=fresh) if new else None)
    if not new:
        topic("retained", options(retain_on_delete=True))
    topic("ignored", options(ignore_changes=["tags.owner"]), tags={"owner": "b" if new else "a", "of": "all"})
    topic("default-left-out", fifo_topic=None if new else False)
    topic("name-left-out", name=None if new else "given")
    topic("asked-to-be-new", options(replace_on_changes=["displayName"]), display_name="b" if new else "a")


def _components(here: Any, options: Any, topic: Any, new: bool) -> None:
    import pulumi
    import pulumi_aws as aws
    from pulumi import Alias, ResourceOptions

    class Frame(pulumi.ComponentResource):
        def __init__(self, type_: str, name: str, inputs: dict[str, Any], opts: ResourceOptions | None = None):
            super().__init__(f"tenfold:test:{type_}", name, inputs, opts)
            self.child = ResourceOptions(provider=here, parent=self)
            self.register_outputs({})

    name = "rack" if new else "shelf"
    rack = Frame("Rack", name, {}, ResourceOptions(aliases=[Alias(name="shelf")]) if new else None)
    topic(f"{name}-topic", rack.child)
    aws.ssm.Parameter(f"{name}-parameter", name="/rack", type="String", value="b" if new else "a", opts=rack.child)

    type_, known = ("Crate", ResourceOptions(aliases=[Alias(type_="tenfold:test:Box")])) if new else ("Box", None)
    crate = Frame(type_, "crate", {"size": 2 if new else 1}, known)
    topic("crate-topic", crate.child)

    shed = None if new else Frame("Shed", "shed", {})
    above = ResourceOptions(provider=here, parent=shed)
    urn = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::tenfold:test:Shed$aws:sns/topic:Topic::up"
    topic("up", options(aliases=[urn]) if new else above)
    aws.s3.Bucket("lost", opts=options() if new else above)


def before_migration() -> None:
    _migrated(new=False)


def after_migration() -> None:
    _migrated(new=True)


def _by_display_name(args: "pulumi.StateMigrationArgs") -> "pulumi.StateMigrationResult | None":
    """`rows-0`, `rows-1` become `rows-a`, `rows-b`, whichever is which in this stack."""
    import pulumi

    renamed = {}
    for resource in args.old_state[1:]:
        stem, _, last = resource["urn"].rpartition("-")
        if last.isdigit():
            renamed[resource["urn"]] = f"{stem}-{resource['inputs']['displayName']}"
    state = [{**resource, "urn": renamed.get(resource["urn"], resource["urn"])} for resource in args.old_state]
    return pulumi.StateMigrationResult(state, renamed) if renamed else None


def _without_policy(args: "pulumi.StateMigrationArgs") -> "pulumi.StateMigrationResult | None":
    """The policy goes into the topic, whose id it has."""
    import pulumi

    by_type = {resource["type"]: resource for resource in args.old_state}
    policy, topic = by_type.get("aws:sns/topicPolicy:TopicPolicy"), by_type["aws:sns/topic:Topic"]
    if policy is None:
        return None
    added = {"policy": policy["inputs"]["policy"]}
    merged = {**topic, "inputs": {**topic["inputs"], **added}, "outputs": {**topic["outputs"], **added}}
    state = [merged if resource is topic else resource for resource in args.old_state if resource is not policy]
    return pulumi.StateMigrationResult(state, {policy["urn"]: topic["urn"]})


def _migrated(new: bool) -> None:
    import pulumi
    import pulumi_aws as aws

    here = aws.Provider("here", region="us-east-1")

    def options(migration: Any) -> Any:
        return pulumi.ResourceOptions(state_migrations=[migration]) if new else None

    class Frame(pulumi.ComponentResource):
        def __init__(self, type_: str, name: str, opts: pulumi.ResourceOptions | None):
            super().__init__(f"tenfold:test:{type_}", name, {}, opts)
            self.child = pulumi.ResourceOptions(provider=here, parent=self)
            self.register_outputs({})

    rows = Frame("Rows", "rows", options(_by_display_name))
    topics = {}
    for i, row in enumerate(("b", "a")):  # their order is of no account
        tags = {"of": "rows"} if new and row == "b" else None
        topics[row] = aws.sns.Topic(f"rows-{row if new else i}", display_name=row, tags=tags, opts=rows.child)
    pair = Frame("Pair", "pair", options(_without_policy))
    statement = {
        "Effect": "Allow",
        "Action": "sns:Publish",
        "Resource": "*",
        "Principal": {"Service": "s3.amazonaws.com"},
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    topic = aws.sns.Topic("pair-topic", policy=text if new else None, opts=pair.child)
    policy = None if new else aws.sns.TopicPolicy("pair-policy", arn=topic.arn, policy=text, opts=pair.child)
    for name, value in (("reads-the-pair", policy.arn if policy else topic.arn), ("reads-a-row", topics["a"].arn)):
        opts = pulumi.ResourceOptions(provider=here)
        aws.ssm.Parameter(name, name=f"/{name}", type="String", value=value, opts=opts)


def _group(aws: Any, options: Any, parameter: Any, new: bool) -> None:
    network = aws.ec2.Vpc("network", cidr_block="10.9.0.0/16", opts=options())
    group = aws.ec2.SecurityGroup(
        "group", name="after" if new else "before", description="Of the story", vpc_id=network.id, opts=options()
    )
    ports = [443, 80] if new else [80, 443]
    aws.ec2.SecurityGroup(
        "reordered",
        vpc_id=network.id,
        ingress=[
            {"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": ["10.0.0.0/8"]} for port in ports
        ],
        opts=options(),
    )
    aws.vpc.SecurityGroupIngressRule(
        "rule-of-the-group",
        security_group_id=group.id,
        cidr_ipv4="10.0.0.0/8",
        ip_protocol="-1",
        opts=options(),
    )
    parameter("text-with-the-group", group.id.apply(lambda id: f"group {id}"))
    parameter("text-beside-the-group", network.id)
    aws.sns.Topic("with-group", opts=options(replace_with=[group]))
    aws.sns.Topic("goes-with-group", opts=options(deleted_with=group))
    aws.sns.Topic("triggered", opts=options(replacement_trigger="b" if new else "a"))


def _versions(parameter: Any, new: bool) -> None:
    versioned = parameter("versioned", "b" if new else "a")
    parameter("reads-the-version", versioned.version.apply(str))
    parameter("reads-the-name", versioned.arn)


def _first(aws: Any, options: Any, parameter: Any, new: bool) -> None:
    trust = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": %s}]}'
    trusted = trust % '{"Service": "ec2.amazonaws.com"}'
    other = aws.iam.Role("other", assume_role_policy=trusted, opts=options())
    first = aws.iam.Role(
        "first",
        name="after" if new else "before",
        assume_role_policy=trusted,
        opts=options(delete_before_replace=True),
    )
    allowed = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    aws.iam.RolePolicy("needs-first", role=first.id, policy=allowed, opts=options())
    aws.iam.RolePolicy("needed-first", role=other.id if new else first.id, policy=allowed, opts=options())
    aws.sns.Topic("goes-with-first", opts=options(deleted_with=first))
    parameter("mentions-first", first.arn)
