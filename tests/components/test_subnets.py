"""The address plan: disjoint, inside, large enough, and stable when a zone is added."""

from ipaddress import IPv4Address, IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.components.plans import subnets, zones


@st.composite
def vpc_blocks(draw: st.DrawFn) -> str:
    prefix = draw(st.integers(16, 23))
    base = draw(st.integers(0, 2**32 - 1))
    return str(IPv4Network((IPv4Address(base), prefix), strict=False))


@given(vpc_blocks(), st.integers(1, subnets.MAX_ZONES))
def test_subnets_are_disjoint_inside_and_large_enough(cidr: str, count: int) -> None:
    planned = subnets.plan(cidr, count)
    blocks = [IPv4Network(subnet.cidr) for subnet in planned]
    assert len(planned) == 3 * count
    assert all(block.subnet_of(IPv4Network(cidr)) and block.prefixlen <= 28 for block in blocks)
    assert not any(a.overlaps(b) for a, b in combinations(blocks, 2))


@given(vpc_blocks(), st.integers(1, subnets.MAX_ZONES - 1))
def test_one_more_zone_moves_no_subnet(cidr: str, count: int) -> None:
    assert set(subnets.plan(cidr, count)) < set(subnets.plan(cidr, count + 1))


@given(vpc_blocks())
def test_private_is_the_largest_tier_and_an_eighth_stays_free(cidr: str) -> None:
    sizes: dict[str, int] = {}
    for subnet in subnets.plan(cidr, subnets.MAX_ZONES):
        sizes[subnet.tier] = sizes.get(subnet.tier, 0) + IPv4Network(subnet.cidr).num_addresses
    whole = IPv4Network(cidr).num_addresses
    assert sizes == {"private": whole // 2, "public": whole // 4, "database": whole // 8}


@pytest.mark.parametrize(
    ("cidr", "count", "said"),
    [
        ("10.0.0.0/24", 2, "between /16"),
        ("10.0.0.0/15", 2, "between /16"),
        ("10.0.0.1/16", 2, "host bits"),
        ("ten", 2, "10.40.0.0/16"),
        ("10.0.0.0/16", 5, "between 1 and 4"),
        ("10.0.0.0/16", 0, "between 1 and 4"),
    ],
)
def test_what_does_not_work_is_refused_with_the_reason(cidr: str, count: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        subnets.plan(cidr, count)


def test_zones_are_full_zones_in_order_without_the_constrained_one() -> None:
    names = ["us-east-1b", "us-east-1-bos-1a", "us-east-1a", "us-east-1e", "us-east-1c", "us-east-1-wl1-bos-wlz-1"]
    ids = ["use1-az3", "use1-bos1-az1", "use1-az6", "use1-az2", "use1-az4", "use1-wl1-bos-wlz1"]
    assert zones.choose(names, ids, 3) == ["us-east-1a", "us-east-1c", "us-east-1e"]
    with pytest.raises(ValueError, match="4 wanted, this region has 3"):
        zones.choose(names, ids, 4)
