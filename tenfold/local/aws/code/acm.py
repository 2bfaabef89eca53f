"""Certificates."""

from collections.abc import Mapping
from typing import Any

Found = Mapping[str, Any]


def other_names(found: Found) -> list[str]:
    """A certificate's alternative names; AWS repeats the first name among them."""
    return [n for n in found.get("SubjectAlternativeNames") or [] if n != found["DomainName"]]
