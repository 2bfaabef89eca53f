"""What a team adds to tenfold, in a folder that no release of tenfold writes into: `own/`, beside a blueprint or above
it in the same project.

    own/rules/*.py        checks: `check_blueprint(context)`, `check_plan(graph, context)`; each yields findings
    own/tiers/*.py        parts of the stack: `store(ground)`, `runner(platform)`; each returns a `Tier`
    own/components/*.py   Pulumi components, for the tiers
    own/alarms/*.yaml     further alarms of a kind that tenfold observes, or a kind of one's own

Files import each other relatively (`from ..components.archive import Archive`): each folder is a package of a name of
its own, so that `diff --against` has the code of a revision beside that of today.
"""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from inspect import unwrap
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from tenfold.blueprints.source.project import project_folders
from tenfold.blueprints.value import Value

FOLDER = "own"
PARTS = ("alarms", "components", "rules", "tiers")
SUFFIXES = (".py", ".yaml")
BROUGHT = "stages/1-single-server.yaml"  # beside the examples that tenfold brings, and beside no team's blueprint


class OwnCodeFailed(Exception):
    """A file of `own/` cannot be used, or a function in it raised: where, and why."""

    def __init__(self, file: str, line: int, reason: str):
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


class Function(Value):
    """One that a file of `own/` defines under a name that tenfold calls."""

    name: str
    call: Callable[..., Any]

    @property
    def place(self) -> tuple[str, int]:
        """File and line, under what decorates it."""
        code = unwrap(self.call).__code__
        return code.co_filename, code.co_firstlineno


class Own(Value):
    """The folder, and a stamp of all that is in it. Two are equal where their files are, wherever they lie."""

    folder: str
    stamp: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and other.stamp == self.stamp

    def __hash__(self) -> int:
        return hash(self.stamp)

    def files(self, part: str, suffix: str = ".py") -> list[Path]:
        files = sorted(Path(self.folder, part).glob(f"*{suffix}"))
        return [file for file in files if file.stem != "__init__"]

    def unread(self) -> list[Path]:
        """Files that somebody meant to be read, and nothing does: Python beside the parts, and whatever is in a folder
        that lacks a part's plural, as `rule/`."""
        own = Path(self.folder)
        near = [own / part[:-1] for part in PARTS if (own / part[:-1]).is_dir()]
        misplaced = [file for folder in near for file in folder.iterdir() if file.suffix in SUFFIXES]
        return sorted(file for file in (*own.glob("*.py"), *misplaced) if file.stem not in ("__init__", "conftest"))

    def functions(self, part: str, name: str, names: Sequence[str]) -> list[Function]:
        """Those called `name`, of all files of a part, decorated or not. Raises `OwnCodeFailed` for a file that cannot
        be imported, for one that has none of `names`, and for one of them that is no function."""
        functions = []
        for file in self.files(part):
            there = vars(self._module(part, file))
            if not any(each in there for each in names):
                raise OwnCodeFailed(str(file), 1, f"it defines no {' and no '.join(f'`{each}`' for each in names)}")
            if name in there:
                if not isinstance(there[name], FunctionType):
                    raise OwnCodeFailed(str(file), 1, f"`{name}` must be a function")
                functions.append(Function(name, there[name]))
        return functions

    def _module(self, part: str, file: Path) -> ModuleType:
        from hashlib import sha256

        package = f"own_{sha256(f'{self.folder}{self.stamp}'.encode()).hexdigest()[:12]}"
        if package not in sys.modules:
            sys.modules[package] = root = ModuleType(package)
            root.__path__ = [self.folder]
        return import_module(f"{package}.{part}.{file.stem}")


def find_own(blueprint: str | Path) -> Own | None:
    """The folder that counts for a blueprint: the nearest one named `own` that it lies in, or that lies beside it or
    beside a folder above it, up to the root of its project. The examples that tenfold brings have none: what a fork
    adds changes nothing of them, nor of the tests that look at them."""
    at = Path(blueprint).absolute().parent
    if (at / BROUGHT).is_file():
        return None
    for folder in project_folders(at):
        own = folder if folder.name == FOLDER else folder / FOLDER
        if own.is_dir() and any((own / part).is_dir() for part in PARTS):
            return Own(str(own), _stamp(own))
    return None


def _stamp(own: Path) -> str:
    from hashlib import sha256  # late: most blueprints have no such folder

    files = sorted(file for part in PARTS for file in (own / part).rglob("*") if file.suffix in SUFFIXES)
    digest = sha256()
    for file in files:
        digest.update(f"{file.relative_to(own)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def place_in(own: Own, error: BaseException) -> tuple[str, int]:
    """File and line in the folder where an error comes from."""
    import traceback

    if isinstance(error, OwnCodeFailed):
        return error.file, error.line
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 1
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(own.folder)]
    return (frames[-1].filename, frames[-1].lineno or 1) if frames else (own.folder, 1)
