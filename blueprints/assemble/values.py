"""An environment's resolved values, as they are asked for: by path, or all under one."""

from collections.abc import Mapping
from typing import Any

from tenfold.blueprints.source.document import Route


class Values:
    def __init__(self, by_route: Mapping[Route, Any], capabilities: frozenset[str], sizes_before: Mapping[str, Any]):
        """`sizes_before`: of the stage that a promotion comes from, by dotted path."""
        self.by_route = by_route
        self.capabilities = capabilities
        self.sizes_before = sizes_before

    def at(self, path: str) -> Any:
        """The value at a dotted path, such as `app.port`. Raises KeyError where there is none."""
        return self.by_route[tuple(path.split("."))]

    def maybe(self, path: str) -> Any:
        return self.by_route.get(tuple(path.split(".")))

    def under(self, *route: str) -> dict[str, Any]:
        """The keys of a mapping, such as `app.env`, with their values."""
        return {key[-1]: value for key, value in self.by_route.items() if key[:-1] == route}

    def names(self, *route: str) -> list[str]:
        """The names that are defined under a path, such as those of all `queues`."""
        depth = len(route)
        return list(dict.fromkeys(key[depth] for key in self.by_route if key[:depth] == route))
