"""What the reader says of a document is what pydantic says of it by the declarations themselves."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tenfold.blueprints.grammar.blueprint import Blueprint, Environment
from tenfold.blueprints.grammar.fields import Section
from tenfold.blueprints.grammar.house import Rules
from tenfold.blueprints.grammar.lookup import field_at, sections
from tenfold.blueprints.reading.reader import read
from tenfold.blueprints.source.codes import catalogue
from tenfold.blueprints.source.document import Unreadable, parse


def plain(value: Any) -> Any:
    """A model as what was written of it, by the names of a blueprint."""
    if isinstance(value, Section):
        fields = type(value).model_fields
        return {fields[name].alias or name: plain(getattr(value, name)) for name in value.model_fields_set}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def agree(model: type[Section], data: Any) -> None:
    values, refused = read(model.__name__, data)
    try:
        assert values == plain(model.model_validate(data))
        assert not refused
    except ValidationError as error:
        theirs = error.errors(include_url=False)
        assert [found[:3] for found in refused] == [(item["type"], item["loc"], item["input"]) for item in theirs]
        for found, item in zip(refused, theirs, strict=True):
            told = {"expected": _expected(found.context["choices"])} if "choices" in found.context else found.context
            assert told.items() <= item.get("ctx", {}).items()


def _expected(choices: list[str]) -> str:
    return " or ".join(", ".join(map(repr, choices)).rsplit(", ", 1))


values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-1, 70000), st.floats(allow_nan=False), st.text(max_size=5),
        st.sampled_from(["10s", "20GiB", "70%", "2-20", "none", "postgres", "managed", "shop", "5k", "900 USD/month"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["A", "a", "x"]), inner)),
    max_leaves=3,
)  # fmt: skip


def document(section: str, depth: int = 0) -> st.SearchStrategy[Any]:
    """A section with any of its fields, some of which are right."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in sections()[section].items():
        inner, own_keys = field.section
        inside = document(inner, depth + 1) if inner and depth < 2 else st.nothing()
        fields[name] = st.one_of(st.dictionaries(st.sampled_from(["a", "X"]), inside) if own_keys else inside, values)
    return st.fixed_dictionaries({}, optional={**fields, "unknown": values})


@given(document("Blueprint"))
@settings(max_examples=150, deadline=None)
def test_both_say_the_same_of_any_document(data: Any) -> None:
    agree(Blueprint, data)
    agree(Environment, data)
    agree(Rules, {"defaults": data, "limits": data})


@pytest.mark.parametrize(
    "more",
    [
        {}, {"least": 3, "set": "always"}, {"set": "maybe"}, {"matches": "["}, {"matches": 3}, {"reason": None},
        {"when": {"env": "prod", "stage": 3}}, {"when": {"env": ["prod", 3]}}, {"when": {"env": []}},
        {"when": {"stage": ">=3"}}, {"when": {"stage": "5-3"}}, {"when": {"stage": True}}, {"when": {"stages": 3}},
    ],
)  # fmt: skip
def test_both_say_the_same_of_house_rules(more: Mapping[str, Any]) -> None:
    agree(Rules, {"rules": {"a": {"field": "stage", "reason": "so it is", **more}}})


@pytest.mark.parametrize("code", list(catalogue()))
def test_both_say_the_same_of_every_example(code: str) -> None:
    for text in (catalogue()[code]["wrong"], catalogue()[code]["right"]):
        try:
            agree(Blueprint, parse(text.encode(), "example.yaml").data)
        except Unreadable:
            continue


SHOP: Mapping[str, Any] = {"name": "shop", "stage": 1, "app": {"image": "shop:1"}}


@pytest.mark.parametrize(
    "more",
    [
        {"leftovers": ["a"] * 101}, {"tags": {f"tag{n}": "x" for n in range(41)}}, {"environments": {}},
        {"environments": {"dev": None}}, {"environments": {"dev": {"stage": "cached", "app": None}}},
        {"cdn": {"static": {"paths": []}}}, {"app": {"image": "shop:1", "port": 0}}, {"network": {"zones": 5}},
        {"fleet": {"scaling": {"schedules": {"day": {"cron": "0 8 * * *", "servers": "2-3"}}}}},
        {"overrides": {"shop-network-vpc": {"tags": {"a": [1, None]}}}}, {"overrides": {"x": None}},
    ],
)  # fmt: skip
def test_both_say_the_same_at_the_limits(more: Mapping[str, Any]) -> None:
    agree(Blueprint, {**SHOP, **more})


def test_a_field_is_found_by_its_path() -> None:
    found = field_at(("fleet", "scaling", "schedules", "day", "cron"))
    assert found
    assert found.required
    assert field_at(("fleet", "nothing")) is None
    assert field_at(("fleet", "instance", "deeper")) is None


def test_no_command_imports_pydantic_to_read_a_blueprint() -> None:
    import subprocess
    import sys

    script = (
        "import sys\nfrom tenfold.blueprints.resolve import load\n"
        "load('blueprints/shop.yaml', environment='prod')\nload('blueprints/nothing.yaml')\n"
        "assert not {'pydantic', 'pydantic_core', 'tenfold.blueprints.grammar.blueprint'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
