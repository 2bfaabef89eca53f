"""The program that the engine runs."""

from collections.abc import Callable
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.promotion import standing


def run(architecture: Architecture, deployed: Callable[[], list[dict[str, Any]]]) -> None:
    """Registers everything and exports the outputs. `deployed` reads the stack's state, for what it remembers of a
    promotion."""
    import pulumi

    from tenfold.stacks.compose import build

    pulumi.log.debug = _drop
    moving = architecture.promotion
    before = standing.of(deployed()) if moving and "data" in moving.moves else None
    for name, value in build(architecture, used=bool(before and before.used)).items():
        pulumi.export(name, value)


def _drop(*_: object, **__: object) -> None:
    """In place of the SDK's debug log, which the engine discards. The SDK writes a line for each property of each
    resource and waits for the answer: a quarter of the time of an `up` that changes nothing."""
