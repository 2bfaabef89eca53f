"""What CloudWatch measured becomes signals; what it did not stays unknown."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tenfold.foresight import measured
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
        yield lambda: measured.read_signals(Here(architecture(Case("shop", 4, "prod")), None), state)


def put(namespace: str, name: str, dimension: str, of: str, *values: float) -> None:
    boto3.client("cloudwatch", "us-east-1").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": dimension, "Value": of}],
                "Value": value,
                "Timestamp": datetime.now(UTC) - timedelta(minutes=10 + 10 * at),
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
