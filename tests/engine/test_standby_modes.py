"""Two regions by raw `pulumi`: the standby's mode changes sizes in place, there and back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import raw  # beside this file
from remains import leftovers, networks
from running import Tenfold

HOME, AWAY = "us-east-1", "us-west-2"
BLUEPRINT = """name: shop
stage: 7
without: [cdn, tokens, replicas]
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
load: {users: 1M}
network: {zones: 2, nat: one}
database: {pooling: {via: none}}
regions: {standby: {mode: pilot-light}}
environments: {dev: {throwaway: true}}
"""
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def state(pulumi: Callable[..., str]) -> dict[str, str]:
    """URN -> id of what the cloud has."""
    resources = json.loads(pulumi("stack", "export"))["deployment"]["resources"]
    return {one["urn"]: one["id"] for one in resources if one["type"].startswith("aws:")}


def servers(cloud: Callable[[str], Callable[[str], Any]]) -> tuple[int, bool]:
    """How many run in the standby region, and whether its database is in two zones."""
    groups = cloud(AWAY)("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    [database] = cloud(AWAY)("rds").describe_db_instances()["DBInstances"]
    return sum(group["MinSize"] for group in groups), database["MultiAZ"]


@pytest.mark.proof
def test_a_mode_changes_sizes_in_place(
    fresh: Tenfold, cloud: Callable[[str], Callable[[str], Any]], tmp_path: Path
) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(BLUEPRINT)
    with raw.stack(fresh, "raw-modes", str(file), "dev", "") as pulumi:
        pulumi("up", "--yes", "--skip-preview")
        assert servers(cloud) == (0, False)
        before, seen = state(pulumi), []
        for mode in ("warm", "hot", "warm"):
            file.write_text(BLUEPRINT.replace("pilot-light", mode))
            steps = json.loads(pulumi("preview", "--json"))["steps"]
            others = [one for one in steps if one["op"] not in ("same", "update")]
            assert [one["urn"] for one in others if ALARM not in one["urn"]] == [], "alarms follow the cache's nodes"
            pulumi("up", "--yes", "--skip-preview")
            after = state(pulumi)
            kept = {urn for urn in before if ALARM not in urn}
            assert {urn: after[urn] for urn in kept} == {urn: before[urn] for urn in kept}
            seen.append(servers(cloud))
        warm, hot = (seen[0], seen[1])
        assert seen == [warm, hot, warm] and 0 < warm[0] < hot[0] and (warm[1], hot[1]) == (False, True)
        assert json.loads(pulumi("preview", "--json"))["changeSummary"].keys() == {"same"}
        pulumi("destroy", "--yes", "--skip-preview", "--remove")
    assert [[*networks(cloud(region)), *leftovers(cloud(region))] for region in (HOME, AWAY)] == [[], []]
