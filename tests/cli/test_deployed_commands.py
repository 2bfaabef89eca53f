"""Commands on a deployment, with an engine that answers as a test has it: what they refuse, print and leave alone."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace as N
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tenfold import cli, deployment, exits, planning
from tenfold.blueprints.resolve import load
from tenfold.commands import destroy, outputs, preview, refresh, up
from tenfold.deployment import Deployment
from tenfold.diff import compare
from tenfold.engine.driver import Outcome
from tenfold.failure import Failure
from tests.promotion.promoting import graph, state

SHOP = Path(__file__).resolve().parents[2] / "blueprints" / "shop.yaml"
ACCOUNT = "123456789012"


@dataclass
class Driver:
    """An engine. `finds` are the steps of every preview: (operation, the resource's name, its inputs after)."""

    held: list[dict[str, Any]]
    finds: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def deployed_resources(self):
        return self.held

    def _looks(self, progress):
        for op, name, after in self.finds:
            one = next(r for r in self.held if r["urn"].endswith(f"::{name}"))
            new = None if op == "delete" else {**one["inputs"], **after}
            paths = dict.fromkeys(after, "update")
            protect = {"protect": one["protect"], "protect_after": one["protect"] and op != "delete"}
            step = {"op": op, "urn": one["urn"], "type": one["type"], "name": name, "replace_keys": [], "diff": paths}
            progress.steps.append({**step, "old": one["inputs"], "new": new or {}, **protect})
        return Outcome(progress, 1.0)

    drift = preview = _looks

    def refresh(self, progress):
        self.done.append("refresh")
        return self._looks(progress)

    def up(self, progress):
        self.done.append("up")
        return Outcome(progress, 1.0)

    def destroy(self, progress):
        self.done.append("destroy")
        return Outcome(progress, 1.0)

    @contextmanager
    def lift_protection(self, urns, inputs=()):
        self.done += ["unprotect"] if urns else []
        self.done += ["permit"] if inputs else []
        yield


class Shop:
    """shop.yaml with `prod` as its environment's block, deployed at the stage that was built."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, prod: str):
        self.folder, self.file = folder, folder / "a shop.yaml"
        self.says(prod)
        self.driver = Driver(state(self._resolved().architecture)[1])
        stage = {"stage": self._resolved().architecture.stage}
        stack = {"urn": "urn::stack", "type": "pulumi:pulumi:Stack", "custom": False, "outputs": stage}
        self.driver.held.insert(0, {**stack, "protect": False, "inputs": {}})
        self.built = graph(self._resolved().architecture)
        monkeypatch.setattr(deployment, "prepare", self.prepare)
        monkeypatch.setattr(planning, "compare_with_deployed", self._outlook)

    def _outlook(self, held, wanted, local):
        return compare(self.built, graph(wanted.architecture))

    def says(self, prod: str, name: str = "shop") -> None:
        text = SHOP.read_text().replace("prod: {}", f"prod: {prod}").replace("name: shop\n", f"name: {name}\n")
        self.file.write_text(text)

    def _resolved(self, stage: str | None = None) -> Any:
        found = load(self.file, environment="prod", stage=stage)
        assert found.architecture, found.problems
        return found

    def prepare(self, file, environment, stage, local, fault, tell) -> Deployment:
        found = self._resolved(stage)
        cloud = N(endpoint="http://127.0.0.1:9") if local else None
        folder = self.folder / "stacks" / f"{found.architecture.name}-prod"
        folder.mkdir(parents=True, exist_ok=True)
        place = PlaceOf(f"{found.architecture.name}-prod", folder, (self.folder / "backend").as_uri(), cloud)
        return Deployment(file, found, found.architecture, place, self.driver, stage)

    def __call__(self, command: Any, *args: str, local: bool = True) -> tuple[int, str]:
        """Exit code and what was printed; a `Failure` is shown as the command line shows it."""

        @click.command(context_settings={"ignore_unknown_options": True})
        @click.argument("rest", nargs=-1, type=click.UNPROCESSED)
        def whole(rest):
            try:
                command.command.main(list(rest), standalone_mode=False)
            except Failure as failure:
                cli.show(failure)
                raise SystemExit(failure.code) from failure

        place = ["--local"] if local else []
        done = CliRunner().invoke(whole, ["--", str(self.file), "--env", "prod", *place, *args])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output


@dataclass(frozen=True)
class PlaceOf:
    stack: str
    directory: Path
    backend: str
    cloud: Any
    where: str = "somewhere"
    folder: None = None
    stack_files: str = "."


@pytest.fixture
def shop(tmp_path, monkeypatch):
    return lambda prod="{stage: 3}": Shop(tmp_path, monkeypatch, prod)


def urn(of: Shop, name: str) -> str:
    return next(r["urn"] for r in of.driver.held if r["urn"].endswith(f"::{name}"))


# ---- refresh
def test_what_keeps_data_is_not_forgotten_because_the_cloud_does_not_find_it(shop):
    at = shop()
    at.driver.finds = [("delete", "shop-database-primary", {}), ("delete", "shop-signals-dashboard", {})]
    code, said = at(refresh, "--yes")
    assert code == exits.REFUSED and at.driver.done == []
    assert "the database with it" in said and f"--accept-loss '{urn(at, 'shop-database-primary')}'" in said
    assert "shop-signals-dashboard" not in said.partition("refused:")[2], "it is created again, and nothing is lost"
    code, said = at(refresh, "--yes", "--accept-loss", urn(at, "shop-database-primary"))
    assert code == exits.DONE and at.driver.done == ["refresh"]


def test_drift_is_shown_with_its_values_before_anything_is_written(shop):
    at = shop()
    at.driver.finds = [("update", "shop-database-primary", {"instanceClass": "db.r6g.large"})]
    code, said = at(refresh, "--dry-run")
    assert code == exits.DIFFERENT and at.driver.done == []
    assert "instanceClass db.t4g.small → db.r6g.large" in " ".join(said.split()) and "restarts" in said
    assert at(refresh, "--yes")[0] == exits.DONE and at.driver.done == ["refresh"]


def test_nothing_differs_and_nothing_is_written(shop):
    at = shop()
    assert at(refresh, "--dry-run")[0] == exits.DONE
    assert at(refresh)[0] == exits.DONE and at.driver.done == []


def test_a_real_state_is_not_written_without_a_yes(shop):
    at = shop()
    at.driver.finds = [("update", "shop-database-primary", {"instanceClass": "db.r6g.large"})]
    code, said = at(refresh, local=False)
    assert code == exits.REFUSED and "--yes" in said and at.driver.done == []


def test_a_pipeline_hears_of_drift_by_the_exit_code(shop):
    at = shop()
    assert at(refresh, "--exit-code")[0] == exits.DONE
    at.driver.finds = [("update", "shop-database-primary", {"instanceClass": "db.r6g.large"})]
    assert at(refresh, "--exit-code", "--yes")[0] == exits.DIFFERENT and at.driver.done == ["refresh"]


def test_a_pipeline_hears_of_what_up_would_change_by_the_exit_code(shop):
    at = shop()
    assert at(preview)[0] == exits.DONE
    assert at(preview, "--exit-code")[0] == exits.DONE
    at.driver.finds = [("update", "shop-database-primary", {"instanceClass": "db.r6g.large"})]
    assert at(preview)[0] == exits.DONE and at(preview, "--exit-code")[0] == exits.DIFFERENT


# ---- outputs
def test_every_output_has_a_line_of_its_own(shop):
    at = shop()
    at.driver.held[0]["outputs"] = {
        "services": {"search": {"url": "https://a.b/search", "secrets": {}}},
        "name_servers": ["ns-1", "ns-2"],
        "url": "https://a.b",
        "stage": 6,
    }
    assert at(outputs) == (
        0,
        "url                      https://a.b\n"
        "name_servers             ns-1, ns-2\n"
        "services.search.secrets  {}\n"
        "services.search.url      https://a.b/search\n"
        "stage                    6\n",
    )


# ---- another account
@pytest.mark.parametrize("command", [up, preview, refresh, destroy])
def test_nothing_runs_against_another_account(shop, command, monkeypatch):
    at = shop()
    arn = f"arn:aws:sns:us-east-1:{ACCOUNT}:shop"
    at.driver.held.append({"urn": "u::t", "type": "t", "custom": True, "protect": False, "outputs": {"arn": arn}})
    monkeypatch.setattr("tenfold.engine.account.current", lambda region: "999999999999")
    code, said = at(command, local=False)
    assert code == exits.REFUSED and ACCOUNT in said and "999999999999" in said and at.driver.done == []


# ---- what AWS protects
@pytest.mark.parametrize("command", [up, preview])
def test_a_protected_balancer_is_not_replaced_half_way(shop, command):
    at = shop()
    at.says("{stage: 3, overrides: {shop-balancer-lb: {internal: true}}}")
    code, said = at(command)
    assert code == exits.REFUSED and at.driver.done == []
    words = " ".join(said.split())
    assert "refuse to delete shop-balancer-lb" in words and "enableDeletionProtection: false" in words


def test_a_protection_that_was_switched_off_is_in_nobody_s_way(shop):
    at = shop()
    for resource in at.driver.held:
        if resource["urn"].endswith("::shop-balancer-lb"):
            resource["outputs"]["enableDeletionProtection"] = False
    at.says("{stage: 3, overrides: {shop-balancer-lb: {internal: true}}}")
    assert "refuse to delete" not in at(up)[1]


# ---- another name, another stage
@pytest.mark.parametrize("command", [up, preview])
def test_another_name_is_not_a_second_empty_stack(shop, command, tmp_path, monkeypatch):
    at = shop()
    config = f"config:\n  tenfold:blueprint: {at.file}\n"
    (tmp_path / "stacks" / "shop-prod").mkdir(parents=True)
    file = tmp_path / "stacks" / "shop-prod" / "Pulumi.shop-prod.yaml"
    file.write_text(config + "  tenfold:environment: prod\n")
    monkeypatch.setattr(
        "tenfold.engine.workspace.deployed_resources", lambda where: [1] if where.stack == "shop-prod" else []
    )
    at.says("{stage: 3}", name="shoppe")
    at.driver.held = []
    code, said = at(command)
    assert code == exits.REFUSED and "name: shop" in said and at.driver.done == []


def test_what_is_deployed_is_destroyed_whatever_the_file_says(shop):
    at = shop("{stage: 5}")
    at.says("{stage: 3}")
    at.driver.held = [r for r in at.driver.held if r["type"] != "aws:lb/loadBalancer:LoadBalancer"]
    for resource in at.driver.held:
        (resource.get("outputs") or {}).update(deletionProtection=False)
    code, said = at(destroy)
    assert code == exits.DONE and at.driver.done == ["unprotect", "permit", "destroy"], (
        "and nothing is deployed on the way"
    )
    assert "stage 5 autoscaled" in said


@pytest.mark.parametrize("command", [up, refresh])
def test_a_urn_that_is_not_deployed_is_wrong_input(shop, command):
    at = shop()
    code, said = at(command, "--accept-loss", "nonsense")
    assert code == exits.WRONG_INPUT and "nonsense is not deployed" in said and at.driver.done == []


def test_a_printed_command_can_be_pasted(shop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = shop()(up, "--stage", "3")
    assert code == exits.DONE
    assert "tenfold destroy 'a shop.yaml' --env prod --local --stage 3" in said
    made = shop().prepare(Path("a shop.yaml"), "prod", "3", True, None, print)
    assert "--stage" not in made.place, "tenfold promote has no such option"


def test_a_preview_says_what_diff_says(shop):
    at = shop()
    at.driver.finds = [("update", "shop-database-primary", {"instanceClass": "db.r6g.large"})]
    code, said = at(preview)
    assert code == exits.DONE and "db.t4g.small → db.r6g.large" in " ".join(said.split())
    assert "something restarts" in said and "1 to change. Nothing was changed." in said
