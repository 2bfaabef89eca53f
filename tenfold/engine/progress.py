"""What the engine's events mean, by component: pure bookkeeping that the renderers and the JSON reports read."""

import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.engine.advice import translate_commands

STACK = "pulumi:pulumi:Stack"
COMPONENT = "tenfold:index:"
CHANGES = {"create", "update", "delete", "replace", "create-replacement", "delete-replaced", "import"}
# What the engine prints at every run and says nothing about the user's stack.
NOISE = (
    "using pulumi-resource-aws from $PATH",
    "using pulumi-resource-kubernetes from $PATH",
    "resource plugin kubernetes is expected to have version",  # docs/engine.md says which it is built from
    "plugins are being loaded from",
    "update failed",
    "preview failed",
    "update canceled",
    "preview canceled",
)
_REPEATED = re.compile(r"^(an unhandled error occurred: )?(python inline source runtime error: )?")


@dataclass
class Part:
    """One component: how many of its resources are planned, begun, done; seconds from the first to the last."""

    name: str
    known: set[str] = field(default_factory=set)
    """Those that the engine will come to, by the plan, and those that it has come to."""
    done: set[str] = field(default_factory=set)
    started: float = 0.0
    ended: float = 0.0
    changed: bool = False

    @property
    def complete(self) -> bool:
        return self.known == self.done

    @property
    def seconds(self) -> float:
        return max(0.0, self.ended - self.started)


class Problem(Value):
    """What the engine or the provider said of one resource."""

    urn: str
    message: str
    severity: str = "error"


@dataclass
class Progress:
    """Fed with engine events from the SDK's thread; read by the renderer's."""

    parts: dict[str, Part] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    parents: dict[str, str] = field(default_factory=dict)
    planned: dict[str, str] = field(default_factory=dict)
    recreated: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def expect(self, planned: Iterable[tuple[str, str]]) -> None:
        """URN and component of all that the engine will come to, deletions too: without it a component looks complete
        whenever the engine pauses between two of its resources."""
        self.planned.update(planned)

    def event(self, event: Any) -> None:
        """For the SDK's `on_event`, which swallows exceptions: nothing here may raise on an unknown kind."""
        with self.lock:
            if event.resource_pre_event:
                self._started(event.resource_pre_event.metadata)
            elif event.res_outputs_event:
                self._ended(event.res_outputs_event.metadata)
            elif event.res_op_failed_event:
                self._failed(event.res_op_failed_event.metadata)
            elif event.diagnostic_event:
                self._reported(event.diagnostic_event)

    def counts(self) -> dict[str, int]:
        """How many resources by operation. The engine's own summary counts the stack and components as well."""
        operations: dict[str, int] = {}
        for step in self.steps:
            if not step["type"].startswith(COMPONENT):
                operations[step["op"]] = operations.get(step["op"], 0) + 1
        return operations

    def component(self, urn: str) -> str:
        """Name of the component right under the stack that holds the resource; its own name for a loose one."""
        if urn in self.planned:
            return self.planned[urn]
        while (parent := self.parents.get(urn)) and f"::{STACK}::" not in parent:
            urn = parent
        return urn.rsplit("::", 1)[-1]

    def _started(self, step: Any) -> None:
        if step.type == STACK or step.type.startswith("pulumi:providers:"):
            return
        state = step.new or step.old
        if state and state.parent:
            self.parents[step.urn] = state.parent
        self.steps.append(_step(step))
        part = self._part(self.component(step.urn))
        if not step.type.startswith(COMPONENT):  # a component is a frame around resources, nothing in the cloud
            part.known.add(step.urn)
            part.done.discard(step.urn)
            part.changed |= _text(step.op) in CHANGES

    def _part(self, name: str) -> Part:
        if name not in self.parts:
            planned = {urn for urn, component in self.planned.items() if component == name}
            self.parts[name] = Part(name, planned, started=time.monotonic())
        return self.parts[name]

    def _failed(self, step: Any) -> None:
        if part := self.parts.get(self.component(step.urn)):
            part.ended = time.monotonic()

    def _ended(self, step: Any) -> None:
        part, op = self.parts.get(self.component(step.urn)), _text(step.op)
        if op == "create-replacement":
            self.recreated.add(step.urn)
        # What is deleted first, before its successor exists, is not done; and `replace` stands between the two.
        waits = op in ("delete-replaced", "replace") and step.urn not in self.recreated
        if part and step.urn in part.known and not waits:
            part.done.add(step.urn)
            part.ended = time.monotonic()
        for known in self.steps:
            if known["urn"] == step.urn and known["op"] == "refresh":  # only now is it known what was different
                known.update(_step(step))

    def _reported(self, diagnostic: Any) -> None:
        severity = _text(diagnostic.severity)
        message = translate_commands(_REPEATED.sub("", diagnostic.message).partition("\nTraceback")[0].strip())
        problem = Problem(diagnostic.urn or "", message, severity)
        noise = not message or any(noise in message for noise in NOISE)
        if severity in ("error", "warning") and not noise and problem not in self.problems:
            self.problems.append(problem)


def _step(step: Any) -> dict[str, Any]:
    return {
        "op": _text(step.op),
        "urn": step.urn,
        "type": step.type,
        "name": step.urn.rsplit("::", 1)[-1],
        "replace_keys": list(step.keys or []),
        "diff": {path: _text(change.diff_kind) for path, change in (step.detailed_diff or {}).items()},
        "old": dict(step.old.inputs or {}) if step.old else {},
        "new": dict(step.new.inputs or {}) if step.new else {},
        "protect": bool(step.old and step.old.protect),
        "protect_after": bool(step.new and step.new.protect),
    }


def _text(value: Any) -> str:
    return str(getattr(value, "value", value))
