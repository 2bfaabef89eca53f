"""Every code is provoked by its own example, and not by its correction; the pages made from them are current."""

import re
from pathlib import Path

import pytest
from parts import whole

from tenfold.blueprints.overrides import unmatched_children
from tenfold.blueprints.pages import pages
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import load, resolve
from tenfold.blueprints.source.codes import catalogue
from tenfold.blueprints.source.document import MAX_BYTES
from tenfold.blueprints.source.problem import Problem
from tenfold.resolving import with_alarms_judged

# Codes whose example is a command, a rule file, or needs a plan: provoked one by one in test_files.py,
# test_blueprint_house.py and below.
NOT_A_PART = {
    "TF-Y001",
    "TF-Y002",
    "TF-Y003",
    "TF-Y004",
    "TF-Y005",
    "TF-E001",
    "TF-O001",
    "TF-O002",
    "TF-O003",
    "TF-O004",
    "TF-O006",
    "TF-R323",
    "TF-H006",
    "TF-H007",
    "TF-H011",
    "TF-H012",
    "TF-H020",
    "TF-H021",
    "TF-H022",
    "TF-A001",
    "TF-A002",
}
AS_IT_IS = {"TF-Y006", "TF-Y012", "TF-V002"}


def problems_of(path: Path) -> list[Problem]:
    draft = open_draft(path)
    names = [None, *draft.environments]
    return [problem for name in names for problem in with_alarms_judged(resolve(draft, environment=name)).problems]


def codes_of(text: str, code: str, path: Path) -> set[str]:
    if code == "TF-V002":
        text = "name: shop\nstage: 1\n" + text
    if "rules" in catalogue()[code]:
        (path.parent / "tenfold-rules.yaml").write_text(catalogue()[code]["rules"], encoding="utf-8")
    path.write_text(text if code in AS_IT_IS else whole(text), encoding="utf-8")
    return {problem.code for problem in problems_of(path)}


@pytest.mark.parametrize("code", [code for code in catalogue() if code not in NOT_A_PART])
def test_the_wrong_example_provokes_its_code_and_the_right_one_is_fine(code: str, tmp_path: Path) -> None:
    entry = catalogue()[code]
    assert code in codes_of(entry["wrong"], code, tmp_path / "wrong.yaml")
    right = entry["right"] if code not in ("TF-Y012",) else whole(entry["right"])
    assert codes_of(right, code, tmp_path / "right.yaml") == set()


def test_file_codes(tmp_path: Path) -> None:
    def only(path: Path) -> Problem:
        (problem,) = load(path).problems
        return problem

    (tmp_path / "shop.yaml").write_text("name: shop\n")
    missing = only(tmp_path / "shp.yaml")
    assert missing.code == "TF-Y001"
    assert "shop.yaml" in missing.hint
    folder = only(tmp_path)
    assert folder.code == "TF-Y002"
    assert "shop.yaml" in folder.hint
    assert only(Path("/proc/self/mem")).code == "TF-Y003"  # root may read what chmod forbids, but not this
    large = tmp_path / "large.yaml"
    large.write_bytes(b"# " + b"x" * (2 * MAX_BYTES))
    assert only(large).code == "TF-Y004"
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: shop\nowner: caf\xe9\n".encode("latin-1"))
    problem = only(latin)
    assert (problem.code, problem.line, problem.column) == ("TF-Y005", 2, 11)


def test_unknown_environment(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(whole("environments: {prod: {}, staging: {}}"))
    (problem,) = load(path, environment="prdo").problems
    assert (problem.code, problem.line, problem.column) == ("TF-E001", 1, 1)
    assert "prod" in problem.hint


def test_override_for_a_child_that_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(
        whole("overrides: {shop-network-vpc: {x: 1}}\nenvironments:\n  prod:\n    overrides: {shop-databse: {y: 2}}\n")
    )
    resolution = load(path, environment="prod")
    (problem,) = unmatched_children(resolution, ["shop-network-vpc", "shop-database"])
    assert (problem.code, problem.line, problem.column) == ("TF-O001", 4, 17)
    assert "shop-database" in problem.hint
    assert unmatched_children(resolution, ["shop-network-vpc", "shop-databse"]) == []


def test_every_code_explains_itself() -> None:
    for code, entry in catalogue().items():
        needed = {"title", "why", "wrong", "right"}
        assert needed <= set(entry) <= needed | {"severity", "rules", "hidden"}, code
        assert entry.get("severity", "warning") == "warning"
        assert len(entry["title"]) <= 60


def test_pages_and_schema_are_current() -> None:
    made = pages()
    stale = [str(path) for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs`"
    folder = next(iter(path.parent for path in made if path.name == "README.md"))
    assert set(folder.glob("*.md")) == {path for path in made if path.suffix == ".md"}


def test_what_is_reported_is_explained_and_what_is_explained_is_reported() -> None:
    root = Path(__file__).parents[2]
    files = [file for folder in ("blueprints", "stacks", "tenfold") for file in (root / folder).rglob("*.py")]
    reported = set(re.findall(r"TF-[A-Z]\d{3}", "".join(file.read_text(encoding="utf-8") for file in files)))
    assert reported - set(catalogue()) == set(), "add it to blueprints/source/codes.yaml"
    assert set(catalogue()) - reported == set(), "nothing reports it any more"
