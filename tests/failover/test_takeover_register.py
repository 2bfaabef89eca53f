"""Who is at work on a takeover: two people, two machines, and a journal that neither of them keeps alone."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tenfold import preflight
from tenfold.commands.parts import asking, sides, takeover
from tenfold.engine.workspace import Place
from tenfold.failover import journal, register
from tenfold.failover.homeward import FAILBACK
from tenfold.failover.journal import Entry, Journal
from tenfold.failover.register import Known, Taken
from tenfold.failover.steps import FAILOVER
from tenfold.failover.takeover import Step, Takeover, Way
from tenfold.failure import Failure
from tenfold.local import regions
from tenfold.local.server import Server
from tests.failover.simulated import Regions

HERE = "us-west-2"
DEPLOYED = [
    {
        "type": "pulumi:providers:aws",
        "urn": "urn:pulumi:shop::tenfold::pulumi:providers:aws::aws-standby",
        "inputs": {"region": HERE},
    }
]


@pytest.fixture
def ssm(endpoint: str, name: str) -> Any:
    return Regions(endpoint, name).ask("ssm", HERE)


@pytest.fixture
def places(endpoint: str, name: str, tmp_path: Path) -> list[Place]:
    """The same stack on two machines."""
    cloud = Server(1, int(endpoint.rpartition(":")[2]), "takeover")
    return [Place(name, tmp_path / machine, "file://", cloud) for machine in ("mia", "ben")]


def begun(way: Way = Way.FAILOVER) -> Journal:
    return Journal(journal.now(), drill=False, way=way)


def entry(step: str, result: str = "done") -> Entry:
    return Entry(step, 1.0, result, journal.now())


def test_of_two_who_begin_at_once_one_goes_on(ssm: Any, name: str) -> None:
    seen = register.latest(ssm, name)  # by both
    register.claim(ssm, name, seen, begun())
    with pytest.raises(Taken, match="at the same moment"):
        register.claim(ssm, name, seen, begun())


def test_a_number_that_was_forgotten_in_the_meantime_belongs_to_nobody(ssm: Any, name: str) -> None:
    """Who has looked long ago does not take it."""
    first = register.latest(ssm, name)
    for _ in range(2):
        register.claim(ssm, name, register.latest(ssm, name), begun())
    with pytest.raises(Taken, match="in the meantime"):
        register.claim(ssm, name, first, begun())
    last = register.latest(ssm, name)
    assert last and last.number == 2


def test_a_colleague_goes_on_with_what_was_killed(
    ssm: Any, name: str, places: list[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    mia, ben = places
    notes = replace(begun(), trying="promote", entries=(entry("fence"), entry("lag")))
    journal.write(mia, notes)
    register.claim(ssm, name, None, begun()).write(notes)
    known = register.last_takeover(ben, ssm)
    assert known.journal == notes and known.run and known.run.is_alive
    monkeypatch.setattr(register, "_runs", lambda pid: False)  # killed
    assert not known.run.is_alive
    claim = register.claim(ssm, name, known.run, notes)
    claim.write(notes.with_entry(entry("promote")))
    later = register.last_takeover(mia, ssm).journal
    assert later and later.has("promote"), "newer than the file of the machine that was killed"
    assert later.ended_at("fence") == notes.ended_at("fence")


@pytest.mark.parametrize(("seconds", "is_alive"), [(30, True), (119, True), (121, False)])
def test_a_machine_that_is_silent_has_nothing_in_hand_any_more(
    ssm: Any, name: str, monkeypatch: pytest.MonkeyPatch, seconds: int, is_alive: bool
) -> None:
    register.claim(ssm, name, None, begun())
    run = register.latest(ssm, name)
    monkeypatch.setattr(register, "_machine", lambda: "another")
    assert run and run.silent_seconds < 30
    assert replace(run, silent_seconds=seconds).is_alive == is_alive


def test_who_sleeps_too_long_does_no_step_after_another_has_gone_on(
    ssm: Any, name: str, places: list[Place], endpoint: str
) -> None:
    """A laptop that is closed over a step, and opened again."""
    claim = register.claim(ssm, name, None, begun())
    done = list[str]()

    def sleeps(at: Takeover) -> str:
        done.append("promote")
        register.claim(ssm, name, register.latest(ssm, name), begun())
        return "done"

    of = (Step("promote", "replicas", "none", sleeps), Step("raise", "servers start", "none", lambda at: "started"))
    target: Any = SimpleNamespace(where=places[0])
    work: Any = SimpleNamespace()
    notes, failed = takeover._run(target, work, of, begun(), str, claim=claim)
    assert (done, [one.step for one in notes.entries]) == (["promote"], ["promote"])
    assert "has gone on with it" in failed


def test_it_gives_signs_of_life_until_it_has_ended(ssm: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "SIGN_SECONDS", 0.01)
    writes = list[bool]()
    put = register._put

    def counting(*args: Any, at_work: bool, over: bool) -> None:
        writes.append(at_work)
        put(*args, at_work=at_work, over=over)

    monkeypatch.setattr(register, "_put", counting)
    claim = register.claim(ssm, name, None, begun())
    with claim:
        while len(writes) < 3:
            pass
    last = register.latest(ssm, name)
    assert last and not last.at_work and not last.is_alive


@pytest.mark.parametrize("of", [FAILOVER, FAILBACK])
def test_the_longest_journal_fits_into_a_parameter(ssm: Any, name: str, of: tuple[Step, ...]) -> None:
    long = "shop-service-search-database-primary is {{not}} available, " * 20
    notes = replace(begun(), trying="refresh", entries=tuple(entry(step.name, long) for step in of))
    claim = register.claim(ssm, name, None, notes)
    assert not claim.trouble
    [there] = ssm.get_parameters_by_path(Path=register.folder(name))["Parameters"]
    assert len(there["Value"]) < 4096
    assert "{{" not in there["Value"]
    read = register.latest(ssm, name)
    assert read and [one.step for one in read.journal.entries] == [step.name for step in of]


def target_of(place: Place, endpoint: str, flags: str = "shop.yaml --env prod") -> Any:
    architecture = SimpleNamespace(region="us-east-1")
    return SimpleNamespace(where=place, flags=flags, architecture=architecture, driver=SimpleNamespace())


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Failure) as failure:
        act()
    assert failure.value.code == 3
    return f"{failure.value} {failure.value.why} {' '.join(failure.value.remedies)}"


def test_an_up_of_a_colleague_is_refused_by_what_another_machine_does(
    ssm: Any, name: str, places: list[Place], endpoint: str
) -> None:
    notes = replace(begun(Way.FAILBACK), entries=(entry("fence"),))
    register.claim(ssm, name, None, notes)
    ben = target_of(places[1], endpoint)
    reason = refused(lambda: preflight.refuse_under_way(ben, DEPLOYED, preflight.FENCE))
    assert "has not ended" in reason and "s ago" in reason


def test_a_standby_region_that_is_lost_locks_nobody_out_of_the_first_one(
    name: str, places: list[Place], endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person may be certain of what AWS does not tell; a pipeline cannot be asked."""
    ben = target_of(places[1], endpoint)
    regions.ask(endpoint, "POST", HERE)
    unknown = partial(preflight.refuse_under_way, ben, DEPLOYED, preflight.FENCE, asking.nobody_else)
    for is_terminal, is_certain in ((False, True), (True, False)):
        monkeypatch.setattr(asking.sys, "stdin", SimpleNamespace(isatty=lambda answer=is_terminal: answer))
        monkeypatch.setattr(asking.click, "confirm", lambda *_, answer=is_certain, **__: answer)
        reason = refused(unknown)
        assert "It is not known whether a takeover is under way." in reason and "run this on a terminal" in reason
    monkeypatch.setattr(asking.click, "confirm", lambda *_, **__: True)
    unknown()
    journal.write(places[1], begun())  # by this machine itself
    assert "has not ended" in refused(unknown)


@pytest.mark.parametrize("text", ["no JSON", "{}", '{"journal": {"began": "", "entries": [], "newer": 1}}'])
def test_what_another_release_has_written_is_named_and_taken_for_nothing(
    ssm: Any, name: str, places: list[Place], text: str
) -> None:
    ssm.put_parameter(Name=f"{register.folder(name)}/by-hand", Value="a note", Type="String")
    assert register.last_takeover(places[0], ssm) == Known()
    ssm.put_parameter(Name=f"{register.folder(name)}/1", Value=text, Type="String")
    known = register.last_takeover(places[0], ssm)
    assert known.journal is None and f"{register.folder(name)}/1 is not as this release" in known.trouble


@pytest.mark.parametrize("way", list(Way))
def test_a_region_that_keeps_no_journal_keeps_no_failover_from_going_on(
    ssm: Any, name: str, places: list[Place], endpoint: str, way: Way
) -> None:
    target, lines = target_of(places[0], endpoint), list[str]()
    at: Any = SimpleNamespace(way=way, away=HERE)
    known = Known(trouble="ssm:GetParametersByPath is denied")
    if way == Way.FAILBACK:
        with pytest.raises(Failure, match="cannot be kept"), takeover._claimed(target, at, ssm, known, begun(), str):
            raise AssertionError("nothing urges")
        return
    with takeover._claimed(target, at, ssm, known, begun(), lines.append) as claim:
        assert claim is None
    assert "only this machine has the journal" in lines[0] and "is denied" in lines[0].replace("\n", " ")


def test_who_is_at_work_is_not_disturbed(ssm: Any, name: str, places: list[Place], endpoint: str) -> None:
    register.claim(ssm, name, None, replace(begun(), trying="promote"))
    known = register.last_takeover(places[1], ssm)
    target: Any = target_of(places[1], endpoint)
    target.architecture.standby = object()
    reason = refused(lambda: sides.refuse(target, DEPLOYED, Way.FAILOVER, known))
    assert "Somebody is at work on a failover" in reason and ", at promote, " in reason
    assert "Somebody is at work" in refused(lambda: sides.refuse_no_way_back(target, Way.FAILOVER, known))


def test_a_stack_that_is_destroyed_is_forgotten(ssm: Any, name: str) -> None:
    register.claim(ssm, name, None, begun())
    register.forget(ssm, name)
    assert register.latest(ssm, name) is None
    register.forget(ssm, name)
