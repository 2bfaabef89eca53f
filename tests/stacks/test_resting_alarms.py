"""The alarms of both regions are there at any time; those on what does not run tell nobody."""

from pathlib import Path

import pytest

from tenfold import planning
from tenfold.blueprints.resolve import load

SHOP = Path(__file__).parents[2] / "blueprints" / "shop.yaml"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def rings(settings: str) -> dict[str, bool]:
    """Alarm -> whether it tells somebody."""
    content = SHOP.read_text().replace("prod: {}", f"prod: {{stage: 7, {settings}}}").encode()
    graph = planning.record(load(SHOP, environment="prod", content=content), warn=False)
    return {
        one.name.removeprefix("shop-signals-"): bool(one.inputs.get("actionsEnabled", True))
        for one in graph.resources.values()
        if one.type == ALARM
    }


@pytest.mark.parametrize(
    ("settings", "home", "away"),
    [
        ("regions: {active: primary}", True, False),
        ("regions: {active: standby}", False, True),
        ("regions: {standby: {mode: warm}}", True, True),
        ("regions: {active: standby, standby: {mode: hot}}", False, True),
    ],
)
def test_only_what_runs_rings(settings: str, home: bool, away: bool) -> None:
    alarms = rings(settings)
    for alarm in ("fleet-in-service", "balancer-healthy", "workers-in-service"):
        assert (alarms[alarm], alarms[f"standby-{alarm}"]) == (home, away), alarm
    assert alarms["database-storage"] and alarms["standby-database-storage"], "a database is used in both"


def test_a_failover_makes_no_alarm_but_on_new_nodes() -> None:
    before, after = rings("regions: {active: primary}"), rings("regions: {active: standby}")
    assert {name for name in before.keys() ^ after.keys() if "cache-2" not in name} == set()
