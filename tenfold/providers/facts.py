"""Facts about types, in YAML of the same name in each package's folder, read as one: a file, or a folder of files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

PACKAGES = ("aws", "kubernetes")


def read(name: str) -> dict[str, Any]:
    """All facts called `name` (`effects`, `stateful`) together; not every package has each."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    joined: dict[str, Any] = {}
    for package in PACKAGES:
        folder = Path(__file__).parent / package
        for file in (*folder.glob(f"{name}.yaml"), *sorted(folder.glob(f"{name}/*.yaml"))):
            _join(joined, yaml.load(file.read_text(encoding="utf-8"), loader))
    return joined


def _join(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Maps and lists at the same place are put together: types of several files never meet."""
    for key, value in more.items():
        if isinstance(value, Mapping) and key in into:
            _join(into[key], value)
        elif isinstance(value, list) and key in into:
            into[key] = [*into[key], *value]
        else:
            into[key] = value
