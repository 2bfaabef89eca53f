"""What can go wrong while a program is recorded, said with the program's own file and line."""

from functools import cache
from pathlib import Path

from tenfold import home
from tenfold.graph import Place


class Unsupported(Exception):
    """The program uses something the light recorder does not model; the recorder on the real SDK can run it."""


class NoAnswer(Exception):
    """The program calls a provider function that has no offline answer."""


class ProgramFailed(Exception):
    """The program raised. `place` is its own line, not one inside Pulumi or the recorder."""

    def __init__(self, cause: BaseException, place: Place | None):
        self.place = place
        reason = str(cause) or type(cause).__name__
        named = reason if isinstance(cause, Unsupported | NoAnswer) else f"{type(cause).__name__}: {reason}"
        super().__init__(f"{place}: {named}" if place else named)


def place_of(error: BaseException) -> Place | None:
    """The innermost line of the program itself: the last frame outside Pulumi's SDK, the recorder and the library;
    else the place that was noted on the error."""
    import traceback  # late: only failures need it

    known = getattr(error, "place", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not _machinery(f.filename)]
    return Place(short(frames[-1].filename), frames[-1].lineno or 0) if frames else known


@cache
def short(file: str) -> str:
    """A path of tenfold's own is shown relative to it."""
    try:
        return str(Path(file).relative_to(home.PACKAGE.parent))
    except ValueError:
        return file


_RECORDER = str(Path(__file__).parent)


def _machinery(file: str) -> bool:
    if file.startswith(str(home.PACKAGE)):
        return file.startswith(_RECORDER)
    return file.startswith("<frozen") or "site-packages" in file or "/lib/python" in file
