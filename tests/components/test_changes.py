"""What the documentation says a change does is what the provider would do: the tables' last column, checked."""

from collections.abc import Callable
from typing import Any

import pytest
from recording import Graph, record

from tenfold.components.balancer import Balancer
from tenfold.components.cache import Cache
from tenfold.components.cluster import Cluster
from tenfold.components.domain import Domain
from tenfold.components.fleet import Fleet
from tenfold.components.memcached import Memcached
from tenfold.components.records import Records
from tenfold.diff.values import changes

pytestmark = pytest.mark.usefixtures("computed")
KEY, OTHER = "arn:aws:kms:us-east-1:123456789012:key/a", "arn:aws:kms:us-east-1:123456789012:key/b"
ALIAS = {"dns_name": "lb-1.elb.amazonaws.com", "zone_id": "Z35"}

BALANCER: dict[str, Any] = {
    "vpc_id": "vpc-1",
    "vpc_cidr": "10.40.0.0/16",
    "subnet_ids": ["a", "b"],
    "port": 8080,
    "health": {"path": "/healthz"},
}
TLS = {"certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/c"}
CACHE: dict[str, Any] = {"vpc_id": "vpc-1", "subnet_ids": ["a", "b"], "kms_key_arn": KEY}
SHARDS: dict[str, Any] = CACHE | {"nodes": 2, "cluster_mode": "enabled", "shards": 2}
MEMCACHED: dict[str, Any] = {"vpc_id": "vpc-1", "subnet_ids": ["a", "b"]}
FLEET: dict[str, Any] = {
    "vpc_id": "vpc-1",
    "subnet_ids": ["a", "b"],
    "instance_type": "t4g.small",
    "servers": 2,
    "port": 8080,
    "target_group_arn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/app/1",
    "balancer_security_group_id": "sg-1",
    "user_data": "#cloud-config\n{}\n",
    "log_group_name": "/shop/prod/fleet",
    "kms_key_arn": KEY,
    "parameters_arns": ["arn:aws:ssm:us-east-1:123456789012:parameter/shop/prod/*"],
}
CLUSTER: dict[str, Any] = {
    "subnet_ids": ["a", "b"],
    "kms_key_arn": KEY,
    "access": {"deploy": {"principal_arn": "arn:aws:iam::123456789012:role/deploy", "may": "cluster-admin"}},
    "version": "1.34",
}
GROUP: dict[str, Any] = CLUSTER | {"group": {"instance_type": "m7g.large", "servers": 2}}
DOMAIN: dict[str, Any] = {"domain": "shop.example.com"}
RECORDS: dict[str, Any] = {"domain": "shop.example.com", "zone_id": "Z1", "addresses": ["203.0.113.7"]}

IN_PLACE: list[tuple[Callable[..., Any], dict[str, Any], dict[str, Any]]] = [
    (Balancer, BALANCER, TLS),
    (Balancer, BALANCER, {"subnet_ids": ["a", "b", "c"], "vpc_cidr": "10.41.0.0/16"}),
    (Balancer, BALANCER, {"health": {"path": "/up", "interval_seconds": 30, "timeout_seconds": 10}}),
    (Balancer, BALANCER, {"algorithm": "weighted_random", "sticky_seconds": 600, "deregistration_delay_seconds": 60}),
    (Balancer, BALANCER, {"slow_start_seconds": 60, "log_retention_days": 7, "throwaway": True, "tags": {"a": "b"}}),
    (Cache, CACHE, {"nodes": 2, "node_type": "cache.r7g.large", "eviction": "allkeys-lru", "snapshots_keep_days": 7}),
    (Cache, CACHE, {"version": "8.2", "subnet_ids": ["a", "b", "c"], "log_retention_days": 7}),
    (Cache, CACHE, {"snapshot_window": "01:00-02:00", "maintenance_window": "mon:04:30-mon:05:30"}),
    (Cache, CACHE, {"throwaway": True, "tags": {"a": "b"}}),
    (Cache, SHARDS, {"shards": 5, "nodes": 3, "node_type": "cache.r7g.large"}),
    (Cache, SHARDS | {"shards": 1, "cluster_mode": "compatible"}, {"cluster_mode": "enabled"}),
    (Memcached, MEMCACHED, {"nodes": 3, "subnet_ids": ["a", "b", "c"], "maintenance_window": "mon:04:30-mon:05:30"}),
    (Memcached, MEMCACHED | {"version": "1.6.17"}, {"version": "1.6.22", "tags": {"a": "b"}}),
    (
        Fleet,
        FLEET,
        {"servers": 3, "servers_max": 20, "warmup_seconds": 60, "keep_healthy_fraction": 0.5, "checkpoint_seconds": 0},
    ),
    (Fleet, FLEET, {"instance_type": "c7i.large", "user_data": "#cloud-config\n{a: b}\n", "disk_gib": 40}),
    (
        Fleet,
        FLEET,
        {"subnet_ids": ["a", "b", "c"], "starts_in_seconds": 10, "log_retention_days": 7, "throwaway": True},
    ),
    (Fleet, FLEET, {"balancer_security_group_id": "sg-2", "port": 9090, "tags": {"a": "b"}}),
    (Cluster, CLUSTER, {"version": "1.35", "reachable_from": ["192.0.2.0/24"], "log_retention_days": 7}),
    (Cluster, GROUP, {"group": {"instance_type": "m7g.2xlarge", "servers": 3, "servers_max": 9, "disk_gib": 80}}),
    (Cluster, GROUP, {"version": "1.35", "tags": {"a": "b"}}),
    (Domain, DOMAIN, {"throwaway": True, "tags": {"a": "b"}}),
    (Records, RECORDS, {"addresses": ["203.0.113.8"]}),
]
REPLACED: list[tuple[Callable[..., Any], dict[str, Any], dict[str, Any], set[str]]] = [
    (Balancer, BALANCER, {"port": 9090}, {"app"}),
    (Balancer, BALANCER | TLS | {"kind": "network"}, {"kind": "application"}, {"lb", "app"}),
    (Balancer, BALANCER, {"vpc_id": "vpc-2"}, {"access", "app"}),
    (Cache, CACHE, {"kms_key_arn": OTHER}, {"primary"}),
    (Cache, CACHE, {"vpc_id": "vpc-2"}, {"access"}),
    (Memcached, MEMCACHED, {"node_type": "cache.r7g.large"}, {"nodes"}),
    (Memcached, MEMCACHED, {"vpc_id": "vpc-2"}, {"access"}),
    (Fleet, FLEET, {"log_group_name": "/shop/prod/other"}, {"logs"}),
    (Fleet, FLEET, {"vpc_id": "vpc-2"}, {"access"}),
    (Domain, DOMAIN, {"domain": "store.example.com"}, {"zone", "certificate"}),
    (Records, RECORDS, {"domain": "store.example.com"}, {"ipv4"}),
    (Records, RECORDS, {"zone_id": "Z2"}, {"ipv4"}),
]


def replaced(
    component: Callable[..., Any], before: dict[str, Any], after: dict[str, Any], going: frozenset[str] = frozenset()
) -> set[str]:
    """Which children the provider would replace, by role. Nothing may disappear but `going`."""

    def graph(args: dict[str, Any]) -> Graph:
        return record(lambda: component("shop", args))

    old, new = graph(before), graph(after)
    gone = {name.removeprefix("shop-") for name in set(old.resources) - set(new.resources)}
    assert gone == going, "no other child goes away"
    return {
        name.removeprefix("shop-")
        for name, resource in old.resources.items()
        if resource.type.startswith("aws:")
        and name in new.resources
        and any(replaces for _, replaces in changes(resource.type, resource.inputs, new[name].inputs).values())
    }


@pytest.mark.parametrize(("component", "args", "change"), IN_PLACE)
def test_in_place(component: Callable[..., Any], args: dict[str, Any], change: dict[str, Any]) -> None:
    assert replaced(component, args, {**args, **change}) == set()


@pytest.mark.parametrize(("component", "args", "change", "expected"), REPLACED)
def test_replaced(
    component: Callable[..., Any], args: dict[str, Any], change: dict[str, Any], expected: set[str]
) -> None:
    assert replaced(component, args, {**args, **change}) >= expected


def test_machines_of_a_cluster_are_changed_for_the_other_kind_and_it_stays() -> None:
    """Both ways: the group and what it needs goes, or the role and the rights of Auto Mode's machines."""

    def children(args: Any) -> set[str]:
        return {name.removeprefix("shop-") for name in record(lambda: Cluster("shop", args)).resources}

    auto, own = children(CLUSTER), children(GROUP)
    assert replaced(Cluster, CLUSTER, GROUP, frozenset(auto - own)) == set()
    assert replaced(Cluster, GROUP, CLUSTER, frozenset(own - auto)) == set()
    assert {"cluster", "secrets-key", "logs", "access-deploy"} <= auto & own
    assert "nodes" in own - auto and "access-auto" in auto - own


def test_from_a_server_to_a_balancer_the_record_stays() -> None:
    moved = {key: value for key, value in RECORDS.items() if key != "addresses"} | {"alias": ALIAS}
    assert replaced(Records, RECORDS, moved) == set()
