"""The file of a bulk import, in the format of `pulumi import --file`: each resource of the stack with the existing one
that it takes over.

Source of the format: pkg/cmd/pulumi/operations/import.go of the engine, `importFile`.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from tenfold import exits
from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.graph import Graph

PROVIDER = "aws-primary"


class Take(Value):
    """A resource of the stack, by type and name, and the id of the existing resource that it takes over."""

    type: str
    name: str
    id: str


def text(takes: Sequence[Take], graph: Graph) -> str:
    """The file's text, with the components above each resource, so that the engine uses the stack's own URNs."""
    by_urn = {one.urn: one for one in graph}
    resources: list[dict[str, object]] = []
    for take in takes:
        chain, parent = [], by_urn[urn(take, graph)].parent
        while parent in by_urn and by_urn[parent].type.startswith("tenfold:"):
            chain.append(by_urn[parent])
            parent = by_urn[parent].parent
        for above in reversed(chain):
            entry: dict[str, object] = {"type": above.type, "name": above.name, "component": True}
            if above.parent in by_urn and by_urn[above.parent].type.startswith("tenfold:"):
                entry["parent"] = by_urn[above.parent].name
            if entry not in resources:
                resources.append(entry)
        own = {"type": take.type, "name": take.name, "id": take.id, "provider": PROVIDER}
        resources.append({**own, **({"parent": chain[0].name} if chain else {})})
    provider = next((one.urn for one in graph if one.name == PROVIDER), "")
    return json.dumps({"nameTable": {PROVIDER: provider}, "resources": resources}, indent=2) + "\n"


def read(file: Path) -> list[Take]:
    """Raises `Failure` (wrong input) for a file that is not one."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        resources = [one for one in document["resources"] if not one.get("component")]
        return [Take(str(one["type"]), str(one["name"]), str(one["id"])) for one in resources]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
        remedies = ("`tenfold import` writes one; its format is that of `pulumi import --file`",)
        raise Failure(
            f"{file} is not an import file.", why=reason, remedies=remedies, code=exits.WRONG_INPUT
        ) from error


def urn(take: Take, graph: Graph) -> str:
    """URN of the resource in the stack. Raises `Failure` (wrong input) where the stack has none."""
    there = next((one.urn for one in graph if (one.type, one.name) == (take.type, take.name)), None)
    if there is None:
        raise Failure(
            f"The stack has no {take.name} ({take.type}).",
            why=f"the import file says that it is {take.id}; another stage, or another `name`, has other resources",
            remedies=("write the blueprint as it was imported, or run `tenfold import` again",),
            code=exits.WRONG_INPUT,
        )
    return there
