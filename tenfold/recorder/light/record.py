"""Records one run of a program with the stand-ins."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from tenfold.graph import DuplicateUrn, Graph
from tenfold.recorder.errors import ProgramFailed, Unsupported, place_of
from tenfold.recorder.light import hook, session
from tenfold.recorder.light.collect import collect
from tenfold.recorder.run import Run


@contextmanager
def _no_collection() -> Iterator[None]:
    """All that a recording makes stays until its end, so the collector walks ever more and finds nothing: at 20,000
    resources a third of the time (measured; bench/recorder.py)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def record(run: Run) -> Graph:
    """The graph of `run.program`. Raises `ProgramFailed`, `DuplicateUrn` and `Unsupported`."""
    with hook.install_hook(), _no_collection():
        current = session.begin(run)
        try:
            current.exports.update(run.program() or {})
            return collect(current)
        except DuplicateUrn:
            raise
        except Unsupported as refused:
            place = place_of(refused)
            raise Unsupported(f"{place}: {refused}" if place else str(refused)) from None
        except Exception as error:
            raise ProgramFailed(error, place_of(error)) from error
        finally:
            session.end()
