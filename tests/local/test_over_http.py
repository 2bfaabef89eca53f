"""What the patches do, through moto's own server, as the local cloud runs it."""

from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from tenfold.local.aws import Handlers, RequestFailed
from tests.local.world import REGION, autoname

POLICY = {
    "description": "daily",
    "executionRoleArn": "arn:aws:iam::123456789012:role/dlm",
    "policyDetails": {
        "resourceTypes": ["VOLUME"],
        "targetTags": {"Snapshot": "daily"},
        "schedules": [{"name": "daily", "createRule": {"interval": 24, "times": "03:00"}, "retainRule": {"count": 7}}],
    },
    "tags": {"a": "b"},
}
LIFECYCLES = {
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": POLICY,
    "aws:elasticache/parameterGroup:ParameterGroup": {"family": "valkey8", "tags": {"a": "b"}},
    "aws:budgets/budget:Budget": {
        "budgetType": "COST", "timeUnit": "MONTHLY", "limitAmount": "10", "limitUnit": "USD", "tags": {"a": "b"}
    },
    "aws:cloudwatch/logGroup:LogGroup": {"retentionInDays": 7, "tags": {"a": "b"}},
    "aws:s3/bucket:Bucket": {"tags": {"a": "b"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def handlers() -> Iterator[Handlers]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield Handlers(f"http://{host}:{port}")
    server.stop()


@pytest.mark.parametrize("token", LIFECYCLES)
def test_a_resource_is_made_read_and_deleted_over_http(handlers: Handlers, token: str) -> None:
    inputs, failures = handlers.check(token, LIFECYCLES[token], REGION, autoname)
    assert failures == []
    key, outputs = handlers.create(token, inputs, REGION)
    found = handlers.read(token, key, outputs, inputs, REGION)
    assert found is not None and handlers.diff(token, found[0], inputs) == {}
    handlers.delete(token, key, outputs, REGION)
    assert handlers.read(token, key, outputs, inputs, REGION) is None


def test_a_missing_operation_is_named_over_http(handlers: Handlers) -> None:
    for service, operation, given in (
        ("rds", "SwitchoverReadReplica", {"DBInstanceIdentifier": "a"}),  # query
        ("backup", "DescribeGlobalSettings", {}),  # REST
        ("ecs", "ListServicesByNamespace", {"namespace": "a"}),  # JSON
    ):
        with pytest.raises(RequestFailed, match=f"the local cloud does not have {operation}"):
            handlers.clients.call(service, REGION, operation, given)


def test_a_cloud_that_is_not_there_is_said() -> None:
    with pytest.raises(RequestFailed, match="the local cloud does not answer at"):
        Handlers("http://127.0.0.1:9").create("aws:sns/topic:Topic", {"name": "a"}, REGION)
