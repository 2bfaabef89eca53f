"""What a component refuses, the blueprint refuses first, with its place: no valid blueprint fails in the program."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tenfold.blueprints.resolve import load
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.resolving import with_alarms_judged
from tests.stacks.wide_blueprints import blueprints


@pytest.mark.parametrize(("pods", "examples", "least"), [(False, 160, 30), (True, 60, 8)], ids=["servers", "pods"])
def test_a_blueprint_without_problems_can_be_planned(tmp_path: Path, pods: bool, examples: int, least: int) -> None:
    """`least`: how many of them are planned; the others are refused, which is right."""
    file, planned = tmp_path / "wide.yaml", []

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
    )
    @given(blueprints(pods))
    def check(blueprint):
        file.write_text(json.dumps(blueprint, ensure_ascii=False))
        architecture = with_alarms_judged(load(file)).architecture
        if architecture is not None:
            record(run_of(architecture))  # raises ProgramFailed or DuplicateUrn otherwise
            planned.append(architecture)

    check()
    assert len(planned) >= least
    assert {architecture.stage for architecture in planned} == ({3} if pods else {1, 2, 3})
    assert any(architecture.services for architecture in planned)
    assert any(architecture.kubernetes for architecture in planned) == pods
