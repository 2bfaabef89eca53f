"""Addresses, gateways, balancers, and what goes through them."""

from collections.abc import Iterator, Sequence

from tenfold.foresight.charges.charge import At, Charge, hourly, usage_charge
from tenfold.graph import Resource


def gateways(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    yield hourly("NAT gateway" if len(resources) == 1 else "NAT gateways", "nat", len(resources))
    yield usage_charge(at, "through NAT", "nat.data", "nat")


def addresses(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    yield hourly("public address" if len(resources) == 1 else "public addresses", "ipv4", len(resources))


def balancers(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    for resource in resources:
        kind = str(resource.inputs.get("loadBalancerType") or "application")
        yield hourly(f"{kind} balancer", f"elb.{kind}", 1)
        yield usage_charge(at, "its capacity (LCU)", f"elb.{kind}.lcu", "lcu_hours")
        subnets = resource.inputs.get("subnets") or resource.inputs.get("subnetMappings") or ()
        zones = len(subnets) if isinstance(subnets, list | tuple) else at.architecture.network.zones
        if not resource.inputs.get("internal"):
            yield hourly("its addresses, one a zone", "ipv4", zones)
        if at.architecture.cdn is None:
            yield usage_charge(at, "answers to the internet", "transfer.out", "transfer_out")


def endpoints(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """Those of S3 and DynamoDB are gateways and cost nothing."""
    for resource in resources:
        if resource.inputs.get("vpcEndpointType") == "Interface":
            subnets = resource.inputs.get("subnetIds")
            zones = len(subnets) if isinstance(subnets, list | tuple) else at.architecture.network.zones
            service = str(resource.inputs.get("serviceName")).rsplit(".", 1)[-1]
            yield hourly(f"endpoint of {service}", "endpoint.interface", zones)


def networks(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """What goes between its zones; with one server at stage 1 nothing does."""
    if at.architecture.has("database"):
        yield usage_charge(at, "between zones", "transfer.zones", "between_zones")
    if at.architecture.balancer is None and at.architecture.server:
        yield usage_charge(at, "answers to the internet", "transfer.out", "transfer_out")


BILLED = {
    "aws:ec2/vpc:Vpc": networks,
    "aws:ec2/natGateway:NatGateway": gateways,
    "aws:ec2/eip:Eip": addresses,
    "aws:lb/loadBalancer:LoadBalancer": balancers,
    "aws:ec2/vpcEndpoint:VpcEndpoint": endpoints,
}
