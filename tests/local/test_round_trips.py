"""Random inputs of types whose settings matter most: what is accepted is kept, a refresh finds no difference."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from tenfold.local.aws import Handlers
from tests.local.world import REGION

SOME = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DESCRIPTION = st.text("ab", min_size=1)
TAGS = st.dictionaries(st.text("abcXYZ-", min_size=1, max_size=8), st.text("abc :/", max_size=8), max_size=3)
NUMBERS = count()


@pytest.fixture(scope="module")
def handlers() -> Iterator[Handlers]:
    with mock_aws():
        yield Handlers(None)


def round_trip(handlers: Handlers, token: str, first: dict[str, Any], second: dict[str, Any]) -> None:
    """Made with the first inputs, changed to the second where that is possible in place; each refresh is clean."""
    number = next(NUMBERS)

    def unique(key: str, longest: int) -> str:
        return f"r{number}"[:longest]

    old, failures = handlers.check(token, first, REGION, unique)
    assert failures == []
    new, failures = handlers.check(token, second, REGION, unique)
    assert failures == []
    key, outputs = handlers.create(token, old, REGION)
    found = handlers.read(token, key, outputs, old, REGION)
    assert found is not None and handlers.diff(token, found[0], old) == {}
    changes = handlers.diff(token, old, new)
    if changes and not any(replaces for _, replaces in changes.values()):
        outputs = handlers.update(token, key, old, new, outputs, REGION)
        found = handlers.read(token, key, outputs, new, REGION)
        assert found is not None and handlers.diff(token, found[0], new) == {}
    handlers.delete(token, key, outputs, REGION)
    assert handlers.read(token, key, outputs, new, REGION) is None


def two(values: dict[str, st.SearchStrategy[Any]], **fixed: Any) -> st.SearchStrategy[Any]:
    inputs = st.fixed_dictionaries({k: st.just(v) for k, v in fixed.items()}, optional=values)
    return st.tuples(inputs, inputs)


@SOME
@given(two({"description": DESCRIPTION, "enableKeyRotation": st.booleans(), "isEnabled": st.booleans(), "tags": TAGS}))
def test_keys(handlers: Handlers, inputs: Any) -> None:
    round_trip(handlers, "aws:kms/key:Key", *inputs)


@SOME
@given(two({"retentionInDays": st.sampled_from([1, 30, 365]), "tags": TAGS}))
def test_log_groups(handlers: Handlers, inputs: Any) -> None:
    round_trip(handlers, "aws:cloudwatch/logGroup:LogGroup", *inputs)


@SOME
@given(
    two(
        {
            "datapointsToAlarm": st.integers(1, 3),
            "treatMissingData": st.sampled_from(["missing", "breaching", "notBreaching", "ignore"]),
            "alarmDescription": st.text("ab", min_size=1),
            "dimensions": st.dictionaries(st.sampled_from("AB"), st.text("ab", min_size=1), min_size=1),
            "actionsEnabled": st.booleans(),
        },
        metricName="CPU",
        namespace="AWS/EC2",
        period=60,
        statistic="Average",
        comparisonOperator="GreaterThanThreshold",
        evaluationPeriods=3,
        threshold=1.5,
    )
)
def test_alarms(handlers: Handlers, inputs: Any) -> None:
    round_trip(handlers, "aws:cloudwatch/metricAlarm:MetricAlarm", *inputs)


@SOME
@given(
    two(
        {
            "backupRetentionPeriod": st.integers(1, 35),
            "backupWindow": st.sampled_from(["03:00-04:00", "10:00-10:30"]),
            "maintenanceWindow": st.sampled_from(["sun:05:00-sun:06:00", "wed:01:00-wed:01:30"]),
            "multiAz": st.booleans(),
            "maxAllocatedStorage": st.integers(100, 1000),
            "copyTagsToSnapshot": st.booleans(),
            "iamDatabaseAuthenticationEnabled": st.booleans(),
            "enabledCloudwatchLogsExports": st.just(["postgresql"]) | st.just(["postgresql", "upgrade"]),
            "autoMinorVersionUpgrade": st.booleans(),
            "publiclyAccessible": st.booleans(),
            "tags": TAGS,
        },
        engine="postgres",
        instanceClass="db.t4g.micro",
        allocatedStorage=20,
        username="adm",
        password="secret1234",
        skipFinalSnapshot=True,
    )
)
def test_databases(handlers: Handlers, inputs: Any) -> None:
    round_trip(handlers, "aws:rds/instance:Instance", *inputs)


@SOME
@given(
    two(
        {
            "visibilityTimeoutSeconds": st.integers(0, 43200),
            "delaySeconds": st.integers(0, 900),
            "messageRetentionSeconds": st.integers(60, 1209600),
            "receiveWaitTimeSeconds": st.integers(0, 20),
            "tags": TAGS,
        }
    )
)
def test_queues(handlers: Handlers, inputs: Any) -> None:
    round_trip(handlers, "aws:sqs/queue:Queue", *inputs)


@SOME
@given(
    two(
        {
            "maxSessionDuration": st.integers(3600, 43200),
            "description": DESCRIPTION,
            "tags": TAGS,
        },
        assumeRolePolicy='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
        '"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}',
    )
)
def test_roles(handlers: Handlers, inputs: Any) -> None:
    round_trip(handlers, "aws:iam/role:Role", *inputs)
