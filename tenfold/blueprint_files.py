"""FILE… on a command line: blueprints by name and by glob."""

import fnmatch
import glob
import os
from collections.abc import Iterable
from pathlib import Path

from tenfold import exits
from tenfold.failure import Failure

# What lies beside blueprints in a project, and is none.
_OTHERS = ("tenfold-rules.yaml", "Pulumi.yaml", "Pulumi.*.yaml")


def is_several(arguments: Iterable[str | Path]) -> bool:
    """Whether they may name more than one blueprint, however many there are today."""
    names = [str(argument) for argument in arguments]
    return len(names) > 1 or any(is_glob(name) for name in names)


def is_glob(name: str) -> bool:
    """Whether it is a pattern (`*`, `?`, `[…]`, `**`) and no file of that very name."""
    return glob.has_magic(name) and not Path(name).exists()


def is_blueprint(path: str | Path) -> bool:
    """By its name alone: neither house rules nor a file of Pulumi's."""
    name = Path(path).name
    return not any(fnmatch.fnmatchcase(name, other) for other in _OTHERS)


def expand(arguments: Iterable[str | Path]) -> list[Path]:
    """Each file once, in the order of the arguments, the files of a glob by name. Where there are several, what is no
    blueprint by its name is left out: a shell's `*.yaml` names the house rules too.

    Raises `Failure` (wrong input) for a glob without a match.
    """
    names = list(map(str, arguments))
    for name in names:
        if not matches(name):
            raise no_match(name)
    return _unique(names)


def existing(arguments: Iterable[str | Path]) -> list[Path]:
    """As `expand`, but a glob without a match names nothing."""
    return _unique(list(map(str, arguments)))


def _unique(names: list[str]) -> list[Path]:
    if not is_several(names):
        return [Path(name) for name in names]
    paths = [path for name in names for path in matches(name) if is_blueprint(path)]
    return list(dict.fromkeys(paths))


def matches(name: str) -> list[Path]:
    """The blueprints of a glob by name; a name itself, whether there is such a file or not."""
    if not is_glob(name):
        return [Path(name)]
    return [
        Path(path) for path in sorted(glob.glob(name, recursive=True)) if os.path.isfile(path) and is_blueprint(path)
    ]


def no_match(name: str) -> Failure:
    return Failure(
        f"No blueprint matches {name}.",
        remedies=("`*` stands for any name in one folder, `**` for folders below it too",),
        code=exits.WRONG_INPUT,
    )
