"""A role takes 10,240 characters of rights: what would be more is refused by a plan, and never by AWS half way."""

from pathlib import Path

import pytest

from tenfold import planning
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import load
from tenfold.checking import check
from tenfold.failure import WrongBlueprint
from tenfold.graph import Graph
from tenfold.refusals import rights
from tests.examples import BLUEPRINTS
from tests.stacks.mocks import deployed

NAME = "acme-web-shop"
QUEUES = 20  # as many as there may be


def blueprint(folder: Path, topics: int, via: str = "topic", queues: int = QUEUES) -> Path:
    named = ", ".join(f"queue-{n}: {{message_takes: 1s, acceptable_delay: 1m}}" for n in range(queues))
    events = ", ".join(f"something-happened-{n}: {{to: [queue-{n % queues}], via: {via}}}" for n in range(topics))
    file = folder / "shop.yaml"
    file.write_text(
        f"""name: {NAME}
stage: 6
domain: shop.example.com
app: {{image: "ghcr.io/acme/shop:1.4.2", stateless: true, jobs: {{command: [worker]}}}}
queues: {{{named}}}
events: {{{events}}}
"""
    )
    return file


def test_too_many_topics_are_refused_at_their_line_with_the_way_out(tmp_path: Path) -> None:
    file = blueprint(tmp_path, topics=50)
    _, (problem,) = check(open_draft(file))
    assert (problem.code, problem.line) == ("TF-R323", 6)
    assert f"{NAME}-workers-role" in problem.message and "via: bus" in problem.hint
    with pytest.raises(WrongBlueprint):
        planning.record(load(file))


def test_too_many_read_models_are_refused_at_theirs(tmp_path: Path) -> None:
    file = blueprint(tmp_path, topics=1, via="bus")
    named = ", ".join(f"queue-{n}: {{listens_to: [something-happened-0], primary_key: id}}" for n in range(QUEUES))
    file.write_text(f"{file.read_text()}read_models: {{{named}}}\n")
    _, (problem,) = check(open_draft(file))
    assert (problem.code, problem.line) == ("TF-R323", 7)
    assert "Join read models" in problem.hint


@pytest.mark.parametrize(("topics", "via"), [(20, "topic"), (50, "bus")])
def test_as_many_queues_as_there_may_be_are_not_too_many(tmp_path: Path, topics: int, via: str) -> None:
    assert check(open_draft(blueprint(tmp_path, topics, via)))[1] == []


def test_rights_to_what_is_copied_from_another_region_are_counted_too() -> None:
    resolution = load(BLUEPRINTS / "market.yaml", environment="prod", stage=7)
    graph = planning.record(resolution, warn=False)
    counted = dict(rights.sizes(graph, "us-east-1"))
    standby, primary = (counted[f"market-{role}service-reviews-fleet-role"] for role in ("standby-", ""))
    assert primary < standby < 1.2 * primary


@pytest.mark.proof
def test_what_is_counted_is_what_aws_would_count(tmp_path: Path) -> None:
    """Compared with the names that a deployment has."""
    resolution = load(blueprint(tmp_path, topics=2, queues=2))
    assert resolution.architecture
    graph: Graph = planning.record(resolution)
    counted = dict(rights.sizes(graph, resolution.architecture.region))
    with deployed(resolution.architecture) as cloud:
        for part in ("workers", "fleet"):
            real = len("".join(cloud.made[f"{NAME}-{part}-policy"].outputs["policy"].split()))
            assert 0.98 * real < counted[f"{NAME}-{part}-role"] < 1.02 * real
