"""Certificates."""

from collections.abc import Mapping
from typing import Any

Found = Mapping[str, Any]


def other_names(answer: Found) -> list[str]:
    """A certificate's alternative names; AWS repeats the first name among them."""
    return [n for n in answer.get("SubjectAlternativeNames") or [] if n != answer["DomainName"]]
