"""Filters over the detail of an event, as a subscription to a bus or a topic has them. Pure."""

import json
from collections.abc import Mapping
from typing import Any


def check_filter(role: str, filter: str | None) -> None:
    """Raises ValueError, with what is right, for an invalid filter; without one it is fine. `role` is the
    subscription's name."""
    if not filter:
        return
    try:
        detail: Any = json.loads(filter)
    except ValueError as error:
        raise ValueError(f"subscriptions: the filter of {role} is not JSON: {error}") from None
    if not isinstance(detail, Mapping) or not detail:
        raise ValueError(f'subscriptions: the filter of {role} must be an object, such as {{"country": ["de"]}}')
