"""Puts the resources of an import file into a stack's state: they are read from the cloud, compared with the plan, and
removed from the state again if the run would lose something. Nothing in the cloud is changed."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tenfold import exits, planning, preflight
from tenfold.adopting import import_file, page
from tenfold.adopting.import_file import Take, urn
from tenfold.deployment import Deployment
from tenfold.diff import Difference
from tenfold.failure import Failure
from tenfold.graph import STACK_TYPE, Graph

Tell = Callable[[str], None]
State = list[dict[str, Any]]


@contextmanager
def taken_over(target: Deployment, file: Path, tell: Tell) -> Iterator[None]:
    """Takes over what the file names, and says what the run will change of it. What the stack has is passed over. What
    ends inside with an exception, or a refusal, lets all of it go again.

    Raises `Failure`: wrong input for what is not there, refused for what would be lost."""
    graph = planning.record(target.resolution, warn=False, local=bool(target.where.cloud))
    before = target.driver.deployed_resources()
    had = {one["urn"] for one in before if one.get("outputs")}  # without: a run was killed before it had read it
    takes = [one for one in import_file.read(file) if urn(one, graph) not in had]
    new = entries(takes, graph, before)
    added = {one["urn"] for one in new} | {urn(one, graph) for one in takes}
    try:
        if takes:
            _read(target, takes, new, graph, file)
            changes = [one for one in _checked(target, file).changes if one.urn in added and one.custom]
            for line in page.taken_resources(takes, changes):
                tell(line)
        yield
    except BaseException as end:
        if added and target.driver.deployed_resources():
            target.driver.rewrite(lambda state: without(state, added), "What was taken over could not be let go again.")
            if not isinstance(end, Failure):
                tell("Nothing was taken over.")
        raise


def _read(target: Deployment, takes: Sequence[Take], new: State, graph: Graph, file: Path) -> None:
    from tenfold.engine.progress import Progress

    urns = [urn(one, graph) for one in takes]
    result = target.driver.take_over(Progress(), new, urns)
    if result.failed:
        raise Failure("What is there could not be read.", why=result.failed)
    if missing := [*unread(takes, graph, target.driver.deployed_resources())]:
        names = ", ".join(f"{one.id} ({one.type})" for one in missing)
        raise Failure(f"{names} is not there.", why=f"{file} names it", code=exits.WRONG_INPUT)
    otherwise = "What was read could not be written into the state."
    target.driver.rewrite(lambda state: known_inputs(state, graph, set(urns)), otherwise)


def _checked(target: Deployment, file: Path) -> Difference:
    """As `preflight.check`, except that no loss of imported resources can be accepted."""
    try:
        return preflight.check(target)
    except Failure as refused:
        if refused.code == exits.REFUSED:
            again = f"make the blueprint fit what is there, or take it out of {file}. Nothing was changed"
            refused.remedies = (f"{again}, and nothing was taken over.",)
        raise


def entries(takes: Sequence[Take], graph: Graph, deployed: State) -> State:
    """Entries to add to the state: stack, provider, components, and each resource without properties, which the next
    refresh fills in."""
    by_urn, known = {one.urn: one for one in graph}, {one["urn"] for one in deployed}
    providers = {one["urn"]: one["id"] for one in deployed if one["type"].startswith("pulumi:providers:")}
    new: State = []

    def add(key: str, identifier: str = "") -> None:
        if key in known:
            return
        known.add(key)
        if key not in by_urn:  # the stack itself, which no program registers by name
            new.append({"urn": key, "type": STACK_TYPE, "custom": False})
            return
        one = by_urn[key]
        if one.parent:
            add(one.parent)
        entry: dict[str, Any] = {"urn": key, "type": one.type, "custom": one.custom, "inputs": {}, "outputs": {}}
        if one.parent:
            entry["parent"] = one.parent
        if one.type.startswith("pulumi:providers:"):
            providers[key] = entry["id"] = str(uuid.uuid4())
            entry["inputs"] = entry["outputs"] = {**one.inputs, **({"version": one.version} if one.version else {})}
        elif one.custom:
            provider = next(above for above in by_urn if one.provider.startswith(f"{above}::"))
            add(provider)
            entry |= {"id": identifier, "provider": f"{provider}::{providers[provider]}", "protect": one.protect}
        new.append(entry)

    for take in takes:
        add(urn(take, graph), take.id)
    return new


def known_inputs(state: State, graph: Graph, taken: set[str]) -> State:
    """Keeps as inputs of the resources taken over only those that the program sets; the others stay as in the cloud."""
    by_urn = {one.urn: one for one in graph}
    for one in state:
        if one["urn"] in taken:
            asked = by_urn[one["urn"]].inputs
            one["inputs"] = {key: value for key, value in (one.get("inputs") or {}).items() if key in asked}
    return state


def without(state: State, added: set[str]) -> State:
    return [one for one in state if one["urn"] not in added]


def unread(takes: Sequence[Take], graph: Graph, deployed: State) -> Iterator[Take]:
    """Resources that do not exist in the cloud: a refresh drops them."""
    there = {one["urn"] for one in deployed}
    return (take for take in takes if urn(take, graph) not in there)
