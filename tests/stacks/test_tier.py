"""Tiers are values that add up; a name given twice is a mistake of the program and never lost in silence."""

from typing import Any

import pytest

from tenfold.components.plans import contract
from tenfold.stacks.signals import inwards
from tenfold.stacks.tier import Entrance, Tier, subject, total

DATABASE = Tier(
    settings={"DATABASE_HOST": "db"},
    reaches={"database": {"security_group_id": "sg-1", "port": 5432}},
    secret_arns=("arn:login",),
    outputs={"database": "db"},
    subjects={"database": subject("database", {"DBInstanceIdentifier": "db"}, storage=20)},
)
QUEUE = Tier(
    settings=contract.family("QUEUE_<NAME>_URL", {"order-mail": "https://queue"}),
    statements=({"Sid": "SendOrderMail"},),
    outputs={"queue_order_mail": "https://queue"},
    entrances=(Entrance("queue", "https://queue"),),
)


def test_the_sum_has_what_each_gives_in_order() -> None:
    both = total(iter([DATABASE, QUEUE]))
    assert dict(both.settings) == {"DATABASE_HOST": "db", "QUEUE_ORDER_MAIL_URL": "https://queue"}
    assert list(both.outputs) == ["database", "queue_order_mail"]
    assert (both.secret_arns, both.statements) == (("arn:login",), ({"Sid": "SendOrderMail"},))
    assert both.entrances == QUEUE.entrances
    assert both.subjects == {
        "database": {"kind": "database", "identifiers": {"DBInstanceIdentifier": "db"}, "facts": {"storage": 20.0}}
    }
    assert total([]) == Tier() == Tier() + Tier()


def test_every_field_is_added() -> None:
    """A field that `+` forgets would be lost for every stack."""
    for name in Tier.__match_args__:
        value: Any = {"KEY": "x"} if isinstance(getattr(QUEUE, name), type(QUEUE.settings)) else ("x",)
        assert getattr(Tier(**{name: value}) + Tier(), name) == value, name
        assert getattr(Tier() + Tier(**{name: value}), name) == value, name


@pytest.mark.parametrize("name", ["settings", "reaches", "outputs", "subjects"])
def test_it_cannot_be_changed(name: str) -> None:
    with pytest.raises(TypeError):
        getattr(DATABASE, name)["new"] = "value"


@pytest.mark.parametrize("name", ["settings", "reaches", "outputs", "subjects"])
def test_the_same_name_twice_is_refused(name: str) -> None:
    part: dict[str, Any] = {name: {"TWICE": "x"}}
    once: Any = Tier(**part)
    with pytest.raises(ValueError, match="TWICE"):
        _ = once + once


def test_what_comes_too_late_for_the_settings_is_refused_and_not_lost() -> None:
    Tier(outputs={"fleet": "x"}, entrances=QUEUE.entrances).check_only("outputs", "entrances")
    with pytest.raises(ValueError, match=r"^settings and statements of a tier .* would be lost; a tier of STORES"):
        QUEUE.check_only("outputs", "entrances")


def test_the_dashboard_goes_from_the_users_inwards_and_new_kinds_come_last() -> None:
    found = {name: subject(name, {}) for name in ("queue", "cache", "fleet", "server", "database", "cdn")}
    assert list(inwards(found)) == ["server", "cdn", "fleet", "database", "cache", "queue"]
