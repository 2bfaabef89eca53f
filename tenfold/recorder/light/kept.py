"""The project's own modules stay imported under the stand-ins from one recording to the next: importing them is 40 % of
a recording, and a diff makes two.

None may carry anything over, so they are given on only while each is as its import left it: its file, its names, what
its collections and caches hold, and the same of its classes. Otherwise all are imported anew, as other programs' are.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

PACKAGES = frozenset({"components", "stacks"})

_Cache = type(cache(str))
_kept: dict[str, ModuleType] = {}
_as_imported: dict[str, Mapping[str, object]] = {}


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _as_imported[module.__name__] = _state(module)


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
    will be imported anew: there would be two of it."""
    others = {name for name in modules if not is_stand_in(name) and name not in _as_imported}
    _kept.clear()
    if all(others.isdisjoint(uses(module)) for name, module in modules.items() if name in _as_imported):
        _kept.update({name: module for name, module in modules.items() if name not in others})


def given_on() -> Mapping[str, ModuleType]:
    own = _kept.keys() & _as_imported.keys()
    if not all(_same(_as_imported[name], _state(_kept[name])) for name in own):
        _kept.clear()
    return _kept


def _state(module: ModuleType) -> dict[str, object]:
    return {"__file__": _stamp(str(module.__file__)), **_values(vars(module), module.__name__)}


def _stamp(file: str) -> str:
    try:
        found = os.stat(file)
    except FileNotFoundError:
        return "gone"
    return f"{found.st_mtime_ns} {found.st_size}"


def _values(namespace: Mapping[str, Any], module: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in namespace.items():
        if name.startswith("__") or (isinstance(value, ModuleType) and value.__name__ == f"{module}.{name}"):
            continue  # Python's own, and a package's modules as they are imported
        found[name] = value
        if isinstance(value, dict | list | set):
            found[name] = repr(value)
        elif isinstance(value, _Cache) and value.__module__ == module:
            found[name] = repr(value.cache_info().currsize)
        elif isinstance(value, type) and value.__module__ == module:
            found.update({f"{name}.{key}": item for key, item in _values(vars(value), module).items()})
    return found


def _same(before: Mapping[str, object], now: Mapping[str, object]) -> bool:
    return before.keys() == now.keys() and all(
        value is now[name] or (isinstance(value, str) and value == now[name]) for name, value in before.items()
    )
