"""The provider is killed right after each call by which it changes the cloud, before anything is noted: the next run
leaves exactly what a run without a kill leaves. Every type, every call; a few of them in every run of the suite."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.engine.sample import sample
from tests.local import kills
from tests.local.test_lifecycle import STAYS
from tests.local.world import SCENARIO, World, data

ENTRIES = data(SCENARIO)
NEEDED = ["vpc", "s1", "igw", "sg"]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with kills.cloud() as address:
        yield address


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path))


@pytest.mark.parametrize("names", sample([NEEDED, list(ENTRIES)], [NEEDED]), ids=["some", "all"])
def test_a_kill_at_every_call_leaves_nothing(endpoint: str, names: list[str]) -> None:
    from tenfold.local.aws import Handlers

    world, provider, wrong = World(Handlers(endpoint)), kills.Provider(endpoint), list[str]()
    for name in names:
        try:
            trial = kills.Trial(world, provider, endpoint, name, ENTRIES[name])
            for part in (creates, deletes, updates):
                wrong += [f"{name} {part.__name__}: {said}" for said in part(trial)]
            trial.create()
            trial.keep()
            world.made[name] = trial.made
        except Exception as error:  # noted, so that every resource is tried
            wrong.append(f"{name}: {type(error).__name__}: {error}")
    assert not wrong, "\n".join(wrong)


def creates(trial: kills.Trial) -> Iterator[str]:
    before = kills.census()
    for _ in range(2):  # the first also makes what moto makes when it is first asked
        before = kills.census()
        trial.create()
        trial.take_away()
    usual = kills.grown(before)
    for at in count(1):
        before, provider = kills.census(), trial.provider(at)
        try:
            provider.create(trial.made)
        except kills.Killed:
            trial.take_away()
            if left := {key: n for key, n in kills.grown(before).items() if n > usual.get(key, 0)}:
                yield f"killed at call {at}: {left} beside {usual}"
        else:
            trial.take_away()
            return


def deletes(trial: kills.Trial) -> Iterator[str]:
    for at in count(1):
        trial.create()
        made, provider = trial.made, trial.provider(at)
        state = {**made.outputs, "recoveryWindowInDays": 0}  # the name is free again for the next trial
        if made.outputs.get("deletionProtection") or made.outputs.get("deletionProtectionEnabled"):
            return trial.take_away()  # is refused
        try:
            provider.handlers.delete(made.token, made.id, state, trial.region)
        except kills.Killed:
            trial.provider().handlers.delete(made.token, made.id, state, trial.region)
            if trial.read() is not None and made.token not in STAYS:
                yield f"killed at call {at}: it is still there"
        else:
            trial.keep()
            return


def updates(trial: kills.Trial) -> Iterator[str]:
    """As the next run does: what is there is read again, and what still differs is changed."""
    for at in count(1) if "update" in trial.entry else ():
        trial.create()
        made, wanted, provider = trial.made, trial.changed(), trial.provider(at)
        try:
            provider.handlers.update(made.token, made.id, made.inputs, wanted, made.outputs, trial.region)
        except kills.Killed:
            inputs, outputs = trial.read()
            handlers = trial.provider().handlers
            handlers.update(made.token, made.id, inputs, wanted, outputs, trial.region)
            now = handlers.read(made.token, made.id, outputs, wanted, trial.region)
            assert now is not None
            if left := handlers.diff(made.token, now[0], wanted):
                yield f"killed at call {at}: {left}"
            trial.take_away()
        else:
            trial.take_away()
            return
