"""The command around it all: one action, nothing without a yes, the blueprint before the run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from promoting import CHECKOUT, graph  # beside this file

from tenfold import deployment, exits, planning
from tenfold.blueprints.resolve import load
from tenfold.commands import promote
from tenfold.deployment import Deployment
from tenfold.diff import compare
from tenfold.engine.driver import Outcome
from tenfold.engine.progress import Progress
from tenfold.failure import Failure
from tenfold.providers.aws import deletion

BUSY = Failure("Another run is at work on this stack.", code=exits.REFUSED)


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


@dataclass
class Driver:
    """An engine that does as it is told, or stops."""

    held: list[dict[str, Any]]
    failed: str = ""
    interrupted: bool = False
    busy: str = ""  # before: when it is asked; since: only when the run begins
    done: list[Any] = field(default_factory=list)
    switched_off: list[set[str]] = field(default_factory=list)

    def deployed_resources(self) -> list[dict[str, Any]]:
        return self.held

    def refuse_busy(self) -> None:
        if self.busy == "before":
            raise BUSY

    @contextmanager
    def lift_protection(self, urns: Any, inputs: Any) -> Iterator[None]:
        self.refuse_busy()
        self.done += [{_name(urn): values for urn, values in inputs.items()}] if inputs else []
        self.done += [("unprotect", *sorted(map(_name, urns)))] if urns else []
        yield

    def up(self, progress: Progress) -> Outcome:
        if self.busy == "since":
            raise BUSY
        self.done.append("up")
        return Outcome(progress, 1.0, failed=self.failed, interrupted=self.interrupted)


@dataclass
class Place:
    stack: str = "shop-prod"
    directory: Path = CHECKOUT
    cloud: None = None
    where: str = "AWS"
    folder: None = None
    stack_files: str = "."


class Shop:
    """A blueprint deployed at a stage; `prod` is the environment's block."""

    def __init__(self, folder: Path, prod: str, outputs: dict[str, Any]):
        self.file = folder / "shop.yaml"
        text = (CHECKOUT / "blueprints" / "shop.yaml").read_text()
        self.file.write_text(text.replace("prod: {}", f"prod: {prod}"))
        architecture: Any = load(self.file, environment="prod").architecture
        self.built = graph(architecture)
        stack = {"urn": "urn::stack", "type": "pulumi:pulumi:Stack", "custom": False, "outputs": outputs}
        self.driver = Driver([stack, *(self._as_held(r) for r in self.built)])

    @staticmethod
    def _as_held(of: Any) -> dict[str, Any]:
        told = {"urn": of.urn, "type": of.type, "custom": of.custom, "id": of.name, "protect": of.protect}
        return {**told, "inputs": dict(of.inputs), "outputs": dict(of.inputs)}

    def prepare(self, *given: Any) -> Deployment:
        resolution = load(self.file, environment="prod")
        assert resolution.architecture, resolution.problems
        return Deployment(self.file, resolution, resolution.architecture, Place(), self.driver)

    @property
    def says(self) -> str:
        return self.file.read_text().splitlines()[-1].strip().removeprefix("prod: ")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path / "home"))

    def make(prod: str, **outputs: Any) -> Shop:
        made = Shop(tmp_path, prod, outputs)
        off = made.driver.switched_off
        monkeypatch.setattr(deletion, "switch_off", lambda held, urns, client: off.append(set(map(_name, urns))))
        monkeypatch.setattr(deployment, "prepare", made.prepare)
        monkeypatch.setattr(
            planning, "compare_with_deployed", lambda held, wanted, **_: compare(made.built, graph(wanted.architecture))
        )
        return made

    return make


def typed(shop: Shop, *args: str) -> tuple[int, str]:
    """Exit code and what was said; a `Failure` is shown as the command line shows it."""
    from tenfold import cli

    @click.command(context_settings={"ignore_unknown_options": True})
    @click.argument("rest", nargs=-1, type=click.UNPROCESSED)
    def command(rest: tuple[str, ...]) -> None:
        try:
            promote.command.main(list(rest), standalone_mode=False)
        except Failure as failure:
            cli.show(failure)
            raise SystemExit(failure.code) from failure

    done = CliRunner().invoke(command, ["--", str(shop.file), "--env", "prod", *args])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_one_action_at_a_time(shop):
    code, said = typed(shop("{stage: 2}", stage=2), "--to", "3", "--finish")
    assert code == exits.WRONG_INPUT and "--to and --finish" in said
    code, said = typed(shop("{stage: 2}", stage=2), "--down")
    assert code == exits.WRONG_INPUT and "--to" in said


def test_nothing_is_written_without_a_yes(shop):
    at = shop("{stage: 2}", stage=2)
    code, said = typed(at, "--to", "3")
    assert code == exits.REFUSED and "add --yes" in said
    assert "+ prod: {stage: 3, promoting_from: 2}" in said and "adds" in said, "the page is shown all the same"
    code, said = typed(at, "--to", "3", "--json")
    assert code == exits.DONE and json.loads(said)["done"] is None and json.loads(said)["summary"]["create"] > 50
    assert at.says == "{stage: 2}" and at.driver.done == []


def test_the_page_says_what_the_step_costs(shop):
    at = shop("{stage: 2}", stage=2)
    cost = json.loads(typed(at, "--to", "3", "--json")[1])["cost"]
    tiers = cost["tiers"]
    assert tiers["balancer"]["before"] == 0 < tiers["balancer"]["after"]
    assert tiers["server"]["after"] == tiers["server"]["before"] > 0, "while the promotion runs both are paid"
    assert cost["after"]["typical"] == pytest.approx(sum(tier["after"] for tier in tiers.values()), abs=0.01)
    page = typed(at, "--to", "3")[1]
    assert f"cost       {cost['before']['typical']:.2f} → {cost['after']['typical']:.2f} USD a month" in page


def test_a_stage_whose_parts_nobody_asks_for_is_said_to_add_nothing(shop):
    said = typed(shop("{stage: 5, without: [workers]}", stage=5), "--to", "6")[1]
    assert "Stage 6 adds nothing to this blueprint, which sets none of: queues, workers," in said
    assert "adds nothing" not in typed(shop("{stage: 2}", stage=2), "--to", "3")[1]


def test_the_blueprint_first_then_the_run(shop):
    at = shop("{stage: 2}", stage=2)
    code, said = typed(at, "--to", "3", "--yes")
    assert code == exits.DONE and at.says == "{stage: 3, promoting_from: 2}" and at.driver.done == ["up"]
    assert "shop-prod-2-to-3.md" in said and "next" in said


@pytest.mark.parametrize(("interrupted", "code"), [(False, exits.FAILED), (True, exits.INTERRUPTED)])
def test_a_run_that_stops_says_how_to_go_on_and_back(shop, interrupted: bool, code: int):
    at = shop("{stage: 2}", stage=2)
    at.driver.failed, at.driver.interrupted = "AWS had enough", interrupted
    ended, said = typed(at, "--to", "3", "--yes")
    assert ended == code and at.says == "{stage: 3, promoting_from: 2}"
    assert "tenfold up" in said and "--abort" in said
    at.driver.failed, at.driver.interrupted = "", False
    assert typed(at, "--to", "3", "--yes")[0] == exits.DONE and at.says == "{stage: 3, promoting_from: 2}"


def test_what_the_stage_needs_of_the_blueprint_is_refused_before_anything(shop, tmp_path: Path):
    at = shop("{stage: 2}", stage=2)
    at.file.write_text(at.file.read_text().replace("  stateless: true\n", ""))
    before = at.file.read_text()
    code, said = typed(at, "--to", "3", "--yes")
    assert code == exits.REFUSED and "stateless" in said and at.file.read_text() == before and at.driver.done == []


def test_house_rules_hold_for_the_blueprint_as_it_would_be(shop, tmp_path: Path):
    (tmp_path / "tenfold-rules.yaml").write_text("limits: {servers: 1}\n")
    code, said = typed(shop("{stage: 2}", stage=2), "--to", "3", "--yes")
    assert code == exits.REFUSED and "TF-H" in said


def test_a_file_that_cannot_be_edited_is_told_what_to_say(shop):
    at = shop("&here {stage: 2}\n  other: *here", stage=2)
    code, said = typed(at, "--to", "3", "--yes")
    assert code == exits.REFUSED and "prod: {stage: 3, promoting_from: 2}" in said and at.driver.done == []


def test_what_is_given_up_is_let_go_before_the_blueprint_says_so(shop):
    at = shop("{stage: 3, leftovers: [shop-server-data]}", stage=3)
    code, said = typed(at, "--release", "shop-server-data", "--yes")
    unprotected, last = at.driver.done
    assert code == exits.DONE and last == "up" and at.says == "{stage: 3}"
    assert unprotected == ("unprotect", "shop-server-data")
    assert "it is released by name" in said and "the engine refuses" not in said, "its protection goes first"


def test_what_is_left_over_is_paid_for_as_it_was(shop):
    at = shop("{stage: 3, leftovers: [shop-server-data, shop-server-address]}", stage=3)
    [volume] = at.built.resources_named("shop-server-data")
    volume.inputs["size"] = 100
    server = json.loads(typed(at, "--to", "4", "--json")[1])["cost"]["tiers"]["server"]
    assert server["before"] == server["after"] == pytest.approx(3.65 + 100 * 0.08), "its address and its volume"


def test_going_back_gives_up_only_what_came_with_the_promotion(shop):
    at = shop("{stage: 2, promoting_from: 1}", stage=2, promotion={"from": 1, "waiting": ["data"]})
    code = typed(at, "--abort", "--yes")[0]
    permitted, unprotected, last = at.driver.done
    assert code == exits.DONE and last == "up" and at.says == "{stage: 1}"
    assert permitted == {"shop-database-primary": {"deletionProtection": False}}, "RDS's own protection"
    assert unprotected[0] == "unprotect" and set(unprotected[1:]) == {"shop-database-primary", "shop-database-login"}
    assert at.driver.switched_off == [{"shop-database-primary"}], "and nothing is deployed for it"


@pytest.mark.parametrize("busy", ["before", "since"])
def test_a_refused_run_leaves_the_blueprint_as_it_was(shop, busy: str):
    """Another run is at work: the file is what that one is carrying out."""
    at = shop("{stage: 2, promoting_from: 1}", stage=2, promotion={"from": 1, "waiting": ["data"]})
    before, at.driver.busy = at.file.read_bytes(), busy
    code, said = typed(at, "--abort", "--yes")
    assert code == exits.REFUSED and "at work" in said and at.file.read_bytes() == before
    assert busy == "since" or at.driver.done == [], "no protection is lifted"


def test_what_somebody_else_has_written_since_is_not_taken_back(shop, monkeypatch: pytest.MonkeyPatch):
    at = shop("{stage: 2}", stage=2)

    def up(*_: Any) -> Outcome:
        at.file.write_text(at.file.read_text() + "# mine\n")
        raise BUSY

    monkeypatch.setattr(at.driver, "up", up)
    code, _ = typed(at, "--to", "3", "--yes")
    assert code == exits.REFUSED and at.file.read_text().endswith("promoting_from: 2}\n# mine\n")


def promoting(waiting: tuple[str, ...] = ("data",), **told: Any) -> dict[str, Any]:
    return {"stage": 2, "promotion": {"from": 1, "waiting": list(waiting), **told}}


MOVED = promoting((), moved={"data": True}, used=True)


@pytest.mark.parametrize(
    ("prod", "args", "said"),
    [
        ("{stage: 2, promoting_from: 1}", ("--abort",), "too late"),
        ("{stage: 2, promoting_from: 1}", ("--to", "2"), "does not say so"),
        ("{stage: 1}", ("--abort",), "{stage: 2, promoting_from: 1, moved: {data: true}}"),
        ("{stage: 1}", ("--to", "2"), "{stage: 2, promoting_from: 1, moved: {data: true}}"),
        ("{stage: 1}", ("--to", "1", "--down"), "{stage: 2, promoting_from: 1, moved: {data: true}}"),
        ("{stage: 2}", ("--to", "3"), "under way"),
        ("{stage: 2}", ("--finish",), "under way"),
    ],
)
def test_an_older_file_does_not_undo_what_has_moved(shop, prod: str, args: tuple[str, ...], said: str):
    at = shop("{stage: 2, promoting_from: 1, moved: {data: true}}", **MOVED)
    at.file.write_text(at.file.read_text().replace("{stage: 2, promoting_from: 1, moved: {data: true}}", prod))
    code, told = typed(at, *args, "--yes")
    assert code in (exits.REFUSED, exits.WRONG_INPUT) and said in told, told
    assert at.says == prod and at.driver.done == []


def test_a_database_that_was_used_once_is_given_up_by_name_only(shop):
    """Moved there and back: what was written in between may be there alone."""
    at = shop("{stage: 2, promoting_from: 1}", **promoting(moved={"data": False}, used=True))
    code, said = typed(at, "--abort", "--yes")
    assert code == exits.REFUSED and "moved to it once" in said and at.driver.done == []
    assert at.says == "{stage: 2, promoting_from: 1}"
    names = ("::shop-database-primary", "::shop-database-login")
    accepted = [word for r in at.driver.held if r["urn"].endswith(names) for word in ("--accept-loss", r["urn"])]
    assert len(accepted) == 4 and all(f"--accept-loss '{urn}'" in said for urn in accepted[1::2])
    code, said = typed(at, "--abort", *accepted, "--yes")
    assert code == exits.DONE and at.says == "{stage: 1}" and at.driver.done[-1] == "up"


def test_data_moves_back_when_it_is_asked_for(shop):
    at = shop("{stage: 2, promoting_from: 1, moved: {data: true}}", **MOVED)
    code, said = typed(at, "--move", "data=false", "--yes")
    assert code == exits.DONE and at.says == "{stage: 2, promoting_from: 1}" and "copy it back first" in said
    code, said = typed(at, "--move", "data=false", "--yes")
    assert code == exits.DONE, "interrupted: the file says it already, the stack does not"


def test_where_it_stands_comes_from_the_stack_too(shop):
    at = shop("{stage: 2, promoting_from: 1, moved: {data: true}}", **MOVED)
    at.file.write_text(at.file.read_text().replace("{stage: 2, promoting_from: 1, moved: {data: true}}", "{stage: 1}"))
    code, said = typed(at)
    assert code == exits.DONE and "promotion from stage 1 to 2" in said and "moved: {data: true}" in said


def test_a_loss_is_accepted_by_a_whole_urn(shop):
    at = shop("{stage: 3}", stage=3)
    code, said = typed(at, "--to", "2", "--down", "--accept-loss", "shop-cache-primary", "--yes")
    assert code == exits.WRONG_INPUT and "whole URN" in said and at.says == "{stage: 3}"


def test_nothing_deployed_is_nothing_to_promote(shop):
    code, said = typed(shop("{stage: 2}"), "--to", "3", "--yes")
    assert code == exits.REFUSED and "tenfold up" in said


def test_where_it_stands(shop, tmp_path: Path):
    at = shop("{stage: 2, promoting_from: 1, moved: {data: true}}", stage=2, promotion={"from": 1, "waiting": []})
    code, said = typed(at, "--runbook", str(tmp_path / "book.md"))
    assert code == exits.DONE and "data yes" in said and "--finish" in said
    assert "pg_restore" in (tmp_path / "book.md").read_text()
    told = json.loads(typed(at, "--json")[1])
    assert told["promotion"] == {"from": 1, "to": 2, "expanded": True, "moved": {"data": True}}
    assert told["next"].endswith("--finish")
    idle = typed(shop("{stage: 2, leftovers: [shop-settings-host-secret-database]}", stage=2))[1]
    assert "--release shop-settings-host-secret-database" in idle and "--to 3" in idle
    assert [line for line in idle.splitlines() if line.strip().startswith("tenfold promote")], "a line of its own"
