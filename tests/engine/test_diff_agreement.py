"""The diff without an engine says what the engine's preview says: operation, replacing and changed inputs by URN.

Said of the two plans, and of the state and a plan. The suite looks at a part of the promotions; `make proof` at all.
"""

from itertools import combinations
from pathlib import Path

import pytest
from previews import Stack, at_home  # beside this file
from running import UNDISTURBED

from tenfold.blueprints.resolve import load
from tenfold.components.domain import zone_name
from tenfold.local import server
from tests.diff import stories
from tests.stacks.graphs import BLUEPRINTS, STAGES, examples
from tests.stacks.phases import steps

IN_THE_SUITE = {("shop", 3): (1, 5)}  # the way back too: most is replaced and removed there
PROOF = [
    pytest.param(example, i, tuple(j for k, j in combinations(STAGES, 2) if k == i), id=f"{example}-{i}")
    for example in examples()
    for i in STAGES[:-1]
]


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A state directory and an empty local cloud of its own, in this process."""
    for name, value in UNDISTURBED.items():
        monkeypatch.setenv(name, value)
    with at_home(tmp_path):
        yield server.start()[0]
        server.stop()


def test_every_rule_of_the_engine(cloud):
    stack = Stack("story")
    stack.up(stories.before)
    assert stack.disagreements(stories.after) == []


@pytest.mark.parametrize(("example", "i", "stages"), [(*start, stages) for start, stages in IN_THE_SUITE.items()])
def test_some_promotions(cloud, example, i, stages):
    promotions_agree(cloud, example, i, stages)


@pytest.mark.proof
@pytest.mark.parametrize(("example", "i", "stages"), PROOF)
def test_all_promotions(cloud, example, i, stages):
    promotions_agree(cloud, example, i, stages)


def promotions_agree(cloud, example, i, stages):
    """From stage i to each of the others at once, and to the beginning of the promotion to it."""
    start = architecture(example, i)
    stack = Stack(f"{example}-prod", start.region)
    if start.domain and start.zone != "managed":
        name = zone_name(start.domain, start.zone_name)
        stack.client(cloud, "route53").create_hosted_zone(Name=name, CallerReference="test")
    stack.up(building(start))
    for j in stages:
        there = [architecture(example, j)]
        if j > i:
            there += [step.architecture for step in steps(example, i, j) if step.name == "expand"]
        for after in there:
            promoting = f" promoting from {after.promoting_from}" if after.promoting_from else ""
            assert stack.disagreements(building(after)) == [], f"{example} {i} -> {j}{promoting}"


def architecture(example, stage):
    found = load(BLUEPRINTS / f"{example}.yaml", environment="prod", stage=stage).architecture
    assert found is not None
    return found


def building(architecture):
    def build():
        from tenfold.stacks.compose import build

        return build(architecture)

    return build
