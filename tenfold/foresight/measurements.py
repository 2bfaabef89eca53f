"""Signals that CloudWatch measured of what is deployed: the busiest five minutes of the last day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any, NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.rules.pooling import connection_limit
from tenfold.blueprints.sizes import offerings
from tenfold.foresight import capacity
from tenfold.foresight.signals import Signals
from tenfold.promotion.checks import Asked

DAY, PERIOD = timedelta(days=1), 300  # seconds of a datapoint: every instance has one in five minutes
State = Sequence[Mapping[str, Any]]
Transform = Callable[[Architecture, float], float]


class Metric(NamedTuple):
    """A signal, of which resource and metric it is the largest value (`least`: the smallest), and in which unit."""

    signal: str
    type: str
    namespace: str
    name: str
    dimension: str
    output: str
    statistic: str = "Average"
    into: Transform = lambda a, value: value
    least: bool = False


def _share(a: Architecture, percent: float) -> float:
    return percent / 100


def _of_connections(a: Architecture, used: float) -> float:
    return used / (connection_limit(a.database) or used or 1)


def _memory(a: Architecture, free: float) -> float:
    known = offerings.capacity(a.database.instance.removeprefix("db."))
    return max(0.0, 1 - free / (known[1] * 2**30)) if known else 0.0


def _milliseconds(a: Architecture, seconds: float) -> float:
    return seconds * 1000


_GROUP, _INSTANCE = "aws:autoscaling/group:Group", "aws:ec2/instance:Instance"
_DATABASE, _CACHE = "aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup"
_BALANCER, _QUEUE = "aws:lb/loadBalancer:LoadBalancer", "aws:sqs/queue:Queue"
_ALB = (_BALANCER, "AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", "arnSuffix")
# Sources: the metrics pages of the EC2, RDS, ElastiCache, Elastic Load Balancing and SQS guides.
METRICS = (
    Metric("cpu.server", _GROUP, "AWS/EC2", "CPUUtilization", "AutoScalingGroupName", "name", into=_share),
    Metric("cpu.server", _INSTANCE, "AWS/EC2", "CPUUtilization", "InstanceId", "id", into=_share),
    Metric("mem.server", _GROUP, "CWAgent", "mem_used_percent", "AutoScalingGroupName", "name", into=_share),
    Metric("mem.server", _INSTANCE, "CWAgent", "mem_used_percent", "InstanceId", "id", into=_share),
    Metric("cpu.database", _DATABASE, "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "identifier", into=_share),
    Metric("connections.used", _DATABASE, "AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", "identifier",
           into=_of_connections),
    Metric("mem.database", _DATABASE, "AWS/RDS", "FreeableMemory", "DBInstanceIdentifier", "identifier", into=_memory,
           least=True),
    Metric("replica.lag", "replica", "AWS/RDS", "ReplicaLag", "DBInstanceIdentifier", "identifier"),
    Metric("cpu.replicas", "replica", "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "identifier", into=_share),
    Metric("cache.hits", _CACHE, "AWS/ElastiCache", "CacheHitRate", "CacheClusterId", "memberClusters", into=_share,
           least=True),
    Metric("mem.cache", _CACHE, "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId", "memberClusters",
           into=_share),
    Metric("latency.p50", *_ALB, "p50", _milliseconds),
    Metric("latency.p90", *_ALB, "p90", _milliseconds),
    Metric("latency.p99", *_ALB, "p99", _milliseconds),
    Metric("queue.age", _QUEUE, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "name", "Maximum"),
)  # fmt: skip


def read_signals(asked: Asked, deployed: State) -> Signals:
    """Each signal of which there is a datapoint; the fullest of several resources."""
    a = asked.architecture
    known: dict[str, Any] = {}
    for metric in METRICS:
        values = [
            value for resource in resources(a, metric.type, deployed) for value in _values(asked, metric, resource)
        ]
        if values:
            known[metric.signal] = metric.into(a, min(values) if metric.least else max(values))
    return {**known, **_disk(asked, deployed), **_traffic(asked, deployed)}


def resources(a: Architecture, type_: str, deployed: State) -> Iterator[Mapping[str, Any]]:
    """Resources that requests or messages meet: not the workers' group, not dead letters; replicas apart."""
    for resource in deployed:
        name = resource["urn"].rpartition("::")[2]
        is_replica = bool(resource.get("outputs", {}).get("replicateSourceDb"))
        kind = "replica" if resource["type"] == _DATABASE and is_replica else resource["type"]
        if kind != type_ or (type_ == _QUEUE and "dead" in name) or (type_ == _GROUP and "workers" in name):
            continue
        yield resource


def _values(asked: Asked, metric: Metric, resource: Mapping[str, Any]) -> Iterator[float]:
    dimension = resource["id"] if metric.output == "id" else resource["outputs"].get(metric.output)
    for one in dimension if isinstance(dimension, list) else [dimension] if dimension else []:
        yield from datapoints(asked, metric.namespace, metric.name, (metric.dimension, one), metric.statistic)


def datapoints(
    asked: Asked, namespace: str, name: str, dimension: tuple[str, str], statistic: str, period: int = PERIOD
) -> list[float]:
    """Of the last day."""
    return list(by_time(asked, namespace, name, dimension, statistic, period).values())


def by_time(
    asked: Asked, namespace: str, name: str, dimension: tuple[str, str], statistic: str, period: int
) -> dict[datetime, float]:
    """The same by the time at which its period begins. A percentile is another parameter than an average."""
    percentile = statistic.startswith("p")
    end = datetime.fromtimestamp((time() // period + 1) * period, UTC)
    points = asked.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": dimension[0], "Value": dimension[1]}],
        StartTime=end - DAY,
        EndTime=end,
        Period=period,
        **{"ExtendedStatistics" if percentile else "Statistics": [statistic]},
    )["Datapoints"]
    values = {
        point["Timestamp"]: point.get("ExtendedStatistics", {}).get(statistic) if percentile else point.get(statistic)
        for point in points
    }
    # AWS answers with the beginning of the period, the local cloud with the time of its first datum.
    return {_begin(moment, period): value for moment, value in values.items() if value is not None}


def _begin(moment: datetime, period_seconds: int) -> datetime:
    """12:07:30 is in the period of 300 s that begins at 12:05."""
    return moment - timedelta(seconds=moment.timestamp() % period_seconds)


def _disk(asked: Asked, deployed: State) -> Signals:
    """Reads and writes together, of what class and volume do."""
    row = next((row for row in capacity.rows(asked.architecture) if row.signal == "iops.database"), None)
    for resource in resources(asked.architecture, _DATABASE, deployed) if row else ():
        at = ("DBInstanceIdentifier", resource["outputs"]["identifier"])
        reads, writes = (datapoints(asked, "AWS/RDS", name, at, "Average") for name in ("ReadIOPS", "WriteIOPS"))
        if row and reads and writes:
            return {"iops.database": min(1.0, (max(reads) + max(writes)) / row.limit)}
    return {}


def _traffic(asked: Asked, deployed: State) -> Signals:
    """The busiest hour against the mean of a whole day; nothing of less than a day."""
    for resource in resources(asked.architecture, _BALANCER, deployed):
        at = ("LoadBalancer", resource["outputs"].get("arnSuffix", ""))
        hours = datapoints(asked, "AWS/ApplicationELB", "RequestCount", at, "Sum", 3600)
        if len(hours) >= 23 and sum(hours):
            return {"peak_over_mean": max(hours) / (sum(hours) / len(hours))}
    return {}
