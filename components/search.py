"""Search: a domain of OpenSearch Service inside the network, for one service."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.component import Component
from tenfold.components.parts.physical import unique_name

DOMAIN_NAME = 28  # characters: CreateDomain, API reference, DomainName
PORT = 443
MASTER = "m6g.large.search"  # to 10 nodes: Developer Guide, "Dedicated master nodes", "Choosing instance types"
MASTERS = (0, 3)  # "three dedicated master nodes for production domains", same page; five are for 200 nodes and more
NODES = 80  # Developer Guide, "Amazon OpenSearch Service quotas", of one instance family without a request
TLS = "Policy-Min-TLS-1-2-PFS-2023-10"  # the newest that is no FIPS policy (DomainEndpointOptions, API reference)
CALLS = tuple(f"es:ESHttp{method}" for method in ("Delete", "Get", "Head", "Patch", "Post", "Put"))


class SearchArgs(TypedDict):
    vpc_id: pulumi.Input[str]
    """The network it is in. Change: AWS refuses it, for a domain never leaves its network; make another one."""
    subnet_ids: pulumi.Input[list[str]]
    """Private subnets, each in another zone, at least as many as `zones`. Change: in place, by a second set of
    nodes."""
    kms_key_arn: pulumi.Input[str]
    """Key for indexes, logs and automated snapshots. Change: recreates the domain; its indexes are lost."""
    version: NotRequired[str]
    """Version of OpenSearch. Default: `2.19`. Change: in place to a later one; an earlier one recreates the domain."""
    instance_type: NotRequired[str]
    """Type of the nodes that hold data. Default: `r6g.large.search`. Change: in place, by a second set of nodes."""
    nodes: NotRequired[int]
    """Nodes that hold data: 1, or the same number in each zone, at most 80. Default: 3. Change: in place, by a second
    set of nodes; fewer of them need room on the rest."""
    zones: NotRequired[int]
    """1 to 3 zones that the nodes are spread over. Default: 3, as far as `nodes` can be divided. Change: in place."""
    masters: NotRequired[int]
    """Dedicated masters, 0 or 3: they hold no data, so that no search disturbs them. Default: 0. Change: in place."""
    storage_gib: NotRequired[int]
    """GiB of each node, from 10. Default: 20. Change: in place; less of it needs room."""
    throwaway: NotRequired[bool]
    """No protection. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Search(Component[SearchArgs]):
    """A domain and its security group. Nobody reaches it from outside the network, without TLS, or without a signed
    request of a role that may (`statements`).

    OpenSearch itself takes a snapshot every hour and keeps 336 of them, which is two weeks; they go with the domain.
    """

    url: pulumi.Output[str]
    """Where the domain answers inside the network."""
    arn: pulumi.Output[str]
    """ARN of the domain."""
    domain_name: pulumi.Output[str]
    """Name of the domain in OpenSearch Service."""
    security_group_id: pulumi.Output[str]
    """Security group of it: what may connect is a rule in it."""

    def __init__(self, name: str, args: SearchArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        check(args)
        group = aws.ec2.SecurityGroup(  # without rules of its own: who comes in is said where the caller is made
            f"{name}-access",
            description="The search domain",  # a change would replace the group
            vpc_id=args["vpc_id"],
            tags=self._tags(f"{name}-access"),
            opts=self._child(),
        )
        child, physical = f"{name}-domain", unique_name(name, DOMAIN_NAME)
        subnets = pulumi.Output.from_input(args["subnet_ids"]).apply(lambda ids: ids[: zones(args)])
        domain = aws.opensearch.Domain(
            child,
            domain_name=physical,
            engine_version=f"OpenSearch_{args.get('version', '2.19')}",
            cluster_config=cluster(args),
            ebs_options={"ebs_enabled": True, "volume_type": "gp3", "volume_size": args.get("storage_gib", 20)},
            encrypt_at_rest={"enabled": True, "kms_key_id": args["kms_key_arn"]},
            node_to_node_encryption={"enabled": True},
            domain_endpoint_options={"enforce_https": True, "tls_security_policy": TLS},
            vpc_options={"subnet_ids": subnets, "security_group_ids": [group.id]},
            access_policies=self._policy(physical),
            tags=self._tags(child),
            opts=self._child(protect=self._keeps),
        )
        self.url = pulumi.Output.concat("https://", domain.endpoint)
        self.arn, self.domain_name, self.security_group_id = domain.arn, domain.domain_name, group.id
        self._register()

    def _policy(self, physical: str) -> str:
        """The account's own roles, each as far as its policy goes; known before the domain, which it is about."""
        call = self._call()
        account, partition = aws.get_caller_identity(opts=call).account_id, aws.get_partition(opts=call).partition
        arn = f"arn:{partition}:es:{aws.get_region(opts=call).region}:{account}:domain/{physical}"
        root = {"AWS": f"arn:{partition}:iam::{account}:root"}
        return policies.text([policies.allow("AsRolesMay", CALLS, f"{arn}/*", principal=root)])


def zones(args: SearchArgs) -> int:
    """How many zones the nodes are spread over: 3 nodes 3, 4 nodes 2, 1 node 1."""
    nodes, most = args.get("nodes", 3), args.get("zones", 3)
    return next((count for count in (3, 2) if count <= most and nodes % count == 0), 1)


def cluster(args: SearchArgs) -> Any:
    nodes: dict[str, Any] = {
        "instance_type": args.get("instance_type", "r6g.large.search"),
        "instance_count": args.get("nodes", 3),
    }
    if (count := zones(args)) > 1:
        nodes |= {"zone_awareness_enabled": True, "zone_awareness_config": {"availability_zone_count": count}}
    if masters := args.get("masters", 0):
        nodes |= {
            "dedicated_master_enabled": True,
            "dedicated_master_type": MASTER,
            "dedicated_master_count": masters,
        }
    return nodes


def statements(arn: pulumi.Input[str]) -> list[policies.Statement]:
    """For a role that reads and writes indexes, by requests that it signs (SigV4, service `es`)."""
    return [policies.allow("UseSearch", CALLS, pulumi.Output.concat(arn, "/*"))]


def read_statement(arns: Sequence[pulumi.Input[str]]) -> policies.Statement:
    """For a role that searches in the indexes of these domains and writes nothing. Questions come by POST too, and to
    these paths only: to others a POST writes (OpenSearch, "Search APIs")."""
    paths = [pulumi.Output.concat(arn, "/*/", path) for arn in arns for path in ("_search", "_msearch", "_count")]
    return policies.allow("AskSearch", ["es:ESHttpGet", "es:ESHttpPost"], paths)


def write_statement(arns: Sequence[pulumi.Input[str]]) -> policies.Statement:
    """For a role that fills these domains."""
    return policies.allow("FillSearch", CALLS, [pulumi.Output.concat(arn, "/*") for arn in arns])


def check(args: SearchArgs) -> None:
    """Raises ValueError, with what is right, for what OpenSearch does not take."""
    nodes, masters, most = args.get("nodes", 3), args.get("masters", 0), args.get("zones", 3)
    if most not in (1, 2, 3):
        raise ValueError(f"zones: {most} must be 1, 2 or 3")
    if not 1 <= nodes <= NODES:
        raise ValueError(f"nodes: {nodes} must be from 1 to {NODES}")
    if nodes > 1 and most > 1 and zones(args) == 1:
        raise ValueError(f"nodes: {nodes} cannot be the same number in each of {' or '.join(_spread(most))} zones")
    if masters not in MASTERS:
        raise ValueError(f"masters: {masters} must be 0 or 3: two cannot agree when they lose each other")
    if args.get("storage_gib", 20) < 10:
        raise ValueError(f"storage_gib: {args.get('storage_gib')} must be at least 10")


def _spread(most: int) -> Sequence[str]:
    return [str(count) for count in (2, 3) if count <= most]
