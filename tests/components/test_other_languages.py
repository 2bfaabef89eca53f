"""The components as a package for programs in any language: the schema, and what a program's values become."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import pytest
from pulumi import InputPropertyError, Output
from pulumi.errors import InputPropertiesError
from pulumi.runtime.settings import SETTINGS

from scripts.arguments import arguments, types
from tenfold.components.parts.registry import components
from tenfold.plugin import Components


@cache
def plugin() -> Components:
    return Components()


@cache
def schema() -> dict[str, Any]:
    return json.loads(plugin().schema or "{}")


def resources() -> Iterator[tuple[str, dict[str, Any]]]:
    return ((token.rpartition(":")[2], facts) for token, facts in schema()["resources"].items())


def test_every_component_has_its_arguments_as_the_pages_say() -> None:
    pages = {name: list(arguments(each)) for name, each in types().items()}
    for name, facts in resources():
        known = pages[f"{name}Args"]
        assert set(facts["inputProperties"]) == {camel(each.name) for each in known}, name
        assert set(facts.get("requiredInputs", ())) == {camel(each.name) for each in known if each.required}, name


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def test_none_is_left_out_but_those_that_go_on_with_another_one_s_resources() -> None:
    assert {name for name, _ in resources()} == {n for n, each in components().items() if not each.goes_on_with}


def test_components_arguments_and_outputs_are_described_without_the_source_s_indentation() -> None:
    for name, facts in resources():
        described = {name: facts, **facts["inputProperties"], **facts["properties"]}
        assert [key for key, each in described.items() if not each.get("description")] == [], name
    assert "\n  " not in "".join(descriptions(schema()))


def descriptions(node: Any) -> Iterator[str]:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if key == "description" and isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from descriptions(value)


def test_choices_are_listed() -> None:
    enums = schema()["types"]["tenfold:index:Nat"]["enum"]
    assert [each["value"] for each in enums] == ["none", "one", "per-zone"]


def arrive(component: str, **inputs: Any) -> Any:
    return plugin().map_inputs(inputs, plugin()._component_defs[component])


def test_whole_numbers_arrive_as_such_though_the_protocol_has_none() -> None:
    arrived = arrive("Queue", attempts=3.0, messageTakesSeconds=0.5, keepSeconds=60.0)
    assert arrived == {"attempts": 3, "message_takes_seconds": 0.5, "keep_seconds": 60}
    assert all(type(arrived[name]) is int for name in ("attempts", "keep_seconds"))


def test_a_number_of_another_resource_arrives_whole_when_it_is_known() -> None:
    async def days() -> Any:
        arrived = arrive("Network", cidr="10.0.0.0/16", kmsKeyArn="key", logRetentionDays=Output.from_input(30.0))
        return await arrived["log_retention_days"].future()

    assert repr(asyncio.run(days())) == "30"


@pytest.mark.parametrize(
    ("component", "inputs", "path", "reason"),
    [
        ("Queue", {"attempts": 3.5}, "attempts", "must be a whole number, not 3.5"),
        ("Queue", {"attempts": "three"}, "attempts", "must be a whole number, not 'three'"),
        ("Queue", {"attempt": 3.0}, "attempt", "attempts"),
        ("Network", {"nat": "two"}, "nat", "'two' is not one of none, one, per-zone"),
    ],
)
def test_what_is_wrong_is_refused_by_name(component: str, inputs: dict[str, Any], path: str, reason: str) -> None:
    with pytest.raises(InputPropertyError) as error:
        arrive(component, **inputs)
    assert error.value.property_path == path and reason in error.value.reason


def test_what_must_be_known_before_anything_is_deployed_may_not_be_an_output() -> None:
    async def arriving() -> None:
        async with output(3.0) as zones:
            with pytest.raises(InputPropertyError, match="must be known before anything is deployed"):
                arrive("Network", zones=zones)

    asyncio.run(arriving())


def test_what_is_refused_names_no_property_that_the_engine_would_print() -> None:
    async def constructing() -> None:
        async with output("10.0.0.0/16") as cidr:
            with pytest.raises(InputPropertiesError, match=r"^cidr: must be known before") as error:
                plugin().construct("net", "tenfold:index:Network", {"cidr": cidr, "kmsKeyArn": "key"})
            assert not error.value.errors

    asyncio.run(constructing())


@asynccontextmanager
async def output(value: Any) -> AsyncIterator[Output[Any]]:
    """One that is done in the end: whoever records a program next would wait for it, for ever."""
    made = Output.from_input(value)
    yield made
    await made.future()


def test_what_a_component_refuses_comes_in_its_own_words() -> None:
    async def constructing() -> None:
        with pytest.raises(InputPropertiesError, match=r"attempts: 0 must be from 1 to 1,000$"):
            plugin().construct("work", "tenfold:index:Queue", {"attempts": 0.0})

    asyncio.run(constructing())
    # Those of the component that was refused: whoever records next would wait for them.
    SETTINGS.outputs.clear()  # pyright: ignore[reportAttributeAccessIssue]: behind a decorator without types
