"""Differences as one short text: a property's, and those that take a protection off."""

import json
from typing import Any

from tenfold.diff.model import Change, Property
from tenfold.diff.tokens import TOKEN

_LONGEST = 40  # of a value


def protection_text(change: Change) -> str:
    """What is taken off, as it is and as it will be: `protect true → false, deletionProtection true → false`."""
    changes = ["protect true → false"] if "protect" in change.taken_off else []
    return ", ".join(
        [*changes, *(property_text(property_) for property_ in change.properties if property_.path in change.taken_off)]
    )


# What a text is, of an input whose name does not say it and whose text is never shown.
_LONG_TEXTS = {"dashboardBody": "its graphs"}


def property_text(property_: Property) -> str:
    if (
        property_.old == property_.new
        or len(value_text(property_.old)) > _LONGEST
        or len(value_text(property_.new)) > _LONGEST
    ):
        about = _LONG_TEXTS.get(property_.path)
        return f"{property_.path} ({about})" if about else property_.path
    return f"{property_.path} {value_text(property_.old)} → {value_text(property_.new)}"


def value_text(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return TOKEN.sub(lambda token: f"{token[1].rsplit('::', 1)[1]}.{token[2]}", text) or '""'
