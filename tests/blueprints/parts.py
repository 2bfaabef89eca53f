"""Blueprints in pieces: a test writes the part it is about."""

import re

PRELUDE = {"name": "name: shop", "stage": "stage: 1", "app": "app: {image: ghcr.io/acme/shop:1.4.2}"}


def whole(part: str) -> str:
    """A part of a blueprint with the required fields it lacks, added after it so that its lines keep their numbers."""
    missing = [line for key, line in PRELUDE.items() if not re.search(rf"^{key}:", part, re.MULTILINE)]
    return "\n".join([part.rstrip("\n"), *missing]) + "\n"
