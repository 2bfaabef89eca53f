"""What moto's EC2 lacks: attributes that change, deletions that end; what is taken already."""

import base64
import contextlib
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import InvalidRouteError
from moto.ec2.models import EC2Backend
from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.responses import EC2Response
from moto.ec2.utils import parse_user_data

from tenfold.local.moto.patching import Response, refuse_taken, replace
from tenfold.local.moto.refusal import Refused


@replace(EC2Response, "unmonitor_instances")
def unmonitor_instances(_: Any, self: Response) -> ActionResult:
    for key in self._get_param("InstanceIds", []):
        self.ec2_backend.get_instance(key).monitoring_state = "disabled"
    return ActionResult({"InstanceMonitorings": []})


@replace(EC2Response, "modify_instance_attribute")
def modify_instance_attribute(original: Any, self: Response) -> Any:
    """moto has no handler for the shutdown behaviour (its last one then empties the security groups), a wrong one for
    user data."""
    data = self._get_param("UserData.Value")
    if data:  # moto decodes it twice
        encoded = base64.b64encode(data if isinstance(data, bytes) else str(data).encode()).decode()
        self.ec2_backend.get_instance(self._get_param("InstanceId")).user_data = parse_user_data(encoded)
        return EmptyResult()
    behaviour = self._get_param("InstanceInitiatedShutdownBehavior")
    if behaviour is None:
        return original(self)
    value = behaviour["Value"] if isinstance(behaviour, dict) else behaviour
    self.ec2_backend.get_instance(self._get_param("InstanceId")).instance_initiated_shutdown_behavior = value
    return EmptyResult()


@replace(EC2Response, "modify_vpc_endpoint")
def modify_vpc_endpoint(original: Any, self: Response) -> Any:
    """moto drops the switch of private DNS."""
    answer = original(self)
    private = self._get_param("PrivateDnsEnabled")
    if private is not None:
        endpoint = self.ec2_backend.vpc_end_points[self._get_param("VpcEndpointId")]
        endpoint.private_dns_enabled = str(private).lower() == "true"
    return answer


@replace(EC2Backend, "delete_nat_gateway")
def delete_nat_gateway(original: Any, self: Any, nat_gateway_id: str) -> Any:
    """moto breaks on one that is deleted already, and never lets its address go."""
    gateway = self.nat_gateways.get(nat_gateway_id)
    if gateway is None or gateway.state == "deleted":
        raise Refused("NatGatewayNotFound", f"NAT gateway {nat_gateway_id} was not found")
    keys = [a["allocationId"] for a in gateway.address_set if a.get("allocationId")]
    for address in self.address_by_allocation(keys) if keys else []:
        address.association_id = address.eni = address.instance = None
    return original(self, nat_gateway_id)


@replace(EC2Backend, "delete_vpc_endpoints")
def delete_vpc_endpoints(original: Any, self: Any, vpce_ids: list[str] | None = None) -> None:
    """moto stops half way at a route table the endpoint was added to later, which it gave no route."""
    for key in vpce_ids or []:
        with contextlib.suppress(InvalidRouteError):
            original(self, [key])
        if key in self.vpc_end_points:
            self.vpc_end_points[key].state = "deleted"


@replace(EC2Backend, "modify_security_group_rules")
def modify_security_group_rules(original: Any, self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
    """moto needs ports where a rule for every protocol has none."""
    for rule in rules.values():
        if rule.get("IpProtocol") == "-1":
            rule.setdefault("FromPort", -1)
            rule.setdefault("ToPort", -1)
    original(self, group_id, rules)


def _user_data(self: Any) -> Any:
    """moto takes the user data of a template's first version apart, and not that of a later one."""
    data = self.data.get("UserData")
    return parse_user_data(data) if isinstance(data, str | bytes) else data


LaunchTemplateVersion.user_data = property(_user_data)  # type: ignore[method-assign]: the patch


# ---- what is taken
@refuse_taken(
    EC2Response,
    "attach_internet_gateway",
    "InvalidParameterValue",
    "the network already has an internet gateway attached",
)
def _vpc_has_gateway(self: Response) -> bool:
    vpc, key = self._get_param("VpcId"), self._get_param("InternetGatewayId")
    return any(g.vpc and g.vpc.id == vpc and g.id != key for g in self.ec2_backend.internet_gateways.values())


@refuse_taken(
    EC2Response,
    "associate_route_table",
    "Resource.AlreadyAssociated",
    "the subnet is already associated with a route table",
)
def _subnet_has_table(self: Response) -> bool:
    subnet = self._get_param("SubnetId")
    return any(subnet in table._associations.values() for table in self.ec2_backend.route_tables.values() if subnet)


@refuse_taken(
    EC2Response,
    "create_vpc_endpoint",
    "RouteAlreadyExists",
    "there is an endpoint of this service for these route tables or names already",
)
def _endpoint_exists(self: Response) -> bool:
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


@refuse_taken(EC2Response, "attach_volume", "VolumeInUse", "the volume is already attached to an instance")
def _is_attached(self: Response) -> bool:
    return bool(self.ec2_backend.get_volume(self._get_param("VolumeId")).attachment)
