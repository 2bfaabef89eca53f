"""What a change does to what is running: facts in `tenfold/data/effects.yaml`, each with its source."""

from collections.abc import Iterable, Mapping
from typing import Any

from tenfold import aws_inputs
from tenfold.diff.model import ANEW, DATA_LOSS, DELETE, IN_PLACE, NONE, REPLACE, UPDATE, Property, worst
from tenfold.diff.values import Difference
from tenfold.graph import Resource


def of_change(resource: Resource, found: Difference, after: Mapping[str, Any]) -> tuple[str, str]:
    """(effect, because) of one difference, as long as it makes no new resource."""
    return IN_PLACE, ""


def of_resource(op: str, resource: Resource, properties: Iterable[Property]) -> tuple[str, str]:
    """(effect, because) of the whole change."""
    if op == UPDATE:
        return worst((found.effect for found in properties), NONE), ""
    if op not in (DELETE, REPLACE):
        return NONE, ""
    if resource.options.get("retainOnDelete"):
        return ANEW if op == REPLACE else NONE, "what there was stays in the account (retainOnDelete)"
    if resource.keeps:
        return DATA_LOSS, ""
    return ANEW if op == REPLACE else NONE, ""


def changing(resource: Resource) -> frozenset[str]:
    return aws_inputs.changing(resource.type)
