"""The validator built from the declarations says what pydantic's own says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from blueprints.fields import Section
from blueprints.grammar import Blueprint
from blueprints.house import Rules
from blueprints.problem import catalogue
from blueprints.source import Unreadable, parse
from blueprints.translate import model_at
from blueprints.validator import validate, validator

MODELS: tuple[type[Section], ...] = (Blueprint, Rules)


def said(judge: Any, data: Any) -> Any:
    try:
        return judge(data)
    except ValidationError as error:
        return [{**item, "ctx": str(item.get("ctx"))} for item in error.errors(include_url=False)]


def agree(model: type[Section], data: Any) -> None:
    ours, theirs = said(lambda given: validate(model, given), data), said(model.model_validate, data)
    assert ours == theirs
    if isinstance(ours, Section):
        assert ours.model_fields_set == theirs.model_fields_set


@pytest.mark.parametrize("model", MODELS)
def test_every_kind_of_field_is_known(model: type[Section]) -> None:
    assert validator(model) is not None


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-1, 70000), st.floats(allow_nan=False), st.text(max_size=5),
        st.sampled_from(["10s", "20GiB", "70%", "2-20", "none", "postgres", "managed", "shop", "5k", "900 USD/month"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["A", "a", "x"]), inner)),
    max_leaves=3,
)  # fmt: skip


def document(model: type[Section], route: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    """A section with any of its fields, some of which are right."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, info in model.model_fields.items():
        at = (*route, info.alias or name)
        inner = model_at(at)
        fields[at[-1]] = st.one_of(document(inner, at), values) if inner and len(at) < 3 else values
    return st.fixed_dictionaries({}, optional={**fields, "unknown": values})


@given(document(Blueprint))
@settings(max_examples=300, deadline=None)
def test_both_say_the_same_of_any_document(data: Any) -> None:
    agree(Blueprint, data)
    agree(Rules, {"defaults": data, "limits": data})


@pytest.mark.parametrize("code", list(catalogue()))
def test_both_say_the_same_of_every_example(code: str) -> None:
    for text in (catalogue()[code]["wrong"], catalogue()[code]["right"]):
        try:
            agree(Blueprint, parse(text.encode(), "example.yaml").data)
        except Unreadable:
            continue
