"""The properties are the design's, not the examples': they hold for any valid blueprint."""

import json

from hypothesis import HealthCheck, given, settings

from tenfold.blueprints.resolve import load
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks import properties
from tests.stacks.random_blueprints import blueprints

# Rules between fields that the strategy does not know: such a blueprint is refused, which is right.
MAY_BE_REFUSED = 0.3


def test_any_valid_blueprint_builds_and_keeps_the_properties(tmp_path):
    file, built, refused = tmp_path / "random.yaml", [], []

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(blueprints)
    def check(blueprint):
        file.write_text(json.dumps(blueprint))
        resolution = load(file, environment="prod")
        if resolution.architecture is None:
            refused.append([problem.code for problem in resolution.problems])
            return
        wanted = resolution.architecture
        assert properties.complaints(record(run_of(wanted)), wanted) == []
        built.append((wanted.stage, bool(wanted.kubernetes)))

    check()
    assert set(built) == {(1, False), (2, False), (3, False), (6, False), (6, True)}
    assert len(refused) <= MAY_BE_REFUSED * (len(refused) + len(built)), refused
