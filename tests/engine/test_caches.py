"""The cache's other shapes on the real engine: Memcached; shards in its place; and from two of them to three."""

from typing import Any

import pytest

TOP = """name: shop
stage: 3
with: [cache]
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
sessions: {store: database}
environments: {dev: {throwaway: true}}
"""
MEMCACHED = "cache: {engine: memcached, nodes: 2}\n"
SHARDS = "cache: {shards: 2, nodes: 2}\n"


@pytest.fixture
def blueprint(tmp_path):
    path = tmp_path / "shop.yaml"

    def write(cache: str) -> tuple[str, ...]:
        path.write_text(TOP + cache)
        return str(path), "--env", "dev", "--local"

    return write


def settings(aws: Any) -> dict[str, str]:
    found = aws("ssm").get_parameters_by_path(Path="/shop/dev/settings", Recursive=True)
    pages = [found]
    while "NextToken" in pages[-1]:
        token = pages[-1]["NextToken"]
        pages.append(aws("ssm").get_parameters_by_path(Path="/shop/dev/settings", Recursive=True, NextToken=token))
    return {p["Name"].rpartition("/")[2]: p["Value"] for page in pages for p in page["Parameters"]}


@pytest.mark.proof
def test_memcached_and_shards_are_what_was_asked_for_and_nobody_fights_about_them(fresh, aws, blueprint):
    where = blueprint(MEMCACHED)
    fresh("up", *where)
    [cluster] = aws("elasticache").describe_cache_clusters(ShowCacheNodeInfo=True)["CacheClusters"]
    assert (cluster["Engine"], cluster["EngineVersion"], cluster["NumCacheNodes"]) == ("memcached", "1.6.22", 2)
    assert cluster["TransitEncryptionEnabled"] and cluster["PreferredAvailabilityZone"] == "Multiple"
    said = settings(aws)
    assert (said["CACHE_PROTOCOL"], said["CACHE_PORT"], said["CACHE_TLS"]) == ("memcached", "11211", "require")
    assert said["CACHE_HOST"] == cluster["ConfigurationEndpoint"]["Address"] and "CACHE_USER" not in said
    assert fresh.json("up", *where)["changes"] == []
    assert fresh.json("refresh", *where)["changes"] == []

    where = blueprint(SHARDS)
    fresh("up", *where)
    assert aws("elasticache").describe_cache_clusters()["CacheClusters"] == []
    [group] = aws("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert (group["ClusterMode"], len(group["NodeGroups"]), len(group["MemberClusters"])) == ("enabled", 2, 4)
    logs = {log["LogType"]: log["DestinationDetails"] for log in group["LogDeliveryConfigurations"]}
    groups = {log["logGroupName"] for log in aws("logs").describe_log_groups()["logGroups"]}
    assert {log["CloudWatchLogsDetails"]["LogGroup"] for log in logs.values()} <= groups and len(logs) == 2
    said = settings(aws)
    assert (said["CACHE_PROTOCOL"], said["CACHE_PORT"]) == ("redis-cluster", "6379")
    assert said["CACHE_HOST"] == group["ConfigurationEndpoint"]["Address"] and "CACHE_READER_HOST" not in said
    alarms = aws("cloudwatch").describe_alarms(AlarmNamePrefix="shop-signals-cache")["MetricAlarms"]
    watched = {d["Value"] for alarm in alarms for d in alarm["Dimensions"] if d["Name"] == "CacheClusterId"}
    assert watched == set(group["MemberClusters"])
    assert fresh.json("up", *where)["changes"] == []
    assert fresh.json("refresh", *where)["changes"] == []

    where = blueprint("cache: {shards: 3, nodes: 2}\n")
    fresh("preview", *where)  # of nodes that have no name yet
    changed = fresh.json("up", *where)["changes"]
    [same] = [change for change in changed if "replicationGroup:" in change["urn"]]
    assert same["op"] == "update"
    [after] = aws("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert after["ReplicationGroupId"] == group["ReplicationGroupId"] and len(after["NodeGroups"]) == 3
    fresh("destroy", *where)
    left = aws("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert [group for group in left if group["Status"] != "deleting"] == []
