"""What keeps a failover or a failback from beginning, and an `up` from coming between; and what asks before it acts."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from tenfold import deployment, preflight
from tenfold.blueprints.resolve import load
from tenfold.commands import status
from tenfold.commands.parts import promotion, sides, takeover
from tenfold.engine import account
from tenfold.engine.workspace import Place
from tenfold.failover import journal, register
from tenfold.failover.journal import Entry, Journal
from tenfold.failover.moves import Member, Moves, Pair
from tenfold.failover.takeover import Takeover, Way
from tenfold.failure import Failure
from tenfold.local.server import Server
from tenfold.promotion.checks import Asked
from tenfold.wording import moment

SHOP = Path(__file__).parents[2] / "blueprints" / "shop.yaml"
DEPLOYED = [{"type": "pulumi:pulumi:Stack", "urn": "urn::stack"}]
NOBODY = register.Known()
BEGUN = "2026-11-27T20:00:00+00:00"


@pytest.fixture
def target(tmp_path: Path) -> Any:
    """At stage 7, with the standby region active."""
    content = SHOP.read_text().replace("prod: {}", "prod: {stage: 7, regions: {active: standby}}").encode()
    resolution = load(SHOP, environment="prod", content=content)
    where = Place("shop-prod", tmp_path, "file://", Server(1, 1, "none"))
    flags = "shop.yaml --env prod --local"
    return SimpleNamespace(
        architecture=resolution.architecture,
        resolution=resolution,
        where=where,
        flags=flags,
        place=flags,
        driver=SimpleNamespace(deployed_resources=lambda: DEPLOYED),
    )


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Failure) as failure:
        act()
    assert failure.value.code == 3
    return f"{failure.value} {' '.join(failure.value.remedies)}"


@pytest.mark.parametrize(("under_way", "asked"), [(Way.FAILOVER, Way.FAILBACK), (Way.FAILBACK, Way.FAILOVER)])
def test_one_takeover_ends_before_another_begins(target: Any, under_way: Way, asked: Way) -> None:
    notes = register.Known(Journal(BEGUN, drill=False, way=under_way))
    said = refused(lambda: sides.refuse(target, DEPLOYED, asked, notes))
    assert said.startswith(f"The {under_way} of {moment(BEGUN)} has not ended.")
    assert f"tenfold {under_way} shop.yaml --env prod --local   resumes it" in said
    sides.refuse(target, DEPLOYED, under_way, notes)


def test_home_is_where_it_already_is(target: Any) -> None:
    target.architecture = replace(target.architecture, active="primary")
    assert "us-east-1 is active already." in refused(lambda: sides.refuse(target, DEPLOYED, Way.FAILBACK, NOBODY))


def test_without_a_second_region_nothing_takes_over(target: Any) -> None:
    target.architecture = replace(target.architecture, standby=None)
    for way in Way:
        assert "has no standby region" in refused(lambda way=way: sides.refuse(target, DEPLOYED, way, NOBODY))
        assert "Nothing is deployed" in refused(lambda way=way: sides.refuse(target, [], way, NOBODY))


LAG, FENCE = ("compare", "rename", "copy", "lag"), ("compare", "rename", "copy", "lag", "fence")
COMMANDS = {
    "up": preflight.FENCE,
    "refresh": preflight.COMPARE,
    "destroy": "",
}


@pytest.mark.parametrize(
    ("way", "steps", "refused_commands"),
    [
        (Way.FAILOVER, (), {"up", "refresh", "destroy"}),
        (Way.FAILBACK, (), {"destroy"}),  # users notice nothing until the fence, which may take hours
        (Way.FAILBACK, ("compare",), {"refresh", "destroy"}),
        (Way.FAILBACK, LAG, {"refresh", "destroy"}),
        (Way.FAILBACK, FENCE, {"up", "refresh", "destroy"}),
    ],
)
def test_nothing_else_is_done_in_the_middle_of_a_takeover(
    target: Any, way: Way, steps: tuple[str, ...], refused_commands: set[str]
) -> None:
    notes = Journal(BEGUN, drill=False, way=way, entries=tuple(Entry(step, 1.0, "done", BEGUN) for step in steps))
    journal.write(target.where, notes)
    for command, after in COMMANDS.items():
        if command in refused_commands:
            reason = refused(lambda after=after: preflight.refuse_under_way(target, DEPLOYED, after))
            assert f"tenfold {way} shop.yaml --env prod --local   resumes it" in reason
            assert f"tenfold {way} shop.yaml --env prod --local --give-up   goes back" in reason
        else:
            preflight.refuse_under_way(target, DEPLOYED, after)
    at: Any = SimpleNamespace(target=target, resources=DEPLOYED)
    action: Any = None  # not asked for: it is refused before
    if "up" in refused_commands:
        assert "has not ended" in refused(lambda: promotion.carry_out(at, action, promotion.Options()))
    journal.write(target.where, replace(notes, ended=BEGUN))
    for after in COMMANDS.values():
        preflight.refuse_under_way(target, DEPLOYED, after)


def test_what_was_promoted_is_not_offered_to_be_given_up(target: Any) -> None:
    promoted = tuple(Entry(step, 1.0, "done", BEGUN) for step in ("fence", "lag", "promote"))
    journal.write(target.where, Journal(BEGUN, drill=False, entries=promoted))
    assert "--give-up" not in refused(lambda: preflight.refuse_under_way(target, DEPLOYED))


@pytest.mark.parametrize(("identifier", "is_refused"), [("shop-1", False), ("shop-1-former", True)])
def test_a_state_with_a_former_name_is_put_back_first(target: Any, identifier: str, is_refused: bool) -> None:
    one = Member("urn::shop-database-primary", "shop-database-primary", identifier, "db-1", "us-east-1", {}, {})
    pairs = (Pair(one, one, ()),)
    if is_refused:
        assert "tenfold state restore shop.yaml" in refused(lambda: sides._refuse_other_names(target, pairs))
    else:
        sides._refuse_other_names(target, pairs)


@pytest.mark.parametrize("listed", [False, True])
def test_a_database_of_an_earlier_failback_goes_before_another_gets_its_name(
    target: Any, monkeypatch: pytest.MonkeyPatch, listed: bool
) -> None:
    """Also one that is in the state, and in the blueprint no more."""
    one = Member("urn::shop-database-primary", "shop-database-primary", "shop-1", "db-1", "us-east-1", {}, {})
    monkeypatch.setattr(sides.roles, "active", lambda *_: "standby")
    monkeypatch.setattr(sides.planning, "compare_with_deployed", lambda *_, **__: None)
    monkeypatch.setattr(sides.moves, "of", lambda *_: Moves((), (), (), ()))
    monkeypatch.setattr(sides.moves, "pairs", lambda *_: (Pair(one, one, ()),))
    monkeypatch.setattr(sides, "_homeward", lambda *_: None)
    sides.refuse(target, DEPLOYED, Way.FAILBACK, NOBODY)
    former = "shop-database-former"
    if listed:
        target.architecture = replace(target.architecture, leftovers=(former,))
    there = [*DEPLOYED, {"type": "aws:rds/instance:Instance", "urn": f"urn::{former}"}]
    text = refused(lambda: sides.refuse(target, there, Way.FAILBACK, NOBODY))
    assert f"--release {former}" in text
    assert (f"write {former} under `leftovers` in environments.prod" in text) != listed


def test_a_former_database_that_is_not_there_is_not_made() -> None:
    change = SimpleNamespace(op="create", type="aws:rds/instance:Instance", name="shop-database-former")
    difference: Any = SimpleNamespace(resources=[change])
    said = refused(lambda: preflight.refuse_no_former(difference, "prod"))
    assert said.startswith("shop-database-former is not deployed.") and "out of `leftovers`" in said
    change.op = "update"
    preflight.refuse_no_former(difference, "prod")


def test_leftovers_are_what_the_state_has_also_after_an_interrupted_exchange(target: Any, tmp_path: Path) -> None:
    """Then nothing says any more which databases were exchanged, but the state."""
    target.file = tmp_path / "shop.yaml"
    target.file.write_text("name: shop\nenvironments:\n  prod: {regions: {active: standby}}\n")
    names = ("shop-database-former", "shop-database-primary", "shop-standby-database-former")
    urn = "urn:pulumi:shop-prod::tenfold::aws:rds/instance:Instance::"
    target.driver.deployed_resources = lambda: [
        {"type": "aws:rds/instance:Instance", "urn": f"{urn}{name}"} for name in names
    ]
    at = Takeover(Way.FAILBACK, Asked(target.architecture, None), Moves((), (), (), ()), "us-east-1", "us-west-2", 900)
    sides._write(target, at)
    assert "leftovers: [shop-database-former, shop-standby-database-former]" in target.file.read_text()


def test_a_stage_of_the_command_line_counts_as_it_does_for_an_up(target: Any) -> None:
    target.file, target.stage = SHOP, "7"
    content = SHOP.read_text().replace("prod: {}", "prod: {regions: {active: standby}}").encode()
    names = {one.name for one in sides._difference(target, [], content).after.resources.values()}
    assert "shop-standby-database-primary" in names


@pytest.mark.parametrize("way", Way)
def test_json_without_yes_says_what_would_be_done_and_does_nothing(
    target: Any, way: Way, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    at = Takeover(way, Asked(target.architecture, None), Moves((), (), (), ()), "us-east-1", "us-west-2", 900)
    target.where = replace(target.where, cloud=None)
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path))
    monkeypatch.setattr(sides, "refuse", lambda *_: None)
    monkeypatch.setattr(sides, "takeover", lambda *_: at)
    monkeypatch.setattr(account, "refuse_another", lambda *_: None)
    assert takeover.carry_out(target, way, takeover.Options(as_json=True)) == 0
    document = json.loads(capsys.readouterr().out)
    assert [step["name"] for step in document["steps"]] == [step.name for step in takeover.STEPS[way]]
    assert not any(step["done"] for step in document["steps"]) and document["failed"] == ""
    assert journal.read(target.where) is None
    assert "add --yes" in refused(lambda: takeover.carry_out(target, way, takeover.Options()))


@pytest.mark.parametrize("ended", [False, True])
def test_status_names_a_takeover_that_has_not_ended(target: Any, monkeypatch, ended: bool) -> None:
    monkeypatch.setattr(deployment, "prepare", lambda *_: target)
    monkeypatch.setattr(deployment, "resume_first_run", lambda of, *_: of)
    target.title, target.absent, target.driver = "shop-prod", "nothing", SimpleNamespace(deployed_resources=list)
    journal.write(target.where, Journal(BEGUN, drill=True, ended=BEGUN if ended else ""))
    said = CliRunner().invoke(status.command, ["shop.yaml"], catch_exceptions=False).output
    assert ("unfinished  a failover; tenfold failover shop.yaml --env prod --local   resumes" in said) is not ended
