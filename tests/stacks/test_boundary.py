"""A permissions boundary: every role of every stage has it, and a stack without one has none."""

from pathlib import Path

import pytest

from tenfold import recorder
from tenfold.blueprints.resolve import load
from tenfold.recorder.program import run_of

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
POLICY = "arn:aws:iam::123456789012:policy/apps"


def boundaries(tmp_path: Path, stage: int, field: str, kind: str = recorder.FAST) -> set[object]:
    file = tmp_path / "market.yaml"
    file.write_text((BLUEPRINTS / "market.yaml").read_text() + field)
    architecture = load(file, environment="prod", stage=stage).architecture
    assert architecture
    graph = recorder.record(run_of(architecture), kind).graph
    return {
        each.inputs.get("permissionsBoundary") for each in graph.resources.values() if each.type == "aws:iam/role:Role"
    }


@pytest.mark.parametrize("stage", [1, 5, 7])
def test_every_role_has_it(tmp_path: Path, stage: int):
    assert boundaries(tmp_path, stage, f"permissions_boundary: {POLICY}\n") == {POLICY}


def test_so_it_is_by_the_sdk_s_own_recorder(tmp_path: Path):
    assert boundaries(tmp_path, 3, f"permissions_boundary: {POLICY}\n", recorder.SDK) == {POLICY}


def test_without_one_a_role_has_none(tmp_path: Path):
    assert boundaries(tmp_path, 3, "") == {None}
