"""Where a position of a blueprint's text is, while it is written."""

import pytest

from tenfold.editor.completion import offers
from tenfold.editor.place import Place, is_blueprint, place_at

BLOCK = """name: shop
stage: 3
load:
  users: 5k
  # a comment: with a colon
  gro"""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", Place((), None, "")),
        ("na", Place((), None, "na")),
        ("stage: ", Place((), "stage", "")),
        (BLOCK, Place(("load",), None, "gro")),
        ("load: {users: 5k, gro", Place(("load",), None, "gro")),
        ("load: {users: 5k}\nda", Place((), None, "da")),
        ("database: {engine: po", Place(("database",), "engine", "po")),
        ("database: {storage: {size: 20GiB}, eng", Place(("database",), None, "eng")),
        ("environments:\n  prod: {load: {users: ", Place(("environments", "prod", "load"), "users", "")),
        ("environments:\n  prod:\n    database:\n      eng", Place(("environments", "prod", "database"), None, "eng")),
        ("queues:\n  orders: {mess", Place(("queues", "orders"), None, "mess")),
        ("app: {settings: {'A B': \"x, y\"}, im", Place(("app",), None, "im")),
    ],
)
def test_the_place_is_found_in_text_that_cannot_be_parsed(text: str, place: Place) -> None:
    lines = text.split("\n")
    assert place_at(lines, len(lines) - 1, len(lines[-1])) == place


def labels(text: str) -> list[str]:
    lines = text.split("\n")
    return [offer.label for offer in offers(text, len(lines) - 1, len(lines[-1]))]


def test_fields_of_the_section_are_offered() -> None:
    assert labels("name: shop\nstag") == ["stage"]
    assert "growth" in labels(BLOCK) and "users" not in labels(BLOCK)
    assert "image" in labels("environments:\n  prod: {app: {") and "name" not in labels("environments:\n  prod: {")
    assert labels("queues:\n  orders: {message") == ["message_takes"]
    assert labels("queues:\n  ") == [], "a name of the writer's own"


def test_values_that_a_field_takes_are_offered() -> None:
    assert labels("database: {engine: ") == ["postgres", "mysql"]
    assert labels("environments:\n  prod: {stage: ") == [str(number) for number in range(1, 8)]
    assert labels("throwaway: t") == ["true"]
    assert "10m" in labels("queues: {orders: {acceptable_delay: ")


def test_other_yaml_is_no_blueprint() -> None:
    assert is_blueprint("stage: 1\napp: {}\n")
    assert not is_blueprint("name: build\non: push\njobs:\n  stage: 1\n")
