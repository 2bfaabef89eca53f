"""Whether there is still room for what the engine writes. It tries a failed write eleven times, for half a minute each,
and says nothing meanwhile (`saveCheckpoint`, pkg/backend/diy/state.go): a full disk is seen here first."""

from pathlib import Path

from tenfold import files, home
from tenfold.engine.workspace import Place
from tenfold.failure import Failure

SPARE = 256 * 1024  # bytes; beside the state itself: its backup, locks, plugins' notes


class Disk:
    """The folders of one stack. `full` is the first one that was found without room."""

    def __init__(self, where: Place):
        self.where = where
        self.folders = [home.state(), *([where.folder.root] if where.folder else [])]
        self.full: Path | None = None

    def look(self) -> str:
        """What to say of a full one; nothing where there is room."""
        if not self.full:
            needed = self._state() + SPARE
            self.full = next((one for one in self.folders if one.is_dir() and not files.room(one, needed)), None)
        return self._what if self.full else ""

    def failure(self, why: str) -> Failure:
        return Failure(self._what, why=why, remedies=("Free some there, and run the same command again.",))

    @property
    def _what(self) -> str:
        return f"There is no space left on the disk of {self.full or self.folders[-1]}."

    def _state(self) -> int:
        file = self.where.folder.file if self.where.folder else None
        return file.stat().st_size if file else 0
