"""The same program by raw `pulumi`, as the README shows it."""

import json
import os
import subprocess

from running import CHECKOUT

from tenfold.engine import install


def test_raw_preview_up_and_destroy(fresh, aws, tmp_path):
    exports = fresh("local", "env").stdout
    said = [line.removeprefix("export ").split("=", 1) for line in exports.splitlines() if line.startswith("export ")]
    settings = dict(said)
    engine = install.find()
    assert engine
    environment = {**fresh.environment, **{k: v.strip("'") for k, v in settings.items()}}
    environment["PATH"] = f"{environment['PATH'].replace('$PATH', os.environ['PATH'])}:{engine.bin}"

    def pulumi(*args: str, code: int = 0) -> str:
        done = subprocess.run(
            ["pulumi", *args, "--non-interactive"], cwd=CHECKOUT, env=environment, capture_output=True, text=True
        )
        assert (done.returncode != 0) == bool(code), done.stdout + done.stderr
        return done.stdout + (done.stderr if code else "")

    config = CHECKOUT / "stacks" / "Pulumi.raw-test.yaml"
    try:
        pulumi("stack", "init", "raw-test")
        pulumi("config", "set", "tenfold:blueprint", "blueprints/shop.yaml")
        pulumi("config", "set", "tenfold:environment", "dev")
        pulumi("config", "set", "tenfold:stage", "1")
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
    finally:
        config.unlink(missing_ok=True)
