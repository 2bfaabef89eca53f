"""Memcached: a cache that only caches, over several nodes. Nothing is copied or kept, and there is no login."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component
from tenfold.components.parts.names import fitting
from tenfold.components.plans import cache_engine

PORT = 11211
CLUSTER_LIMIT = 50  # characters of a cluster's id


class MemcachedArgs(TypedDict):
    vpc_id: pulumi.Input[str]
    """The VPC. Change: replaces everything."""
    subnet_ids: pulumi.Input[list[str]]
    """Private or database subnets of all zones from the start; nodes are spread over them. Change: in place."""
    version: NotRequired[str]
    """Major.minor.patch, 1.6.12 or later (the first that encrypts on the way). Default: `1.6.22`. Change: higher: in
    place, **empties it**; lower: replaces."""
    node_type: NotRequired[str]
    """Memory of each node. The default has 0.5 GiB. Default: `cache.t4g.micro`. Change: **replaces the cache**: an
    empty one comes, then the full one goes."""
    nodes: NotRequired[int]
    """1–40; a failed node takes its share of the entries with it, and no more. Default: 2. Change: in place; not back
    to 1."""
    maintenance_window: NotRequired[str]
    """UTC. Default: `sun:04:30-sun:05:30`. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Memcached(Component[MemcachedArgs]):
    """A cluster of Memcached: encrypted on the way, closed to all but the hosts that are let in.

    Not encrypted at rest, for it writes nothing to a disk, and without users: who is let in by a rule on
    `security_group_id` may read and write everything. Not protected, for it holds nothing that is not held elsewhere.
    Raises ValueError for a version or number of nodes that does not exist.
    """

    endpoint: pulumi.Output[str]
    """The configuration endpoint, where clients ask for the addresses of all nodes (auto discovery)."""
    port: pulumi.Output[int]
    """Port that clients connect to."""
    security_group_id: pulumi.Output[str]
    """Security group of it: what may connect is a rule in it."""
    cluster_id: pulumi.Output[str]
    """The `CacheClusterId`, for Signals."""
    node_ids: pulumi.Output[list[str]]
    """The `CacheNodeId` of every node, for Signals: numbered, and the highest go first."""

    def __init__(self, name: str, args: MemcachedArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        nodes = args.get("nodes", 2)
        layout = cache_engine.memcached_layout(nodes)
        group = aws.ec2.SecurityGroup(  # without rules of its own: who comes in is said where the caller is made
            f"{name}-access",
            description="The cache",  # a change would replace the group
            vpc_id=args["vpc_id"],
            tags=self._tags(f"{name}-access"),
            opts=self._child(),
        )
        cluster = self._cluster(layout, group)

        self.endpoint, self.port = cluster.cluster_address, pulumi.Output.from_input(PORT)
        self.security_group_id, self.cluster_id = group.id, cluster.cluster_id
        self.node_ids = pulumi.Output.from_input([f"{number:04}" for number in range(1, nodes + 1)])
        self._register()

    def _cluster(self, layout: dict[str, Any], group: aws.ec2.SecurityGroup) -> aws.elasticache.Cluster:
        args, child = self._inputs, fitting(f"{self._logical}-nodes", CLUSTER_LIMIT)
        version = args.get("version", "1.6.22")
        subnets = aws.elasticache.SubnetGroup(
            f"{self._logical}-subnets",
            description="Subnets of the cache",
            subnet_ids=args["subnet_ids"],
            tags=self._tags(f"{self._logical}-subnets"),
            opts=self._child(),
        )
        parameters = aws.elasticache.ParameterGroup(
            f"{self._logical}-parameters",
            family=cache_engine.memcached_family(version),
            description="Parameters of the cache",
            parameters=cache_engine.MEMCACHED_PARAMETERS,
            tags=self._tags(f"{self._logical}-parameters"),
            opts=self._child(),
        )
        return aws.elasticache.Cluster(
            child,
            engine="memcached",
            engine_version=version,
            node_type=args.get("node_type", "cache.t4g.micro"),
            port=PORT,
            subnet_group_name=subnets.name,
            parameter_group_name=parameters.name,
            security_group_ids=[group.id],
            transit_encryption_enabled=True,
            apply_immediately=True,  # what `up` reports as done is done
            maintenance_window=args.get("maintenance_window", "sun:04:30-sun:05:30"),
            **layout,
            tags=self._tags(child),
            opts=self._child(),
        )
