"""A region is built by one function, and a second one is the same function at another place."""

import json
import re
from collections.abc import Mapping
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.blueprints.standby import disjoint
from tenfold.diff.compare import compare
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import PROJECT, run_of
from tenfold.recorder.run import Run
from tenfold.render import tiers as shown

SHOP = Path(__file__).parents[2] / "blueprints" / "shop.yaml"


def plain(value: object) -> object:
    """Values of settings are secret."""
    return value["value"] if isinstance(value, Mapping) else value


def shop(stage: int, lines: str = "", file: Path = SHOP) -> Architecture:
    text = file.read_text(encoding="utf-8")
    found = load(file, environment="prod", stage=stage, content=f"{text}\n{lines}".encode())
    assert found.architecture is not None, found.problems
    return found.architecture


@pytest.fixture(scope="module")
def architecture() -> Architecture:
    return shop(6)


@pytest.fixture(scope="module")
def two_regions() -> Graph:
    return record(run_of(shop(7, "regions: {standby: {region: eu-west-1, mode: warm}}")))


def test_the_first_region_stays_as_it_is_beside_a_second(architecture: Architecture, two_regions: Graph) -> None:
    """Nothing goes, nothing moves: secrets get copies, and the dashboard and the budget's tag show both."""
    alone = record(run_of(architecture))
    assert {r.urn for r in alone} <= {r.urn for r in two_regions}
    before, after = ({r.urn: r for r in graph} for graph in (alone, two_regions))
    changed = {r.name: sorted(_differences(r.inputs, after[r.urn].inputs)) for r in before.values() if r.custom}
    assert {name: keys for name, keys in changed.items() if keys} == {
        "shop-database-login": ["replicas"],
        "shop-settings-secret-stripe-key": ["replicas"],
        "shop-signals-dashboard": ["dashboardBody"],
    }


def _differences(one: Mapping[str, object], other: Mapping[str, object]) -> set[str]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def test_the_second_region_is_named_by_its_role_and_provided_in_its_region(two_regions: Graph) -> None:
    standby = [resource for resource in two_regions if resource.name.startswith("shop-standby-")]
    assert {"shop-standby-database-primary", "shop-standby-fleet-servers"} <= {resource.name for resource in standby}
    assert all("::aws-standby::" in resource.provider for resource in standby if resource.custom)
    (provider,) = two_regions.resources_named("aws-standby")
    assert provider.inputs["region"] == "eu-west-1"
    (setting,) = two_regions.resources_named("shop-standby-settings-setting-app-region")
    assert plain(setting.inputs["value"]) == "eu-west-1"


def test_what_the_world_has_once_is_not_there_twice(two_regions: Graph) -> None:
    tiers = {name.removeprefix("shop-") for name in two_regions.tiers()}
    standby = {name.removeprefix("standby-") for name in tiers if name.startswith("standby-")}
    alone = {"backup-copies", "budget", "cdn", "encryption", "replicas", "signals"}
    assert {name for name in tiers if not name.startswith("standby-")} - standby == alone


def test_alarms_are_where_their_metrics_are_and_notify_the_topic_there(two_regions: Graph) -> None:
    here, there = (
        two_regions.resources_named(f"shop-signals-{name}-cpu")[0].inputs for name in ("fleet", "standby-fleet")
    )
    assert "region" not in here and there["region"] == "eu-west-1"
    (topic,) = [r for r in two_regions if r.name == "shop-standby-notifications-topic"]
    assert str(topic.urn) in str(there["alarmActions"]) and str(topic.urn) not in str(here["alarmActions"])


def test_outputs_of_the_second_region_are_named_by_its_role(architecture: Architecture, two_regions: Graph) -> None:
    added = set(two_regions.outputs) - set(record(run_of(architecture)).outputs)
    assert {"standby_database", "standby_fleet", "standby_settings_path", "standby_vpc_id"} <= added
    assert all(name.startswith("standby_") for name in added - {"active", "vault"})


def test_the_database_there_follows_the_first_and_is_kept_as_what_may_become_the_only_one(two_regions: Graph) -> None:
    (copy,) = two_regions.resources_named("shop-standby-database-primary")
    assert "shop-database-primary#arn" in str(copy.inputs["replicateSourceDb"])
    assert "shop-encryption-key-standby" in str(copy.inputs["kmsKeyId"]), "a key of its own region"
    assert copy.keeps == "data" and copy.protect and copy.inputs["deletionProtection"] is True
    assert (
        copy.inputs["backupRetentionPeriod"] and copy.inputs["dbSubnetGroupName"] and copy.inputs["parameterGroupName"]
    )
    assert not {"password", "engine", "username", "dbName", "finalSnapshotIdentifier"} & copy.inputs.keys()


def test_the_same_secrets_and_signing_keys_are_in_both(two_regions: Graph) -> None:
    names = {resource.name for resource in two_regions}
    assert not {name for name in names if re.fullmatch("shop-standby-.*-(login|secret-[a-z-]*key|origin-key)", name)}
    copies: Any = two_regions.resources_named("shop-database-login")[0].inputs["replicas"]
    assert [entry["region"] for entry in copies] == ["eu-west-1"]
    (key,) = two_regions.resources_named("shop-standby-tokens-key-1")
    assert key.type.endswith("ReplicaKey") and "shop-tokens-key-1" in str(key.inputs["primaryKeyArn"])


def test_objects_are_copied_both_ways(two_regions: Graph) -> None:
    for source, to in (("uploads", "standby-uploads"), ("standby-uploads", "uploads")):
        (config,) = two_regions.resources_named(f"shop-{source}-copies-copies")
        assert f"shop-{source}-bucket" in str(config.inputs["bucket"]) and f"shop-{to}-bucket" in str(config.inputs)


@pytest.mark.parametrize("home", ["eu-central-1", "eu-west-1"])
def test_one_region_has_one_replica_of_the_key(home: str) -> None:
    """The CDN's metrics and logs need one in us-east-1 already."""
    text = (SHOP.parent / "chat.yaml").read_text(encoding="utf-8").replace("region: eu-central-1", f"region: {home}")
    content = f"{text}\nregions: {{standby: {{region: us-east-1}}}}\n".encode()
    found = load(SHOP, environment="prod", stage=7, content=content).architecture
    assert found is not None
    keys = [r for r in record(run_of(found)) if r.type.endswith("ReplicaKey") and "encryption" in r.name]
    assert [key.name for key in keys] == ["chat-encryption-key-edge"], "as before the second region"


def test_a_region_with_fewer_zones_uses_those_it_has() -> None:
    graph = record(run_of(shop(7, "regions: {standby: {region: us-west-1}}")))
    counts = [
        len(
            [r for r in graph if r.name.startswith(f"shop-{role}network-public-") and "Subnet" in r.type.split(":")[-1]]
        )
        for role in ("", "standby-")
    ]
    assert counts == [3, 2]


@pytest.mark.parametrize("cidr", ["10.40.0.0/16", "172.16.0.0/16", "172.18.0.0/16", "192.168.0.0/16", "10.41.16.0/20"])
def test_networks_of_two_regions_can_be_connected(cidr: str) -> None:
    one, other = ip_network(cidr), ip_network(disjoint(cidr))
    assert not one.overlaps(other) and other.is_private and one.prefixlen == other.prefixlen
    assert not other.overlaps(ip_network("172.17.0.0/16")), "Docker's"


def test_a_promotion_leaves_nothing_in_the_second_region() -> None:
    """What a server of stage 1 had is in the first region alone."""
    text = SHOP.read_text(encoding="utf-8").replace("stage: 3", "stage: 7\npromoting_from: 1")
    found = load(SHOP, environment="prod", content=text.encode())
    assert found.architecture is not None, found.problems
    tiers = {name for name in record(run_of(found.architecture)).tiers() if name.startswith("shop-standby-")}
    assert "shop-standby-database" in tiers and "shop-standby-server" not in tiers


def test_modes_change_inputs_in_place_and_nothing_that_keeps_data() -> None:
    modes = [shop(7, f"regions: {{standby: {{mode: {mode}}}}}") for mode in ("pilot-light", "warm", "hot", "warm")]
    graphs = [record(run_of(architecture)) for architecture in modes]
    for before, after in pairwise(graphs):
        difference = compare(before, after)
        assert {change.op for change in difference.changes if change.keeps} <= {"update"}
        gone = [change for change in difference.changes if change.custom and change.op in ("replace", "delete")]
        assert [change.name for change in gone if change.component != "shop-signals"] == []


def test_pods_of_the_second_region_have_the_secrets_of_the_first() -> None:
    """As servers have: the value is the same in both."""
    pods = "{image: ghcr.io/acme/search:1, route: /search/*, runs_on: kubernetes, secrets: [API_KEY]}"
    admins = "kubernetes: {admins: {deploy: 'arn:aws:iam::123456789012:role/deploy'}}"
    graph = record(run_of(shop(7, f"services: {{search: {pods}}}\n{admins}")))
    (secret,) = graph.resources_named("shop-service-search-settings-secret-api-key")
    (pods_there,) = graph.resources_named("shop-standby-service-search-pods")
    settings: Any = pods_there.inputs["settings"]
    region = f"<{secret.urn}#arn>".split(":")
    assert settings["API_KEY_SECRET_ARN"] == ":".join([*region[:3], "us-west-2", *region[4:]])


def news(stage: int, lines: str = "") -> Graph:
    """It has a domain."""
    return record(run_of(shop(stage, lines, SHOP.with_name("news.yaml"))))


def test_a_name_that_moves_comes_beside_the_one_that_users_ask() -> None:
    """From stage 6 the CDN's origin is changed in place once the new name is there; no record of the domain is."""
    both = news(7)
    difference = compare(news(6), both)
    assert {change.op for change in difference.changes} <= {"create", "update", "same"}
    assert [change.name for change in difference.changes if "Record" in change.type and change.op == "update"] == []
    [cdn] = both.resources_named("news-cdn-distribution")
    assert '"domainName": "<urn:pulumi:news-prod::tenfold::tenfold:index:FailoverRecord' in json.dumps(cdn.inputs)
    records = [both.resources_named(f"news-{role}entry-record")[0].inputs for role in ("", "standby-")]
    assert [each["name"] for each in records] == ["entry.news.example.com"] * 2
    assert [re.findall(r"::(news-[a-z-]*)#", str(each["records"])) for each in records] == [
        ["news-balancer-lb"],
        ["news-standby-balancer-lb"],
    ]
    assert "news-entry-switch#name" in str(both.outputs["standby_switch"])


def test_where_no_name_moves_the_other_address_is_an_output() -> None:
    """Without a domain, and without a CDN."""
    other = record(run_of(shop(7, "without: [cdn]", SHOP.with_name("iot.yaml"))))
    for graph in (record(run_of(shop(7))), other):
        assert "standby_url" in graph.outputs and "standby_switch" not in graph.outputs
        assert not [resource for resource in graph if resource.type.endswith("FailoverRecord")]


def test_after_a_failover_no_forgotten_switch_leads_back() -> None:
    changes = compare(news(7), news(7, "regions: {active: standby}")).changes
    assert {c.name: [p.path for p in c.properties] for c in changes if "-entry" in c.name and c.custom} == {
        "news-entry-health": ["insufficientDataHealthStatus"]
    }


def test_a_new_store_is_one_function_in_the_list(architecture: Architecture) -> None:
    """Its setting, right and output arrive; nothing else has to know of it."""

    def build() -> Mapping[str, object]:
        from tenfold.components.parts.policies import allow
        from tenfold.components.plans import contract
        from tenfold.stacks import compose, region
        from tenfold.stacks.ground import Ground
        from tenfold.stacks.tier import Tier

        def queues(ground: Ground) -> Tier:
            return Tier(
                settings=contract.family("QUEUE_<NAME>_URL", {"order-mail": "https://queue"}),
                statements=(allow("Send", ["sqs:SendMessage"], "arn:aws:sqs:us-east-1:123456789012:queue"),),
                outputs={"queue_order_mail": ground.place.name("queues")},
            )

        region.STORES = (*region.STORES, queues)
        return compose.build(architecture)

    graph = record(Run(build, PROJECT, "shop-prod", architecture.region))
    (setting,) = graph.resources_named("shop-settings-setting-queue-order-mail-url")
    assert plain(setting.inputs["value"]) == "https://queue"
    assert graph.outputs["queue_order_mail"] == "shop-queues"
    (fleet,) = [resource for resource in graph.resources_named("shop-fleet") if not resource.custom]
    statements = fleet.inputs["statements"]
    assert isinstance(statements, list) and statements[-1]["Sid"] == "Send"
    assert "queue_order_mail" not in record(run_of(architecture)).outputs, "the next recording begins anew"


def test_the_plan_says_what_the_standby_region_lacks_and_what_does_not_run_there():
    text = """name: shop
stage: 7
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
load: {users: 5k}
database: {pooling: {via: proxy}}
services: {search: {image: "ghcr.io/acme/search:0.9.0", route: "/search/*"}}
"""
    found = load("shop.yaml", content=text.encode()).architecture
    assert found is not None
    words = {tier.name: tier.words for tier in shown.tiers(found, record(run_of(found)))}
    assert words["standby-database"].endswith("without RDS Proxy, which takes no replica")
    assert words["standby-service-search-fleet"].startswith("no server until a failover, then 2-")
    assert words["service-search-fleet"].startswith("2-")
