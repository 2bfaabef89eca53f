"""The form of aws-inputs.json, which nothing in the repository writes: known facts, of inputs that pulumi_aws has."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tenfold.local.aws import schema, table
from tenfold.providers.aws import input_facts

FILE = json.loads((input_facts.DATA / "aws-inputs.json").read_bytes())
FACTS = {
    **dict.fromkeys(("computed", "deprecated", "replaces", "required", "sensitive"), bool),
    **dict.fromkeys(("at_least_one_of", "conflicts_with", "exactly_one_of", "one_of", "range", "required_with"), list),
    **dict.fromkeys(("at_least", "max_items", "min_items"), int),
    **dict.fromkeys(("default", "rule"), str),
    "fields": dict,
}
EXTRACTED = json.loads(schema.PATH.read_bytes())["types"]


def inputs(facts: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, fact in facts.items():
        yield path + name, fact
        yield from inputs(fact.get("fields", {}), f"{path}{name}.")


def test_it_says_where_it_comes_from_and_when() -> None:
    assert "terraform-provider-aws" in FILE["about"] and "2026-06-02" in FILE["about"]


@pytest.mark.parametrize("token", FILE["types"])
def test_each_fact_is_known_and_of_its_type(token: str) -> None:
    wrong = [
        f"{path}: {key} {value!r}"
        for path, fact in inputs(FILE["types"][token])
        for key, value in fact.items()
        if type(value) is not FACTS.get(key)
    ]
    assert wrong == []


@pytest.mark.parametrize("token", sorted(set(FILE["types"]) & set(table.tokens())))
def test_only_inputs_that_the_sdk_has(token: str) -> None:
    assert set(FILE["types"][token]) - set(EXTRACTED[token]["in"]) == set()
