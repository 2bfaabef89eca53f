"""The light recorder asks for exactly what the real SDK asks for."""

import itertools

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
    """Each example at each stage there is, in the shape of each of its environments at its own stage, in both modes.
    The suite looks at one example at each stage, and at each example at its own; `make proof` at all."""
    for path in FILES:
        draft = open_draft(path)
        stages = [stage for stage in range(1, 8) if load(path, stage=stage).architecture is not None]
        shapes = [*((None, stage) for stage in stages), *((name, None) for name in draft.environments)]
        for (environment, stage), tokens in itertools.product(shapes, (True, False)):
            now = not tokens if path.stem == "shop" and stage else tokens and environment == [*draft.environments][-1]
            yield pytest.param(
                path, environment, stage, tokens,
                id=f"{path.stem}-{environment or stage}-{'token' if tokens else 'unknown'}",
                marks=() if now else pytest.mark.proof,
            )  # fmt: skip


@MODES
@pytest.mark.parametrize("program", ["features", "kubernetes", "transformed"])
def test_programs_that_use_all_of_the_sdk(program, tokens):
    path = both.PROGRAMS / f"{program}.py"
    reference, fast = both.record_both(both.source(path.read_text(), str(path)), tokens)
    assert both.differences(reference, fast) == []
    assert len(reference) > 5


@pytest.mark.parametrize(("path", "environment", "stage", "tokens"), list(_cases()))
def test_every_example_at_every_stage(path, environment, stage, tokens):
    architecture = load(path, environment=environment, stage=stage).architecture
    assert architecture is not None
    run = run_of(architecture, tokens)
    assert both.differences(sdk.record(run), light(run)) == []


def test_places_are_the_lines_of_the_program():
    path = both.PROGRAMS / "features.py"
    lines = path.read_text().splitlines()
    fast = light(both.run(both.source(path.read_text(), str(path)), True))
    (role,) = fast.resources_named("role")
    assert role.place is not None
    assert lines[role.place.line - 1].startswith("role = aws.iam.Role(")
