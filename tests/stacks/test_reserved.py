"""Blueprints import no components: what both must know is data on each side, and equal."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import settings
from tenfold.blueprints.rules.names import reserved_names
from tenfold.blueprints.sizes import offerings
from tenfold.components.host.image import architecture
from tenfold.components.plans import contract, rds
from tenfold.components.plans.zones import choose
from tenfold.recorder.answers import call

COMPONENTS = Path(contract.__file__).parent
ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"


def test_names_of_settings() -> None:
    assert settings.SETTINGS.read_text(encoding="utf-8") == settings.text(), "run `make docs`"


def test_parameters_that_keep_connections_encrypted() -> None:
    known = yaml.safe_load((COMPONENTS / "rds_parameters.yaml").read_text())
    assert reserved_names()["parameters"] == {engine: part["required"] for engine, part in known.items()}


@pytest.mark.parametrize("region", offerings.regions())
def test_zones_of_regions(region: str) -> None:
    answer: dict[str, Any] = call(ZONES, {}, region)
    has = offerings.zones(region)
    assert len(choose(answer["names"], answer["zoneIds"], has)) == has
    with pytest.raises(ValueError, match=f"has {has} that can be used"):
        choose(answer["names"], answer["zoneIds"], has + 1)


def test_every_usable_instance_type_has_an_image() -> None:
    for name in offerings.table("ec2")["types"]:
        if not offerings.unusable("ec2", name):
            assert architecture(name) in ("arm64", "x86_64")


def test_every_database_class_on_offer_has_a_memory() -> None:
    for engine in ("postgres", "mysql"):
        for series in offerings.database_series(engine):
            for region in offerings.regions():
                for name in offerings.database_classes(engine, series, region):
                    assert rds.memory_gib(name) >= 1
