"""Resources as the engine's checkpoint holds them, and as a graph has them."""

from collections.abc import Iterable, Mapping
from typing import Any

from tenfold.graph import SECRET, SIGNATURE, STACK_TYPE, Graph, Resource
from tenfold.providers.aws import input_facts

State = Mapping[str, Any]
"""A resource as the engine's checkpoint holds it."""

_OPTIONS = ("deletedWith", "ignoreChanges", "replaceOnChanges", "replacementTrigger", "replaceWith", "retainOnDelete")
_ENGINES_OWN = frozenset({"__internal", "version", "pluginDownloadURL"})  # inputs of a provider that no program gave


def graph(state: Iterable[State]) -> Graph:
    """The resources of a checkpoint as a graph; the stack itself is left out."""
    made: dict[str, Resource] = {}
    for held in state:
        if held["type"] != STACK_TYPE:
            above = made.get(held.get("parent", ""))
            made[held["urn"]] = _resource(held, above.component if above else _name(held["urn"]))
    return Graph(made)


def record(resource: Resource) -> State:
    """As it would stand in a checkpoint after an `up`: what only the cloud can tell is named, `<urn#property>`."""
    read = resource.read is not None
    return {
        "urn": resource.urn,
        "type": resource.type,
        "custom": resource.custom,
        **({"id": resource.read if read else f"<{resource.urn}#id>"} if resource.custom else {}),
        **({"external": True} if read else {}),
        "parent": resource.parent,
        "inputs": dict(resource.inputs),
        "outputs": dict(resource.inputs),
        "dependencies": list(resource.dependencies),
        "propertyDependencies": {key: list(urns) for key, urns in resource.property_dependencies.items()},
        "protect": resource.protect,
        "provider": resource.provider,
        **{key: resource.options[key] for key in _OPTIONS if key in resource.options},
    }


def _resource(held: State, component: str) -> Resource:
    provider = held["type"].startswith("pulumi:providers:")
    inputs = {k: v for k, v in (held.get("inputs") or {}).items() if not (provider and k in _ENGINES_OWN)}
    for key, output in input_facts.told_by(held["type"]).items():
        if key in inputs and isinstance(text := (held.get("outputs") or {}).get(output), str):
            inputs[key] = {SIGNATURE: SECRET, "value": text}
    return Resource(
        urn=held["urn"],
        type=held["type"],
        name=_name(held["urn"]),
        parent=held.get("parent", ""),
        component=component,
        custom=bool(held.get("custom")),
        inputs=inputs,
        dependencies=tuple(sorted(held.get("dependencies") or ())),
        property_dependencies={k: tuple(urns or ()) for k, urns in (held.get("propertyDependencies") or {}).items()},
        protect=bool(held.get("protect")),
        provider=held.get("provider", ""),
        options={key: held[key] for key in _OPTIONS if held.get(key)},
        read=held.get("id", "") if held.get("external") else None,
    )


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]
