"""The project's own modules stay imported under the stand-ins from one recording to the next: importing them is 40 % of
a recording, and a diff makes two.

None may carry anything over, so they are given on only while each is as its import left it: its file, its names, what
its collections and caches hold, and the same of its classes. Otherwise all are imported again, as other programs' are.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from operator import is_
from types import ModuleType
from typing import Any

PACKAGES = ("tenfold.components", "tenfold.stacks")

_Cache = type(cache(str))
_kept: dict[str, ModuleType] = {}
_as_imported: dict[str, "_Imported"] = {}


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _as_imported[module.__name__] = _Imported(module)


def find_spec(name: str, path: Any, target: Any) -> ModuleSpec | None:
    """As Python finds it, with a loader that notes what the import left."""
    spec = PathFinder.find_spec(name, path, target)
    if spec is not None and isinstance(spec.loader, SourceFileLoader):
        spec.loader = _Loader(spec.loader.name, spec.loader.path)
    return spec


def keep(
    modules: Mapping[str, ModuleType], is_stand_in: Callable[[str], bool], uses: Callable[[ModuleType], set[str]]
) -> None:
    """Of what a recording imported, the stand-ins and the project's own. Nothing when one of those uses a module that
    will be imported again: there would be two of it."""
    others = {name for name in modules if not is_stand_in(name) and name not in _as_imported}
    _kept.clear()
    if not others or all(others.isdisjoint(uses(modules[name])) for name in modules.keys() & _as_imported.keys()):
        _kept.update({name: module for name, module in modules.items() if name not in others})


def modules() -> Mapping[str, ModuleType]:
    """By name, those of the last recording; none where one is not as its import left it."""
    if not all(_as_imported[name].still_is(_kept[name]) for name in _kept.keys() & _as_imported.keys()):
        _kept.clear()
    return _kept


class _Imported:
    """What the import of a module left: its names, those of its classes, and what its collections and caches held."""

    def __init__(self, module: ModuleType):
        self._module, self._file = module, str(module.__file__)
        self._stamp = _stamp(self._file)
        self._spaces: list[_Names] = []
        holders: list[ModuleType | type] = [module]
        for holder in holders:
            self._spaces.append(names := _Names(vars(holder), module.__name__))
            holders += [class_ for class_ in names.made_here(type) if class_ not in holders]
        values = [value for names in self._spaces for value in names.values]
        self._collections = [(value, repr(value)) for value in values if isinstance(value, dict | list | set)]
        caches = [cache for names in self._spaces for cache in names.made_here(_Cache)]
        self._caches = [(cache, cache.cache_info().currsize) for cache in caches]

    def still_is(self, module: ModuleType) -> bool:
        return (
            module is self._module
            and all(names.are_now() for names in self._spaces)
            and all(repr(value) == text for value, text in self._collections)
            and all(cache.cache_info().currsize == size for cache, size in self._caches)
            and self._stamp == _stamp(self._file)
        )


def _stamp(file: str) -> tuple[int, int] | None:
    try:
        status = os.stat(file)
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size


class _Names:
    """The names of a module or a class."""

    def __init__(self, namespace: Mapping[str, Any], module: str):
        self._namespace, self._module, self._all = namespace, module, dict(namespace)
        self._own = [name for name in namespace if not name.startswith("__")]  # the rest is Python's
        self.values = [namespace[name] for name in self._own]

    def made_here(self, kind: type) -> list[Any]:
        return [value for value in self.values if isinstance(value, kind) and value.__module__ == self._module]

    def are_now(self) -> bool:
        names = self._namespace.keys()
        same = names == self._all.keys() or all(map(self._may_change, names ^ self._all.keys()))
        return same and all(map(is_, map(self._namespace.get, self._own), self.values))

    def _may_change(self, name: str) -> bool:
        """Python's own, and a package's modules as they are imported."""
        value = self._namespace.get(name)
        return name.startswith("__") or (isinstance(value, ModuleType) and value.__name__ == f"{self._module}.{name}")
