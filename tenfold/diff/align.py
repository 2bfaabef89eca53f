"""Two environments, or two blueprints, as if they were one: a name that differs by where it stands is no change."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.diff.tokens import map_leaves
from tenfold.graph import Graph, Resource


class Names(Value):
    """What the names in a graph are made of."""

    blueprint: str
    environment: str
    region: str = ""

    @property
    def stack(self) -> str:
        return f"{self.blueprint}-{self.environment}"


def align_names(graph: Graph, old: Names, new: Names) -> Graph:
    """The graph under the names of another one: URNs, names, and what is named in the inputs; its region too. The same
    stack stays as it is: when it changes its region, that is a difference."""
    if old.stack == new.stack:
        return graph
    renamed = _renaming(old, new)
    return replace(
        graph, resources={renamed(urn): _resource(resource, renamed) for urn, resource in graph.resources.items()}
    )


def _renaming(old: Names, new: Names) -> Callable[[Any], Any]:
    """For whole words, and for what longer names begin with: `shop-dev`, `/shop/dev/`, `shop-fleet`."""
    whole = {old.environment: new.environment, old.blueprint: new.blueprint, old.stack: new.stack}
    pattern = re.compile(
        rf"(?<![^\W_])(?P<stack>{re.escape(old.stack)})(?![^\W_])"
        rf"|/(?P<path>{re.escape(old.blueprint)}/{re.escape(old.environment)})(?=/|$)"
        rf"|(?<![\w-])(?P<name>{re.escape(old.blueprint)})(?=-)"
        rf"|\b(?P<region>{re.escape(old.region) or '(?!)'})(?=[a-z]?\b)"
    )
    by_group = {
        "stack": new.stack,
        "path": f"/{new.blueprint}/{new.environment}",
        "name": new.blueprint,
        "region": new.region,
    }

    def rename_leaf(leaf: Any) -> Any:
        if not isinstance(leaf, str):
            return leaf
        return whole.get(leaf) or pattern.sub(lambda match: by_group[str(match.lastgroup)], leaf)

    return rename_leaf


def _resource(about: Resource, renamed: Callable[[Any], Any]) -> Resource:
    def each(urns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(renamed, urns))

    def inside(values: Mapping[str, object]) -> Mapping[str, object]:
        return {key: map_leaves(value, renamed) for key, value in values.items()}

    return about._replace(
        urn=renamed(about.urn),
        name=renamed(about.name),
        parent=renamed(about.parent),
        component=renamed(about.component),
        provider=renamed(about.provider),
        inputs=inside(about.inputs),
        options=inside(about.options),
        dependencies=each(about.dependencies),
        property_dependencies={key: each(urns) for key, urns in about.property_dependencies.items()},
    )
