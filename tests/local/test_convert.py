"""Inputs to parameters and answers to properties, on the API models alone: no call, no table entry of a real type."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.local.aws import dest, inverse, names, shapes
from tenfold.local.aws.convert import UNKNOWN, Conversion, model_violations, scalar
from tenfold.local.aws.spec import Operation, Rule, Spec


def convert(
    service: str, operation: str, inputs: dict[str, Any], **rules: str | None
) -> tuple[dict[str, Any], Conversion]:
    mapped = {
        k.replace("__", "."): Rule(None if v is None else () if v == "." else dest.parse(v)) for k, v in rules.items()
    }
    made = Operation(operation, rules=mapped)
    conversion = Conversion(Spec("aws:x/y:Z", service, (made,), (), nouns=("DB", "DBInstance")), made)
    return conversion.parameters(inputs), conversion


@pytest.mark.parametrize(
    ("given_name", "among", "found"),
    [
        ("instanceClass", ["DBInstanceClass"], "DBInstanceClass"),
        ("subnetIds", ["SubnetId"], "SubnetId"),
        ("policies", ["Policy"], "Policy"),
        ("isEnabled", ["Enabled"], "Enabled"),
        ("multiAzEnabled", ["MultiAZEnabled"], "MultiAZEnabled"),
        ("enabledMetrics", ["EnableMetrics"], "EnableMetrics"),
        ("identifier", ["DBInstanceIdentifier"], "DBInstanceIdentifier"),
        ("nothing", ["Other"], None),
    ],
)
def test_a_property_finds_its_member(given_name: str, among: list[str], found: str | None) -> None:
    assert names.find(names.index(among), given_name, ("DBInstance", "DB")) == found


def test_the_exact_name_wins_over_a_form_of_it() -> None:
    assert names.find(names.index(["Tags", "Tag"]), "tag") == "Tag"


def test_values_take_the_apis_forms() -> None:
    made, _ = convert(
        "ec2",
        "RunInstances",
        {"subnetId": "s", "monitoring": True, "securityGroupIds": ["a"], "metadataOptions": {"httpTokens": "required"}},
    )
    assert made == {
        "SubnetId": "s",
        "Monitoring": {"Enabled": True},
        "SecurityGroupIds": ["a"],
        "MetadataOptions": {"HttpTokens": "required"},
    }


def test_maps_become_lists_of_pairs_and_lists_become_commas() -> None:
    made, _ = convert("cloudwatch", "PutMetricAlarm", {"dimensions": {"A": "1"}})
    assert made == {"Dimensions": [{"Name": "A", "Value": "1"}]}
    made, _ = convert("autoscaling", "CreateAutoScalingGroup", {"vpcZoneIdentifiers": ["a", "b"]})
    assert made == {"VPCZoneIdentifier": "a,b"}


def test_places_spread_nest_and_leave_out() -> None:
    made, conversion = convert(
        "elbv2",
        "ModifyTargetGroupAttributes",
        {"stickiness": {"enabled": True, "type": "lb_cookie"}, "name": "x", "slowStart": 30},
        stickiness=".",
        stickiness__enabled="Attributes{stickiness.enabled}",
        stickiness__type="Attributes{stickiness.type}",
        slowStart="Attributes{slow_start.duration_seconds}",
        name=None,
    )
    assert made["Attributes"] == [
        {"Key": "stickiness.enabled", "Value": "true"},
        {"Key": "stickiness.type", "Value": "lb_cookie"},
        {"Key": "slow_start.duration_seconds", "Value": "30"},
    ]
    assert conversion.missed == [] and conversion.bad == []


def test_what_has_no_place_and_what_breaks_the_model_is_told_by_path() -> None:
    _, conversion = convert(
        "ec2", "RunInstances", {"nowhere": 1, "instanceType": "t3.huge", "metadataOptions": {"x": 1}}
    )
    assert conversion.missed == ["nowhere", "metadataOptions.x"]
    assert [(f.property, f.reason.split(" of ")[0]) for f in conversion.bad] == [
        ("instanceType", "'t3.huge' is not one")
    ]


def test_what_is_unknown_is_placed_and_not_judged() -> None:
    made, conversion = convert("ec2", "RunInstances", {"instanceType": UNKNOWN, "monitoring": UNKNOWN})
    assert made == {"InstanceType": UNKNOWN, "Monitoring": UNKNOWN} and conversion.bad == []


@given(st.integers(-(2**31), 2**31))
def test_numbers_survive_as_text_and_as_floats(number: int) -> None:
    assert scalar(number, "integer") == scalar(float(number), "integer") == scalar(str(number), "integer") == number
    assert scalar(scalar(number, "string"), "integer") == number


@given(st.one_of(st.booleans(), st.floats(0.1, 0.9), st.text("xyz", min_size=1)))
def test_what_is_no_whole_number_is_refused(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        scalar(value, "integer")


@given(st.integers(-100, 40000))
def test_bounds_of_the_model_hold(port: int) -> None:
    shape = shapes.input_of("elbv2", "CreateTargetGroup").members["HealthCheckIntervalSeconds"]
    assert bool(model_violations(port, shape)) == (not shape.metadata["min"] <= port <= shape.metadata["max"])


# ---- back
BLOCK = {"name": "s", "size": "i", "on": "b", "tags": ["m", "s"], "items": ["l", "s"], "inner": {"depth": "f"}}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.text("ab", min_size=1),
            "size": st.integers(0, 99),
            "on": st.booleans(),
            "tags": st.dictionaries(st.sampled_from("xy"), st.text("ab"), min_size=1),
            "items": st.lists(st.text("ab", min_size=1), min_size=1),
            "inner": st.just({"depth": 1.5}),
        },
    )
)
def test_an_answer_in_the_apis_words_comes_back_as_given(given_values: dict[str, Any]) -> None:
    answer = {k[0].upper() + k[1:]: v for k, v in given_values.items()}
    if "Tags" in answer:
        answer["Tags"] = [{"Key": k, "Value": v} for k, v in given_values["tags"].items()]
    if "Inner" in answer:
        answer["Inner"] = {"Depth": "1.5"}
    assert inverse.properties(answer, BLOCK, Spec("aws:x/y:Z", "ec2", (), ())) == given_values


def test_nothing_foreign_leaks_out_of_an_answer() -> None:
    answer = {"Name": "a", "Secret": "b", "Inner": {"Depth": 1, "Other": 2}}
    made = inverse.properties(answer, BLOCK, Spec("aws:x/y:Z", "ec2", (), ()))
    assert made == {"name": "a", "inner": {"depth": 1.0}}


@given(st.lists(st.sampled_from(["A", "B[0]", "C{k}"]), min_size=1, max_size=3), st.integers())
def test_what_is_put_at_a_place_is_found_there(parts: list[str], value: int) -> None:
    place = dest.parse(".".join(parts))
    into: dict[str, Any] = {}
    dest.put(into, place, value)
    assert dest.get(into, place) == value
    dest.put(into, place, value + 1, keep=True)
    assert dest.get(into, place) == value
