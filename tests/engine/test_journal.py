"""The provider's journal: what exists and the engine does not know of."""

import pytest

from tenfold.local.provider import journal

URN = "urn:pulumi:shop-dev::tenfold::aws:ec2/vpc:Vpc::shop-network-vpc"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TENFOLD_HOME", str(tmp_path))


def create(identifier, urn=URN):
    journal.write("create", urn, "aws:ec2/vpc:Vpc", identifier, "us-east-1")


def unknown(*known):
    return [entry["id"] for entry in journal.unknown("shop-dev", [{"urn": URN, "id": i} for i in known])]


def test_what_the_state_does_not_hold_is_left_over_newest_first():
    create("vpc-1")
    create("vpc-2")
    create("vpc-3")
    assert unknown("vpc-2") == ["vpc-3", "vpc-1"]


def test_what_was_taken_away_again_is_not():
    create("vpc-1")
    journal.write("delete", URN, "aws:ec2/vpc:Vpc", "vpc-1", "us-east-1")
    assert unknown() == []


def test_a_half_written_line_is_passed_over():
    create("vpc-1")
    with open(journal.file("shop-dev"), "a") as file:
        file.write('{"act": "cre')
    assert unknown() == ["vpc-1"]


def test_stacks_are_apart_and_forgotten_alone():
    create("vpc-1")
    create("vpc-9", URN.replace("shop-dev", "shop-prod"))
    journal.forget("shop-prod")
    assert unknown() == ["vpc-1"] and journal.unknown("shop-prod", []) == []
