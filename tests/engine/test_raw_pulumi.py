"""The same program by raw `pulumi`, as the README shows it."""

import json

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
