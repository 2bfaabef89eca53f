"""Bad inputs are refused before any call, each with the property and the rule."""

from pathlib import Path
from typing import Any

import pytest

from tenfold.local.aws import UNKNOWN, Handlers
from tests.local.world import REGION, autoname, data

HANDLERS = Handlers("http://127.0.0.1:9")  # nothing listens there: a call would fail
TRUST = '{"Version": "2012-10-17", "Statement": []}'
DB = {"engine": "postgres", "instanceClass": "db.t3.micro", "allocatedStorage": 20, "username": "a"}
TG = {"port": 80, "protocol": "HTTP", "vpcId": "vpc-1"}
BAD = data(Path(__file__).with_name("bad_inputs.yaml"))


@pytest.mark.parametrize("case", BAD, ids=[f"{c['type'].split(':')[2]}-{c['property']}-{i}" for i, c in enumerate(BAD)])
def test_a_bad_input_is_named_with_its_rule(case: dict[str, Any]) -> None:
    _, failures = HANDLERS.check(case["type"], case["inputs"], REGION, autoname)
    found = {f.property: f.reason for f in failures}
    assert case["property"] in found, found
    assert case["rule"] in found[case["property"]]


def test_every_failure_is_reported_at_once() -> None:
    bad = {**DB, "backupRetentionPeriod": 99, "maxAllocatedStorage": 1, "password": "x"}
    _, failures = HANDLERS.check("aws:rds/instance:Instance", bad, REGION, autoname)
    assert {f.property for f in failures} == {"backupRetentionPeriod", "maxAllocatedStorage", "password"}


def test_what_is_not_known_yet_is_never_wrong() -> None:
    inputs = {
        "engine": UNKNOWN, "instanceClass": UNKNOWN, "allocatedStorage": UNKNOWN, "maxAllocatedStorage": 20,
        "username": UNKNOWN, "password": UNKNOWN, "vpcSecurityGroupIds": [UNKNOWN], "dbSubnetGroupName": UNKNOWN,
        "tags": {"a": UNKNOWN}, "backupRetentionPeriod": UNKNOWN,
        "multiAz": UNKNOWN, "storageEncrypted": UNKNOWN, "kmsKeyId": UNKNOWN,
    }  # fmt: skip
    complete, failures = HANDLERS.check("aws:rds/instance:Instance", inputs, REGION, autoname)
    assert failures == []
    assert complete["identifier"] == "shop-identifier-a1b2c3d"


def test_an_automatic_name_only_where_none_is_given() -> None:
    token = "aws:lb/targetGroup:TargetGroup"
    assert HANDLERS.check(token, TG, REGION, autoname)[0]["name"] == "shop-name-a1b2c3d"
    assert HANDLERS.check(token, {**TG, "name": "mine"}, REGION, autoname)[0]["name"] == "mine"
    assert HANDLERS.check(token, {**TG, "namePrefix": "web-"}, REGION, autoname)[0]["name"] == "web-a1b2c3d"


def test_only_regional_types_get_a_region() -> None:
    assert "region" in HANDLERS.check("aws:sns/topic:Topic", {}, REGION, autoname)[0]
    assert "region" not in HANDLERS.check("aws:iam/role:Role", {"assumeRolePolicy": TRUST}, REGION, autoname)[0]


def test_an_alias_that_has_a_name_keeps_it() -> None:
    """The engine hands on the name of the run before; with another one the alias would be replaced at every `up`."""
    complete, _ = HANDLERS.check("aws:kms/alias:Alias", {"targetKeyId": "k"}, REGION, lambda *_: "alias/shop-a1b2c3d")
    assert complete["name"] == "alias/shop-a1b2c3d"


def test_an_alias_of_a_key_is_named_as_one() -> None:
    complete, failures = HANDLERS.check("aws:kms/alias:Alias", {"targetKeyId": UNKNOWN}, REGION, autoname)
    assert failures == [] and complete["name"] == "alias/shop-name-a1b2c3d"


def test_a_preview_knows_what_is_given_and_marks_what_aws_will_say() -> None:
    token = "aws:ec2/subnet:Subnet"
    outputs = HANDLERS.preview_outputs(token, {"vpcId": UNKNOWN, "cidrBlock": "10.0.0.0/24", "tags": {"a": "b"}})
    assert outputs["cidrBlock"] == "10.0.0.0/24" and outputs["tagsAll"] == {"a": "b"}
    assert outputs["arn"] == outputs["availabilityZone"] == UNKNOWN  # the zone is chosen by AWS when it is not given


def test_a_preview_of_an_update_keeps_what_cannot_change() -> None:
    token, state = "aws:ec2/launchTemplate:LaunchTemplate", {"arn": "arn:x", "latestVersion": 1, "name": "n"}
    outputs = HANDLERS.preview_outputs(token, {"instanceType": "t3.small"}, state)
    assert outputs["arn"] == "arn:x" and outputs["latestVersion"] == UNKNOWN


@pytest.mark.parametrize(
    "when",
    [
        "cron(0 8 * * ? *)",
        "cron(0/15 8-18 ? * MON-FRI 2026-2030)",
        "cron(0 0 L * ? *)",
        "cron(0 9 ? * 2#1 *)",
        "cron(5,10 0 1W JAN,JUL ? *)",
        "cron(0 18 ? * FRI *)",
        "cron(0 12 ? * 6L *)",
        "cron(0 8 L-3 * ? *)",
        "rate(1 hour)",
    ],
)
def test_a_schedule_of_eventbridge_s_own_guide_is_right(when: str) -> None:
    _, failures = HANDLERS.check("aws:cloudwatch/eventRule:EventRule", {"scheduleExpression": when}, REGION, autoname)
    assert failures == []


def test_metrics_that_are_computed_of_others_are_right() -> None:
    """The examples of PutMetricAlarm (a rate, a band of anomalies) and of a scaling policy (backlog per instance)."""

    def metric(name: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "metric": {"namespace": "AWS/SQS", "metricName": "X", "period": 60, "stat": "Sum"}, **more}

    alarm = {"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1}
    rate = {"id": "rate", "expression": "IF(m2 > 0, 100 * m1 / m2, 0)", "returnData": True}
    band = {"id": "band", "expression": "ANOMALY_DETECTION_BAND(m1, 2)", "returnData": True}
    search = {"id": "s", "expression": "SUM(SEARCH('{AWS/EC2,InstanceId} cpu', 'Average', 300))", "returnData": True}
    shown = metric("m1", returnData=True)
    stat = {"metric": {"namespace": "AWS/SQS", "metricName": "X"}, "stat": "Sum"}
    backlog = [
        {"id": "m1", "metricStat": stat, "returnData": False},
        {"id": "m2", "metricStat": stat, "returnData": False},
        {"id": "e1", "expression": "m1 / m2"},  # which returns data unless it says otherwise
    ]
    tracking = {"targetValue": 100, "customizedMetricSpecification": {"metrics": backlog}}
    for token, inputs in (
        (
            "cloudwatch/metricAlarm:MetricAlarm",
            {**alarm, "threshold": 1, "metricQueries": [metric("m1"), metric("m2"), rate]},
        ),
        ("cloudwatch/metricAlarm:MetricAlarm", {**alarm, "thresholdMetricId": "band", "metricQueries": [shown, band]}),
        ("cloudwatch/metricAlarm:MetricAlarm", {**alarm, "threshold": 1, "metricQueries": [search]}),
        (
            "autoscaling/policy:Policy",
            {
                "policyType": "TargetTrackingScaling",
                "autoscalingGroupName": "a",
                "targetTrackingConfiguration": tracking,
            },
        ),
    ):
        _, failures = HANDLERS.check(f"aws:{token}", inputs, REGION, autoname)
        assert failures == [], inputs
