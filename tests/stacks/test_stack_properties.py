"""What holds for every example, at every stage, in every environment."""

import dataclasses

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks import properties
from tests.stacks.graphs import STAGES, Case, architecture, cases, examples, graph


@pytest.mark.parametrize("check", properties.CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("case", cases(), ids=str)
def test_holds(case: Case, check: properties.Check):
    assert list(check(graph(case), architecture(case))) == []


def test_every_example_has_a_kept_and_a_throwaway_environment():
    """So that both sides of each property are seen."""
    for example, environments in examples().items():
        found = {architecture(Case(example, 3, name)).throwaway for name in environments}
        assert found == {True, False}, example


def _short_services(a: Architecture) -> Architecture:
    """Their names, and those of the queues that are theirs by name, as three letters."""
    short = {service.known_as: f"ab{number}" for number, service in enumerate(a.services.values())}
    return dataclasses.replace(
        a,
        services={name: dataclasses.replace(s, known_as=short[s.known_as]) for name, s in a.services.items()},
        queues={short.get(name, name): queue for name, queue in a.queues.items()},
        events={
            name: dataclasses.replace(
                event,
                to=tuple(short.get(queue, queue) for queue in event.to),
                filters={short.get(queue, queue): pattern for queue, pattern in event.filters.items()},
            )
            for name, event in a.events.items()
        },
    )


@pytest.mark.parametrize("case", cases("prod"), ids=str)
def test_the_longest_name_fits(case: Case):
    wanted = dataclasses.replace(architecture(case), name="a-name-of-24-characters-", environment="e" * 24)
    wanted = dataclasses.replace(wanted, name=wanted.name[:-1] + "x")
    assert len(wanted.name) == 24
    if wanted.standby and wanted.services:  # whose role is in names too
        wanted = dataclasses.replace(wanted, name="a-name-of-16-cha")
    wanted = _short_services(wanted)  # as long as TF-R166 lets them be
    assert properties.complaints(record(run_of(wanted)), wanted) == []


@pytest.mark.parametrize("case", cases("prod"), ids=str)
def test_the_stage_is_in_nothing_but_the_output_that_tells_it(case: Case):
    wanted = architecture(case)
    other = dataclasses.replace(wanted, stage=wanted.stage + 50, stage_name="another")
    one, two = graph(case), record(run_of(other))
    assert list(one.resources.values()) == list(two.resources.values())
    assert {name for name in one.outputs if one.outputs[name] != two.outputs[name]} == {"stage"}


def test_there_are_stages():
    assert STAGES[:3] == (1, 2, 3)
