"""The names of settings for the rules about blueprints, which import no component: `blueprints/rules/settings.json`."""

import json

from tenfold.blueprints.rules.names import SETTINGS
from tenfold.components.plans import contract

__all__ = ["SETTINGS", "text"]


def text() -> str:
    """All that a stack sets, and what hosts compute, by name: what it means. A family by its pattern."""
    taken = contract.SETTINGS | contract.COMPUTED | contract.FAMILIES
    return json.dumps(taken, indent=1, ensure_ascii=False) + "\n"
