"""Runs a program without an engine and keeps every registration it asks for: `record(run) -> Recording`."""

import sys
from functools import cache
from pathlib import Path

from tenfold.blueprints.value import Value
from tenfold.graph import Graph
from tenfold.recorder.errors import Unsupported
from tenfold.recorder.run import Run

FAST, SDK = "fast", "sdk"


class Recording(Value):
    graph: Graph
    note: str = ""
    """Why another recorder was used than the one asked for; for the user to see."""


def record(run: Run, recorder: str = FAST) -> Recording:
    """The graph of `run.program`. What the fast recorder does not model is given to the one on the real SDK.

    Raises `ProgramFailed` and `DuplicateUrn`, both with the program's file and line.
    """
    note = ""
    if recorder == FAST:
        from tenfold.recorder.light.record import record as record_fast

        try:
            return Recording(record_fast(run), _stale())
        except Unsupported as refused:
            note = f"{refused}; recorded on the Pulumi SDK instead, which takes longer"
    from tenfold.recorder.sdk import record as record_sdk

    return Recording(record_sdk(run), note)


def _stale() -> str:
    """Said when a deployment would run another version of a provider's package than the plan was made for."""
    from tenfold.recorder.light.tables import PACKAGES
    from tenfold.recorder.light.tables import version as planned

    for package in PACKAGES:
        installed = installed_version(package)
        if installed not in (None, planned(package)):
            return (
                f"the plan knows {package} {planned(package)}, installed is {installed}: "
                "python -m tenfold.recorder.light.make_tables, then look at the diff"
            )
    return ""


def installed_version(package: str) -> str | None:
    """By the name of its `.dist-info` folder: to import importlib.metadata takes a tenth of a plan."""
    return _version_in(tuple(sys.path), package)


@cache
def _version_in(folders: tuple[str, ...], package: str) -> str | None:
    for folder in folders:
        for metadata in Path(folder).glob(f"{package}-*.dist-info"):
            return metadata.name.removesuffix(".dist-info").partition("-")[2]
    return None
