"""The same program by raw `pulumi`, as the README shows it."""

import json

import raw  # beside this file


def test_raw_preview_up_and_destroy(fresh, aws, tmp_path):
    with raw.stack(fresh, "raw-test", "blueprints/shop.yaml", "dev", "1") as pulumi:
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
