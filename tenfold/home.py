"""Where tenfold keeps its own files: never in the checkout, always below the user's state and data directories."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def _base(variable: str, fallback: str) -> Path:
    home = os.environ.get("TENFOLD_HOME")
    if home:
        return Path(home).expanduser().resolve() / fallback.rsplit("/", 1)[-1]
    return Path(os.environ.get(variable) or Path.home() / fallback) / "tenfold"


def state() -> Path:
    """Stacks' state, locks, logs, the local cloud's port. `TENFOLD_HOME` moves it (`$TENFOLD_HOME/state`)."""
    return _base("XDG_STATE_HOME", ".local/state")


def data() -> Path:
    """What can be made again: the engine's binaries. `TENFOLD_HOME` does not move it when `TENFOLD_DATA` is set."""
    shared = os.environ.get("TENFOLD_DATA")
    return Path(shared).expanduser().resolve() if shared else _base("XDG_DATA_HOME", ".local/share")
