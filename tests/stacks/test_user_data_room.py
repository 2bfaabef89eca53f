"""What a blueprint may say at most still fits into the servers' user data, in every stage."""

import json

import pytest

from tenfold.blueprints.resolve import load
from tenfold.blueprints.rules.app import USER_DATA_ROOM
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of

DOMAIN, PATH = "shop.example.com", "/healthz"
REGISTRIES = [f"{account}.dkr.ecr.ap-northeast-1.amazonaws.com/{'x' * 40}:1" for account in ("1" * 12, "2" * 12)]


def longest(stage: int, engine: str, words: int) -> dict:
    command = "$" * ((USER_DATA_ROOM - len(DOMAIN) - len(PATH) - 9) // 2 + words)  # `$` is written twice
    return {
        "name": "a" * 24,
        "stage": stage,
        "region": "ap-northeast-1",
        "domain": DOMAIN,
        "app": {
            "image": REGISTRIES[0],
            "stateless": True,
            "health": {"path": PATH},
            "jobs": {"image": REGISTRIES[1], "command": [command]},
        },
        "database": {"engine": engine},
        "environments": {"e" * 24: {}},
    }


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
@pytest.mark.parametrize("stage", [1, 2, 3, 4, 5])
def test_the_longest_fits_and_a_word_more_is_refused(tmp_path, stage, engine):
    file = tmp_path / "long.yaml"
    file.write_text(json.dumps(longest(stage, engine, 0)))
    resolution = load(file, environment="e" * 24)
    assert resolution.architecture is not None, resolution.problems
    record(run_of(resolution.architecture))  # raises ProgramFailed when it does not fit
    file.write_text(json.dumps(longest(stage, engine, 1)))
    assert [p.code for p in load(file, environment="e" * 24).problems if p.is_error] == ["TF-R034"]
