"""Blueprints written on the spot."""

from collections.abc import Callable
from pathlib import Path

import pytest
from parts import whole

from tenfold.blueprints.resolve import Resolution, load


@pytest.fixture
def blueprint(tmp_path: Path) -> Callable[..., Resolution]:
    """Write a part of a blueprint and load it."""

    def write_and_load(part: str, environment: str | None = None, **how: object) -> Resolution:
        path = tmp_path / "shop.yaml"
        path.write_text(whole(part), encoding="utf-8")
        return load(path, environment=environment, **how)  # type: ignore[arg-type]: handed on

    return write_and_load
