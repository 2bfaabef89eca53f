"""Where tenfold is, and where it keeps its own files: never beside itself, always below the user's state and data
directories."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def _base(variable: str, below_home: str, name: str) -> Path:
    moved = os.environ.get("TENFOLD_HOME")
    if moved:
        return Path(moved).expanduser().resolve() / name
    return Path(os.environ.get(variable) or Path.home() / below_home) / "tenfold"


def state() -> Path:
    """Stacks' state, locks, logs, the local cloud's port. `TENFOLD_HOME` moves it (`$TENFOLD_HOME/state`)."""
    return _base("XDG_STATE_HOME", ".local/state", "state")


def data() -> Path:
    """What can be made again: the engine's binaries. `TENFOLD_DATA` moves it alone (tests share one engine)."""
    alone = os.environ.get("TENFOLD_DATA")
    return Path(alone).expanduser().resolve() if alone else _base("XDG_DATA_HOME", ".local/share", "data")
