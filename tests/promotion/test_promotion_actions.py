"""What each action writes, when it may not, and the steps before and after it."""

from pathlib import Path
from typing import Any

import pytest
from promoting import architecture  # beside this file

from tenfold import exits
from tenfold.failure import Failure
from tenfold.promotion import actions, checks, steps

COMMAND = "tenfold promote shop.yaml --env prod"


@pytest.fixture
def at(tmp_path: Path):
    return lambda **change: architecture(tmp_path, "shop", change)


def expand(now: Any, deployed: int, to: int, down: bool = False) -> actions.Action:
    action = actions.expand(now, deployed, to, down=down, command=COMMAND)
    assert action
    return action


def test_it_begins_at_what_is_deployed(at):
    assert expand(at(stage=2), 2, 3).change == {"stage": 3, "promoting_from": 2}
    assert expand(at(stage=3), 2, 3).change == {"stage": 3, "promoting_from": 2}, "whatever the file says already"


def test_the_same_again_goes_on(at):
    assert expand(at(stage=3, promoting_from=2), 2, 3).change == {}
    assert actions.expand(at(stage=3), 3, 3, down=False, command=COMMAND) is None, "it is there"


@pytest.mark.parametrize(
    ("change", "deployed", "to", "code", "said"),
    [
        ({"stage": 3, "promoting_from": 2}, 3, 4, exits.REFUSED, "under way"),
        ({"stage": 3}, 3, 2, exits.REFUSED, "--down"),
    ],
)
def test_steps_that_cannot_be_taken(at, change: dict, deployed: int, to: int, code: int, said: str):
    with pytest.raises(Failure) as refused:
        expand(at(**change), deployed, to)
    failure = refused.value
    assert failure.code == code and said in " ".join([failure.what, failure.why, *failure.remedies])


def test_down_is_said_and_then_written(at):
    assert expand(at(stage=3), 3, 2, down=True).change == {"stage": 2, "promoting_from": None, "moved": None}
    with pytest.raises(Failure) as refused:
        expand(at(stage=3), 3, 1)
    assert "managed RDS database" in refused.value.why and "behind" not in refused.value.why


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"without": ["workers"]}, "nothing of the later stages is in use"),
        (
            {"queues": {"mail": {"acceptable_delay": "1m", "message_takes": "1s"}}},
            "going down takes away: queues with dead letters; background jobs on servers of their own, as many as the "
            "backlog needs",
        ),
    ],
)
def test_down_takes_away_only_what_there_is(at, change: dict, why: str):
    with pytest.raises(Failure) as refused:
        expand(at(stage=6, **change), 6, 5)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("change", "text", "written"),
    [
        ({"stage": 2, "promoting_from": 1}, "data", {"data": True}),
        ({"stage": 2, "promoting_from": 1, "moved": {"data": True}}, "data=false", None),
        ({"stage": 3, "promoting_from": 2}, "traffic=25%", {"traffic": "25%"}),
        ({"stage": 3, "promoting_from": 2}, "traffic=100", {"traffic": "100%"}),
        ({"stage": 3, "promoting_from": 2, "moved": {"traffic": "25%"}}, "traffic=0%", None),
        (
            {"stage": 3, "promoting_from": 1, "moved": {"data": True}},
            "traffic=10%",
            {"data": True, "traffic": "10%"},
        ),
    ],
)
def test_moves(at, change: dict, text: str, written: dict | None):
    assert actions.move(at(**change), text, COMMAND).change == {"moved": written}


@pytest.mark.parametrize("text", ["traffic=101%", "traffic=-1", "data=2", "users", "traffic=half"])
def test_moves_that_cannot_be_read(at, text: str):
    with pytest.raises(Failure) as wrong:
        actions.move(at(stage=3, promoting_from=2), text, COMMAND)
    assert wrong.value.code == exits.WRONG_INPUT and "--move traffic=25%" in wrong.value.remedies


def test_what_does_not_move_is_not_moved(at):
    with pytest.raises(Failure, match="only data does"):
        actions.move(at(stage=2, promoting_from=1), "traffic=5%", COMMAND)
    with pytest.raises(Failure, match="nothing does"):
        actions.move(at(stage=5, promoting_from=4), "data", COMMAND)


def test_data_that_goes_back_is_warned_of(at):
    back = actions.move(at(stage=2, promoting_from=1, moved={"data": True}), "data=false", COMMAND)
    assert "copy it back first" in back.notes[0]


def test_what_a_person_has_to_have_done_is_said_before_it_moves(at):
    [copy] = actions.move(at(stage=2, promoting_from=1), "data", COMMAND).notes
    assert "copy the data first" in copy
    [point] = actions.move(at(stage=3, promoting_from=2), "traffic=100%", COMMAND).notes
    assert "switches nothing" in point and "the new entrance first" in point
    named = at(stage=3, promoting_from=2, domain="shop.example.com", zone="managed")
    assert not actions.move(named, "traffic=100%", COMMAND).notes


def test_the_end_names_what_stays(at):
    ended = actions.finish(at(stage=3, promoting_from=2, moved={"traffic": "100%"}), COMMAND)
    assert ended.change == {
        "promoting_from": None, "moved": None, "leftovers": ["shop-server-data", "shop-server-address"],
    }  # fmt: skip
    assert set(ended.checked) == set(checks.ABOUT)
    assert actions.finish(at(stage=5, promoting_from=4), COMMAND).change["leftovers"] is None


def test_the_end_keeps_what_an_earlier_one_left(at):
    now = at(stage=3, promoting_from=2, moved={"traffic": "100%"}, leftovers=["shop-settings-host-secret-database"])
    kept = actions.finish(now, COMMAND).change["leftovers"]
    assert kept == ["shop-settings-host-secret-database", "shop-server-data", "shop-server-address"]


def test_no_end_while_the_old_part_is_in_use(at):
    with pytest.raises(Failure) as refused:
        actions.finish(at(stage=3, promoting_from=1, moved={"data": True, "traffic": "50%"}), COMMAND)
    failure = refused.value
    assert failure.code == exits.REFUSED and "traffic 50%" in failure.what
    assert failure.remedies == (f"{COMMAND} --move traffic=100%",)


def test_back_while_nothing_has_moved(at):
    back = actions.abort(at(stage=3, promoting_from=2), COMMAND)
    assert back.change == {"stage": 2, "promoting_from": None, "moved": None} and back.brings_back


def test_going_back_says_that_visitors_sign_in_again(at):
    assert "sign in again" in actions.abort(at(stage=3, promoting_from=2), COMMAND).notes[0]
    assert "sign in again" in actions.abort(at(stage=5, promoting_from=4), COMMAND).notes[0]
    assert actions.abort(at(stage=2, promoting_from=1), COMMAND).notes == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stage": 2, "promoting_from": 1, "moved": {"data": True}}, "too late"),
        ({"stage": 3, "promoting_from": 2, "moved": {"traffic": "5%"}}, "5% of the traffic"),
    ],
)
def test_no_way_back_once_something_has_moved(at, change: dict, said: str):
    with pytest.raises(Failure) as refused:
        actions.abort(at(**change), COMMAND)
    assert refused.value.code == exits.REFUSED and said in refused.value.what and refused.value.remedies


def test_leftovers_go_by_name(at):
    now = at(stage=3, leftovers=["shop-server-data", "shop-server-address"])
    one = actions.release(now, ["shop-server-data"])
    assert one.change == {"leftovers": ["shop-server-address"]} and one.released == ("shop-server-data",)
    assert actions.release(now, ["shop-server-data", "shop-server-address"]).change == {"leftovers": None}
    with pytest.raises(Failure, match="shop-server is not a leftover"):
        actions.release(now, ["shop-server"])


@pytest.mark.parametrize("action", [actions.finish, actions.abort])
def test_without_a_promotion_there_is_nothing_to_end(at, action):
    with pytest.raises(Failure) as wrong:
        action(at(stage=2), COMMAND)
    assert wrong.value.code == exits.WRONG_INPUT and "--to 3" in wrong.value.remedies[0]


def kinds(of: list[steps.Step]) -> list[str]:
    return [f"{step.kind}{'+' if step.done else ''}" for step in of]


def test_steps_in_order_and_the_next(at):
    flags = "shop.yaml --env prod"
    before = steps.steps(at(stage=3, promoting_from=1), flags, expanded=False)
    assert kinds(before) == ["expand", "check", "move", "move", "finish", *["release"] * 3]
    assert steps.next_step(before) == before[0]

    half = at(stage=3, promoting_from=1, moved={"data": True, "traffic": "10%"})
    during = steps.steps(half, flags, expanded=True)
    assert kinds(during)[:5] == ["expand+", "check", "move+", "move", "finish"]
    assert steps.next_step(during) == during[3] and "traffic=100%" in during[3].command, "no name, no shares"
    assert half.promotion and steps.progress_text(half.promotion) == "data yes, traffic 10%"

    after = steps.steps(at(stage=3, leftovers=["shop-server-data"]), flags, expanded=False)
    assert kinds(after) == ["release"] and steps.next_step(after) is None


@pytest.mark.parametrize(("moved", "share"), [("0%", "10%"), ("10%", "50%"), ("60%", "100%")])
def test_a_name_is_moved_in_shares(tmp_path: Path, moved: str, share: str):
    change = {"stage": 3, "promoting_from": 2, "moved": {"traffic": moved}}
    following = steps.next_step(steps.steps(architecture(tmp_path, "news", change), "news.yaml", expanded=True))
    assert following and following.command.endswith(f"--move traffic={share}")


def test_every_command_of_a_step_is_one(at):
    """What the steps tell to type is read by the command line as an action of its own."""
    from tenfold.commands.promote import command

    flags = "blueprints/shop.yaml --env prod"
    for step in steps.steps(at(stage=3, promoting_from=1), flags, expanded=False):
        words = step.command.removeprefix("tenfold promote ").split()
        command.make_context("promote", words)
