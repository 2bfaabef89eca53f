"""Cache: Valkey or Redis as session store, later also as cache. A primary with its replicas, or several: shards."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component
from tenfold.components.parts.log_group import log_group
from tenfold.components.parts.names import fitting
from tenfold.components.parts.physical import unique_name
from tenfold.components.parts.policies import Statement, allow
from tenfold.components.plans import cache_engine

PORT = 6379
GROUP_LIMIT = 40  # characters of a replication group's, a user's and a user group's id
LOGS = ("slow-log", "engine-log")  # of commands that took long; of what the engine did: failovers, full memory, clients


class CacheArgs(TypedDict):
    vpc_id: pulumi.Input[str]
    """The VPC. Change: replaces everything."""
    subnet_ids: pulumi.Input[list[str]]
    """Private or database subnets, of all zones from the start; nodes are spread over them. Change: in place."""
    kms_key_arn: pulumi.Input[str]
    """Encrypts data at rest, snapshots and logs. Change: **replaces the cache**."""
    engine: NotRequired[cache_engine.CacheEngine]
    """`valkey` is a fifth cheaper than `redis` on AWS, and open source. Default: `valkey`. Change: redis → valkey in
    place; back replaces."""
    version: NotRequired[str]
    """Major.minor, 7.0 or later (before, there is no IAM authentication). AWS applies patches by itself; minor versions
    change only here, so everybody sees them in the diff. Default: `8.1`. Change: higher: in place; lower:
    **replaces**."""
    node_type: NotRequired[str]
    """Memory of each node. The default has 0.5 GiB, some hundred thousand sessions of 1 KB. Default: `cache.t4g.micro`.
    Change: in place, minutes."""
    nodes: NotRequired[int]
    """1–6. From 2 on a replica in another zone takes over within a minute. In cluster mode those of each shard, 2–6.
    Default: 1. Change: in place."""
    cluster_mode: NotRequired[cache_engine.ClusterMode]
    """`disabled`: any client works, and one primary takes all writes. `enabled`: several shards; clients must speak the
    cluster protocol. `compatible`: the way there, in which both kinds of clients work. Default: `disabled`. Change: in
    place, one step at a time, never back."""
    shards: NotRequired[int]
    """More with `cluster_mode` enabled; 500 nodes in all at most, 90 until AWS has raised the quota. Default: 1.
    Change: in place."""
    eviction: NotRequired[cache_engine.Eviction]
    """When memory is full, sessions that end soonest go first. `noeviction` would refuse every new login; `allkeys-lru`
    is for a pure cache. Default: `volatile-ttl`. Change: in place."""
    snapshots_keep_days: NotRequired[int]
    """Days that daily snapshots are kept, 0 to 35. Default: 1. Change: in place."""
    snapshot_window: NotRequired[str]
    """UTC. Default: `03:00-04:00`. Change: in place."""
    maintenance_window: NotRequired[str]
    """UTC, apart from the snapshots. Default: `sun:04:30-sun:05:30`. Change: in place."""
    auth_token: NotRequired[pulumi.Input[str]]
    """For applications that cannot authenticate by IAM: a password (16 to 128 characters) of your own, from `pulumi
    config set --secret`. It is then in the state, encrypted. Default: none. Change: in place."""
    log_retention_days: NotRequired[pulumi.Input[int]]
    """Days that the slow log and the engine's log are kept. Default: 30. Change: in place."""
    throwaway: NotRequired[bool]
    """No protection, no final snapshot. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Cache(Component[CacheArgs]):
    """A replication group: encrypted at rest and in transit, closed to all but the hosts that are let in.

    Hosts are let in by a rule on `security_group_id` and (IAM) by `connect_statement(connect_arns)` in their role.
    Raises ValueError for an engine, version, eviction, cluster mode or number of nodes or shards that does not exist.
    """

    endpoint: pulumi.Output[str]
    """Where clients begin: the primary; in cluster mode the configuration endpoint, which knows all shards."""
    reader_endpoint: pulumi.Output[str | None]
    """An address of all nodes, for reads; None in cluster mode, where clients find the replicas by themselves."""
    port: pulumi.Output[int]
    """Port that clients connect to."""
    security_group_id: pulumi.Output[str]
    """Security group of it: what may connect is a rule in it."""
    cache_name: pulumi.Output[str]
    """The replication group's id: what a host signs to authenticate by IAM."""
    user_name: pulumi.Output[str | None]
    """The user that hosts authenticate as by IAM; None with an auth token."""
    connect_arns: pulumi.Output[list[str]]
    """What `elasticache:Connect` must name."""
    node_ids: pulumi.Output[list[str]]
    """The `CacheClusterId` of every node, for Signals."""

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None):
        if "auth_token" in args:  # also as an input of the component itself
            args = {**args, "auth_token": pulumi.Output.secret(args["auth_token"])}
        super().__init__(name, args, opts)
        self._mode = args.get("cluster_mode", "disabled")
        layout = cache_engine.layout(args.get("nodes", 1), self._mode, args.get("shards", 1))
        group = self._security_group()
        user, users = (None, None) if "auth_token" in args else self._users()
        primary = self._primary(layout, group, users)

        self.endpoint, self.reader_endpoint, self.node_ids = self._addresses(primary)
        self.port = pulumi.Output.from_input(PORT)
        self.security_group_id, self.cache_name = group.id, primary.id
        self.user_name = user.user_name if user else pulumi.Output.from_input(None)
        self.connect_arns = pulumi.Output.all(primary.arn, user.arn) if user else pulumi.Output.from_input([])
        self._register()

    def _addresses(self, primary: aws.elasticache.ReplicationGroup) -> tuple[Any, Any, Any]:
        """The endpoint of writes, that of reads, and the ids of the nodes."""
        if self._mode == "disabled":
            count = range(1, self._inputs.get("nodes", 1) + 1)
            # ElastiCache numbers the nodes of a group without shards; a node that is replaced keeps its number.
            nodes = primary.id.apply(lambda group_id: [f"{group_id}-{n:03}" for n in count])
            return primary.primary_endpoint_address, primary.reader_endpoint_address, nodes
        # The preview of the step from `disabled` still has the primary's address only.
        addresses = pulumi.Output.all(primary.configuration_endpoint_address, primary.primary_endpoint_address)
        endpoint = addresses.apply(lambda pair: pair[0] or pair[1])
        # A first shard that was there before cluster mode keeps its nodes' names: they cannot be known beforehand.
        return endpoint, pulumi.Output.from_input(None), primary.member_clusters.apply(sorted)

    def _security_group(self) -> aws.ec2.SecurityGroup:
        child = f"{self._logical}-access"
        return aws.ec2.SecurityGroup(  # without rules of its own: who comes in is said where the caller is made
            child,
            description="The cache",  # a change would replace the group
            vpc_id=self._inputs["vpc_id"],
            tags=self._tags(child),
            opts=self._child(),
        )

    def _users(self) -> tuple[aws.elasticache.User, aws.elasticache.UserGroup]:
        """One user that authenticates by IAM: no password is made, kept or rotated."""
        engine = self._inputs.get("engine", "valkey")
        identity = unique_name(f"{self._logical}-user", GROUP_LIMIT)
        user = self._user(
            "user", engine, identity, identity, cache_engine.ACCESS, {"type": "iam"}
        )  # the two must be equal
        members = [user.user_id]
        if engine == "redis":  # a group for Redis needs the user "default", which anyone without a name becomes
            nobody = unique_name(f"{self._logical}-nobody", GROUP_LIMIT)
            none = {"type": "no-password-required"}
            members.append(self._user("nobody", engine, nobody, "default", cache_engine.NO_ACCESS, none).user_id)
        child = f"{self._logical}-users"
        users = aws.elasticache.UserGroup(
            child,
            engine=engine,
            user_group_id=unique_name(child, GROUP_LIMIT),
            user_ids=members,
            tags=self._tags(child),
            opts=self._child(),
        )
        return user, users

    def _user(
        self, role: str, engine: str, user_id: str, user_name: str, access: str, mode: Any
    ) -> aws.elasticache.User:
        child = f"{self._logical}-{role}"
        return aws.elasticache.User(
            child,
            engine=engine,
            user_id=user_id,
            user_name=user_name,
            access_string=access,
            authentication_mode=mode,
            tags=self._tags(child),
            opts=self._child(),
        )

    def _groups(self) -> tuple[aws.elasticache.SubnetGroup, aws.elasticache.ParameterGroup]:
        subnets = aws.elasticache.SubnetGroup(
            f"{self._logical}-subnets",
            description="Subnets of the cache",
            subnet_ids=self._inputs["subnet_ids"],
            tags=self._tags(f"{self._logical}-subnets"),
            opts=self._child(),
        )
        # A new major version has a new family, hence a new group, made before the old one goes: no version in the name.
        # `cluster-enabled` cannot change in a group that is in use, so cluster mode has a group of its own.
        child = f"{self._logical}-parameters" if self._mode == "disabled" else f"{self._logical}-cluster-parameters"
        parameters = aws.elasticache.ParameterGroup(
            child,
            family=cache_engine.family(self._inputs.get("engine", "valkey"), self._inputs.get("version", "8.1")),
            description="Parameters of the cache",
            parameters=cache_engine.parameters(self._inputs.get("eviction", "volatile-ttl"), self._mode),
            tags=self._tags(child),
            opts=self._child(),
        )
        return subnets, parameters

    def _log(self, kind: str) -> Any:
        """A log group, and the delivery into it."""
        child = f"{self._logical}-{kind}"
        group = log_group(child, self._inputs, self)
        destination = {"destination": group.name, "destination_type": "cloudwatch-logs"}
        return {**destination, "log_format": "json", "log_type": kind}

    def _primary(
        self, layout: dict[str, Any], group: aws.ec2.SecurityGroup, users: aws.elasticache.UserGroup | None
    ) -> aws.elasticache.ReplicationGroup:
        args, child = self._inputs, fitting(f"{self._logical}-primary", GROUP_LIMIT)
        throwaway = args.get("throwaway", False)
        subnets, parameters = self._groups()
        extra: dict[str, Any] = {} if throwaway else {"final_snapshot_identifier": unique_name(f"{child}-final", 255)}
        extra |= {"user_group_ids": [users.user_group_id]} if users else {"auth_token": args.get("auth_token")}
        return aws.elasticache.ReplicationGroup(
            child,
            description="Sessions and cache",
            engine=args.get("engine", "valkey"),
            engine_version=args.get("version", "8.1"),
            node_type=args.get("node_type", "cache.t4g.micro"),
            port=PORT,
            subnet_group_name=subnets.name,
            parameter_group_name=parameters.name,
            security_group_ids=[group.id],
            at_rest_encryption_enabled=True,
            kms_key_id=args["kms_key_arn"],
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            # A minor version that AWS chose would show as a wish to go back, and going back replaces the cache.
            auto_minor_version_upgrade=False,
            apply_immediately=True,  # what `up` reports as done is done
            snapshot_retention_limit=args.get("snapshots_keep_days", 1),
            snapshot_window=args.get("snapshot_window", "03:00-04:00"),
            maintenance_window=args.get("maintenance_window", "sun:04:30-sun:05:30"),
            log_delivery_configurations=[self._log(kind) for kind in LOGS],
            **layout,
            **extra,
            tags=self._tags(child),
            opts=self._child(protect=self._keeps),
        )


def connect_statement(connect_arns: pulumi.Input[list[str]]) -> Statement:
    """Lets a host authenticate at the cache as its user."""
    return allow("ConnectToCache", ["elasticache:Connect"], connect_arns)
