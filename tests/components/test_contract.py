"""Settings that carry a name of the blueprint: one pattern for each family, and no two names for one setting."""

import pytest

from tenfold.components.plans.contract import COMPUTED, FAMILIES, KEY, SETTINGS, check, family, join, member

QUEUE = "QUEUE_<NAME>_URL"


def test_a_name_becomes_part_of_the_setting() -> None:
    found = family(QUEUE, {"order-mail": "a", "v2.events": "b"})
    assert found == {"QUEUE_ORDER_MAIL_URL": "a", "QUEUE_V2_EVENTS_URL": "b"}
    assert family("SHARD_<NAME>_HOST", {"3": "db"}) == {"SHARD_3_HOST": "db"}


@pytest.mark.parametrize("other", ["order.mail", "order_mail", "Order-Mail"])
def test_names_that_read_alike_are_refused_by_both_names(other: str) -> None:
    with pytest.raises(ValueError, match=f"'order-mail' and '{other}' would both be QUEUE_ORDER_MAIL_URL; rename one"):
        family(QUEUE, {"order-mail": "a", other: "b"})


@pytest.mark.parametrize("name", ["", "--", "q" * 119])
def test_a_name_that_fits_no_setting_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be part of QUEUE_<NAME>_URL: capitals, digits"):
        family(QUEUE, {name: "a"})


def test_a_member_never_takes_a_setting_with_a_meaning_of_its_own() -> None:
    with pytest.raises(ValueError, match="'read' would be DATABASE_READ_HOST, which has a meaning already"):
        member("DATABASE_<NAME>_HOST", "read")
    with pytest.raises(ValueError, match="DATABASE_URL"):
        member("<NAME>_URL", "database")


def test_two_families_never_share_a_setting_and_both_readings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FAMILIES, "QUEUE_<NAME>_DEAD_URL", "where dead letters are read")
    one, other = family(QUEUE, {"mail-dead": "a"}), family("QUEUE_<NAME>_DEAD_URL", {"mail": "b"})
    with pytest.raises(ValueError) as refused:
        join(one, other)
    assert "QUEUE_MAIL_DEAD_URL twice" in str(refused.value)
    assert "QUEUE_<NAME>_URL of MAIL_DEAD" in str(refused.value)
    assert "QUEUE_<NAME>_DEAD_URL of MAIL" in str(refused.value)


def test_a_setting_of_the_users_own_never_hides_one_of_a_family() -> None:
    with pytest.raises(ValueError, match=r"URL twice \(QUEUE_<NAME>_URL of MAIL, or a setting of your own\)"):
        join({"QUEUE_MAIL_URL": "mine"}, family(QUEUE, {"mail": "ours"}))
    with pytest.raises(ValueError, match="QUEUE_MAIL_URL twice, as a setting or as a secret"):
        check("shop", family(QUEUE, {"mail": "ours"}), ["QUEUE_MAIL_URL"], [])
    assert join({"LOG_LEVEL": "info"}, family(QUEUE, {"mail": "ours"})) == {
        "LOG_LEVEL": "info",
        "QUEUE_MAIL_URL": "ours",
    }


@pytest.mark.parametrize("pattern", FAMILIES)
def test_families_are_well_formed_and_disjoint_from_the_fixed_settings(pattern: str) -> None:
    assert pattern.count("<NAME>") == 1
    assert KEY.fullmatch(member(pattern, "orders"))
    before, _, behind = pattern.partition("<NAME>")
    assert not [key for key in SETTINGS | COMPUTED if key.startswith(before) and key.endswith(behind)]
