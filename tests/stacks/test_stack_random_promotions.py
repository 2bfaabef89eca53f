"""Whatever a blueprint says and whatever the stages: no step of a promotion makes anew what holds data, or loses it."""

import json
from itertools import pairwise

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tenfold.blueprints.resolve import load
from tenfold.blueprints.stages import promotion, selection
from tenfold.diff import compare
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks.graphs import STAGES
from tests.stacks.random_blueprints import by_stage, of_stage

MAY_BE_REFUSED = 0.5  # not every blueprint of a stage is one of a later stage
PAIRS = [(i, j) for i in by_stage for j in STAGES if i < j]
EACH = 6  # blueprints


def walk(blueprint, to):
    """Blueprints of every step, first and last included."""
    began = blueprint["stage"]
    taken, left = blueprint.get("with", ()), blueprint.get("without", ())
    before, after = (selection.capabilities(stage, None, taken, left) for stage in (began, to))
    yield blueprint
    moved = {}
    during = {**blueprint, "stage": to, "promoting_from": began}
    yield during
    for move in promotion.moves(before, after):
        moved[move] = {"data": True, "traffic": "100%"}[move]
        yield {**during, "moved": dict(moved)}
    leftovers = [f"{blueprint['name']}-{name}" for name in promotion.leaves(before, after)]
    yield {**blueprint, "stage": to, "leftovers": leftovers}


def test_no_promotion_of_any_blueprint_touches_data(tmp_path):
    file, walked, refused = tmp_path / "random.yaml", [], []

    def graph_of(blueprint):
        file.write_text(json.dumps(blueprint))
        resolution = load(file, environment="prod")
        if resolution.architecture is None:
            return None, [problem.code for problem in resolution.problems]
        return record(run_of(resolution.architecture)), []

    def check(blueprint, to):
        made = [graph_of(step) for step in walk(blueprint, to)]
        graphs = [graph for graph, _ in made if graph is not None]
        if len(graphs) < len(made):
            refused.append([code for _, codes in made for code in codes])
            return
        for earlier, later in pairwise(graphs):
            assert [change.name for change in compare(earlier, later).losses] == [], (blueprint, to)
        walked.append((blueprint["stage"], to))

    for number, (began, to) in enumerate(PAIRS):
        each = settings(
            max_examples=EACH,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        )
        each(seed(number)(given(of_stage(began), st.just(to))(check)))()
    assert set(walked) == set(PAIRS)
    assert len(refused) <= MAY_BE_REFUSED * (len(refused) + len(walked)), refused
