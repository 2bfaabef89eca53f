"""The offline tables: their shape, what they say, and that reading them is cheap."""

import pytest

from tenfold.blueprints.sizes import capacity, offerings
from tenfold.components.host import image


@pytest.mark.parametrize("service", ["ec2", "rds", "elasticache"])
def test_tables_are_dated_and_name_their_source(service: str) -> None:
    table = offerings.table(service)
    assert table["as_of"] >= "2026-10-20"
    assert "cfn-lint" in table["source"]
    assert len(table["regions"]) >= 38
    assert all("-" in region for region in table["regions"])


def test_known_facts() -> None:
    assert "us-east-1" in offerings.regions()
    assert "t4g.small" in offerings.instance_types("us-east-1")
    assert "t2.micro" not in offerings.instance_types("eu-south-2")
    assert "db.t4g.medium" in offerings.database_classes("postgres", "17", "us-east-1")
    assert "db.t4g.micro" not in offerings.database_classes("postgres", "17", "ca-west-1")
    assert "db.m3.medium" not in offerings.database_classes("postgres", "17.9", "us-east-1")
    assert "cache.t4g.micro" in offerings.cache_nodes("eu-west-1")
    assert offerings.cache_versions("valkey")[0] == "7.2"


def test_versions() -> None:
    assert offerings.database_series("postgres")[-2:] == ["17", "18"]
    assert offerings.database_series("mysql") == ["8.0", "8.4"]
    assert "16.4" in offerings.deprecated_versions("postgres")
    assert "16.10" in offerings.database_versions("postgres")
    assert "18" not in offerings.database_versions("postgres")
    assert offerings.series("mysql", "8.4.7") == "8.4"


def test_sizes_of_each_service_are_as_large_as_promised() -> None:
    assert len(offerings.instance_types("us-east-1")) > 1000
    assert len(offerings.instance_types("eu-south-2")) < len(offerings.instance_types("us-east-1"))
    assert len(offerings.database_classes("postgres", "17", "us-east-1")) > 200
    assert len(offerings.cache_nodes("us-east-1")) > 80


def test_capacity_is_what_aws_describes() -> None:
    for file, text in capacity.files().items():
        assert file.read_text() == text, "run blueprints/sizes/capacity.py"
    assert offerings.capacity("c7g.large") == (2, 4) and offerings.capacity("c99.large") is None
    known = [name for name in offerings.table("ec2")["types"] if offerings.capacity(name)]
    assert len(known) > 0.95 * len(offerings.table("ec2")["types"])


def test_processors_are_what_the_servers_images_are_chosen_by() -> None:
    for name in offerings.table("ec2")["types"]:
        if not offerings.unusable("ec2", name):
            assert offerings.processor(name) == image.architecture(name), name
    assert {name: offerings.processor(name) for name in ("g4dn.xlarge", "g5g.xlarge", "c7gn.large", "a1.large")} == {
        "g4dn.xlarge": "x86_64",
        "g5g.xlarge": "arm64",
        "c7gn.large": "arm64",
        "a1.large": "arm64",
    }
