"""Which region is active, by what is deployed, and an `up` that would change it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.refusals import roles

SHOP = Path(__file__).parents[2] / "blueprints" / "shop.yaml"
SOURCE = "arn:aws:rds:us-east-1:123456789012:db:shop"


@pytest.fixture(scope="module")
def shop() -> Architecture:
    found = load(SHOP, environment="prod", stage=7).architecture
    assert found
    return found


def state(**inputs: Any) -> list[dict[str, Any]]:
    urn = f"urn:pulumi:shop-prod::tenfold::tenfold:index:Database${roles.DATABASE}::shop-standby-database-primary"
    return [{"urn": urn, "type": roles.DATABASE, "inputs": inputs}]


@pytest.mark.parametrize(
    ("deployed", "said", "instead"),
    [
        (state(replicateSourceDb=SOURCE), "primary", None),
        (state(), "standby", None),
        ([], "primary", None),
        ([], "standby", "write `regions: {active: primary}`"),
        (state(replicateSourceDb=SOURCE), "standby", "write `regions: {active: primary}`"),
        (state(), "primary", "write `regions: {active: standby}`"),
    ],
)
def test_an_up_does_not_change_which_region_is_active(
    shop: Architecture, deployed: list[dict[str, Any]], said: str, instead: str | None
) -> None:
    refusal = roles.changed_role(deployed, replace(shop, active=said))
    assert (refusal and refusal.instead[: len(instead or "")]) == instead


def test_a_second_region_goes_only_while_it_follows_the_first(shop: Architecture) -> None:
    """An older file, or a stage below 7, after a failover: its database has what was written since."""
    without = replace(shop, standby=None)
    assert roles.changed_role([], without) is None
    assert roles.changed_role(state(replicateSourceDb=SOURCE), without) is None
    refusal = roles.changed_role(state(), without)
    assert refusal and "failback" in refusal.instead
