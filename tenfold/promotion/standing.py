"""Where a deployed stack stands, by the whole of its state: its outputs, which an interrupted run does not write, and
the resources, which it has changed already."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tenfold.stacks import standing
from tenfold.stacks.standing import Standing

HOSTS_OWN = "DATABASE_SECRET_ARN"  # among the secrets that hosts fill themselves while theirs is the database in use


def of(deployed: Sequence[dict[str, Any]]) -> Standing | None:
    """None where nothing has been deployed to the end. `deployed` are the resources of the stack's state."""
    from tenfold.engine import workspace

    place = standing.read(workspace.outputs(list(deployed)))
    if place is None:
        return None
    if place.from_stage is not None and _uses_managed(deployed):
        place = replace(place, moved_data=True, used=True)
    return place


def _uses_managed(deployed: Sequence[dict[str, Any]]) -> bool:
    """Whether the application has been pointed at the managed database although its host has one too."""
    inputs = {resource["type"]: resource.get("inputs") or {} for resource in deployed}
    has_both = "database" in inputs.get("tenfold:index:Server", {}) and "tenfold:index:Database" in inputs
    settings = inputs.get("tenfold:index:Settings")
    return bool(has_both and settings and HOSTS_OWN not in (settings.get("host_secrets") or ()))
