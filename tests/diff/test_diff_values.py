"""What is a difference, and which difference replaces."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tenfold.diff import values as diff
from tenfold.local.aws import answers

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab{[", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
SG = "aws:ec2/securityGroup:SecurityGroup"
GROUP = "aws:autoscaling/group:Group"
INSTANCE = "aws:ec2/instance:Instance"


@given(VALUES)
def test_a_value_is_the_same_as_itself(value: Any) -> None:
    assert diff.same(value, value)
    assert answers.same_answer(value, value, None)


@given(VALUES, VALUES)
def test_sameness_has_no_direction(a: Any, b: Any) -> None:
    assert diff.same(a, b) == diff.same(b, a)


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, max_size=3), VALUES)
def test_a_difference_is_found_exactly_where_values_are_not_the_same(inputs: dict[str, Any], other: Any) -> None:
    assert diff.changes("aws:none", inputs, inputs) == {}
    changed = {**inputs, "d": other}
    assert bool(diff.changes("aws:none", inputs, changed)) == (not diff.same(None, other))


@given(st.lists(st.sampled_from(["subnet-a", "subnet-b", "subnet-c"]), unique=True), st.randoms())
def test_the_order_of_a_set_means_nothing(values: list[str], random: Any) -> None:
    shuffled = random.sample(values, len(values))
    assert diff.changes(SG, {"x": values}, {"x": shuffled}) == {}
    assert bool(diff.changes(GROUP, {"terminationPolicies": values}, {"terminationPolicies": shuffled})) == (
        values != shuffled
    )


def test_paths_lead_to_the_deepest_difference() -> None:
    old = {"tags": {"a": "1", "b": "2"}, "ingress": [{"fromPort": 80, "toPort": 80}]}
    new = {"tags": {"a": "1", "b": "3"}, "ingress": [{"fromPort": 80, "toPort": 81}]}
    assert diff.changes(SG, old, new) == {"tags.b": ("update", False), "ingress[0].toPort": ("update", False)}


def test_a_field_of_a_block_may_replace_while_its_neighbour_does_not() -> None:
    old = {"rootBlockDevice": {"volumeSize": 8, "encrypted": False}}
    assert diff.changes(INSTANCE, old, {"rootBlockDevice": {"volumeSize": 9, "encrypted": False}}) == {
        "rootBlockDevice.volumeSize": ("update", False)
    }
    assert diff.changes(INSTANCE, old, {"rootBlockDevice": {"volumeSize": 8, "encrypted": True}}) == {
        "rootBlockDevice.encrypted": ("update", True)
    }


def test_replacements_the_provider_decides_in_code() -> None:
    old, new = {"userData": "a"}, {"userData": "b"}
    assert diff.changes(INSTANCE, old, new) == {"userData": ("update", False)}
    replacing = {"userDataReplaceOnChange": True}
    assert diff.changes(INSTANCE, {**old, **replacing}, {**new, **replacing}) == {"userData": ("update", True)}
    cache = "aws:elasticache/replicationGroup:ReplicationGroup"
    assert diff.changes(cache, {"engine": "redis"}, {"engine": "valkey"}) == {"engine": ("update", False)}
    assert diff.changes(cache, {"engine": "valkey"}, {"engine": "redis"}) == {"engine": ("update", True)}


def test_json_is_compared_as_json() -> None:
    assert diff.changes(SG, {"policy": '{"a": [1]}'}, {"policy": '{"a":[1]}'}) == {}


def test_the_providers_default_is_no_change() -> None:
    token = "aws:rds/instance:Instance"
    assert diff.changes(token, {}, {"copyTagsToSnapshot": False}) == {}
    assert diff.changes(token, {"copyTagsToSnapshot": True}, {}) == {"copyTagsToSnapshot": ("delete", False)}


def test_what_an_import_took_over_need_not_be_given() -> None:
    old = {"cidrBlock": "10.0.0.0/24", "availabilityZone": "a", "__defaults": ["availabilityZone"]}
    assert diff.changes("aws:ec2/subnet:Subnet", old, {"cidrBlock": "10.0.0.0/24"}) == {}


def test_an_arn_and_the_id_at_its_end_are_one_answer() -> None:
    assert answers.same_answer("arn:aws:kms:r:1:key/abc", "abc", "s")
    assert answers.same_answer("abc", "arn:aws:kms:r:1:key/abc", "s")
    assert not answers.same_answer("abd", "arn:aws:kms:r:1:key/abc", "s")
