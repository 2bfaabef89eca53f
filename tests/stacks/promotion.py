"""What going from one graph to another does to the resources both have: which are made anew, and why."""

from tenfold.diff import values as diff
from tenfold.graph import Graph, Resource
from tests.stacks.values import leaves, mentioned


def replacements(before: Graph, after: Graph) -> dict[str, list[str]]:
    """URN -> the inputs because of which the provider would make it anew.

    Also through others: an input that must not change, and that names a resource which is made anew or is gone.
    """
    both = [urn for urn in before.resources if urn in after.resources and before.resources[urn].custom]
    found = {urn: _forced(before.resources[urn], after.resources[urn]) for urn in both}
    found = {urn: paths for urn, paths in found.items() if paths}
    while True:
        anew = set(found) | (set(before.resources) - set(after.resources))
        more = {urn: _through(after.resources[urn], anew) for urn in both if urn not in found}
        more = {urn: paths for urn, paths in more.items() if paths}
        if not more:
            return found
        found |= more


def _forced(old: Resource, new: Resource) -> list[str]:
    ignored = new.options.get("ignoreChanges") or []
    assert isinstance(ignored, list)
    changes = diff.changes(new.type, old.inputs, new.inputs)
    return [path for path, (_, replaces) in changes.items() if replaces and path not in ignored]


def _through(resource: Resource, anew: set[str]) -> list[str]:
    """The inputs that would change, and must not, once the resources in `anew` have other ids."""
    from tenfold import aws_inputs

    return [
        path
        for path, value in leaves(resource.inputs)
        if mentioned(value) & anew and aws_inputs.replaces(resource.type, path, value, "another", resource.inputs)
    ]
