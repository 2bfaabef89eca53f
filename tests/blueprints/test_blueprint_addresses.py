"""The VPC's block, over all the blocks there are."""

from collections.abc import Callable
from ipaddress import IPv4Network

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprints.addresses import network_of
from blueprints.resolve import Resolution

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
    assert (network_of(text) is None) == (int(block.network_address) != address)


def test_two_environments_with_the_same_addresses_are_both_told(blueprint: Callable[..., Resolution]) -> None:
    text = (
        "environments:\n  a: {network: {cidr: 10.50.0.0/16}}\n  b: {network: {cidr: 10.50.16.0/20}}\n"
        "  c: {region: eu-west-1, network: {cidr: 10.50.0.0/16}}\n  d: {}\n"
    )
    found = {name: [(p.code, p.line) for p in blueprint(text, name).problems] for name in "abcd"}
    assert found == {"a": [("TF-E003", 2)], "b": [("TF-E003", 3)], "c": [], "d": []}
