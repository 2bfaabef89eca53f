"""Makes `import pulumi` and the import of a provider's package give the light stand-ins, for as long as a program runs.

Whatever was imported before with the real SDK is set aside meanwhile and put back afterwards, and what the program
imported with the stand-ins is taken out (`reuse` may give it to the next recording): neither ever sees a class of the
other. So a recording can be made in any process, and another recorder can follow.
"""

import importlib
import sys
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from operator import is_
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from tenfold.recorder.errors import Unsupported
from tenfold.recorder.light import classes, reuse, surface, tables


class ProviderModule(ModuleType):
    """A provider's package or a module of it; names come from its table on first use."""

    def __init__(self, name: str):
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.__name__}.{name}"
        own = self.__dict__
        if "_table" not in own:
            own["_table"] = tables.load(self.__name__)
        value = classes.member(own["_table"], name) if own["_table"] is not None else None
        if value is None and full in tables.importable():
            value = importlib.import_module(full)
        if value is None:
            raise Unsupported(f"{full} is not among the types of tenfold/recorder/light/types")
        own[name] = value
        return value


class Finder:
    """Comes first on `sys.meta_path`; everything that begins with `pulumi` is ours."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        root = name.partition(".")[0]
        if name.startswith(reuse.PACKAGES):
            return reuse.find_spec(name, path, target)
        if root in tables.PACKAGES and name in tables.importable():
            return ModuleSpec(name, self, is_package=True)  # pyright: ignore[reportArgumentType]: has the methods of a loader
        if _is_pulumi(name):
            raise Unsupported(f"{name} is not modelled by the light recorder")
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return ProviderModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: names are looked up when used."""


def _is_pulumi(name: str) -> bool:
    return name == "pulumi" or name.startswith(("pulumi.", "pulumi_"))


@contextmanager
def install_hook() -> Iterator[None]:
    finder = Finder()
    aside = _take_out(set(sys.modules))
    before = set(sys.modules)
    modules = dict(reuse.modules() or surface.modules())
    sys.modules.update(modules)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        reuse.keep(_take_out(set(sys.modules) - before, modules.keys()).modules, _is_pulumi, _uses)
        _put_back(aside)


class Aside(NamedTuple):
    modules: dict[str, ModuleType]
    attributes: list[str]
    """Modules that a package which stayed also held as an attribute."""


def _take_out(names: set[str], known: Set[str] = frozenset()) -> Aside:
    """Removes Pulumi's modules and all that use them, directly or not; returns them. Of `known` it is known."""
    tainted = {name for name in names if _is_pulumi(name)} | (names & known)
    if not tainted:
        return Aside({}, [])
    others = names - tainted - {"tenfold"}  # holds components and stacks, and uses none of them
    uses = {name: _uses(sys.modules[name]) for name in others if _may_use(sys.modules[name])}
    while more := {name for name, used in uses.items() if name not in tainted and not used.isdisjoint(tainted)}:
        tainted |= more
    out = {name: sys.modules.pop(name) for name in tainted}
    attributes = [name for name in out if _attribute(name) is out[name]]
    for name in attributes:  # `from tenfold.components import network` would find it there
        delattr(*_holder(name))
    return Aside(out, attributes)


def _put_back(aside: Aside) -> None:
    sys.modules.update(aside.modules)
    for name in aside.attributes:
        setattr(*_holder(name), aside.modules[name])


def _holder(name: str) -> tuple[ModuleType | None, str]:
    package, _, attribute = name.rpartition(".")
    return sys.modules.get(package), attribute


def _attribute(name: str) -> Any:
    """What the package that stays has under a module's name."""
    package, attribute = _holder(name)
    return vars(package).get(attribute) if package is not None else None


def _may_use(module: ModuleType | None) -> bool:
    """Only code written in Python and importable by name can hold on to Pulumi; the standard library does not."""
    name = getattr(module, "__name__", "")
    return bool(getattr(module, "__file__", None)) and name.partition(".")[0] not in sys.stdlib_module_names


_uses_of: dict[str, tuple[list[Any], set[str]]] = {}


def _uses(module: ModuleType) -> set[str]:
    """Names of the modules whose things this one holds. Looked at anew only where it holds other things than before:
    of many recordings in one process that was the half."""
    values = list(vars(module).values())
    before, used = _uses_of.get(module.__name__, ([], set()))
    if len(values) != len(before) or not all(map(is_, values, before)):
        used = _used_by(module, values)
        _uses_of[module.__name__] = values, used
    return used


def _used_by(module: ModuleType, values: list[Any]) -> set[str]:
    used: set[str] = set()
    for value in values:
        if isinstance(value, ModuleType):
            used.add(value.__name__)
        elif isinstance(value, type | FunctionType):
            used.add(value.__module__)
    return used - {module.__name__}
