"""The light recorder asks for exactly what the real SDK asks for."""

import both
import pytest

from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import load
from tenfold.recorder import sdk
from tenfold.recorder.light.record import record as light
from tenfold.recorder.program import run_of
from tests.examples import FILES

MODES = pytest.mark.parametrize("tokens", [True, False], ids=["token", "unknown"])


def _cases():
    """Each example at each stage there is, in the shape of each of its environments at its own stage."""
    for path in FILES:
        draft = open_draft(path)
        for stage in range(1, 8):
            if load(path, stage=stage).architecture is not None:
                yield pytest.param(path, None, stage, id=f"{path.stem}-{stage}")
        for name in draft.environments:
            yield pytest.param(path, name, None, id=f"{path.stem}-{name}")


@MODES
@pytest.mark.parametrize("program", ["features", "kubernetes", "transformed"])
def test_programs_that_use_all_of_the_sdk(program, tokens):
    path = both.PROGRAMS / f"{program}.py"
    reference, fast = both.record_both(both.source(path.read_text(), str(path)), tokens)
    assert both.differences(reference, fast) == []
    assert len(reference) > 5


@MODES
@pytest.mark.parametrize(("path", "environment", "stage"), list(_cases()))
def test_every_example_at_every_stage(path, environment, stage, tokens):
    architecture = load(path, environment=environment, stage=stage).architecture
    assert architecture is not None
    run = run_of(architecture, tokens)
    assert both.differences(sdk.record(run), light(run)) == []


def test_places_are_the_lines_of_the_program():
    path = both.PROGRAMS / "features.py"
    lines = path.read_text().splitlines()
    fast = light(both.run(both.source(path.read_text(), str(path)), True))
    (role,) = fast.named("role")
    assert role.place is not None
    assert lines[role.place.line - 1].startswith("role = aws.iam.Role(")
