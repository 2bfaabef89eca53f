"""A real stack's files lie with the team's blueprint, wherever tenfold is."""

from pathlib import Path

import pytest
import yaml

from tenfold import exits, home
from tenfold.engine import install, project, workspace
from tenfold.failure import Failure

SHOP = Path(__file__).parents[2] / "blueprints" / "shop.yaml"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    file = tmp_path / "infrastructure" / "shop.yaml"
    file.parent.mkdir()
    file.write_text(SHOP.read_text())
    return file


def test_of_a_blueprint_in_the_checkout_it_is_the_checkouts():
    assert project.of(SHOP) == project.Project(SHOP.parents[1], "stacks/")


def test_without_a_project_it_is_the_blueprints_folder(team: Path):
    assert project.of(team) == project.Project(team.parent)


def test_the_nearest_project_of_tenfold_counts(team: Path):
    (team.parents[1] / "Pulumi.yaml").write_text("name: tenfold\nruntime: python\nstackConfigDir: config\n")
    assert project.of(team) == project.Project(team.parents[1], "config")
    (team.parent / "Pulumi.yaml").write_text("name: tenfold\nruntime: python\n")
    assert project.of(team) == project.Project(team.parent)


def test_a_project_further_up_may_be_another(team: Path):
    (team.parents[1] / "Pulumi.yaml").write_text("name: website\nruntime: nodejs\n")
    assert project.of(team) == project.Project(team.parent)


@pytest.mark.parametrize("text", ["name: website\nruntime: nodejs\n", "name: [", "- tenfold\n"])
def test_beside_the_blueprint_it_must_be_tenfolds(team: Path, text: str):
    (team.parent / "Pulumi.yaml").write_text(text)
    with pytest.raises(Failure) as refused:
        project.of(team)
    assert refused.value.code == exits.WRONG_INPUT and str(team.parent / "Pulumi.yaml") in str(refused.value)


def test_what_is_there_is_never_written_over(tmp_path: Path):
    (tmp_path / "__main__.py").write_text("# ours\n")
    project.create(tmp_path)
    assert yaml.safe_load((tmp_path / "Pulumi.yaml").read_text())["name"] == project.NAME
    assert (tmp_path / "__main__.py").read_text() == "# ours\n"
    (tmp_path / "Pulumi.yaml").write_text("name: tenfold\n")
    project.create(tmp_path)
    assert (tmp_path / "Pulumi.yaml").read_text() == "name: tenfold\n"


def test_a_stack_of_the_checkout_and_of_a_team_ask_for_the_same_configuration():
    of_checkout, of_team = (
        yaml.safe_load((folder / "Pulumi.yaml").read_text()) for folder in (SHOP.parents[1], home.PACKAGE / "template")
    )
    assert [of_team[key] for key in ("name", "config")] == [of_checkout[key] for key in ("name", "config")]


def test_the_engine_writes_a_stacks_settings_there(team: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TENFOLD_DATA", str(home.data()))
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(workspace.PASSPHRASE, "a passphrase")
    monkeypatch.delenv(workspace.BACKEND, raising=False)
    where = workspace.place("shop-prod", team, None)
    config = {"tenfold:blueprint": workspace.blueprint_of(where, team), "tenfold:environment": "prod"}
    workspace.open_stack(where, install.ensure(print), lambda: None, config)
    settings = yaml.safe_load((team.parent / "Pulumi.shop-prod.yaml").read_text())
    assert settings["config"] == {"tenfold:blueprint": "shop.yaml", "tenfold:environment": "prod"}
    assert settings["encryptionsalt"]
    assert {file.name for file in team.parent.iterdir()} == {
        "Pulumi.shop-prod.yaml", "Pulumi.yaml", "__main__.py", "shop.yaml",
    }  # fmt: skip
