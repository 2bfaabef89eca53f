"""The same program by raw `pulumi`, as the README shows it."""

import json

import pytest
import raw  # beside this file

RESIDENT = """name: shop
stage: 1
app: {image: ghcr.io/acme/shop:1.4.2}
residency: {us-users: [us-east-1]}
overrides: {shop-network-flow-log: {log_destination: "arn:aws:logs:us-west-2:123456789012:log-group:all"}}
environments: {dev: {}}
"""


def test_raw_preview_up_and_destroy(fresh, aws, tmp_path):
    resident = tmp_path / "resident.yaml"
    resident.write_text(RESIDENT)
    with raw.stack(fresh, "raw-test", str(resident), "dev", "1") as pulumi:
        refused = pulumi("preview", code=1)
        assert "TF-R280" in refused and "Nothing was changed." in refused, "what only a plan knows is asked for too"
        pulumi("config", "set", "tenfold:blueprint", "blueprints/shop.yaml")
        digest = json.loads(pulumi("preview", "--json"))
        assert set(digest["changeSummary"]) == {"create"}
        pulumi("up", "--yes", "--skip-preview")
        assert json.loads(pulumi("preview", "--json"))["changeSummary"].keys() == {"same"}

        state = pulumi("stack", "export")
        file = tmp_path / "state.json"
        file.write_text(state.replace('"throwaway": true', '"promotion": {"from": 0, "waiting": [], "used": true}'))
        pulumi("stack", "import", "--file", str(file))
        refused = pulumi("preview", code=1)
        assert "refused: " in refused and "Nothing was changed." in refused, "what the stack said before is asked first"
        file.write_text(state)
        pulumi("stack", "import", "--file", str(file))

        pulumi("destroy", "--yes", "--skip-preview", "--remove")


TWO_REGIONS = """name: shop
stage: 7
without: [cdn, tokens, replicas]
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
load: {users: 1M}
network: {zones: 2}
database: {standby: false, pooling: {via: none}}
environments: {dev: {throwaway: true}}
"""


@pytest.mark.proof
def test_raw_pulumi_deploys_both_regions_and_finds_nothing_to_change(fresh, cloud, tmp_path):
    blueprint = tmp_path / "shop.yaml"
    blueprint.write_text(TWO_REGIONS)
    with raw.stack(fresh, "raw-two-regions", str(blueprint), "dev", "7") as pulumi:
        pulumi("up", "--yes", "--skip-preview")
        assert json.loads(pulumi("preview", "--json"))["changeSummary"].keys() == {"same"}
        [source], [replica] = (
            cloud(region)("rds").describe_db_instances()["DBInstances"] for region in ("us-east-1", "us-west-2")
        )
        assert replica["ReadReplicaSourceDBInstanceIdentifier"] == source["DBInstanceArn"]
        pulumi("destroy", "--yes", "--skip-preview", "--remove")
