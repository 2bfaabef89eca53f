# pyright: reportArgumentType=false, reportAttributeAccessIssue=false
"""Every behaviour of the SDK a component author is likely to use; both recorders run it and must agree.

Some of it is against the types or against good style: users do such things too.
"""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws
import pulumi_aws.ec2 as ec2
from pulumi import Output, ResourceOptions
from pulumi_aws import rds, s3
from pulumi_aws.sns import Topic

config = pulumi.Config()


class NetArgs(TypedDict):
    cidr: pulumi.Input[str]
    zones: NotRequired[Sequence[pulumi.Input[str]]]


def tag_all(args):
    if "tags" in args.props and args.type_.startswith("aws:") and not isinstance(args.props["tags"], Output):
        args.props["tags"] = {**(args.props["tags"] or {}), "stack": pulumi.get_stack()}
        return pulumi.ResourceTransformationResult(args.props, args.opts)


pulumi.runtime.register_stack_transformation(tag_all)


class Net(pulumi.ComponentResource):
    vpc_id: pulumi.Output[str]

    def __init__(self, name: str, args: NetArgs, opts: ResourceOptions | None = None):
        super().__init__("feat:index:Net", name, dict(args), opts)
        below = ResourceOptions(parent=self)
        self.vpc = ec2.Vpc(f"{name}-vpc", cidr_block=args["cidr"], tags={"a": "b", "n": None}, opts=below)
        self.subnets = [
            ec2.Subnet(
                f"{name}-s{i}",
                vpc_id=self.vpc.id,
                cidr_block=f"10.0.{i}.0/24",
                availability_zone=zone,
                opts=ResourceOptions.merge(
                    below, ResourceOptions(depends_on=[self.vpc], delete_before_replace=True, ignore_changes=["tags"])
                ),
            )
            for i, zone in enumerate(args.get("zones", ()))
        ]
        self.vpc_id = self.vpc.id
        self.register_outputs(
            {"vpc_id": self.vpc_id, "cidr": self.cidr, "n": len(self.subnets), "x": {"y": [self.vpc.arn, 1, None]}}
        )


class Inner(pulumi.ComponentResource):
    def __init__(self, name: str, opts: ResourceOptions | None = None):
        super().__init__("feat:index:Inner", name, None, opts)
        self.topic = Topic(f"{name}-t", fifo_topic=True, name=f"{name}.fifo", opts=ResourceOptions(parent=self))
        aws.kms.Key(f"{name}-k", opts=ResourceOptions(parent=self.topic))


class Data(pulumi.ComponentResource):
    def __init__(self, name: str, net: Net, opts: ResourceOptions | None = None):
        super().__init__("feat:index:Data", name, {"net": net.vpc_id, "pw": Output.secret("s3cr3t")}, opts)
        self.inner = Inner(f"{name}-in", opts=ResourceOptions(parent=self))
        self.primary = rds.Instance(
            f"{name}-primary",
            instance_class=rds.InstanceType.T3_MICRO,
            engine="postgres",
            allocated_storage=20.0,
            password=config.require_secret("pw"),
            username=Output.concat("u-", config.require("env")),
            vpc_security_group_ids=[net.vpc.default_security_group_id],
            restore_to_point_in_time=None,
            opts=ResourceOptions(
                parent=self,
                protect=True,
                ignore_changes=["password", "allocated_storage", "tags['x']"],
                retain_on_delete=True,
                custom_timeouts=pulumi.CustomTimeouts(create="30m", delete="1h"),
                additional_secret_outputs=["endpoint", "master_user_secrets"],
                replace_on_changes=["db_name"],
                aliases=[
                    pulumi.Alias(name="old-db"),
                    pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE),
                    pulumi.Alias(type_="aws:rds/instance:OldInstance", parent=net),
                    "urn:pulumi:dev::bench::aws:rds/instance:Instance::x",
                ],
            ),
        )
        for role in ("reader", "report"):
            rds.Instance(
                f"{name}-{role}",
                instance_class="db.t3.micro",
                replicate_source_db=self.primary.identifier,
                opts=ResourceOptions(parent=self, deleted_with=self.primary, depends_on=[net, self.inner]),
            )
        self.register_outputs({})


zones = aws.get_availability_zones(state="available")
me = aws.get_caller_identity()
image = aws.ssm.get_parameter(name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64")
late = Net("late", {"cidr": "10.1.0.0/16"})  # used in depends_on before more children are added to it
east = aws.Provider(
    "aws-east",
    region="us-east-1",
    default_tags={"tags": {"team": "x"}},
    skip_region_validation=True,
    max_retries=3,
    secret_key=config.get_secret("none"),
    access_key="AK",
    assume_roles=[{"role_arn": "arn:x", "session_name": "s"}],
)
west = aws.Provider("aws-west", region=Output.from_input("us-west-2"), opts=ResourceOptions(protect=True))
western = aws.get_region(opts=pulumi.InvokeOptions(provider=west))
net = Net("core", {"cidr": "10.0.0.0/16", "zones": zones.names[:2]}, ResourceOptions(providers=[east], protect=True))
data = Data("data", net, ResourceOptions(depends_on=[late], provider=west, aliases=[pulumi.Alias(name="olddata")]))
Topic("west-t", opts=ResourceOptions(provider=west, import_="arn:aws:sns:x", version="7.0.0"))
Topic("late-child", opts=ResourceOptions(parent=late, depends_on=net))

subnets: list = []
balancer = aws.lb.LoadBalancer(
    "balancer",
    subnets=subnets,
    security_groups=(net.vpc.default_security_group_id,),
    access_logs={"bucket": s3.Bucket("logs").bucket, "enabled": True},
    subnet_mappings=[
        aws.lb.LoadBalancerSubnetMappingArgs(subnet_id=net.subnets[0].id),
        {"subnet_id": net.subnets[1].id, "private_ipv4_address": None},
    ],
)
subnets += [subnet.id for subnet in net.subnets]  # changed after the constructor: both recorders see it
group = aws.lb.TargetGroup(
    "group",
    port=80,
    health_check=aws.lb.TargetGroupHealthCheckArgs(path="/", matcher="200", interval=config.get_int("iv") or 7),
)
aws.lb.Listener(
    "listener",
    aws.lb.ListenerArgs(
        load_balancer_arn=balancer.arn,
        port=config.require_int("port"),
        default_actions=[
            aws.lb.ListenerDefaultActionArgs(
                type="forward",
                forward={
                    "target_groups": [{"arn": group.arn, "weight": 1}],
                    "stickiness": aws.lb.ListenerDefaultActionForwardStickinessArgs(duration=5),
                },
            )
        ],
    ),
    ResourceOptions(hide_diffs=["port"]),
)
template = ec2.LaunchTemplate(
    "template",
    metadata_options={"http_tokens": "required", "httpPutResponseHopLimit": 2, "undeclared": "x"},
    tag_specifications=[{"resource_type": "instance", "tags": {"my_key": "v", "CamelKey": group.name}}],
)
Topic(
    "lifted",
    tags={
        "token": template.metadata_options.http_tokens,
        "same": template.metadata_options["http_tokens"],
        "port": group.port.apply(str),
        "host": balancer.dns_name,
        "path": group.health_check.path,
        "bucket": balancer.access_logs.bucket,
        "kind": template.tag_specifications[0].resource_type,
        "tag": late.vpc.tags["a"],
        "image": image.value,
        "west": western.name,
    },
)
role = aws.iam.Role(
    "role",
    assume_role_policy=Output.json_dumps({"a": [balancer.arn, {"b": me.account_id}], "z": 1}),
    name="fixed-role",
    inline_policies=[{"name": "x", "policy": "{}"}],
)
texts = {
    "nested": {"secret": Output.secret({"a": [balancer.arn, None, 1.5]}), "unknown": [role.unique_id]},
    "keys": {role.name: balancer.arn},
    "plain": ["ü", {"b": True}],
}
for name, value in texts.items():
    aws.iam.Role(f"json-{name}", assume_role_policy=Output.json_dumps(value))
attach = aws.iam.RolePolicyAttachment
attach("by-name", role=role.name, policy_arn=Output.format("arn:{0}:{1}", role.name, me.account_id))
attach("by-resource", role=role, policy_arn=Output.format("arn:{x}", x=Output.secret(role.name)))
zone = aws.route53.get_zone_output(name=Output.concat("example.", role.name), private_zone=False)
aws.route53.Record("in-zone", zone_id=zone.zone_id, name="x", type="A", ttl=60, records=[zone.name_servers[0]])
waiting = aws.route53.get_zone_output(name=balancer.arn)
aws.route53.Record("waiting", zone_id=waiting.zone_id, name="x", type="A", ttl=60, records=["1"])
ec2.Instance(
    "instance",
    ami=image.value,
    instance_type=ec2.InstanceType.T3_MICRO,
    ebs_block_devices=[{"device_name": "/dev/xvdb", "volume_size": 8}],
    opts=ResourceOptions(provider=east),
)
for key in ("x", "y"):  # both get the last key: the lambdas run after the loop, in the recorder as in the engine
    Topic(
        f"bound-{key}",
        name=role.name.apply(lambda name: f"{name}-{key}"),  # noqa: B023  on purpose, as the loop says
        tags=Output.all(a=role.name, b=group.port).apply(lambda v: {"a": v["a"], "b": str(v["b"]), "k": key}),  # noqa: B023  on purpose, as the loop says
    )
role.name.apply(lambda name: Topic("in-apply", name=name + "-q"))
balancer.arn.apply(lambda arn: Topic("in-apply-of-computed", name=arn))
pulumi.CustomResource(
    "test:index:File",
    "file",
    {
        "source": pulumi.StringAsset("hello"),
        "archive": pulumi.AssetArchive({"a": pulumi.FileAsset("/etc/hostname")}),
        "keepers": {"some_key": balancer.id},
        "secret": Output.secret({"k": "v"}),
    },
)
existing = ec2.Vpc.get("existing", "vpc-123", opts=ResourceOptions(parent=net))
ec2.Subnet("in-existing", vpc_id=existing.id, cidr_block="10.9.0.0/24", tags=existing.tags)
computed = ec2.Vpc.get("of-computed", balancer.vpc_id)  # in a preview nobody can look up what has no id yet
ec2.Subnet("in-computed", vpc_id=computed.id, cidr_block="10.8.0.0/24", tags=computed.tags)
Topic("unknown-secret", name=Output.secret(balancer.arn), tags={"a": Output.secret(group.port).apply(str)})


def unchanged(args: pulumi.StateMigrationArgs) -> pulumi.StateMigrationResult | None:
    raise AssertionError("a recording runs no migration")


class Migrated(pulumi.ComponentResource):
    def __init__(self, name: str, opts: ResourceOptions | None = None):
        own = ResourceOptions(state_migrations=[unchanged, lambda args: None])
        super().__init__("feat:index:Migrated", name, None, ResourceOptions.merge(own, opts))


Migrated("migrated")
Migrated("migrated-twice", ResourceOptions(state_migrations=[unchanged]))
Topic("transformed", opts=ResourceOptions(transforms=[lambda args: None]))
Topic("migrated-resource", opts=ResourceOptions(state_migrations=[unchanged]))
shared = ResourceOptions(protect=True, depends_on=net)
Topic("snapshot-1", opts=shared)
shared.protect = None
shared.depends_on = None
shared.ignore_changes = ["name"]
Topic("snapshot-2", opts=shared)
Topic("depends-on-output", opts=ResourceOptions(depends_on=Output.all(net.vpc_id).apply(lambda _: [balancer])))
Topic("depends-on-mixed", opts=ResourceOptions(depends_on=[role.name.apply(lambda _: group), balancer]))
pulumi.export("options", template.metadata_options)
pulumi.export("inside", Output.all(template.metadata_options))
pulumi.export("answers", [zones, me])
pulumi.export("secret-unknown", {"a": Output.secret(balancer.dns_name), "list": [balancer.subnet_mappings]})
pulumi.export("url", Output.concat("http://", balancer.dns_name))
pulumi.export(
    "n",
    {"l": [1, role.name], "s": Output.secret("x"), "vpc": net.vpc_id, "obj": config.get_object("o"), "f": 1.5},
)
