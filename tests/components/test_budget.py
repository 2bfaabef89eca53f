"""The budget: who is told what, and when."""

from typing import Any, cast

import pytest
from examples import documented_arguments, example
from hypothesis import given
from hypothesis import strategies as st
from recording import Graph, assert_house_rules, record

from tenfold.components.budget import Budget, BudgetArgs, amount

TOPIC = "arn:aws:sns:us-east-1:123456789012:shop"


def budget(**args: Any) -> Graph:
    inputs = {
        "monthly_limit_usd": 900,
        "tag": {"tenfold": "shop-prod"},
        "topic_arn": TOPIC,
        "tags": {"app": "shop"},
        **args,
    }
    return record(lambda: Budget("shop-budget", cast(BudgetArgs, inputs)).budget_name)


def test_house_rules() -> None:
    assert_house_rules(budget(), "shop-budget")


def test_it_counts_what_carries_the_tag_by_the_month() -> None:
    found = budget()["shop-budget-monthly"].inputs
    assert (found["budgetType"], found["timeUnit"], found["limitUnit"]) == ("COST", "MONTHLY", "USD")
    assert found["limitAmount"] == "900.0"
    assert found["costFilters"] == [{"name": "TagKeyValue", "values": ["user:tenfold$shop-prod"]}]


def test_word_comes_before_the_limit_at_the_limit_and_when_it_is_foreseen() -> None:
    notices = budget(emails=["b@example.com", "a@example.com", "a@example.com"])["shop-budget-monthly"].inputs[
        "notifications"
    ]
    assert [(n["notificationType"], n["threshold"]) for n in notices] == [
        ("ACTUAL", 80),
        ("ACTUAL", 100),
        ("FORECASTED", 100),
    ]
    for notice in notices:
        assert notice["subscriberSnsTopicArns"] == [TOPIC]
        assert notice["subscriberEmailAddresses"] == ["a@example.com", "b@example.com"], (
            "each once, always in one order"
        )


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"monthly_limit_usd": 0}, "more than 0"),
        ({"tag": {}}, "exactly one tag"),
        ({"tag": {"a": "1", "b": "2"}}, "exactly one tag"),
        ({"topic_arn": None}, "tells nobody"),
        ({"emails": [f"p{n}@example.com" for n in range(11)]}, "at most 10"),
    ],
)
def test_budgets_that_do_not_work_are_refused(args: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        budget(**args)


@given(st.floats(0.01, 1e9))
def test_amounts_are_dollars_and_cents(limit: float) -> None:
    assert float(amount(limit)) == pytest.approx(limit, abs=0.005)
    assert "e" not in amount(limit)


def test_documentation() -> None:
    assert_house_rules(example("budget"), "shop-budget")
    assert documented_arguments("budget") >= set(BudgetArgs.__annotations__)
