"""Editions: a later release has the defaults that a blueprint has pinned."""

import json
import shutil
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
import yaml
from parts import whole

from tenfold import cli, exits
from tenfold.blueprints.reading import defaults
from tenfold.blueprints.resolve import load
from tenfold.blueprints.sizes import offerings, sizing
from tenfold.blueprints.source import document
from tenfold.blueprints.stages import editions, presets

NOW, LATER = editions.newest(), "2999-01"
CACHES = (
    presets.presets, presets.capabilities, presets.owner_of, editions.names, editions.edition, editions.stages,
    editions.sizes_before, defaults.stage_defaults, offerings.sizes, document.load_data,
)  # fmt: skip


def forget() -> None:
    for cached in CACHES:
        cached.cache_clear()


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A later release: another default of backups, one more zone than sizing had, none of growth, another server."""
    stages, sizes = tmp_path / "stages", tmp_path / "sizes"
    shutil.copytree(presets.FOLDER, stages)
    shutil.copytree(offerings.DATA, sizes)
    second = stages / "2-separate-database.yaml"
    text = second.read_text()
    assert "database.backups.keep: {value: 7d" in text
    second.write_text(text.replace("database.backups.keep: {value: 7d", "database.backups.keep: {value: 30d"))
    rows = yaml.safe_load((sizes / "sizes.yaml").read_text())
    (sizes / "sizes.yaml").write_text(yaml.safe_dump({**rows, "server": rows["server"][1:]}))
    changed = {"stage": 2, "field": "database.backups.keep", "before": "7d", "why": "auditors ask for a month"}
    (stages / "editions" / f"{LATER}.yaml").write_text(
        yaml.safe_dump(
            {"title": "later", "released": False, "defaults": [changed], "sizes": {"server": rows["server"]}}
        )
    )
    monkeypatch.setattr(presets, "FOLDER", stages)
    monkeypatch.setattr(editions, "FOLDER", stages / "editions")
    monkeypatch.setattr(editions, "SIZES", sizes / "sizes.yaml")
    monkeypatch.setattr(offerings, "DATA", sizes)
    forget()
    yield tmp_path
    monkeypatch.undo()
    forget()


def run(*arguments: object, code: int = exits.DONE) -> str:
    """What it prints, on both streams."""
    printed = StringIO()
    words = ["tenfold", *(str(each) for each in arguments)]
    with (
        mock.patch.object(sys, "argv", words),
        mock.patch.object(sys, "stdout", printed),
        mock.patch.object(sys, "stderr", printed),
    ):
        assert cli.run() == code, printed.getvalue()
    return printed.getvalue()


def blueprint(folder: Path, text: str = "") -> Path:
    (folder / "shop.yaml").write_text(whole(f"stage: 2\n{text}"))
    return folder / "shop.yaml"


@pytest.mark.parametrize("name", editions.names())
def test_a_released_edition_stays_as_it_was(name: str) -> None:
    """A changed default is an entry in the newest edition's file; of a released one, in a new edition's:
    docs/editions.md."""
    is_open = name == editions.newest() and not editions.edition(name).released
    mend = "run `make docs`" if is_open else f"add what stood there `before` to an edition after {name}"
    assert editions.record(name) == editions.record_file(name).read_text(encoding="utf-8"), mend


def test_only_the_newest_edition_may_be_open() -> None:
    assert all(editions.edition(name).released for name in editions.names()[:-1])
    assert {path.stem for path in editions.RECORDS.iterdir()} == set(editions.names())


@pytest.mark.parametrize("example", sorted(presets.FOLDER.parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_pins_the_newest_edition(example: Path) -> None:
    """Else the golden files would not show what a changed default does."""
    assert yaml.safe_load(example.read_text(encoding="utf-8"))["edition"] == NOW


def plans(file: Path) -> str:
    return run("plan", file, "--json")


def test_a_later_release_plans_the_same_for_a_pinned_edition(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    file = blueprint(tmp_path, f"edition: {NOW}")
    before, record = plans(file), editions.record(NOW)
    request.getfixturevalue("later")
    assert editions.newest() == LATER
    assert plans(file) == before
    assert editions.record(NOW) == record
    blueprint(tmp_path)
    assert '"backupRetentionPeriod": 30' in plans(file) and '"backupRetentionPeriod": 7' in before


def test_explain_says_since_when_a_default_is_another(later: Path) -> None:
    file = blueprint(later, f"edition: {NOW}")
    shown = run("explain", file, "database.backups.keep")
    assert "database.backups.keep = 7d" in shown
    assert f"as it was before edition {LATER}: auditors ask for a month" in " ".join(shown.split())
    assert load(file).values["server.instance"] == "t4g.small"
    assert (
        load(blueprint(later)).values["server.instance"] == sizing.offerings.sizes("server")[0].names[0] == "t4g.medium"
    )


def test_an_environment_and_the_house_may_pin_one(later: Path) -> None:
    file = blueprint(later, f"environments: {{dev: {{}}, prod: {{edition: {NOW}}}}}")
    kept = {name: load(file, environment=name).values["database.backups.keep"] for name in ("dev", "prod")}
    assert kept == {"dev": 30, "prod": 7}
    (later / "tenfold-rules.yaml").write_text(f"defaults: {{edition: {NOW}}}\n")
    assert load(file, environment="dev").values["database.backups.keep"] == 7


def test_upgrade_shows_the_difference_of_every_environment_first(later: Path) -> None:
    file = blueprint(later, f"edition: {NOW}  # agreed with the auditors\nenvironments: {{dev: {{}}, prod: {{}}}}")
    text = file.read_text()
    shown = run("upgrade", file, code=exits.REFUSED)
    assert "backupRetentionPeriod" in shown and "7 → 30" in shown and "2 environments" in shown
    assert file.read_text() == text  # no terminal, no --yes: nothing is written
    document = json.loads(run("upgrade", file, "--json"))
    assert (document["edition"], document["written"]) == (LATER, False)
    assert {name: each["change"] for name, each in document["environments"].items()} == {
        "dev": "changed",
        "prod": "changed",
    }
    assert "says edition 2999-01 now" in run("upgrade", file, "--yes")
    assert file.read_text() == text.replace(f"edition: {NOW}", f"edition: {LATER}")
    assert "already" in run("upgrade", file, "--yes")


def test_one_environment_is_upgraded_first_and_follows_the_file_later(later: Path) -> None:
    file = blueprint(later, f"edition: {NOW}\nenvironments: {{dev: {{throwaway: true}}, prod: {{}}}}")
    text = file.read_text()
    shown = run("upgrade", file, "--env", "dev", "--yes")
    assert "1 environment " in shown
    assert file.read_text() == text.replace("throwaway: true", f"edition: {LATER}, throwaway: true")
    assert "already" in run("upgrade", file, "--env", "dev", "--yes")
    run("upgrade", file, "--yes")
    assert file.read_text() == text.replace(f"edition: {NOW}", f"edition: {LATER}")


def test_a_blueprint_without_an_edition_is_told_to_pin_one(tmp_path: Path) -> None:
    file = blueprint(tmp_path)
    assert f"`edition: {NOW}`" in run("plan", file)
    run("upgrade", file, "--yes")
    assert file.read_text().startswith(f"stage: 2\nedition: {NOW}\n")
    assert "No edition is pinned" not in run("plan", file)


def test_an_edition_that_is_none_is_refused_with_those_there_are(tmp_path: Path) -> None:
    file = blueprint(tmp_path, "edition: 2020-01")
    (problem,) = load(file).problems
    assert (problem.code, problem.line, problem.column) == ("TF-S018", 2, 10) and NOW in problem.hint
    assert NOW in run("upgrade", blueprint(tmp_path), "--to", "2020-01", code=exits.WRONG_INPUT)


def test_several_files_are_upgraded_at_once(later: Path) -> None:
    first, second = blueprint(later, f"edition: {NOW}"), later / "news.yaml"
    second.write_text(first.read_text().replace("name: shop", "name: news"))
    (later / "tenfold-rules.yaml").write_text("defaults: {}\n")
    document = json.loads(run("upgrade", str(later / "*.yaml"), "--json"))
    assert {Path(name).name: list(each["environments"]) for name, each in document["blueprints"].items()} == {
        "news.yaml": ["base"],
        "shop.yaml": ["base"],
    }
    assert f"edition: {NOW}" in first.read_text()
    run("upgrade", first, second, "--yes")
    assert f"edition: {LATER}" in first.read_text() and f"edition: {LATER}" in second.read_text()
