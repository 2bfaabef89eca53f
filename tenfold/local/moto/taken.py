"""Names and places that are taken: AWS refuses a second one, moto makes it, replaces the first, or answers the first.

Codes and words are those of each operation's API reference.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from moto.autoscaling.responses import AutoScalingResponse
from moto.cloudfront.models import CloudFrontBackend
from moto.ec2.responses import EC2Response
from moto.elasticache.responses import ElastiCacheResponse
from moto.elbv2.responses import ELBV2Response
from moto.kms.models import kms_backends
from moto.kms.responses import KmsResponse
from moto.rds.responses import RDSResponse
from moto.route53.models import Route53Backend

from tenfold.local.moto.patching import Response, replace
from tenfold.local.moto.refusal import Refused


class Taken(NamedTuple):
    owner: type
    action: str
    taken: Callable[[Response], Any]  # whether what the request asks for is there already
    code: str
    words: str


def _vpcs_gateway(self: Response) -> bool:
    vpc, key = self._get_param("VpcId"), self._get_param("InternetGatewayId")
    return any(g.vpc and g.vpc.id == vpc and g.id != key for g in self.ec2_backend.internet_gateways.values())


def _subnets_table(self: Response) -> bool:
    subnet = self._get_param("SubnetId")
    return any(subnet in table._associations.values() for table in self.ec2_backend.route_tables.values() if subnet)


def _endpoint(self: Response) -> bool:
    """A gateway of that service in one of the route tables; an interface of that service with private names."""
    service, vpc = self._get_param("ServiceName"), self._get_param("VpcId")
    tables, private = self._get_param("RouteTableIds", []), self._get_param("PrivateDnsEnabled")
    same = [
        each
        for each in self.ec2_backend.vpc_end_points.values()
        if each.service_name == service and each.vpc_id == vpc and each.state != "deleted"
    ]
    names = str(private).lower() == "true" and any(str(each.private_dns_enabled).lower() == "true" for each in same)
    return names or any(set(each.route_table_ids or ()) & set(tables) for each in same)


def _listener(self: Response) -> bool:
    balancer = self.elbv2_backend.load_balancers.get(self._get_param("LoadBalancerArn"))
    port = str(self._get_param("Port"))
    return bool(balancer) and any(str(listener.port) == port for listener in balancer.listeners.values())


def _balancer(self: Response) -> bool:
    name = self._get_param("Name")
    return any(each.name == name for each in self.elbv2_backend.load_balancers.values())


def _replica_key(self: Response) -> bool:
    key = self._get_param("KeyId").rpartition("/")[2]
    held = kms_backends[self.current_account][self._get_param("ReplicaRegion")].keys.get(key)
    return held is not None and held.key_state != "PendingDeletion"


def _target(self: Response) -> bool:
    proxy = self.backend.db_proxies.get(self.params.get("DBProxyName"))
    group = proxy and proxy.proxy_target_groups.get(self.params.get("TargetGroupName") or "default")
    wanted = {*self.params.get("DBInstanceIdentifiers", ()), *self.params.get("DBClusterIdentifiers", ())}
    return bool(group) and any(target.rds_resource_id in wanted for target in group.targets)


_TABLE = (
    Taken(
        AutoScalingResponse,
        "create_auto_scaling_group",
        lambda self: self._get_param("AutoScalingGroupName") in self.autoscaling_backend.autoscaling_groups,
        "AlreadyExists",
        "AutoScalingGroup by this name already exists",
    ),
    Taken(
        EC2Response,
        "attach_internet_gateway",
        _vpcs_gateway,
        "InvalidParameterValue",
        "the network already has an internet gateway attached",
    ),
    Taken(
        EC2Response,
        "associate_route_table",
        _subnets_table,
        "Resource.AlreadyAssociated",
        "the subnet is already associated with a route table",
    ),
    Taken(
        EC2Response,
        "attach_volume",
        lambda self: self.ec2_backend.get_volume(self._get_param("VolumeId")).attachment,
        "VolumeInUse",
        "the volume is already attached to an instance",
    ),
    Taken(
        EC2Response,
        "create_vpc_endpoint",
        _endpoint,
        "RouteAlreadyExists",
        "there is an endpoint of this service for these route tables or names already",
    ),
    Taken(
        ElastiCacheResponse,
        "create_user_group",
        lambda self: self._get_param("UserGroupId") in self.elasticache_backend.__dict__.get("kept_usergroup", {}),
        "UserGroupAlreadyExists",
        "a user group with this id already exists",
    ),
    Taken(
        ELBV2Response,
        "create_load_balancer",
        _balancer,
        "DuplicateLoadBalancerName",
        "a load balancer with this name already exists",
    ),
    Taken(
        ELBV2Response,
        "create_listener",
        _listener,
        "DuplicateListener",
        "a listener already exists on this port of the load balancer",
    ),
    Taken(KmsResponse, "replicate_key", _replica_key, "AlreadyExistsException", "the replica already exists"),
    Taken(
        RDSResponse,
        "create_db_subnet_group",
        lambda self: self.params.get("DBSubnetGroupName") in self.backend.subnet_groups,
        "DBSubnetGroupAlreadyExists",
        "the DB subnet group already exists",
    ),
    Taken(
        RDSResponse,
        "create_db_instance_read_replica",
        lambda self: self.params.get("DBInstanceIdentifier") in self.backend.databases,
        "DBInstanceAlreadyExists",
        "DB instance already exists",
    ),
    Taken(
        RDSResponse,
        "register_db_proxy_targets",
        _target,
        "DBProxyTargetAlreadyRegisteredFault",
        "the target is already registered with the proxy",
    ),
)


def _refuse(entry: Taken) -> None:
    @replace(entry.owner, entry.action)
    def refused_where_taken(original: Any, self: Response) -> Any:
        if entry.taken(self):
            raise Refused(entry.code, entry.words)
        return original(self)


def install() -> None:
    """After what adds actions to moto."""
    for entry in _TABLE:
        _refuse(entry)


# ---- CloudFront
@replace(CloudFrontBackend, "create_origin_access_control")
def create_origin_access_control(original: Any, self: Any, config: dict[str, Any]) -> Any:
    if any(control.name == config.get("Name") for control in self.origin_access_controls.values()):
        raise Refused("OriginAccessControlAlreadyExists", "an origin access control with this name already exists")
    return original(self, config)


# ---- Route 53
@replace(Route53Backend, "create_hosted_zone")
def create_hosted_zone(original: Any, self: Any, name: str, *given: Any, **named: Any) -> Any:
    vpc, name = named.get("vpcid"), name.rstrip(".") + "."
    for zone in self.zones.values():
        if vpc and zone.name == name and any(held["vpc_id"] == vpc for held in zone.vpcs):
            why = f"The VPC {vpc} is already associated with another hosted zone of the name {name}"
            raise Refused("ConflictingDomainExists", why)
    return original(self, name, *given, **named)
