"""What one recording has seen so far. One at a time in a process: the program reaches it through module functions."""

from typing import Any

from tenfold.graph import Call, stack_urn
from tenfold.recorder.run import Run


class Session:
    def __init__(self, run: Run):
        self.run = run
        self.tokens = run.tokens
        self.stack_urn = stack_urn(run.project, run.stack)
        self.prefix = f"urn:pulumi:{run.stack}::{run.project}::"
        self.resources: list[Any] = []
        self.by_urn: dict[str, Any] = {}
        self.pending: list[Any] = []
        """Outputs made by the program; each is resolved at the end, so that callbacks nobody reads run too."""
        self.component_outputs: list[tuple[Any, Any]] = []
        self.exports: dict[str, Any] = {}
        self.calls: list[Call] = []
        self.transformations: list[Any] = []


_active: Session | None = None


def active() -> Session:
    if _active is None:
        raise RuntimeError("no recording is under way: resources and outputs are made while a program runs")
    return _active


def begin(run: Run) -> Session:
    global _active
    _active = Session(run)
    return _active


def end() -> None:
    global _active
    _active = None
