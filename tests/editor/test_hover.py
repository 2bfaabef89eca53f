"""What an editor shows of the word under the cursor."""

from pathlib import Path

from tenfold.editor.hover import hover

TEXT = """name: shop
stage: 3
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
load: {users: 5k}
database: {instance: db.t4g.small, standby: false}
environments:
  dev: {load: {users: 100}}
  prod: {}
"""


def at(word: str, tmp_path: Path, text: str = TEXT) -> str:
    line = next(number for number, line in enumerate(text.split("\n"), 1) if word in line)
    return hover(tmp_path / "shop.yaml", text, line, text.split("\n")[line - 1].index(word) + 1)


def test_a_field_says_what_it_is_and_what_each_environment_has(tmp_path: Path) -> None:
    text = at("users: 5k", tmp_path)
    assert text.startswith("**load.users**") and "dev: `100` from environment" in text
    assert "prod: `5k` from blueprint" in text and "A change: nothing is touched." in text


def test_in_an_environment_it_is_about_that_one(tmp_path: Path) -> None:
    assert "prod:" not in at("users: 100", tmp_path)


def test_a_section_is_explained_and_nothing_else_is(tmp_path: Path) -> None:
    assert at("database:", tmp_path).startswith("**database**")
    assert at("# x", tmp_path, "# x\nname: shop\nstage: 1\n") == ""
    assert at("dev:", tmp_path) == ""


def test_a_file_that_cannot_be_parsed_has_nothing_to_say(tmp_path: Path) -> None:
    assert at("users", tmp_path, "name: shop\nstage: 3\nload: {users: 5k\n") == ""
