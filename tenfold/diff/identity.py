"""Pairs the resources of two graphs: by URN, or by an alias, a resource's own or inherited from its parent.

Source: pulumi/pulumi v3.274.1 pkg/resource/deploy/step_generator.go, `getOldResource`, `generateAliases`,
`collapseAliasToUrn`, `inheritedChildAlias`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.graph import Resource, make_urn


def former(resource: Resource, old: Mapping[str, Resource], moved: Mapping[str, str]) -> str:
    """Its URN in `old`, empty when it was not there. `moved` are the resources found so far: URN -> URN before."""
    if resource.urn in old:
        return resource.urn
    return next((urn for urn in _aliases(resource, moved) if urn in old), "")


def _aliases(resource: Resource, moved: Mapping[str, str]) -> Iterator[str]:
    own = [_collapsed(resource, alias, moved) for alias in _alias_list(resource)]
    yield from own
    if above := moved.get(resource.parent):
        parent = _name(resource.parent)
        yield _inherited(resource.type, resource.name, parent, above)
        for urn in own:
            yield _inherited(_type(urn), _name(urn), parent, above)


def _alias_list(resource: Resource) -> list[Any]:
    aliases = resource.options.get("aliases")
    return aliases if isinstance(aliases, list) else []


def _collapsed(resource: Resource, alias: Mapping[str, Any], moved: Mapping[str, str]) -> str:
    if alias.get("urn"):
        return str(alias["urn"])
    spec = alias.get("spec") or {}
    stack, project = _place(resource.urn)
    parent = spec.get("parentUrn") or ""
    parent = moved.get(parent, parent) if parent else resource.parent
    return make_urn(
        spec.get("project") or project,
        spec.get("stack") or stack,
        "" if spec.get("noParent") else parent,
        spec.get("type") or resource.type,
        spec.get("name") or resource.name,
    )


def _inherited(type_: str, name: str, parent: str, above: str) -> str:
    """A child whose name begins with its parent's begins with the parent's former one."""
    stack, project = _place(above)
    renamed = _name(above) + name.removeprefix(parent) if name.startswith(parent) else name
    return make_urn(project, stack, above, type_, renamed)


def _place(urn: str) -> tuple[str, str]:
    """(stack, project)"""
    stack, project = urn.split("::")[:2]
    return stack.removeprefix("urn:pulumi:"), project


def _type(urn: str) -> str:
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]
