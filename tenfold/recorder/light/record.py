"""Records one run of a program with the stand-ins."""

from tenfold.graph import DuplicateUrn, Graph
from tenfold.recorder.errors import ProgramFailed, Unsupported, place_of
from tenfold.recorder.light import hook, session
from tenfold.recorder.light.collect import collect
from tenfold.recorder.run import Run


def record(run: Run) -> Graph:
    """The graph of `run.program`. Raises `ProgramFailed`, `DuplicateUrn` and `Unsupported`."""
    with hook.installed():
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
