"""The properties are the design's, not the examples': they hold for any valid blueprint."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tenfold.blueprints.grammar import table
from tenfold.blueprints.resolve import load
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks import properties
from tests.stacks.random_blueprints import blueprints, by_stage, of_stage

# Rules between fields that the strategy does not know: such a blueprint is refused, which is right.
MAY_BE_REFUSED = 0.3


def test_any_valid_blueprint_builds_and_keeps_the_properties(tmp_path):
    file, built, refused = tmp_path / "random.yaml", [], []

    @settings(
        max_examples=48,
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
    assert {stage for stage, _ in built} == set(by_stage) and {pods for _, pods in built} == {True, False}
    assert len(refused) <= MAY_BE_REFUSED * (len(refused) + len(built)), refused


GRAMMAR = json.loads(table.text())
# Of what another blueprint has left, of names of resources, of what is in an account: they have tests of their own.
ELSEWHERE = (
    "environments",
    "leftovers",
    "moved",
    "overrides",
    "promoting_from",
    "database.existing",
    "database.imported",
    "network.existing",
)


def test_every_field_of_the_grammar_is_among_them():
    """Drawn until all have come, so that a field in a corner only makes the test longer."""
    missing = {field for field in fields_of("Blueprint") if not field.startswith(ELSEWHERE)}
    for number in range(16):
        missing -= drawn(number)
        if not missing:
            return
    assert missing == set(), "in no strategy of random_blueprints.py, or hardly ever drawn"


def drawn(number: int) -> set[str]:
    """Fields of 250 blueprints, others for each number."""
    found: set[str] = set()

    @seed(number)
    @settings(
        max_examples=250,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.sampled_from([1, 2, 3, *[7] * 5]).flatmap(of_stage))  # stage 7 has most of the fields
    def draw(blueprint):
        found.update(said(blueprint, {"is": "section", "of": "Blueprint"}))

    draw()
    return found


def fields_of(section: str, path: str = "") -> Iterator[str]:
    """`queues.*.order`: of all sections in it."""
    for name, field in GRAMMAR[section].items():
        kind = field["kind"]
        while kind["is"] == "dict":
            name, kind = f"{name}.*", kind["of"]
        if kind["is"] == "section":
            yield from fields_of(kind["of"], f"{path}{name}.")
        else:
            yield f"{path}{name}"


def said(value: Any, kind: dict[str, Any], path: str = "") -> Iterator[str]:
    """The same of what a blueprint says."""
    if kind["is"] == "section":
        for name, inner in value.items():
            yield from said(inner, GRAMMAR[kind["of"]][name]["kind"], f"{path}.{name}".removeprefix("."))
    elif kind["is"] == "dict":
        for inner in value.values():
            yield from said(inner, kind["of"], f"{path}.*")
    else:
        yield path
