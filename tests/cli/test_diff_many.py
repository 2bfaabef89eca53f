"""`tenfold diff FILE… --against REV`: many blueprints at once, for a terminal and as a comment in a pull request."""

import json
import subprocess
import sys
from io import StringIO
from unittest import mock

import pytest

from tenfold import cli, exits, parallel, planning
from tenfold.render import review
from tenfold.render.diff import LOSS, SAFE

TEXT = """name: {name}
stage: 2
app: {{image: "ghcr.io/acme/shop:1", stateless: true}}
database: {{storage: {{size: 20GiB}}}}
environments: {{dev: {{throwaway: true}}, prod: {{}}}}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Three blueprints and house rules, committed."""
    monkeypatch.chdir(tmp_path)
    for name in ("chat", "news", "shop"):
        (tmp_path / f"{name}.yaml").write_text(TEXT.format(name=name))
    (tmp_path / "tenfold-rules.yaml").write_text("defaults: {region: eu-west-1}\n")
    git("init", "-q")
    commit()
    return tmp_path


def git(*args):
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *args], check=True, capture_output=True
    )


def commit():
    git("add", ".")
    git("commit", "-qm", "one")


def run(*args, code=0):
    with (
        mock.patch.object(sys, "argv", ["tenfold", "diff", *args, "--against", "HEAD"]),
        mock.patch.object(sys, "stdout", StringIO()) as out,
    ):
        assert cli.run() == code, out.getvalue()
        return out.getvalue()


def change(file, old, new):
    file.write_text(file.read_text().replace(old, new))


def test_what_has_not_changed_is_not_planned(project):
    with mock.patch.object(planning, "record", side_effect=AssertionError("planned")):
        assert run("*.yaml", "--exit-code") == "6 environments of 3 blueprints against HEAD: 6 as before.\n"
    change(project / "shop.yaml", "prod: {}", "prod: {database: {storage: {size: 40GiB}}}")
    with mock.patch.object(planning, "record", wraps=planning.record) as recorded:
        run("*.yaml", "--exit-code", code=exits.DIFFERENT)
    assert recorded.call_count == 2, "the one environment that changed, then and now"


def test_the_same_change_of_many_is_shown_once(project):
    for name in ("chat", "news"):
        change(project / f"{name}.yaml", "20GiB", "40GiB")
    page = run("*.yaml")
    assert page.count("allocatedStorage 20 → 40") == 1
    assert "chat · dev · 2 separate-database and 3 more" in page
    assert "chat.yaml: dev, prod; news.yaml: dev, prod" in page
    assert "6 environments of 3 blueprints against HEAD: 4 " in page and "2 as before" in page


def test_house_rules_count_for_every_file_below_them(project):
    change(project / "tenfold-rules.yaml", "}", ", database: {backups: {keep: 9d}}}")
    found = json.loads(run("*.yaml", "--json"))["blueprints"]
    assert set(found) == {"chat.yaml", "news.yaml", "shop.yaml"}, "house rules are no blueprint"
    assert {each["change"] for file in found.values() for each in file["environments"].values()} == {"changed"}


def test_files_that_came_and_went_are_results(project):
    (project / "news.yaml").rename(project / "mail.yaml")
    change(project / "mail.yaml", "name: news", "name: mail")
    found = json.loads(run("*.yaml", "--json", "--exit-code", code=exits.DIFFERENT))["blueprints"]
    changes = {file: {each["change"] for each in of["environments"].values()} for file, of in found.items()}
    assert changes == {"chat.yaml": {"same"}, "mail.yaml": {"new"}, "news.yaml": {"removed"}, "shop.yaml": {"same"}}


def test_a_blueprint_with_errors_does_not_hide_the_others(project):
    change(project / "chat.yaml", "stage: 2", "stage: two")
    change(project / "shop.yaml", "20GiB", "40GiB")
    page = run("*.yaml", "--exit-code", code=exits.WRONG_INPUT)
    assert page.index("chat.yaml:2:8  error TF-S001") < page.index("allocatedStorage 20 → 40")
    found = json.loads(run("*.yaml", "--json", code=exits.WRONG_INPUT))["blueprints"]
    assert found["chat.yaml"]["problems"][0]["line"] == 2 and found["shop.yaml"]["environments"]["prod"]["changes"]


def test_errors_of_the_earlier_file_are_named_as_git_names_it(project):
    change(project / "chat.yaml", "stage: 2", "stage: two")
    commit()
    change(project / "chat.yaml", "stage: two", "stage: 2")
    assert "HEAD:chat.yaml:2:8  error TF-S001" in run("*.yaml", code=exits.WRONG_INPUT)


def test_several_processes_say_the_same(project):
    for name in ("chat", "shop"):
        change(project / f"{name}.yaml", "20GiB", "40GiB")
    alone = run("*.yaml", "--json")
    with mock.patch.object(parallel, "_FEW", 1), mock.patch("os.sched_getaffinity", return_value={0, 1}):
        assert run("*.yaml", "--json") == alone


def test_a_comment_has_the_most_dangerous_first_and_unfolded(project):
    change(project / "chat.yaml", "20GiB", "40GiB")
    change(project / "shop.yaml", "name: shop", "name: store")  # `up` would refuse it
    text = run("*.yaml", "--format", "markdown")
    assert text.startswith(f"{review.MARK}\n### tenfold: ")
    opened = [line for line in text.splitlines() if line.startswith("<details")]
    assert opened[0].startswith("<details open>") and "shop → store ·" in opened[0]
    assert opened[-1].startswith("<details><summary>") and "chat ·" in opened[-1]
    assert text == run("*.yaml", "--format", "markdown"), "the same bytes each time"
    assert "/tmp" not in text and str(project) not in text


def made_up(number, verdict=SAFE, what="value a → b"):
    """A review of one environment with rows of its own."""
    rows = (("changes", "", (("server", f"{what} {number}"),)),)
    return review.Review(f"team-{number}.yaml", "prod", review.CHANGED, f"team-{number} · prod", verdict, rows)


def test_a_comment_keeps_within_what_github_takes_and_what_is_dangerous_in_it():
    many = [*(made_up(number) for number in range(2_000)), made_up(5_000, LOSS)]
    text = review.comment(many, "main", "tenfold diff", verbose=False)
    assert len(text) <= review.COMMENT < 65_536
    assert text.index("team-5000") < text.index("team-0 ") and "environments more, less dangerous" in text
    long = review.comment([made_up(1, what="x " * 90_000)], "main", "tenfold diff", verbose=True)
    assert len(long) <= review.COMMENT and "  …\n" in long


def test_nothing_in_a_comment_is_read_as_markup():
    text = review.comment([made_up(1, what="```</details> @ops <b>")], "main", "tenfold diff", verbose=False)
    fences = [line for line in text.splitlines() if line.startswith("````")]
    assert fences == ["````text", "````"]
    assert text.index("````text") < text.index("@ops") < text.rindex("````")


def test_a_matrix_names_the_stacks_that_a_change_touches(project):
    change(project / "shop.yaml", "prod: {}", "prod: {database: {backups: {keep: 21d}}}")
    (project / "chat.yaml").unlink()
    (project / "iot.yaml").write_text(TEXT.format(name="iot"))
    lines = run("*.yaml", "--format", "matrix").splitlines()
    touched = [(job["blueprint"], job["environment"]) for job in json.loads(lines[0])["include"]]
    assert len(lines) == 1 and touched == [("iot.yaml", "dev"), ("iot.yaml", "prod"), ("shop.yaml", "prod")]
