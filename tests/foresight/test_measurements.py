"""What CloudWatch measured becomes signals; what it did not stays unknown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tenfold.blueprints.architecture.messages import Queue
from tenfold.foresight import measured_load, measurements
from tenfold.promotion.checks import Asked
from tests.stacks.graphs import Case, architecture

DEPLOYED = [
    ("aws:autoscaling/group:Group", "shop-fleet-servers", {"name": "fleet"}),
    ("aws:autoscaling/group:Group", "shop-workers-servers", {"name": "workers"}),
    ("aws:rds/instance:Instance", "shop-database-primary", {"identifier": "primary"}),
    ("aws:rds/instance:Instance", "shop-database-replica-0", {"identifier": "copy", "replicateSourceDb": "primary"}),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "shop-cache-primary", {"memberClusters": ["one", "two"]}),
]


class Here(Asked):
    def client(self, service: str, region: str | None = None, config: Any = None) -> Any:
        return boto3.client(service, region or "us-east-1")


@pytest.fixture
def found():
    state = [{"type": type_, "urn": f"urn::{name}", "id": name, "outputs": out} for type_, name, out in DEPLOYED]
    with mock_aws():
        yield lambda: measurements.read_signals(Here(architecture(Case("shop", 4, "prod")), None), state)


def put(namespace: str, name: str, dimension: str, of: str, *values: float, newest: datetime | None = None) -> None:
    newest = newest or datetime.now(UTC) - timedelta(minutes=10)
    boto3.client("cloudwatch", "us-east-1").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": dimension, "Value": of}],
                "Value": value,
                "Timestamp": newest - timedelta(minutes=10 * at),
            }
            for at, value in enumerate(values)
        ],
    )


def test_nothing_measured_is_nothing_known(found):
    assert found() == {}


def test_the_busiest_moment_counts_and_workers_do_not(found):
    put("AWS/EC2", "CPUUtilization", "AutoScalingGroupName", "fleet", 20, 81, 30)
    put("AWS/EC2", "CPUUtilization", "AutoScalingGroupName", "workers", 99)
    put("AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "primary", 40)
    put("AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "copy", 70)
    put("AWS/RDS", "ReplicaLag", "DBInstanceIdentifier", "copy", 3)
    put("AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", "primary", 180)
    put("AWS/RDS", "FreeableMemory", "DBInstanceIdentifier", "primary", 2**30, 2**29)
    put("AWS/ElastiCache", "CacheHitRate", "CacheClusterId", "one", 95)
    put("AWS/ElastiCache", "CacheHitRate", "CacheClusterId", "two", 40)
    signals = found()
    assert signals == {
        "cpu.server": pytest.approx(0.81), "cpu.database": pytest.approx(0.4), "cpu.replicas": pytest.approx(0.7),
        "replica.lag": 3, "connections.used": pytest.approx(180 / 225), "mem.database": pytest.approx(0.75),
        "cache.hits": pytest.approx(0.4),
    }  # fmt: skip


@pytest.fixture
def fields():
    """Of the shop with a queue, deployed by name."""
    a = architecture(Case("shop", 4, "prod"))
    a = replace(a, queues={"orders": Queue(2.0, 60, 5, 345_600, "none", "by-id", 345_600)})
    more = [
        ("aws:lb/loadBalancer:LoadBalancer", "shop-balancer", {"arnSuffix": "app/shop/1"}),
        ("aws:sqs/queue:Queue", "shop-queue-orders", {"name": "orders"}),
        ("aws:sqs/queue:Queue", "shop-queue-orders-dead", {"name": "orders-dead"}),
    ]
    state = [{"type": type_, "urn": f"urn::{name}", "id": name, "outputs": out} for type_, name, out in DEPLOYED + more]
    with mock_aws():
        yield lambda: {one.path: one for one in measured_load.fields(Here(a, None), state)}


LAST_HOUR = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(minutes=50)


def put_in_last_hour(namespace: str, name: str, dimension: str, of: str, *values: float) -> None:
    put(namespace, name, dimension, of, *values, newest=LAST_HOUR + timedelta(minutes=len(values) * 10))


def put_requests(*of_minutes: float) -> None:
    put_in_last_hour("AWS/ApplicationELB", "RequestCount", "LoadBalancer", "app/shop/1", *of_minutes)


def put_servers(cpu_percent: float, servers: int) -> None:
    put_in_last_hour("AWS/EC2", "CPUUtilization", "AutoScalingGroupName", "fleet", cpu_percent)
    put_in_last_hour("AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", "fleet", servers)


def test_without_requests_no_field_is_measured(fields):
    put("AWS/EC2", "CPUUtilization", "AutoScalingGroupName", "fleet", 20)
    assert fields() == {}


def test_the_load_is_what_was_measured_of_it(fields):
    put_requests(3_000, 6_000)
    put_servers(25, 2)
    put("AWS/SQS", "NumberOfMessagesSent", "QueueName", "orders", 450)
    put("AWS/SQS", "NumberOfMessagesSent", "QueueName", "orders-dead", 450)
    found = fields()
    assert (found["load.peak"].value, found["queues.orders.per_request"].value) == ("100/s", "0.05")
    assert found["load.cpu_per_request"].value == "400ms"  # 25 % of 2 vCPUs × 2 servers × 3,600 s for 9,000
    assert set(found) == {"load.peak", "load.cpu_per_request", "queues.orders.per_request"}


def test_a_quiet_hour_says_nothing_of_a_request(fields):
    put_requests(300)
    put_servers(25, 2)
    assert set(fields()) == {"load.peak"}
