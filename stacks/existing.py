"""A network that is there already: looked up and compared with the blueprint, never changed and never deleted."""

from collections.abc import Iterator

import pulumi
import pulumi_aws as aws

from tenfold.blueprints.architecture.existing import ExistingNetwork as Reference
from tenfold.blueprints.architecture.existing import ZoneSubnets
from tenfold.blueprints.value import Value
from tenfold.stacks.place import Place

TIERS = ("public", "private", "database")


class ExistingNetwork(Value):
    """The outputs of the component `Network`, of a VPC of somebody else's."""

    vpc_id: pulumi.Output[str]
    cidr: pulumi.Output[str]
    zones: pulumi.Output[list[str]]
    public_subnet_ids: pulumi.Output[list[str]]
    private_subnet_ids: pulumi.Output[list[str]]
    database_subnet_ids: pulumi.Output[list[str]]
    public_cidrs: list[str]


def existing_network(at: Place, reference: Reference) -> ExistingNetwork:
    """Raises ValueError, with all that differs, where the VPC is not as the blueprint says."""
    options = pulumi.InvokeOptions(provider=at.provider)
    vpc = aws.ec2.get_vpc(id=reference.vpc, opts=options)
    subnets = {
        subnet: aws.ec2.get_subnet(id=subnet, opts=options)
        for zone in reference.subnets.values()
        for subnet in _ids(zone)
    }
    cidr = at.architecture.network.cidr
    wrong = [] if _same(vpc.cidr_block, cidr) else [f"{reference.vpc} has {vpc.cidr_block}; `network.cidr` is {cidr}"]
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):  # names of RDS and endpoints would not resolve
        wrong.append(f"{reference.vpc} has DNS support or DNS hostnames off; both are needed")
    for name, zone in reference.subnets.items():
        for subnet in _ids(zone):
            there = subnets[subnet]
            if not _same(there.vpc_id, reference.vpc):
                wrong.append(f"{subnet} is in {there.vpc_id}, not in {reference.vpc}")
            elif not _same(there.availability_zone, name):
                wrong.append(f"{subnet} is in {there.availability_zone}, not in {name}")
    if wrong:
        raise ValueError(f"network.existing: {'; '.join(wrong)}")

    def ids(tier: str) -> pulumi.Output[list[str]]:
        named = [getattr(zone, tier) for zone in reference.subnets.values()]
        return pulumi.Output.from_input([subnet for subnet in named if subnet])

    return ExistingNetwork(
        pulumi.Output.from_input(reference.vpc),
        pulumi.Output.from_input(cidr),
        pulumi.Output.from_input(list(reference.subnets)),
        *(ids(tier) for tier in TIERS),
        public_cidrs=[subnets[zone.public].cidr_block for zone in reference.subnets.values() if zone.public],
    )


def _ids(zone: ZoneSubnets) -> Iterator[str]:
    return (subnet for tier in TIERS if (subnet := getattr(zone, tier)))


def _same(answer: str, expected: str) -> bool:
    """An offline answer stands for a value that only the account knows: <ec2:vpc-0a1b2c3d:cidr>."""
    return answer == expected or answer.startswith("<")
