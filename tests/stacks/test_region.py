"""A region is built by one function, and a second one is the same function at another place."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import PROJECT, run_of
from tenfold.recorder.run import Run

SHOP = Path(__file__).parents[2] / "blueprints" / "shop.yaml"


def plain(value: object) -> object:
    """Values of settings are secret."""
    return value["value"] if isinstance(value, Mapping) else value


@pytest.fixture(scope="module")
def architecture() -> Architecture:
    found = load(SHOP, environment="prod", stage=5).architecture
    assert found is not None
    return found


@pytest.fixture(scope="module")
def two_regions(architecture: Architecture) -> Graph:
    def build() -> Mapping[str, object]:
        from tenfold.stacks import compose
        from tenfold.stacks.place import make_place

        compose.make_places = lambda of: [make_place(of), make_place(of, "standby", "eu-west-1")]
        return compose.build(architecture)

    return record(Run(build, PROJECT, "shop-prod", architecture.region))


def test_the_first_region_stays_as_it_is_beside_a_second(architecture: Architecture, two_regions: Graph) -> None:
    """Only the dashboard shows both."""
    alone = record(run_of(architecture))
    changed = {name for r in alone if (name := r.name) and two_regions.resources.get(r.urn) != r}
    assert changed == {"shop-signals", "shop-signals-dashboard"}
    assert two_regions.outputs.items() >= alone.outputs.items()


def test_the_second_region_is_named_by_its_role_and_provided_in_its_region(two_regions: Graph) -> None:
    standby = [resource for resource in two_regions if resource.name.startswith("shop-standby-")]
    assert {"shop-standby-database-primary", "shop-standby-fleet-servers"} <= {resource.name for resource in standby}
    assert all("::aws-standby::" in resource.provider for resource in standby if resource.custom)
    (provider,) = two_regions.named("aws-standby")
    assert provider.inputs["region"] == "eu-west-1"
    (setting,) = two_regions.named("shop-standby-settings-setting-app-region")
    assert plain(setting.inputs["value"]) == "eu-west-1"


def test_what_the_world_has_once_is_not_there_twice(two_regions: Graph) -> None:
    tiers = {name.removeprefix("shop-") for name in two_regions.tiers()}
    standby = {name.removeprefix("standby-") for name in tiers if name.startswith("standby-")}
    assert {name for name in tiers if not name.startswith("standby-")} - standby == {"cdn", "budget", "signals"}


def test_alarms_are_where_their_metrics_are_and_notify_the_topic_there(two_regions: Graph) -> None:
    here, there = (two_regions.named(f"shop-signals-{name}-cpu")[0].inputs for name in ("fleet", "standby-fleet"))
    assert "region" not in here and there["region"] == "eu-west-1"
    (topic,) = [r for r in two_regions if r.name == "shop-standby-notifications-topic"]
    assert str(topic.urn) in str(there["alarmActions"]) and str(topic.urn) not in str(here["alarmActions"])


def test_outputs_of_the_second_region_are_named_by_its_role(architecture: Architecture, two_regions: Graph) -> None:
    added = set(two_regions.outputs) - set(record(run_of(architecture)).outputs)
    assert {"standby_database", "standby_fleet", "standby_settings_path", "standby_vpc_id"} <= added
    assert all(name.startswith("standby_") for name in added)


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
    (setting,) = graph.named("shop-settings-setting-queue-order-mail-url")
    assert plain(setting.inputs["value"]) == "https://queue"
    assert graph.outputs["queue_order_mail"] == "shop-queues"
    (fleet,) = [resource for resource in graph.named("shop-fleet") if not resource.custom]
    statements = fleet.inputs["statements"]
    assert isinstance(statements, list) and statements[-1]["Sid"] == "Send"
    assert "queue_order_mail" not in record(run_of(architecture)).outputs, "the next recording begins anew"
