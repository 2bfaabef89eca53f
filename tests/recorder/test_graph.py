"""The resource graph: identity by the engine's rule, tiers, and a form for reports that gives nothing away."""

import json
from typing import Any

import both
from hypothesis import given
from hypothesis import strategies as st

from tenfold import graph
from tenfold.graph import Graph, Resource, make_urn, readable, stack_urn
from tenfold.recorder.light.record import record as light

PROGRAM = """
import pulumi
import pulumi_aws as aws

class Tier(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("tenfold:index:Tier", name, {"a": 1}, opts)
        self.key = aws.kms.Key(f"{name}-key", opts=pulumi.ResourceOptions(parent=self, protect=True))
        below = pulumi.ResourceOptions(parent=self)
        inner = pulumi.ComponentResource("tenfold:index:Inner", f"{name}-inner", {}, below)
        aws.sns.Topic(f"{name}-topic", kms_master_key_id=self.key.arn, opts=pulumi.ResourceOptions(parent=inner))
        self.register_outputs({})

primary = aws.Provider("aws-primary", region="us-east-1")
pulumi.export("arn", Tier("shop-a").key.arn)
aws.secretsmanager.SecretVersion("alone", secret_id="s", secret_string=pulumi.Output.secret("hunter2"))
aws.ec2.Vpc.get("looked-up", "vpc-1")
"""


def recorded(tokens: bool = True) -> Graph:
    return light(both.run(both.source(PROGRAM), tokens))


def test_urns_hold_the_types_of_all_ancestors_and_only_their_own_name():
    (topic,) = recorded().resources_named("shop-a-topic")
    assert topic.urn == (
        "urn:pulumi:dev::bench::tenfold:index:Tier$tenfold:index:Inner$aws:sns/topic:Topic::shop-a-topic"
    )
    assert topic.parent.endswith("tenfold:index:Tier$tenfold:index:Inner::shop-a-inner")


def test_top_level_urns_leave_the_stack_out():
    parent = stack_urn("bench", "dev")
    assert parent == "urn:pulumi:dev::bench::pulumi:pulumi:Stack::bench-dev"
    assert make_urn("bench", "dev", parent, "t:m:T", "n") == make_urn("bench", "dev", "", "t:m:T", "n")


types = st.from_regex(r"[a-z]{1,5}:[a-z]{1,5}:[A-Z][a-z]{0,5}", fullmatch=True)


@given(st.lists(types, min_size=1, max_size=5), st.text("abc-:", min_size=1, max_size=8))
def test_a_urn_tells_its_chain_of_types_whatever_the_names(chain, name):
    urn = ""
    for type_ in chain:
        urn = make_urn("p", "s", urn, type_, name)
    assert urn == f"urn:pulumi:s::p::{'$'.join(chain)}::{name}"


def test_tiers_are_the_components_below_the_stack():
    tiers = recorded().tiers()
    assert list(tiers) == ["shop-a", "alone", "looked-up"]
    assert [resource.name for resource in tiers["shop-a"]] == ["shop-a", "shop-a-key", "shop-a-inner", "shop-a-topic"]


def test_what_is_protected_and_what_holds_data():
    found = {resource.name: resource for resource in recorded()}
    assert (found["shop-a-key"].protect, found["shop-a-key"].stateful) == (True, True)
    assert (found["shop-a-topic"].protect, found["shop-a-topic"].stateful) == (False, False)
    assert found["looked-up"].read == "vpc-1"


def test_dependencies_are_known_by_property():
    found = recorded()
    (key,), (topic,) = found.resources_named("shop-a-key"), found.resources_named("shop-a-topic")
    assert topic.dependencies == (key.urn,)
    assert topic.property_dependencies == {"kmsMasterKeyId": (key.urn,)}
    assert topic.inputs["kmsMasterKeyId"] == f"<{key.urn}#arn>"


def test_json_has_the_agreed_fields_and_no_secret():
    document: Any = recorded().as_json()
    text = json.dumps(document)
    assert document["version"] == 1
    fields = {"urn", "type", "name", "parent", "component", "inputs", "protect", "stateful", "dependencies"}
    assert all(fields <= set(resource) for resource in document["resources"])
    assert "hunter2" not in text
    assert '"secretString": "[secret]"' in text
    assert document["outputs"] == {"arn": f"<{recorded().resources_named('shop-a-key')[0].urn}#arn>"}


def test_json_says_unknown_where_only_the_cloud_can_tell():
    assert recorded(tokens=False).as_json()["outputs"] == {"arn": "[unknown]"}
    assert graph.UNKNOWN not in json.dumps(recorded(tokens=False).as_json())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("kl", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values)
def test_plain_values_are_shown_as_they_are(value):
    assert readable(value) == value


@given(values)
def test_a_secret_is_masked_however_deep_it_lies(value):
    secret = {graph.SIGNATURE: graph.SECRET, "value": value}
    assert readable({"a": [secret, {"b": secret}]}) == {"a": ["[secret]", {"b": "[secret]"}]}


def test_equality_is_about_what_the_engine_is_asked_not_where_it_stands():
    one = Resource("u", "t", "n", "p", "n", True, {}, place=graph.Place("a.py", 1))
    other = Resource("u", "t", "n", "p", "n", True, {}, place=graph.Place("b.py", 2))
    assert one == other
