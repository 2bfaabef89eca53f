"""The VPC's block, over all the blocks there are."""

from collections.abc import Callable
from ipaddress import IPv4Network

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenfold.blueprints.resolve import Resolution
from tenfold.blueprints.rules.network import ipv4_block
from tenfold.blueprints.suffixes import table as suffixes

FIXTURE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
PRIVATE = [IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16")]


@given(address=st.integers(0, 2**32 - 1), prefix=st.integers(8, 28))
@FIXTURE
def test_a_block_is_judged_by_size_and_by_whose_it_is(
    blueprint: Callable[..., Resolution], address: int, prefix: int
) -> None:
    block = IPv4Network((address, prefix), strict=False)
    codes = {p.code for p in blueprint(f"network: {{cidr: {block}}}").problems}
    if not 16 <= prefix <= 20:
        assert codes == {"TF-V027"}
    elif not any(block.subnet_of(private) for private in PRIVATE):
        assert codes == {"TF-V028"}
    elif block.subnet_of(IPv4Network("172.17.0.0/16")):
        assert codes == {"TF-V029"}
    else:
        assert codes == set()
        assert block.num_addresses // 256 >= 12


@given(address=st.integers(0, 2**32 - 1), prefix=st.integers(16, 20))
def test_host_bits_are_no_block(address: int, prefix: int) -> None:
    block = IPv4Network((address, prefix), strict=False)
    text = f"{IPv4Network((address, 32)).network_address}/{prefix}"
    assert (ipv4_block(text) is None) == (int(block.network_address) != address)


def test_two_environments_with_the_same_addresses_are_both_told(blueprint: Callable[..., Resolution]) -> None:
    text = (
        "environments:\n  a: {network: {cidr: 10.50.0.0/16}}\n  b: {network: {cidr: 10.50.16.0/20}}\n"
        "  c: {region: eu-west-1, network: {cidr: 10.50.0.0/16}}\n  d: {}\n"
    )
    found = {name: [(p.code, p.line) for p in blueprint(text, name).problems] for name in "abcd"}
    assert found == {"a": [("TF-E003", 2)], "b": [("TF-E003", 3)], "c": [], "d": []}


@pytest.mark.parametrize(
    ("domain", "zone"),
    [
        ("example.com", None),  # the component takes the name itself
        ("shop.example.com", None),  # and else the name above
        ("example.co.uk", "example.co.uk"),
        ("shop.example.co.uk", None),
        ("foo.github.io", "foo.github.io"),
        ("foo.bar.ck", "foo.bar.ck"),  # every name below ck is public
        ("shop.www.ck", None),  # but this one
    ],
)
def test_nobodys_zone_is_looked_for(blueprint: Callable[..., Resolution], domain: str, zone: str | None) -> None:
    architecture = blueprint(f"domain: {domain}").architecture
    assert architecture and architecture.zone_name == zone
    named = blueprint(f"domain: {domain}\nzone: managed").architecture
    assert named and named.zone_name is None


def test_the_table_of_suffixes_is_made_of_the_published_list() -> None:
    text = "// VERSION: x\n// ===BEGIN===\ncom\nco.uk\n\n*.ck\n!www.ck\n公司.cn\ngithub.io  // note\n"
    assert suffixes.rules(text) == ["!www.ck", "*.ck", "co.uk", "github.io", "xn--55qx5d.cn"]
    assert len(suffixes.TABLE.read_text(encoding="utf-8").splitlines()) > 8_000
