"""A second region comes beside the first on the real engine: what was there stays as it is, what is kept is in both."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import markers  # beside this file
import pytest
from remains import leftovers, networks
from running import Tenfold

from tenfold.engine import workspace

HOME, AWAY = "us-east-1", "us-west-2"
BLUEPRINT = """name: shop
stage: 6
without: [cdn, tokens, replicas]
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true, secrets: [STRIPE_KEY]}
load: {users: 1M}
network: {zones: 2}
database: {standby: false, pooling: {via: none}}
environments: {dev: {throwaway: true}}
"""
SECRETS = {"shop-database-login", "shop-settings-secret-stripe-key"}


def state(tenfold: Tenfold) -> dict[str, Mapping[str, Any]]:
    """URN -> resource."""
    home = Path(tenfold.environment["TENFOLD_HOME"])
    where = workspace.Place("shop-dev", home, (home / "state" / "local" / "backend").as_uri(), None)
    return {held["urn"]: held for held in workspace.deployed_resources(where)}


def named(resources: Mapping[str, Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    [found] = [held for urn, held in resources.items() if urn.endswith(f"::{name}")]
    return found


@pytest.mark.proof
def test_a_second_region_comes_beside_the_first_and_goes(
    fresh: Tenfold, cloud: Callable[[str], Callable[[str], Any]], tmp_path: Path
) -> None:
    file, home, away = tmp_path / "shop.yaml", cloud(HOME), cloud(AWAY)
    where = (str(file), "--env", "dev", "--local")
    file.write_text(BLUEPRINT)
    fresh("up", *where)
    before = state(fresh)
    stripe = named(before, "shop-settings-secret-stripe-key")["id"]
    home("secretsmanager").put_secret_value(SecretId=stripe, SecretString="of the test")

    file.write_text(BLUEPRINT.replace("stage: 6", "stage: 7"))
    result = fresh.json("up", *where)
    assert result["summary"].keys() == {"create", "update", "same"}
    updated = {one["name"] for one in result["changes"] if one["op"] == "update" and "tenfold:" not in one["type"]}
    assert updated == {*SECRETS, "shop-signals-dashboard"}, "they get copies, and the dashboard shows both regions"
    after = state(fresh)
    assert {urn: after[urn].get("id") for urn in before} == {urn: held.get("id") for urn, held in before.items()}

    [replica] = away("rds").describe_db_instances()["DBInstances"]
    source = named(before, "shop-database-primary")["outputs"]["arn"]
    assert replica["ReadReplicaSourceDBInstanceIdentifier"] == source and replica["BackupRetentionPeriod"] == 7
    for name in SECRETS:
        arn = named(before, name)["id"]
        there = away("secretsmanager").get_secret_value(SecretId=arn.replace(HOME, AWAY))
        assert there["SecretString"] == home("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    first, second = (named(after, f"shop-{prefix}uploads-bucket") for prefix in ("", "standby-"))
    left, _ = markers.put(home, first)
    assert markers.read(away, second, left) == first["urn"].encode(), "what is written in one region is in the other"

    assert fresh.json("up", *where)["summary"].keys() == {"same"}
    fresh("destroy", *where)
    assert [[*networks(region), *leftovers(region)] for region in (home, away)] == [[], []]
