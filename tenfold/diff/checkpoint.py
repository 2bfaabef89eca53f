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
    resources: dict[str, Resource] = {}
    for entry in state:
        if entry["type"] != STACK_TYPE:
            above = resources.get(entry.get("parent", ""))
            resources[entry["urn"]] = _resource(entry, above.component if above else _name(entry["urn"]))
    return Graph(resources)


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


def _resource(entry: State, component: str) -> Resource:
    provider = entry["type"].startswith("pulumi:providers:")
    inputs = {k: v for k, v in (entry.get("inputs") or {}).items() if not (provider and k in _ENGINES_OWN)}
    for key, output in input_facts.told_by(entry["type"]).items():
        if key in inputs and isinstance(text := (entry.get("outputs") or {}).get(output), str):
            inputs[key] = {SIGNATURE: SECRET, "value": text}
    return Resource(
        urn=entry["urn"],
        type=entry["type"],
        name=_name(entry["urn"]),
        parent=entry.get("parent", ""),
        component=component,
        custom=bool(entry.get("custom")),
        inputs=inputs,
        dependencies=tuple(sorted(entry.get("dependencies") or ())),
        property_dependencies={k: tuple(urns or ()) for k, urns in (entry.get("propertyDependencies") or {}).items()},
        protect=bool(entry.get("protect")),
        provider=entry.get("provider", ""),
        options={key: entry[key] for key in _OPTIONS if entry.get(key)},
        read=entry.get("id", "") if entry.get("external") else None,
    )


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]
