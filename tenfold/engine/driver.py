"""Runs the real engine on one stack: preview, up, refresh, destroy, outputs. One process of the engine per operation.

Everything is read from the engine's events and exit; its human output is kept in a log and never parsed, except for the
two refusals the engine has no code for (`_KNOWN`).
"""

import importlib
import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from tenfold import exits
from tenfold.engine import resume, workspace
from tenfold.engine.advice import translate_commands
from tenfold.engine.disk import Disk
from tenfold.engine.install import Engine
from tenfold.engine.interruption import Interruption, Stopped, proceed, stop_when, unbegun
from tenfold.engine.progress import Progress
from tenfold.engine.workspace import Place, Program
from tenfold.failure import Failure
from tenfold.local.provider import unfinished_creates

_KNOWN = (
    (
        r"incorrect passphrase|passphrase must be set",
        "The passphrase does not open this stack's secrets.",
        (f"Set {workspace.PASSPHRASE} to the one the stack was made with.",),
    ),
    (
        r"the stack is currently locked by|currently has an in-flight operation|Conflict: Another update",
        "Another run is at work on this stack.",
        ("Wait for it, then run this again. Nothing was changed.",),
    ),
)

Inputs = Mapping[str, Mapping[str, Any]]
"""URN -> input -> value."""
NO_INPUTS: Inputs = {}


@dataclass
class Outcome:
    """How an operation ended. `failed` holds no traceback; `seconds` is the whole operation."""

    progress: Progress
    seconds: float
    outputs: dict[str, Any] = field(default_factory=dict)
    failed: str = ""
    interrupted: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        if self.interrupted:
            return exits.INTERRUPTED
        return exits.FAILED if self.failed else exits.DONE


class Driver:
    """One stack in one place. `program` registers the resources when the engine asks for them."""

    def __init__(self, where: Place, engine: Engine, program: Program, config: Mapping[str, str]):
        self.where = where
        self._open = lambda: workspace.open_stack(where, engine, program, config)

    def preview(self, progress: Progress) -> Outcome:
        with _program_imported():
            return self._run(progress, lambda stack, on: stack.preview(on_event=on, color="never"), changes=False)

    def up(self, progress: Progress) -> Outcome:
        with _program_imported():
            outcome = self._run(progress, lambda stack, on: stack.up(on_event=on, color="never", show_secrets=False))
        if not outcome.failed and self.where.cloud:
            unfinished_creates.forget(self.where.stack, self.where.cloud.endpoint)
        return outcome

    def drift(self, progress: Progress) -> Outcome:
        """What a refresh would find, without writing it into the state."""
        return self._run(
            progress,
            lambda stack, on: stack.preview_refresh(on_event=on, color="never", show_secrets=False),
            changes=False,
        )

    def refresh(self, progress: Progress, only: Sequence[str] = ()) -> Outcome:
        """`only`: URNs; nothing else is read then, and no provider is started for it."""
        return self._run(
            progress,
            lambda stack, on: stack.refresh(target=[*only] or None, on_event=on, color="never", show_secrets=False),
        )

    def settle(self, progress: Progress, existing: Mapping[str, str]) -> Outcome:
        """Ends what an interrupted run left open in an account: of the creates it had begun, those that exist (URN ->
        id) are taken over into the state and read, the others are forgotten; what was being changed is read again.

        Not by `pulumi refresh --import-pending-creates`: engine 3.274 drops what it is told there."""

        def operation(stack: Any, on: Any) -> None:
            state = stack.export_stack()
            begun = {entry["resource"]["urn"]: entry["resource"] for entry in resume.pending_creates(self.where)}
            taken = [{**begun[urn], "id": identifier, "outputs": {}} for urn, identifier in existing.items()]
            doubtful = resume.doubtful(self.where)
            state.deployment["resources"] += taken
            state.deployment.pop("pending_operations", None)
            stack.import_stack(state)
            if targets := [*existing, *doubtful]:
                whole = resume.whole(self.where)
                stack.refresh(target=[*targets, whole], on_event=on, color="never", show_secrets=False)

        return self._run(progress, operation, settles=True)

    def take_over(self, progress: Progress, entries: Sequence[Mapping[str, Any]], urns: Sequence[str]) -> Outcome:
        """Puts resources into the state that somebody else has made, and reads `urns`, those in the cloud. What is not
        there is dropped."""

        def operation(stack: Any, on: Any) -> None:
            state = stack.export_stack()
            state.deployment["resources"] = [*(state.deployment.get("resources") or ()), *entries]
            stack.import_stack(state)
            stack.refresh(target=[*urns], on_event=on, color="never", show_secrets=False)

        return self._run(progress, operation)

    def refuse_busy(self) -> None:
        """Raises `Failure` (refused) where another run is at work: before anything is written. Of a backend that is not
        on this machine the engine alone knows, when the run begins."""
        resume.refuse_busy(self.where)

    @contextmanager
    def lift_protection(self, urns: Iterable[str], inputs: Inputs = NO_INPUTS) -> Iterator[None]:
        """Lifts the engine's protection of these resources for the run inside; the next `up` of a program that has them
        protects them again. A run that is refused or stopped before it begins leaves them as they were.

        `inputs` (URN -> input -> value) are what a deletion reads. They are set in the state alone, and stay: the next
        `up` of a program with other values sets them back, in the cloud too."""
        self.refuse_busy()
        lifted = self._differing(urns, protect=False)
        try:
            self._protect(lifted, protect=False, inputs=inputs)
            yield
        except (Failure, KeyboardInterrupt):
            with suppress(Failure):
                self._protect(self._differing(lifted, protect=True), protect=True)
            raise

    def _protect(self, urns: Collection[str], *, protect: bool, inputs: Inputs = NO_INPUTS) -> None:
        """Both in one edit: each exports the whole state, and imports it."""

        def change(resource: dict[str, Any]) -> None:
            urn = resource["urn"]
            if urn in urns:
                resource["protect"] = protect
            for side in ("inputs", "outputs"):
                if urn in inputs and resource.get(side) is not None:
                    resource[side].update(inputs[urn])

        self._edit({*urns, *inputs}, change)

    def _differing(self, urns: Iterable[str], *, protect: bool) -> set[str]:
        """Of these, the URNs of those that are not so now."""
        named = set(urns)
        return (
            {r["urn"] for r in self.deployed_resources() if bool(r.get("protect")) != protect} & named
            if named
            else set()
        )

    def _edit(self, urns: Collection[str], change: Callable[[dict[str, Any]], None]) -> None:
        if not urns:
            return

        def each(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
            for resource in resources:
                if resource["urn"] in urns:
                    change(resource)
            return resources

        self.rewrite(each, "The stack's protections could not be changed.")

    def rewrite(self, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], otherwise: str) -> None:
        """Replaces the resources of the state by what `change` makes of them; nothing is asked of the cloud. Raises
        `Failure` with the words of `otherwise`."""
        resume.check_memory(self.where)
        resume.release_lock(self.where)
        interruption = Interruption()
        try:
            with interruption:
                stack = self._open()
                state = stack.export_stack()
                if state.deployment:
                    state.deployment["resources"] = change(state.deployment["resources"])
                stack.import_stack(state)
                proceed()
        except Exception as error:  # the SDK raises many kinds; `_explain` passes on what is not the engine's
            if interruption.asked:
                raise unbegun() from error
            raise Failure(otherwise, why=_explain(error)) from error

    def destroy(self, progress: Progress) -> Outcome:
        def run(stack: Any, on: Any) -> None:
            stack.destroy(on_event=on, color="never", show_secrets=False)
            stack.workspace.remove_stack(self.where.stack)

        outcome = self._run(progress, run)
        if not outcome.failed and self.where.cloud:
            unfinished_creates.forget(self.where.stack, self.where.cloud.endpoint)
        return outcome

    def deployed_resources(self) -> list[dict[str, Any]]:
        """The resources in the stack's state. Raises `Unreadable` where it cannot be read."""
        return workspace.deployed_resources(self.where)

    def _outputs_of(self, result: Any) -> dict[str, Any]:
        if self.where.cloud:
            return workspace.outputs(workspace.deployed_resources(self.where))
        outputs = getattr(result, "outputs", None) or {}
        return {name: "[secret]" if out.secret else out.value for name, out in outputs.items()}

    def _run(
        self, progress: Progress, operation: Callable[[Any, Any], Any], *, changes: bool = True, settles: bool = False
    ) -> Outcome:
        resume.check_memory(self.where)
        notes = resume.release_lock(self.where)
        with resume.alone(self.where) if changes else nullcontext(), Interruption() as interruption:
            if changes and not settles:
                resume.refuse_pending(self.where)
                notes += _swept(self.where, notes)
                resume.forget_pending(self.where)
            outcome = Outcome(progress, time.monotonic(), notes=notes)
            outcome = self._watched(outcome, operation, interruption, changes and not settles)
        if interruption.asked and not changes and not outcome.failed:
            raise unbegun(outcome.notes)  # whoever asked for the reading is not to go on with it
        return outcome

    def _watched(
        self, outcome: Outcome, operation: Callable[[Any, Any], Any], interruption: Interruption, changes: bool
    ) -> Outcome:
        """The operation itself: signals stop it, and so does a disk that fills up.

        Raises `Failure` (interrupted) where it had not begun by then."""
        disk, begun = Disk(self.where), False
        if disk.look():
            raise disk.failure("Nothing was changed.")
        try:
            with stop_when(disk.look):
                stack = self._open()
                if self.where.cloud:
                    _spare_questions(stack)
                if changes:
                    workspace.remember_cloud(self.where)
                    outcome.notes += resume.read_again(self.where, stack)
                proceed()
                begun = True
                result = operation(stack, outcome.progress.event)
                outcome.outputs = self._outputs_of(result)
        except Exception as error:  # CommandError and its kin; what is not the engine's goes on as it is
            if interruption.asked and not begun:
                raise unbegun(outcome.notes) from error
            outcome.failed = _explain(error)
            outcome.interrupted = interruption.asked
        if self.where.folder:
            workspace.state(self.where)  # raises for one that the run has left damaged
        if outcome.failed and (disk.full or _full(outcome)):
            raise disk.failure("The run was stopped. What it finished after that may not be in the state.")
        outcome.seconds = time.monotonic() - outcome.seconds
        return outcome


def _swept(where: Place, notes: list[str]) -> list[str]:
    try:
        return resume.remove_unfinished_creates(where)
    except Stopped as error:
        half = "It was removing what an interrupted run had made; the next run continues with that."
        raise unbegun([*notes, half]) from error


def _full(outcome: Outcome) -> bool:
    texts = [outcome.failed, *(problem.message for problem in outcome.progress.problems)]
    return any(re.search("no space left on device|disk quota exceeded", text, re.IGNORECASE) for text in texts)


@contextmanager
def _program_imported() -> Iterator[None]:
    """While the engine's processes start, on another thread: the program's imports, a second for which the engine would
    wait. What goes wrong there is reported where the program imports it."""

    def load() -> None:
        with suppress(Exception):
            importlib.import_module("tenfold.stacks.compose")

    importing = threading.Thread(target=load)
    importing.start()
    try:
        yield
    finally:
        importing.join()


def _spare_questions(stack: Any) -> None:
    """The Automation API ends each operation with three more engine processes (0.8 s) for outputs and history. The
    local backend is a file beside us, which `workspace.outputs` reads."""
    stack.outputs = dict
    stack.info = lambda show_secrets=False: object()


def _explain(error: Exception) -> str:
    from pulumi.automation.errors import CommandError

    from tenfold.engine.process import Killed

    if isinstance(error, Stopped):
        return "stopped before the engine began"
    if isinstance(error, Killed):
        return str(error)
    if not isinstance(error, CommandError):
        raise error
    text = str(error)
    for pattern, what, remedies in _KNOWN:
        if re.search(pattern, text, re.IGNORECASE):
            raise Failure(what, remedies=remedies, code=exits.REFUSED) from error
    stderr = text.partition("stderr:")[2].strip()
    lines = [line for line in stderr.splitlines() if line.strip() and "warning: using pulumi-resource" not in line]
    return translate_commands("\n".join(lines[:12])) or "the engine stopped without a message"
