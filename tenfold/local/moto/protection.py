"""Deletion as AWS refuses it, where moto does not: a load balancer with deletion protection."""

from typing import Any

from moto.elbv2.models import ELBv2Backend

from tenfold.local.moto.patching import replace
from tenfold.local.moto.refusal import Refused


@replace(ELBv2Backend, "delete_load_balancer")
def delete_load_balancer(original: Any, self: Any, arn: str) -> Any:
    """DeleteLoadBalancer, API reference: OperationNotPermitted."""
    balancer = self.load_balancers.get(arn)
    if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
        why = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        raise Refused("OperationNotPermitted", why)
    return original(self, arn)
