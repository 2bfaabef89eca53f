"""Where a stack stands is known from its own state: what moved, and that it once did."""

from pathlib import Path
from typing import Any

import pytest
from promoting import architecture, graph, state  # beside this file

from tenfold.promotion import standing as whole
from tenfold.recorder.light.record import record
from tenfold.recorder.program import PROJECT
from tenfold.recorder.run import Run
from tenfold.stacks import standing
from tenfold.stacks.standing import Standing

EXPANDED = {"stage": 2, "promoting_from": 1}


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        ({"stage": 1}, Standing(1)),
        ({"stage": 1, "throwaway": True}, Standing(1, throwaway=True)),
        (EXPANDED, Standing(2, from_stage=1, waiting=("data",))),
        ({**EXPANDED, "moved": {"data": True}}, Standing(2, from_stage=1, moved_data=True, used=True)),
        (
            {"stage": 3, "promoting_from": 2, "moved": {"traffic": "50%"}},
            Standing(3, from_stage=2, waiting=("traffic",), moved_traffic=50),
        ),
    ],
    ids=str,
)
def test_a_stack_s_outputs_say_where_it_stands(tmp_path: Path, change: dict[str, Any], stands: Standing):
    wanted = architecture(tmp_path, "shop", change)
    assert standing.read(graph(wanted).outputs) == stands


def test_what_a_refusal_says_to_write_is_what_was_deployed(tmp_path: Path):
    change = {"stage": 3, "promoting_from": 1, "moved": {"data": True, "traffic": "25%"}}
    found = standing.read(graph(architecture(tmp_path, "shop", change)).outputs)
    assert found and found.block == "{stage: 3, promoting_from: 1, moved: {data: true, traffic: 25%}}"


def test_that_data_has_once_moved_stays(tmp_path: Path):
    """Moved, and moved back: the managed database may hold the only copy of something."""
    back = architecture(tmp_path, "shop", EXPANDED)

    def program():
        from tenfold.stacks.compose import build

        return build(back, used=True)

    found = standing.read(record(Run(program, PROJECT, "shop-prod", back.region, True)).outputs)
    assert found and found.used and not found.moved_data
    ended = architecture(tmp_path, "shop", {"stage": 2})
    assert "promotion" not in standing.outputs(ended, used=True)


def test_an_older_release_s_outputs_are_read():
    assert standing.read({"stage": 2.0, "promotion": {"from": 1.0, "waiting": ["data"]}}) == Standing(
        2, from_stage=1, waiting=("data",)
    )
    moved = standing.read({"stage": 3, "promotion": {"from": 1, "waiting": ["traffic"]}})
    assert moved and moved.moved_data and moved.used and moved.moved_traffic == 0
    assert standing.read({}) is None


def test_a_run_that_was_interrupted_while_data_moved_counts_as_moved(tmp_path: Path):
    """Outputs are written at the end of a run only; the settings have changed by then."""
    before, after = (architecture(tmp_path, "shop", {**EXPANDED, **m}) for m in ({}, {"moved": {"data": True}}))

    def held(resources: Any, outputs: Any) -> list[dict[str, Any]]:
        stack = {"urn": "urn::stack", "type": "pulumi:pulumi:Stack", "outputs": outputs}
        return [stack, *state(resources)[1]]

    outputs = standing.outputs(before)
    assert whole.of(held(before, outputs)) == Standing(2, from_stage=1, waiting=("data",))
    halfway = whole.of(held(after, outputs))
    assert halfway and halfway.moved_data and halfway.used
    alone = architecture(tmp_path, "shop", {"stage": 2})
    assert whole.of(held(alone, {"stage": 2})) == Standing(2), "a stage that always had it has moved nothing"
    assert whole.of([]) is None
