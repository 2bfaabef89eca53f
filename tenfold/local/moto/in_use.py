"""What AWS does not delete while something else uses it, and moto does. (Other refusals of a deletion are with their
service: protections, files in a bucket, records in a zone, rules on a bus, nodes of a cluster.)"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from moto.acm.responses import AWSCertificateManagerResponse
from moto.cloudfront.models import cloudfront_backends
from moto.ec2.responses import EC2Response
from moto.eks.models import eks_backends
from moto.elasticache.models import elasticache_backends
from moto.elasticache.responses import ElastiCacheResponse
from moto.elbv2.models import elbv2_backends
from moto.rds.models import rds_backends
from moto.rds.responses import RDSResponse
from moto.wafv2.models import wafv2_backends
from moto.wafv2.responses import WAFV2Response

from tenfold.local.moto.elasticache.kept_groups import groups_of_kind
from tenfold.local.moto.patching import Response, refuse_taken
from tenfold.local.moto.rds import subnets_of


# ---- networks
class Interfaces(NamedTuple):
    """The network interfaces of one resource: the security groups they are in, and the subnets."""

    groups: Iterable[str]
    subnets: Iterable[str]


def _interfaces(ec2: Any) -> Iterator[Interfaces]:
    """Of everything that lives in a network, in this account and region."""
    here = ec2.account_id, ec2.region_name
    for server in _servers(ec2):
        yield Interfaces([group.id for group in server.security_groups], [server.subnet_id])
    for gateway in _nat_gateways(ec2):
        yield Interfaces([], [gateway.subnet_id])
    for end in ec2.vpc_end_points.values():
        if end.state != "deleted":
            yield Interfaces(end.security_group_ids or (), end.subnet_ids or ())
    for balancer in _of(elbv2_backends, here).load_balancers.values():
        yield Interfaces(balancer.security_groups or (), [subnet.id for subnet in balancer.subnets])
    yield from _databases(_of(rds_backends, here))
    yield from _caches(ec2, _of(elasticache_backends, here))
    for record in _of(eks_backends, here).clusters.values():
        network = record.facts["resourcesVpcConfig"]
        groups = [*network.get("securityGroupIds", ()), network.get("clusterSecurityGroupId")]
        yield Interfaces(groups, network.get("subnetIds", ()))


def _databases(rds: Any) -> Iterator[Interfaces]:
    """A database is in its zone's subnet and in its standby's, a proxy in all of them."""
    for one in rds.databases.values():
        yield Interfaces(one.vpc_security_group_ids, subnets_of(one))
    for proxy in rds.db_proxies.values():
        yield Interfaces(proxy.vpc_security_group_ids, proxy.vpc_subnet_ids)


def _caches(ec2: Any, elasticache: Any) -> Iterator[Interfaces]:
    """Nodes are in the subnets of their zones."""
    for group, zones in (
        *((one, _zones(one)) for one in _replication_groups(elasticache)),
        *((one, {node["CustomerAvailabilityZone"] for node in one.cache_nodes}) for one in _clusters(elasticache)),
    ):
        subnet_group = elasticache.cache_subnet_groups.get(_subnet_group(group))
        subnets = ec2.describe_subnets(subnet_ids=subnet_group.subnet_ids) if subnet_group else ()
        yield Interfaces(_security_groups(group), [s.id for s in subnets if s.availability_zone in zones])


def _of(backends: Any, here: tuple[str, str]) -> Any:
    account, region = here
    return backends[account][region]


def _servers(ec2: Any) -> Iterable[Any]:
    return (each for each in ec2.all_instances() if each.state != "terminated")


def _nat_gateways(ec2: Any) -> Iterable[Any]:
    return (each for each in ec2.nat_gateways.values() if each.state != "deleted")


@refuse_taken(EC2Response, "delete_security_group", "CannotDelete", "the default group of a network goes with it")
def _is_default_group(self: Response) -> bool:
    group = self.ec2_backend.get_security_group_from_id(self._get_param("GroupId"))
    return bool(group and group.name == "default")


@refuse_taken(EC2Response, "delete_security_group", "DependencyViolation", "the group has a dependent object")
def _group_is_in_use(self: Response) -> bool:
    """Rules of another group name it, or something is in it."""
    key, ec2 = self._get_param("GroupId"), self.ec2_backend
    named = (
        (rule.source_group or {}).get("GroupId")
        for groups in ec2.groups.values()
        for group in groups.values()
        for rule in ((*group.ingress_rules, *group.egress_rules) if group.id != key else ())
    )
    return key in named or any(key in each.groups for each in _interfaces(ec2))


@refuse_taken(EC2Response, "delete_subnet", "DependencyViolation", "the subnet has dependencies")
def _subnet_is_in_use(self: Response) -> bool:
    key = self._get_param("SubnetId")
    return any(key in each.subnets for each in _interfaces(self.ec2_backend))


@refuse_taken(
    EC2Response, "detach_internet_gateway", "DependencyViolation", "the network has some mapped public addresses"
)
def _network_has_public_addresses(self: Response) -> bool:
    """Of a NAT gateway, a server, or a balancer that faces the internet."""
    vpc, ec2 = self._get_param("VpcId"), self.ec2_backend
    gateways = (each.vpc_id for each in _nat_gateways(ec2) if each.connectivity_type != "private")
    servers = (each.vpc_id for each in _servers(ec2) if any(each.nics[at].public_ip for at in each.nics))
    balancers = (
        each.vpc_id
        for each in _of(elbv2_backends, (ec2.account_id, ec2.region_name)).load_balancers.values()
        if each.scheme == "internet-facing"
    )
    return any(vpc in users for users in (gateways, servers, balancers))


@refuse_taken(EC2Response, "release_address", "InvalidIPAddress.InUse", "the address is that of a NAT gateway")
def _address_is_a_gateways(self: Response) -> bool:
    """One of a server the provider takes off first."""
    key = self._get_param("AllocationId")
    return any(
        address["allocationId"] == key for gateway in _nat_gateways(self.ec2_backend) for address in gateway.address_set
    )


# ---- databases
@refuse_taken(
    RDSResponse, "delete_db_subnet_group", "InvalidDBSubnetGroupStateFault", "a database is still using the group"
)
def _databases_are_in_subnet_group(self: Response) -> bool:
    name = self.params["DBSubnetGroupName"].lower()
    groups = (one.db_subnet_group for one in self.backend.databases.values())
    return any(group and group.name.lower() == name for group in groups)


@refuse_taken(
    RDSResponse,
    "delete_db_parameter_group",
    "InvalidDBParameterGroupState",
    "one or more databases are still members of this parameter group",
)
def _databases_have_parameter_group(self: Response) -> bool:
    name = self.params["DBParameterGroupName"].lower()
    return any((one.db_parameter_group_name or "").lower() == name for one in self.backend.databases.values())


# ---- caches
def _replication_groups(elasticache: Any) -> Iterable[Any]:
    return (one for one in elasticache.replication_groups.values() if one.status != "deleting")


def _clusters(elasticache: Any) -> Iterable[Any]:
    return (one for one in elasticache.cache_clusters.values() if one.cache_cluster_status != "deleting")


def _zones(group: Any) -> set[str]:
    return {
        member["preferred_availability_zone"] for shard in group.node_groups for member in shard["node_group_members"]
    }


def _subnet_group(one: Any) -> str:
    return getattr(one, "kept_subnet_group", None) or getattr(one, "cache_subnet_group_name", None) or ""


def _security_groups(one: Any) -> Iterable[str]:
    return getattr(one, "kept_security_groups", None) or getattr(one, "security_group_ids", None) or ()


def _parameter_group(one: Any) -> str:
    return getattr(one, "kept_parameter_group", None) or getattr(one, "cache_parameter_group_name", None) or ""


def _all(self: Response) -> Iterator[Any]:
    yield from _replication_groups(self.elasticache_backend)
    yield from _clusters(self.elasticache_backend)


@refuse_taken(
    ElastiCacheResponse, "delete_cache_subnet_group", "CacheSubnetGroupInUse", "the subnet group is in use by a cache"
)
def _caches_are_in_subnet_group(self: Response) -> bool:
    return self._get_param("CacheSubnetGroupName") in map(_subnet_group, _all(self))


@refuse_taken(
    ElastiCacheResponse,
    "delete_cache_parameter_group",
    "InvalidCacheParameterGroupState",
    "one or more caches are still members of this parameter group",
)
def _caches_have_parameter_group(self: Response) -> bool:
    return self._get_param("CacheParameterGroupName") in map(_parameter_group, _all(self))


@refuse_taken(ElastiCacheResponse, "delete_user_group", "InvalidUserGroupState", "the group is associated with a cache")
def _caches_have_user_group(self: Response) -> bool:
    key = self._get_param("UserGroupId")
    return any(key in one.user_group_ids for one in _replication_groups(self.elasticache_backend))


@refuse_taken(
    ElastiCacheResponse,
    "delete_user",
    "DefaultUserAssociatedToUserGroup",
    "the default user is associated with a user group",
)
def _default_user_is_in_a_group(self: Response) -> bool:
    """Every other user leaves its groups by being deleted."""
    user = self.elasticache_backend.users.get(self._get_param("UserId"))
    groups = groups_of_kind(self, "usergroup").values()
    return bool(user) and user.name == "default" and any(user.id in group["UserIds"] for group in groups)


# ---- certificates and firewalls
def _distributions(self: Response) -> Iterator[Any]:
    for each in cloudfront_backends[self.current_account]["aws"].distributions.values():
        yield each.distribution_config


@refuse_taken(
    AWSCertificateManagerResponse, "delete_certificate", "ResourceInUseException", "the certificate is in use"
)
def _certificate_is_in_use(self: Response) -> bool:
    """By a listener or a distribution."""
    arn = self._get_param("CertificateArn")
    balancers = _of(elbv2_backends, (self.current_account, self.region)).load_balancers.values()
    shown = (config.ViewerCertificate.acm_certificate_arn for config in _distributions(self))
    return arn in shown or any(arn in listener.certificates for lb in balancers for listener in lb.listeners.values())


@refuse_taken(
    WAFV2Response,
    "delete_web_acl",
    "WAFAssociatedItemException",
    "the web ACL is still associated with a resource",
)
def _web_acl_is_in_use(self: Response) -> bool:
    """By a distribution, which names it itself, or by what it was associated with."""
    key, region = self._get_param("Id"), "global" if self._get_param("Scope") == "CLOUDFRONT" else self.region
    named = (f"/{key}" in str(config.WebACLId) for config in _distributions(self))
    acls = _of(wafv2_backends, (self.current_account, region)).wacls.values()
    return any(named) or any(acl.associated_resources for acl in acls if acl.id == key)
