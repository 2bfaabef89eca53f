"""How soon a standby region takes over: the sum of its parts, and changes that reach an objective."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.regions import Drill
from tenfold.blueprints.grammar import units
from tenfold.blueprints.recovery import arithmetic
from tenfold.blueprints.recovery.arithmetic import (
    MODES,
    days_since_drill,
    levers,
    recovery_seconds,
    stores,
    sum_of,
    terms,
    text,
)
from tenfold.blueprints.resolve import load

SHOP = Path(__file__).parents[2] / "blueprints" / "shop.yaml"
times = st.integers(60, 4 * 3600)
decisions = st.integers(0, 3600)
modes = st.sampled_from(MODES)


@pytest.fixture(scope="module")
def shop() -> Architecture:
    found = load(SHOP, environment="prod", stage=7).architecture
    assert found
    return found


def asked(a: Architecture, mode: str, time: int, decision: int) -> Architecture:
    assert a.standby and a.recovery
    standby, recovery = replace(a.standby, mode=mode), replace(a.recovery, time=time, decision=decision)
    return replace(a, standby=standby, recovery=recovery)


def test_each_mode_is_the_sum_that_the_page_shows(shop: Architecture) -> None:
    sums = {mode: sum_of(terms(asked(shop, mode, 3600, 300))) for mode in MODES}
    assert sums == {
        "pilot-light": "detect 46s + decide 5m + promote 10m + fleet 7m + names 2m = 24m46s",
        "warm": "detect 46s + decide 5m + promote 10m + names 2m = 17m46s",
        "hot": "detect 46s + decide 5m + promote 10m + names 2m = 17m46s",
    }


@given(modes, times, decisions)
def test_more_that_runs_is_never_slower(shop: Architecture, mode: str, time: int, decision: int) -> None:
    later = MODES[MODES.index(mode) :]
    sums = [recovery_seconds(asked(shop, one, time, decision)) for one in later]
    assert sums == sorted(sums, reverse=True)


@given(modes, times, decisions)
def test_every_lever_reaches_the_objective(shop: Architecture, mode: str, time: int, decision: int) -> None:
    a = asked(shop, mode, time, decision)
    if recovery_seconds(a) <= time:
        return
    for lever in levers(a):
        changed = applied(a, lever)
        assert changed.recovery
        allowed = 0
        if "drill" in lever.words:  # its promise: a promotion within what it says, and RDS has been seen to do that
            figure = arithmetic.figures()["promote"]["seconds"]
            within = units.duration(lever.words.partition("within ")[2].split()[0])
            assert figure[0] <= within <= figure[1]
            allowed = figure[1] - within
        assert recovery_seconds(changed) - allowed <= changed.recovery.time


def applied(a: Architecture, lever: arithmetic.Lever) -> Architecture:
    assert a.standby and a.recovery
    mode = lever.fields.get("regions.standby.mode", a.standby.mode)
    recovery = {
        part: units.duration(lever.fields[f"regions.recovery.{part}"])
        for part in ("time", "decision")
        if f"regions.recovery.{part}" in lever.fields
    }
    return replace(a, standby=replace(a.standby, mode=mode), recovery=replace(a.recovery, **recovery))


@given(st.integers(1, 10 * 86_400))
def test_a_time_reads_as_a_blueprint_writes_it(seconds: int) -> None:
    assert units.duration(text(seconds)) == seconds


def test_of_what_is_not_copied_all_may_be_lost(shop: Architecture) -> None:
    points = {store.name: store.point for store in stores(shop)}
    assert points == {"database": 60, "uploads": 900, "cache": None, "CDN files": None, "access logs": None}


def test_every_figure_says_where_it_is_from(shop: Architecture) -> None:
    for term in terms(shop):
        assert term.least <= term.expected <= term.most
        assert term.because and term.source


def drilled(a: Architecture, **measured: int) -> Architecture:
    assert a.recovery
    return replace(a, recovery=replace(a.recovery, drill=Drill("2026-11-27", **measured)))


def test_what_a_drill_has_measured_is_reckoned_with(shop: Architecture) -> None:
    measured = drilled(asked(shop, "pilot-light", 3600, 300), promote=370, launch=120)
    assert sum_of(terms(measured)) == "detect 46s + decide 5m + promote 6m10s + fleet 5m + names 2m = 18m56s"
    [promote] = [term for term in terms(measured) if term.name == "promote"]
    assert (promote.because, promote.source) == ("measured on 2026-11-27", "regions.recovery.drill")
    assert promote.least <= promote.expected <= promote.most


@pytest.mark.parametrize("promote", [60, 370, 2400])
def test_what_was_not_measured_is_assumed_still_and_every_range_holds_its_figure(
    shop: Architecture, promote: int
) -> None:
    for mode in MODES:
        for term in terms(drilled(asked(shop, mode, 3600, 300), promote=promote)):
            assert term.least <= term.expected <= term.most, (mode, term.name)


def test_no_lever_is_a_drill_where_one_was_done(shop: Architecture) -> None:
    late = asked(shop, "warm", 900, 300)
    assert any("drill" in lever.words for lever in levers(late))
    assert not any("drill" in lever.words for lever in levers(drilled(late, promote=600)))


def test_days_since_a_drill_count_where_one_is_asked_for(shop: Architecture) -> None:
    today = date(2027, 3, 1)
    assert days_since_drill(drilled(shop), today) == 94
    assert days_since_drill(shop, today) is None
    assert days_since_drill(replace(drilled(shop), throwaway=True), today) is None
