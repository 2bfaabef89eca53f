"""Server: the one machine of stages 1 and 2."""

from dataclasses import replace
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components import host
from tenfold.components.host.image import image_parameter
from tenfold.components.host.image_registry import registries
from tenfold.components.host.role import host_statements, instance_profile, metadata_hops
from tenfold.components.parts.component import Component
from tenfold.components.parts.log_group import log_group
from tenfold.components.parts.policies import Statement
from tenfold.components.parts.reach import ReachArgs, let_reach
from tenfold.components.parts.volume import DataVolume, address_of, data_volume
from tenfold.components.plans import rds
from tenfold.components.plans.pooling import PoolMode

ROOT_GIB = 20  # the system (2), images of the application and its neighbours, their layers while one is replaced


class ServerHealth(TypedDict):
    path: str
    """What is asked for; any status below 400 is healthy. Change: replaces the server."""
    interval_seconds: int
    """Seconds between checks. Change: replaces the server."""
    timeout_seconds: int
    """Seconds until a check has failed. Change: replaces the server."""
    unhealthy_threshold: int
    """Failures in a row until the application is restarted. Change: replaces the server."""
    starts_in_seconds: int
    """Seconds after a start before the first check. Change: replaces the server."""


class ServerJobs(TypedDict):
    image: str
    """Image of the background work. Change: in place."""
    command: list[str]
    """What it runs, in addition to the image's entry point. Change: replaces the server."""


class ServerDatabase(TypedDict):
    engine: rds.DatabaseEngine
    """Which database it is. Change: replaces the server."""
    version: str
    """Major version; the tag of the image. Change: replaces the server."""
    name: str
    """Name of the database that is made at the first start. Change: replaces the server."""


class ServerPooling(TypedDict):
    mode: PoolMode
    """When the pool takes a connection back from a client. Change: replaces the server."""
    connections: int
    """Connections to the database, at most. Change: replaces the server."""


class ServerArgs(TypedDict):
    vpc_id: pulumi.Input[str]
    """The network. Change: replaces security group and server."""
    subnet_id: pulumi.Input[str]
    """A public subnet. Change: replaces the server."""
    availability_zone: pulumi.Input[str]
    """That subnet's zone; the data volume lives there. Change: would replace the volume: refused."""
    instance_type: str
    """Graviton (`t4g`) costs about a fifth less. Change: restart of one or two minutes."""
    disk_gib: int
    """Size of the data volume in GiB; it can only grow. Change: in place, no restart."""
    image: str
    """The application's image. Change: in place: pulled, then the container restarts; requests wait at the proxy.
    Images of private ECR repositories are pulled with the server's role, from whatever account."""
    port: int
    """Where the application listens. Change: replaces the server."""
    drain_seconds: NotRequired[int]
    """Seconds to finish after being asked to stop. Default: 30. Change: replaces the server."""
    health: ServerHealth
    """When the server restarts the application by itself. Change: replaces the server."""
    domain: NotRequired[str]
    """Name to get a certificate for (by ACME, so it must point here); without it plain HTTP. Default: none. Change:
    replaces the server."""
    jobs: NotRequired[ServerJobs]
    """Background work beside the application: `image` and `command`. Default: none. Change: image as above; command
    replaces the server."""
    database: NotRequired[ServerDatabase]
    """`engine`, `version` and `name` of a database on this server (stage 1). Default: none. Change: replaces the
    server; data stays on its volume."""
    database_secret_arn: NotRequired[pulumi.Input[str]]
    """Needed with `database`: the empty secret that the server puts user and password into at its first start, so that
    no program and no state ever holds them (`host_secrets` of Settings). Default: none. Change: in place."""
    pooling: NotRequired[ServerPooling]
    """`mode` and `connections` of a PgBouncer in front of a managed PostgreSQL (stage 2). Default: none. Change:
    replaces the server."""
    settings_path: pulumi.Input[str]
    """Path of the settings, from Settings. Change: replaces the server."""
    parameters_arns: pulumi.Input[list[str]]
    """ARNs of the parameters below the path, from Settings. Change: in place."""
    secret_arns: NotRequired[list[pulumi.Input[str]]]
    """Secrets it may read, such as the managed database's; for the application's: `secrets_statement(…)` of settings.
    Default: none. Change: in place."""
    statements: NotRequired[list[Statement]]
    """What else it may do at AWS (components/policies), such as logging in to the cache. Default: none. Change: in
    place."""
    reaches: NotRequired[dict[str, ReachArgs]]
    """What it may connect to in the network, by role: `security_group_id` and `port`. Default: none. Change: in
    place."""
    kms_key_arn: pulumi.Input[str]
    """Encrypts volumes, logs and secrets. Change: would replace the volume: refused."""
    backups_keep_days: NotRequired[int]
    """Daily snapshots of the data volume that are kept. Default: 7. Change: in place."""
    log_retention_days: NotRequired[pulumi.Input[int]]
    """Days that logs are kept. Default: 30. Change: in place."""
    throwaway: NotRequired[bool]
    """No protection, no final snapshot. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Server(Component[ServerArgs]):
    """One EC2 instance that runs the application, its jobs, a TLS proxy and (stage 1) the database in containers.

    The instance itself holds nothing: data is on a volume of its own with daily snapshots, the address is an elastic
    IP, secrets are fetched. So whatever changes the user data replaces the instance: a new one starts, the old one is
    stopped, volume and address move over (two to three minutes without service). Releases do not: the image is a
    parameter that the server follows. A newer machine image does not show as a difference: it comes with the next
    replacement.

    Raises ValueError for what no host could run (see components/host/plan.py) and for an unknown instance type.
    """

    instance_id: pulumi.Output[str]
    """Identity of the instance."""
    address: pulumi.Output[str]
    """Public address of the server."""
    security_group_id: pulumi.Output[str]
    """Security group of it: what may connect is a rule in it."""
    volume_id: pulumi.Output[str]
    """Volume that keeps the data."""
    log_group_name: pulumi.Output[str]
    """Log group of its hosts."""

    def __init__(self, name: str, args: ServerArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        invoke = self._call()
        region, partition = aws.get_region(opts=invoke).region, aws.get_partition(opts=invoke).partition
        account = aws.get_caller_identity(opts=invoke).account_id
        ami = aws.ssm.get_parameter(name=image_parameter(args["instance_type"]), opts=invoke).value
        plan = _plan(args, region)

        logs = log_group(f"{name}-logs", args, self)
        releases = self._releases()
        group, entrances = self._security_group()
        volume = self._volume(region, account, partition)
        profile = self._profile(logs, partition)
        user_data = pulumi.Output.all(args["settings_path"], logs.name, volume.id).apply(
            lambda known: host.cloud_config(replace(plan, path=known[0], log_group=known[1], volume_id=known[2]))
        )
        instance = self._instance(ami, profile, group, user_data, [*releases, *entrances])
        address = self._connect(instance, volume)

        self.instance_id, self.address, self.volume_id = instance.id, address.public_ip, volume.id
        self.security_group_id, self.log_group_name = group.id, logs.name
        self._register()

    def _volume(self, region: str, account: str, partition: str) -> aws.ebs.Volume:
        """The data volume, and what takes its snapshots."""
        args = self._inputs
        return data_volume(
            self._logical,
            DataVolume(
                args["disk_gib"], args["availability_zone"], args["kms_key_arn"], args.get("backups_keep_days", 7)
            ),
            region=region,
            account=account,
            partition=partition,
            protect=self._keeps,
            tags=args.get("tags"),
            parent=self,
        )

    def _profile(self, logs: aws.cloudwatch.LogGroup, partition: str) -> aws.iam.InstanceProfile:
        """What the server may do: a role with its statements."""
        args = self._inputs
        own = [args["database_secret_arn"]] if "database_secret_arn" in args else []
        statements = host_statements(
            parameters_arns=args["parameters_arns"],
            secret_arns=[*args.get("secret_arns", []), *own],
            kms_key_arn=args["kms_key_arn"],
            log_group_arn=logs.arn,
            repository_arns=host.repository_arns(_images(args).values(), partition),
            writable_secret_arns=own,
        )
        statements += args.get("statements") or []
        return instance_profile(self._logical, statements, parent=self, tags=args.get("tags"))

    def _releases(self) -> list[aws.ssm.Parameter]:
        """The images the server follows. Below the settings' path, beside the settings."""
        releases = []
        for role, image in _images(self._inputs).items():
            child = f"{self._logical}-release-{role}"
            releases.append(
                aws.ssm.Parameter(
                    child,
                    name=pulumi.Output.concat(self._inputs["settings_path"], f"/release/{role.upper()}_IMAGE"),
                    type="String",
                    value=image,
                    tags=self._tags(child),
                    opts=self._child(),
                )
            )
        return releases

    def _security_group(self) -> tuple[aws.ec2.SecurityGroup, list[pulumi.Resource]]:
        """In: HTTP and HTTPS from anywhere. No SSH: Session Manager needs no open port. Also what the server must not
        start without: its ways out."""
        name = self._logical
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            vpc_id=self._inputs["vpc_id"],
            description="The server",
            tags=self._tags(f"{name}-group"),
            opts=self._child(),
        )
        for role, port in {"http": 80, "https": 443}.items():
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-{role}",
                security_group_id=group.id,
                description=f"{role.upper()} from anywhere",
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                cidr_ipv4="0.0.0.0/0",
                tags=self._tags(f"{name}-{role}"),
                opts=self._child(),
            )
        out = aws.vpc.SecurityGroupEgressRule(
            f"{name}-out",
            security_group_id=group.id,
            description="Images, packages, AWS, and what the application calls",
            ip_protocol="-1",
            cidr_ipv4="0.0.0.0/0",
            tags=self._tags(f"{name}-out"),
            opts=self._child(),
        )
        reaches, tags = self._inputs.get("reaches"), self._inputs.get("tags")
        return group, [out, *let_reach(name, group.id, reaches, tags=tags, parent=self)]

    def _instance(
        self,
        ami: str,
        profile: aws.iam.InstanceProfile,
        group: aws.ec2.SecurityGroup,
        user_data: pulumi.Output[str],
        first: list[pulumi.Resource],
    ) -> aws.ec2.Instance:
        child = f"{self._logical}-instance"
        return aws.ec2.Instance(
            child,
            ami=ami,
            instance_type=self._inputs["instance_type"],
            subnet_id=self._inputs["subnet_id"],
            vpc_security_group_ids=[group.id],
            iam_instance_profile=profile.name,
            user_data=user_data,
            user_data_replace_on_change=True,  # cloud-init reads it once, so a changed one needs a new instance
            monitoring=True,  # metrics every minute instead of five: the alarms count minutes
            metadata_options={
                "http_endpoint": "enabled",
                "http_tokens": "required",  # IMDSv2: a request forged through the application gets no credentials
                "http_put_response_hop_limit": metadata_hops(self._inputs),
                "instance_metadata_tags": "disabled",
            },
            root_block_device={
                "encrypted": True,
                "kms_key_id": self._inputs["kms_key_arn"],
                "volume_type": "gp3",
                "volume_size": ROOT_GIB,
                "delete_on_termination": True,
                "tags": self._tags(f"{self._logical}-root"),
            },
            maintenance_options={"auto_recovery": "default"},  # moves to sound hardware, keeping id and volumes
            tags=self._tags(child),
            opts=self._child(ignore_changes=["ami"], depends_on=first),
        )

    def _connect(self, instance: aws.ec2.Instance, volume: aws.ebs.Volume) -> aws.ec2.Eip:
        """Volume and address, which outlive the instance. When it is replaced the volume must be let go first."""
        name = self._logical
        aws.ec2.VolumeAttachment(
            f"{name}-data-attachment",
            instance_id=instance.id,
            volume_id=volume.id,
            device_name="/dev/sdf",
            stop_instance_before_detaching=True,  # the database closes its files, the file system is unmounted
            opts=self._child(delete_before_replace=True),
        )
        address = address_of(name, tags=self._inputs.get("tags"), opts=self._child(protect=self._keeps))
        aws.ec2.EipAssociation(
            f"{name}-address-association",
            allocation_id=address.id,
            instance_id=instance.id,
            allow_reassociation=True,  # from the old instance straight to the new one
            opts=self._child(),
        )
        return address


def _images(args: ServerArgs) -> dict[str, str]:
    """The images the server follows, by role."""
    jobs = {"jobs": args["jobs"]["image"]} if "jobs" in args else {}
    return {"app": args["image"], **jobs}


def _plan(args: ServerArgs, region: str) -> host.HostPlan:
    """The host's plan, with stand-ins for what is known only when the resources exist."""
    if "database" in args and "database_secret_arn" not in args:
        raise ValueError("database_secret_arn: a database on the server needs a secret to put its password into")
    health, jobs, database, pooling = args["health"], args.get("jobs"), args.get("database"), args.get("pooling")
    return host.HostPlan(
        region=region,
        path="/settings/path",
        log_group="logs",
        volume_id="volume",
        application=host.Application(args["port"], args.get("drain_seconds", 30), health=host.Health(**health)),
        jobs=host.Jobs(tuple(jobs["command"])) if jobs else None,
        proxy=host.Proxy(args.get("domain")),
        database=host.Database(**database) if database else None,
        pooler=host.Pooler(**pooling) if pooling else None,
        registries=tuple(registries(_images(args).values())),
    )
