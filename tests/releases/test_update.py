"""`tenfold update`: shown first, merged three-way, over two releases, in a project and in a fork.

No network: the releases are tags of repositories that a test makes.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tenfold import cli, home
from tenfold.failure import Failure
from tenfold.releases import copying, source, template, updating

ANSWERS = "{{ _copier_conf.answers_file }}.jinja"


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, message: str, tag: str = "") -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    if tag:
        git(folder, "tag", tag)


def identify(folder: Path) -> None:
    git(folder, "config", "user.name", "ada")
    git(folder, "config", "user.email", "ada@example.com")


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def tenfold(*words: str | Path) -> Result:
    return CliRunner().invoke(cli.tenfold, [str(word) for word in words])


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """A template of a platform team, in git, with three releases: the second changes the blueprint and a script, the
    third the heading of the README."""
    folder = tmp_path / "upstream"
    (folder / "blueprints").mkdir(parents=True)
    (folder / "copier.yml").write_text("name: {type: str, default: shop}\n")
    (folder / ANSWERS).write_text("{{ _copier_answers | to_nice_yaml -}}\n")
    (folder / "README.md.jinja").write_text("# {{ name }}\n\nInfrastructure.\n")
    (folder / "ci.sh").write_text("#!/bin/sh\ntenfold validate\n")
    (folder / "blueprints" / "{{ name }}.yaml.jinja").write_text(
        "name: {{ name }}\nstage: 1\nowner: ada@example.com\nbudget: 100 USD/month\n\n"
        "app:\n  image: ghcr.io/acme/shop:1.4.2\n\nload:\n  users: 50\n\nenvironments: {dev: {throwaway: true}}\n"
    )
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "one", "1.0.0")
    replaced(folder / "blueprints" / "{{ name }}.yaml.jinja", "budget: 100", "budget: 150")
    replaced(folder / "ci.sh", "tenfold validate", "tenfold validate --json")
    commit(folder, "two", "1.1.0")
    replaced(folder / "README.md.jinja", "# {{ name }}", "# Infrastructure of {{ name }}")
    commit(folder, "three", "1.2.0")
    return folder


def test_a_customised_project_goes_over_two_releases(upstream: Path, tmp_path: Path) -> None:
    project = tmp_path / "acme"
    blueprint, readme, own = (project / name for name in ("blueprints/acme.yaml", "README.md", "own/rules/size.py"))
    copying.copy(str(upstream), project, {}, "acme", revision="1.0.0", ask=False)
    git(project, "init", "--quiet")
    commit(project, "new")
    replaced(blueprint, "users: 50", "users: 60")
    replaced(readme, "# acme", "# Acme's own")
    own.parent.mkdir(parents=True)
    own.write_text("def check_blueprint(context): ...\n")
    with pytest.raises(Failure, match="not committed"):
        updating.open_project(project)
    commit(project, "ours")

    merged = tenfold("update", project, "--to", "1.1.0", "--yes")
    assert merged.exit_code == 0, merged.output
    assert "acme: 1.0.0 → 1.1.0" in merged.output and "blueprints/acme.yaml, ci.sh" in merged.output
    assert "100.0 → 150.0" in merged.output  # what `up` would do
    assert "users: 60" in blueprint.read_text() and "budget: 150" in blueprint.read_text()
    commit(project, "1.1.0")

    conflict = json.loads(tenfold("update", project, "--json").output)["update"]
    assert (conflict["from"], conflict["to"], conflict["conflicts"]) == ("1.1.0", "1.2.0", ["README.md"])
    assert {each["change"] for each in conflict["changes"]} == {"same"} and not conflict["merged"]
    assert git(project, "status", "--porcelain") == ""
    told = tenfold("update", project, "--yes")
    assert told.exit_code == 1 and "choose between <<<<<<< and >>>>>>> in README.md" in told.output
    text = readme.read_text()
    assert text.index("# Acme's own") < text.index("# Infrastructure of acme")
    readme.write_text("# Acme's own\n")
    commit(project, "1.2.0")
    assert "acme is up to date." in tenfold("update", project).output
    assert own.exists()


def test_what_is_printed_can_be_pasted(upstream: Path, tmp_path: Path) -> None:
    """The same version again; and new files are committed too, from wherever one is."""
    project = tmp_path / "the acme"
    copying.copy(str(upstream), project, {}, "acme", revision="1.2.0", ask=False)
    shutil.rmtree(project / "blueprints")  # what a release makes of them takes seconds
    git(project, "init", "--quiet")
    commit(project, "new")
    (upstream / "new.sh").write_text("#!/bin/sh\n")
    commit(upstream, "four", "1.3.0")
    declined = tenfold("update", project, "--to", "1.3.0")
    assert f"tenfold update '{project}' --to 1.3.0 --yes" in declined.output
    merged = tenfold("update", project, "--to", "1.3.0", "--yes")
    paste = merged.output.splitlines()[-1].removeprefix("  next")
    identity = {f"GIT_{who}_{what}": "ada" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(paste, shell=True, check=True, env={**os.environ, **identity}, cwd=tmp_path, capture_output=True)
    assert git(project, "status", "--porcelain") == "" and "new.sh" in git(project, "ls-files")


def test_tenfold_s_own_template_is_merged_from_the_release_that_made_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier release, as it writes its template."""
    project, now = tmp_path / "acme", template.version()

    def composed(version: str, _: Path, folder: Path) -> None:
        template.compose(folder)
        if version != now:
            replaced(folder / "files" / "README.md.jinja", "deployed by tenfold", "deployed by an earlier tenfold")

    with copying.serving({"0.0.9": lambda folder: composed("0.0.9", tmp_path, folder)}):
        copying.copy(copying.BUILT_IN, project, {}, "acme", revision="0.0.9", ask=False)
    git(project, "init", "--quiet")
    replaced(project / "README.md", "# acme", "# Acme's own")
    commit(project, "new")
    monkeypatch.setattr(updating, "_composed", composed)
    merged = tenfold("update", project, "--yes")
    assert merged.exit_code == 0, merged.output
    text = (project / "README.md").read_text()
    assert "# Acme's own" in text and "deployed by tenfold" in text
    assert "3 as before" in merged.output


def test_a_fork_follows_releases_and_keeps_what_is_its_own(tmp_path: Path) -> None:
    """A release of the checkout as it is committed, and one that renames a tag of every resource."""
    original, copy = tmp_path / "tenfold", tmp_path / "platform"
    git(tmp_path, "clone", "--quiet", str(source.ROOT), str(original))
    git(original, "tag", "v9.0.0")
    new = tenfold("new", copy, "--fork", "--from", original)
    assert new.exit_code == 0, new.output
    assert git(copy, "status", "--porcelain").split() == ["??", "own/"]
    identify(copy)
    replaced(copy / "LICENSE", "Apache License", "Apache License, of us")
    commit(copy, "ours")
    replaced(original / "stacks" / "place.py", '"managed-by": "tenfold"', '"managed-by": "tenfold 9.1"')
    replaced(original / "LICENSE", "Apache License", "Apache License, of them")
    commit(original, "later", "v9.1.0")
    told = tenfold("update", copy, "--yes")
    assert told.exit_code == 1, told.output
    assert "platform: v9.0.0" in told.output and "→ v9.1.0" in told.output
    assert "tenfold → tenfold 9.1" in told.output and "conflict  LICENSE" in told.output
    assert git(copy, "status", "--porcelain").split() == ["UU", "LICENSE", "M", "stacks/place.py"]
    git(copy, "checkout", "--ours", "LICENSE")
    commit(copy, "both")
    assert git(copy, "describe", "--tags").startswith("v9.1.0-"), "the next update says from which release it comes"


def test_a_fork_merges_what_was_shown_as_whoever_its_repository_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what the branch has become since; and without an identity of the machine's."""
    original, copy = tmp_path / "tenfold", tmp_path / "platform"
    (original / "tenfold").mkdir(parents=True)
    git(original, "init", "--quiet", "--initial-branch", "main")
    (original / "tenfold" / "first.py").touch()
    commit(original, "first")
    git(tmp_path, "clone", "--quiet", "--origin", "upstream", str(original), str(copy))
    (copy / "own").mkdir()
    (copy / "own" / copying.ANSWERS).write_text("kind: fork\n")
    commit(copy, "ours")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git(copy, "config", "user.name", "grace")
    git(copy, "config", "user.email", "grace@example.com")
    (original / "shown.py").touch()
    commit(original, "shown")
    project = updating.open_project(copy)
    with updating.rehearse_update(project, "main") as rehearsal:
        assert rehearsal and rehearsal.files == ("shown.py",)
        (original / "later.py").touch()
        commit(original, "later")
        updating.merge(project, rehearsal)
    assert rehearsal.is_committed and (copy / "shown.py").exists() and not (copy / "later.py").exists()
    assert git(copy, "log", "-1", "--format=%an %s") == "grace tenfold main\n"


def test_a_fork_of_nobody_is_refused_before_anything_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "platform"
    (copy / "own").mkdir(parents=True)
    (copy / "own" / copying.ANSWERS).write_text("kind: fork\n")
    git(copy, "init", "--quiet")
    commit(copy, "ours")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git(copy, "config", "user.useConfigOnly", "true")
    with pytest.raises(Failure, match="does not know who merges") as refused:
        updating.open_project(copy)
    assert any("user.email" in remedy for remedy in refused.value.remedies)


def test_the_code_of_an_earlier_release_is_asked_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Nothing of the release that runs, nor of the folder it is in, gets in between."""
    release, project = tmp_path / "release", tmp_path / "project"
    for folder, text in ((release, "print('the earlier one')"), (project, "raise SystemExit(9)")):
        (folder / "tenfold").mkdir(parents=True)
        (folder / "tenfold" / "__init__.py").touch()
        (folder / "tenfold" / "asked.py").write_text(text)
    assert source.run(release, "tenfold.asked", cwd=project) == "the earlier one\n"
    with pytest.raises(Failure, match="cannot tell what it makes"):
        source.run(release, "tenfold.effects", cwd=project)


@pytest.mark.parametrize(
    ("tags", "highest"),
    [(["v0.2.0", "0.10.0", "v0.9.1"], "0.10.0"), (["nightly", "v1"], "HEAD"), ([], "HEAD"), (["1.2"], "1.2")],
)
def test_the_highest_version_of_a_repository(tags: list[str], highest: str) -> None:
    assert updating.latest("".join(f"0123abcd\trefs/tags/{tag}\n" for tag in tags)) == highest


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="`tenfold new` did not make it"):
        updating.open_project(tmp_path)


def test_only_copying_imports_copier() -> None:
    """It takes a third of a second."""
    files = [file for file in home.PACKAGE.rglob("*.py") if "import copier" in file.read_text(encoding="utf-8")]
    assert [file.name for file in files] == ["copying.py"]
