"""Anchors as GitHub makes them, where the same pages are read."""

import re


def slugify(text: str, separator: str) -> str:
    """`2. State, and what it is` is `2-state-and-what-it-is`."""
    return re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", separator)
