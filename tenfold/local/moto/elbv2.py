"""What AWS refuses of load balancers and moto does not: deletion under protection, names and ports that are taken."""

from typing import Any

from moto.elbv2.models import ELBv2Backend
from moto.elbv2.responses import ELBV2Response

from tenfold.local.moto.patching import Response, refuse_taken, replace
from tenfold.local.moto.refusal import Refused


@replace(ELBv2Backend, "delete_load_balancer")
def delete_load_balancer(original: Any, self: Any, arn: str) -> Any:
    """DeleteLoadBalancer, API reference: OperationNotPermitted."""
    balancer = self.load_balancers.get(arn)
    if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
        why = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        raise Refused("OperationNotPermitted", why)
    return original(self, arn)


@replace(ELBv2Backend, "create_rule")
def create_rule(original: Any, self: Any, *args: Any, **more: Any) -> Any:
    """A group that several rules name is still of one balancer: moto lists that once for each rule."""
    rule = original(self, *args, **more)
    for group in self.target_groups.values():
        group.load_balancer_arns[:] = dict.fromkeys(group.load_balancer_arns)
    return rule


@refuse_taken(
    ELBV2Response, "create_listener", "DuplicateListener", "a listener already exists on this port of the load balancer"
)
def _port_is_used(self: Response) -> bool:
    balancer = self.elbv2_backend.load_balancers.get(self._get_param("LoadBalancerArn"))
    port = str(self._get_param("Port"))
    return bool(balancer) and any(str(listener.port) == port for listener in balancer.listeners.values())


@refuse_taken(
    ELBV2Response, "create_load_balancer", "DuplicateLoadBalancerName", "a load balancer with this name already exists"
)
def _name_is_used(self: Response) -> bool:
    name = self._get_param("Name")
    return any(each.name == name for each in self.elbv2_backend.load_balancers.values())
