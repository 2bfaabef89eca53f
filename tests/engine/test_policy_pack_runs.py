"""House rules in raw `pulumi`: by the engine with a policy pack, and by the program that has a blueprint."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tenfold.engine import install

RULES = """\
rules:
  standby: {field: database.standby, when: {env: prod}, allowed: true, reason: a zone may fail}
  team: {field: tags.team, set: always, reason: somebody answers for it}
"""
PROGRAM = """\
import pulumi_aws as aws

aws.rds.Instance("db", engine="postgres", instance_class="db.t4g.micro", allocated_storage=20, tags={"team": "shop"})
aws.sqs.Queue("waiting")
"""
BLUEPRINT = "name: shop\nstage: 2\napp: {image: shop:1}\n"


@pytest.fixture
def folder(fresh, tmp_path: Path) -> Path:
    (tmp_path / "tenfold-rules.yaml").write_text(RULES)
    (tmp_path / "shop.yaml").write_text(BLUEPRINT)
    return tmp_path


def preview(fresh, folder: Path, project: str, program: str, *settings: str) -> tuple[int, str]:
    """Exit code and what is printed of `pulumi preview` in a stack `shop-prod`, with the local cloud's settings."""
    (folder / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
    (folder / "__main__.py").write_text(program)
    engine = install.find()
    assert engine
    steps = ['eval "$(python -m tenfold local env)"', "pulumi stack init shop-prod", *settings]
    line = " && ".join([*steps, 'pulumi preview --policy-pack "$(python -m tenfold policy)" --non-interactive'])
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}:{engine.bin}"
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env={**fresh.environment, "PATH": path}, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_the_engine_refuses_what_house_rules_refuse_with_and_without_a_blueprint(fresh, folder):
    code, printed = preview(fresh, folder, "other", PROGRAM)
    assert code != 0
    assert (
        "House rules allow true for multiAz, not false. A zone may fail. See `standby`, tenfold-rules.yaml:2:3"
        in printed
    )
    assert "House rules require tag team. Somebody answers for it." in printed

    program = "from tenfold.stacks.program import main\n\nmain()\n"
    settings = [
        "pulumi config set tenfold:blueprint shop.yaml",
        "pulumi config set tenfold:environment prod",
    ]
    code, printed = preview(fresh, folder, "tenfold", program, *settings)
    assert code != 0 and "aws:" not in printed, "it stops before anything is registered"
    assert "TF-H009 House rules allow true for `database.standby`, not false (the stage's default)." in printed
