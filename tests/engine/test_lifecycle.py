"""A stage on the real engine: up, up again, refresh, away; and read back from the cloud itself. The suite looks at the
fifth, which has every resource of the third and fourth; the third comes up and goes by the commands of README."""

import pytest
from agreement import plan_and_state  # beside this file
from remains import leftovers, networks
from sample import sample

SHOP = "blueprints/shop.yaml"
STAGES = ("1", "2", "3", "4", "5")


@pytest.mark.parametrize("stage", sample(STAGES, ("5",)))
def test_a_stage_comes_up_stays_and_goes_away(fresh, aws, stage):
    where = (SHOP, "--env", "prod", "--stage", stage, "--local")
    first = fresh.json("up", *where)
    assert set(first["summary"]) == {"create"}
    assert list(plan_and_state(SHOP, "prod", stage, fresh.environment["TENFOLD_HOME"])) == []

    tenfold_refreshes_without_changes(fresh, where)
    again = fresh.json("up", *where)  # compared with what was read, as the official provider does
    assert again["changes"] == [] and again["summary"] == {"same": first["summary"]["create"]}
    assert networks(aws), "the cloud holds the network that the state speaks of"

    gone = fresh.json("destroy", *where)
    assert gone["summary"]["delete"] >= first["summary"]["create"]
    assert networks(aws) == [] and leftovers(aws) == []


def test_environments_live_side_by_side(fresh, aws):
    for environment, stage in (("dev", "1"), ("staging", "2")):
        fresh("up", SHOP, "--env", environment, "--stage", stage, "--local")
    assert len(networks(aws)) == 2
    refused = fresh("up", SHOP, "--env", "staging", "--stage", "3", "--local", code=3).stderr
    assert "traffic has to move" in refused and "tenfold promote" in refused
    fresh("destroy", SHOP, "--env", "staging", "--stage", "2", "--local")
    assert len(networks(aws)) == 1
    assert fresh.json("preview", SHOP, "--env", "dev", "--stage", "1", "--local")["changes"] == []


def tenfold_refreshes_without_changes(fresh, where):
    assert fresh.json("refresh", *where)["changes"] == []
