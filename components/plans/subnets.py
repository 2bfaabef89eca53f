"""The address plan of a network: pure arithmetic on CIDR blocks."""

from functools import lru_cache
from ipaddress import IPv4Network
from typing import Literal, NamedTuple

# Room is kept for this many zones whatever the number in use, so that adding a zone never moves a subnet.
MAX_ZONES = 4
# AWS: a VPC is /16 at the largest; a subnet /28 at the smallest (VPC User Guide, "Subnet sizing").
LARGEST_VPC, SMALLEST_SUBNET = 16, 28

# Bits added to the VPC's prefix for one tier: private half, public a quarter, database an eighth. The last eighth is
# free for tiers of later stages. Each tier is then cut into MAX_ZONES equal subnets (two more bits).
TIER_BITS = {"private": 1, "public": 2, "database": 3}
ZONE_BITS = 2


class Subnet(NamedTuple):
    tier: Literal["public", "private", "database"]
    ordinal: int  # 1 is the first zone in use
    cidr: str


@lru_cache
def plan(cidr: str, zones: int) -> tuple[Subnet, ...]:
    """The subnets of a VPC: for each tier one per zone, in the order public, private, database.

    >>> [subnet.cidr for subnet in plan("10.40.0.0/16", 1)]
    ['10.40.128.0/20', '10.40.0.0/19', '10.40.192.0/21']

    Raises ValueError when the block has host bits set, when it is larger than /16 or too small for a /28 in every tier
    (so smaller than /23), or when `zones` is not between 1 and 4.
    """
    vpc = _vpc(cidr)
    if not 1 <= zones <= MAX_ZONES:
        raise ValueError(
            f"zones: {zones} is not between 1 and {MAX_ZONES}; the address plan keeps room for {MAX_ZONES}"
        )
    blocks = _tiers(vpc)
    return tuple(
        Subnet(tier, ordinal, str(block))
        for tier in ("public", "private", "database")
        for ordinal, block in enumerate(_split(blocks[tier], ZONE_BITS)[:zones], start=1)
    )


def _vpc(cidr: str) -> IPv4Network:
    try:
        vpc = IPv4Network(cidr)
    except ValueError as error:
        raise ValueError(f"cidr: {error}; write the first address of the block, such as 10.40.0.0/16") from None
    smallest = SMALLEST_SUBNET - ZONE_BITS - max(TIER_BITS.values())
    if not LARGEST_VPC <= vpc.prefixlen <= smallest:
        raise ValueError(
            f"cidr: {cidr} is not between /{LARGEST_VPC} (AWS's limit) and /{smallest} (every tier must fit)"
        )
    return vpc


def _tiers(vpc: IPv4Network) -> dict[str, IPv4Network]:
    """Each tier takes the first half of what is left, so that the largest comes first and all are aligned."""
    blocks, rest = {}, vpc
    for tier in TIER_BITS:
        blocks[tier], rest = rest.subnets()
    return blocks


def _split(block: IPv4Network, bits: int) -> list[IPv4Network]:
    return list(block.subnets(prefixlen_diff=bits))
