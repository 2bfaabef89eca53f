"""A state against a plan: what the state knows is filled in, what nobody can know is no difference."""

import re

import pytest

from tenfold.diff import deployed_stack
from tenfold.graph import SECRET, SIGNATURE, Graph, Resource
from tenfold.recorder.answers import ACCOUNT
from tests.stacks.graphs import Case, graph

STACK = "urn:pulumi:shop-prod::tenfold::pulumi:pulumi:Stack::tenfold-shop-prod"
QUEUE, PARAMETER = "aws:sqs/queue:Queue", "aws:ssm/parameter:Parameter"
CIPHER = {SIGNATURE: SECRET, "ciphertext": "v1:abc"}


def urn(type_, name):
    return f"urn:pulumi:shop-prod::tenfold::{type_}::{name}"


def held(type_, name, inputs, **more):
    return {"urn": urn(type_, name), "type": type_, "custom": True, "id": f"id-{name}", "inputs": inputs, **more}


def planned(type_, name, inputs, **more):
    about = urn(type_, name)
    return Resource(about, type_, name, STACK, name, True, inputs, **more)


def against(state, *plan):
    return deployed_stack.against(
        [{"urn": STACK, "type": "pulumi:pulumi:Stack"}, *state], Graph({r.urn: r for r in plan})
    )


SOURCE = held(QUEUE, "source", {}, outputs={"arn": f"arn:aws:sqs:eu-west-1:{'9' * 12}:source-1", "ports": [{"a": 7}]})


@pytest.mark.parametrize(
    ("in_the_state", "in_the_plan"),
    [
        (f"arn:aws:sqs:eu-west-1:{'9' * 12}:source-1", f"<{urn(QUEUE, 'source')}#arn>"),
        (f"to arn:aws:sqs:eu-west-1:{'9' * 12}:source-1!", f"to <{urn(QUEUE, 'source')}#arn>!"),
        ("id-source", f"<{urn(QUEUE, 'source')}#id>"),
        (7, f"<{urn(QUEUE, 'source')}#ports[0].a>"),
        ("port 7", f"port <{urn(QUEUE, 'source')}#ports[0].a>"),
        ("whatever", f"<{urn(QUEUE, 'source')}#nobodyKnows>"),
        (f"arn:aws:iam::{'9' * 12}:root", f"arn:aws:iam::{ACCOUNT}:root"),
        ("ami-1234", "<ssm:/aws/service/ami>"),
        ("sg-0a1b2c3d4e5f60718", "sg-00000000000000000"),
        ("in pl-1234, too", "in <ec2:prefix-list:cloudfront>, too"),
        ('{"a": "id-source", "b": "pl-1"}', f'{{"a": "<{urn(QUEUE, "source")}#id>", "b": "<ec2:prefix-list:x>"}}'),
        (CIPHER, {SIGNATURE: SECRET, "value": "hunter2"}),
        (CIPHER, [{"value": {SIGNATURE: SECRET, "value": "hunter2"}}]),
        (300.0, 300),
    ],
)
def test_what_is_the_same(in_the_state, in_the_plan):
    state = [SOURCE, held(QUEUE, "reader", {"policy": in_the_state, "region": "eu-west-1", "name": "reader-1234567"})]
    assert not against(state, planned(QUEUE, "source", {}), planned(QUEUE, "reader", {"policy": in_the_plan}))


@pytest.mark.parametrize(
    ("in_the_state", "in_the_plan"),
    [
        ("id-of-another", f"<{urn(QUEUE, 'source')}#id>"),
        ("in pl-1234, too", "in <ec2:prefix-list:cloudfront>, not"),
        ("a", "b"),
    ],
)
def test_what_differs(in_the_state, in_the_plan):
    state = [SOURCE, held(QUEUE, "reader", {"policy": in_the_state, "delaySeconds": 1})]
    reader = planned(QUEUE, "reader", {"delaySeconds": 1, "policy": in_the_plan})
    [change] = against(state, planned(QUEUE, "source", {}), reader).changes
    assert (change.name, change.op, [p.path for p in change.properties]) == ("reader", "update", ["policy"])


def test_what_is_made_anew_is_not_filled_in():
    state = [
        held(QUEUE, "source", {"fifoQueue": False}, outputs={"arn": "arn"}),
        held(QUEUE, "reader", {"policy": "arn"}),
    ]
    reader = planned(
        QUEUE,
        "reader",
        {"policy": f"<{urn(QUEUE, 'source')}#arn>"},
        dependencies=(urn(QUEUE, "source"),),
        property_dependencies={"policy": (urn(QUEUE, "source"),)},
    )
    changes = against(state, planned(QUEUE, "source", {"fifoQueue": True}), reader).changes
    assert [(c.name, c.op, c.effect) for c in changes] == [
        ("source", "replace", "data-loss"),
        ("reader", "update", "in-place"),
    ]


@pytest.mark.parametrize(
    ("source", "differs"),
    [("first", False), ("second", True), ("third", True)],
    ids=["the same", "one that is there", "one that is made with it"],
)
def test_what_is_encrypted_changes_with_the_resources_it_comes_from(source, differs):
    """An origin of a CDN is encrypted as a whole, since one of its headers is a secret."""

    def origin(source):
        about = urn(QUEUE, source)
        value = [{"header": {SIGNATURE: SECRET, "value": "hunter2"}, "host": f"<{about}#arn>"}]
        return planned(
            QUEUE, "reader", {"policy": value}, dependencies=(about,), property_dependencies={"policy": (about,)}
        )

    first = urn(QUEUE, "first")
    state = [held(QUEUE, name, {}, outputs={"arn": name}) for name in ("first", "second")]
    state.append(held(QUEUE, "reader", {"policy": CIPHER}, propertyDependencies={"policy": [first]}))
    difference = against(state, *(planned(QUEUE, name, {}) for name in ("first", "second", source)), origin(source))
    changes = [change for change in difference.changes if change.name == "reader"]
    assert [[(p.path, p.old, p.new) for p in c.properties] for c in changes] == (
        [[("policy", "[secret]", "[secret]")]] if differs else []
    )


def test_a_setting_is_no_secret_to_the_state():
    def setting(value):
        return planned(PARAMETER, "a", {"name": "/shop/prod/settings/A", "value": {SIGNATURE: SECRET, "value": value}})

    inputs = {"name": "/shop/prod/settings/A", "value": CIPHER}
    state = [held(PARAMETER, "a", inputs, outputs={"insecureValue": "one"})]
    assert not against(state, setting("one"))
    [change] = against(state, setting("two")).changes
    assert change.effect == "restart" and [(p.old, p.new) for p in change.properties] == [("[secret]", "[secret]")]


def test_what_waits_to_be_deleted_is_not_there():
    state = [held(QUEUE, "source", {}), held(QUEUE, "source", {"fifoQueue": True}, delete=True)]
    assert not against(state, planned(QUEUE, "source", {}))


@pytest.mark.parametrize("stage", [1, 3, 5])
def test_a_stack_as_it_was_planned_differs_in_nothing(stage):
    """The state of an `up` of the plan, as an engine would have written it."""
    plan = graph(Case("shop", stage, "prod"))
    outputs = {resource.urn: {} for resource in plan}
    named = re.compile(r"<(urn:pulumi:[^<>#]+)#([^<>]+)>")

    def known(value):
        if isinstance(value, dict):
            return CIPHER if value.get(SIGNATURE) == SECRET else {key: known(item) for key, item in value.items()}
        if isinstance(value, list):
            return [known(item) for item in value]
        if isinstance(value, str):
            return named.sub(lambda t: outputs.get(t[1], {}).setdefault(t[2], f"{t[2]}-1"), value)
        return value

    state = [
        {
            "urn": resource.urn,
            "type": resource.type,
            "custom": resource.custom,
            "protect": resource.protect,
            "parent": resource.parent,
            "id": "id-1" if resource.custom else "",
            "inputs": {key: known(value) for key, value in resource.inputs.items()},
            "outputs": outputs[resource.urn],
            "provider": resource.provider,
            "propertyDependencies": resource.property_dependencies,
        }
        for resource in plan
    ]
    assert [(c.name, c.op, c.properties) for c in deployed_stack.against(state, plan).changes] == []
