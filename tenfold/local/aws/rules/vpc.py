"""Security group rules as resources of their own."""

from tenfold.local.aws.rules.ec2 import ports
from tenfold.local.aws.rules.values import Inputs, Violations


def rule_ports(inputs: Inputs) -> Violations:
    """A security group rule of its own: ports in order, and exactly one other side."""
    sides = [k for k in ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId") if inputs.get(k)]
    bad = ports(inputs, "ipProtocol", "")
    return bad if len(sides) == 1 else [*bad, ("cidrIpv4", "exactly one source or destination is needed")]
