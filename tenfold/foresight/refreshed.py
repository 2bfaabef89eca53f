"""Prices that `tenfold prices refresh` read from AWS's own list, a file a region in tenfold's data directory."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tenfold import home


def folder() -> Path:
    return home.data() / "prices"


def rows() -> Mapping[str, Any]:
    """By region and key; nothing where nothing was refreshed."""
    found = sorted(folder().glob("*.json")) if folder().is_dir() else []
    return {file.stem: json.loads(file.read_bytes())["rows"] for file in found}
