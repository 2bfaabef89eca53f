"""Load balancers."""

from tenfold.local.aws.call import Call
from tenfold.local.aws.guards.asking import refuse
from tenfold.local.aws.guards.network import check_groups, check_zones, single_vpc, subnets_of


def balancer_network(call: Call) -> None:
    """A balancer's subnets are of one VPC, one per zone and two or more for an ALB; its groups are of that VPC."""
    subnets = subnets_of(call, call.inputs.get("subnets") or ())
    if not subnets:
        return
    vpc = single_vpc("subnets", subnets)
    if call.inputs.get("loadBalancerType", "application") == "application":
        check_zones("subnets", subnets)
    if len({s["AvailabilityZone"] for s in subnets}) < len(subnets):
        refuse("subnets", "two of the subnets lie in the same zone")
    check_groups(call, "securityGroups", vpc)
