"""State migrations: what a program does to its records in the state before the engine compares them with it.

Source: pulumi/pulumi v3.274.1 pkg/resource/deploy/state_migration.go, state_migration_callback.go,
`validateStateMigrationAccounting` and `rewriteStateMigrationReferences` of state_migration_models.go. The engine checks
more of a result than is looked at here (physical ids, protection): it does so in its preview, before anything changes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tenfold.diff import tokens
from tenfold.diff.checkpoint import State, graph, record
from tenfold.diff.identity import former
from tenfold.failure import Failure
from tenfold.graph import Graph
from tenfold.recorder.errors import place_of


class Migrated(NamedTuple):
    state: Sequence[State]
    origins: Mapping[str, str]
    """URN in `state` -> URN before the migration, of what has another one now."""


class Arguments(NamedTuple):
    """What a callback gets, as `pulumi.StateMigrationArgs` has it."""

    urn: str
    old_state: list[dict[str, Any]]


def of_graph(before: Graph, after: Graph) -> tuple[Graph, Mapping[str, str]]:
    """As `of_state`, of a recorded graph."""
    if not after.migrations:
        return before, {}
    state = [record(resource) for resource in before]
    migrated = of_state(state, after)
    return (before, {}) if migrated.state is state else (graph(migrated.state), migrated.origins)


def of_state(state: Sequence[State], after: Graph) -> Migrated:
    """The resources of a checkpoint as the migrations of the program `after` leave them; `state` itself where they
    change nothing. Raises `Failure` for a migration that fails or loses a resource."""
    if not after.migrations:
        return Migrated(state, {})
    by_urn = {resource["urn"]: resource for resource in state}
    origins: dict[str, str] = {}
    moved: dict[str, str] = {}
    changed = False
    for resource in after:
        root = former(resource, by_urn, moved)  # pyright: ignore[reportArgumentType]: only URNs are looked up
        for migration in after.migrations.get(resource.urn, ()) if root else ():
            subtree = list(_subtree(by_urn, root))
            result = _run(migration, Arguments(resource.urn, [dict(member) for member in subtree]))
            if result is None:
                continue
            successors = dict(result.successors or {})
            refuse_lost(resource.urn, subtree, result.new_state, successors)
            by_urn = _spliced(by_urn, root, subtree, result.new_state, successors)
            origins = _origins(origins, subtree, by_urn, successors)
            root, changed = successors.get(root, root), True
        if root and root != resource.urn:
            moved[resource.urn] = root
    return Migrated(list(by_urn.values()), origins) if changed else Migrated(state, {})


def _subtree(by_urn: Mapping[str, State], root: str) -> Iterator[State]:
    """The resource and all below it, in the order of the state."""
    below = {root}
    yield by_urn[root]
    for urn, resource in by_urn.items():
        if resource.get("parent") in below:
            below.add(urn)
            yield resource


def _run(migration: Callable[[Any], Any], arguments: Arguments) -> Any:
    """Its result; nothing where it leaves the state as it is."""
    try:
        result = migration(arguments)
        if hasattr(result, "__await__"):
            import asyncio  # late: hardly anybody writes one that waits

            result = asyncio.run(_awaited(result))
    except Exception as error:  # a migration is the author's code and may raise anything
        place = place_of(error)
        raise Failure(
            f"A state migration of {_name(arguments.urn)} fails{f' at {place}' if place else ''}.",
            why=f"{type(error).__name__}: {error}",
            remedies=("A state that it does not know is one to leave as it is: return None. Nothing was changed.",),
        ) from error
    return result


async def _awaited(result: Any) -> Any:
    return await result


def refuse_lost(about: str, subtree: Sequence[State], returned: Sequence[State], successors: Mapping[str, str]) -> None:
    """Raises `Failure` where a resource is neither returned nor has a successor that is, as the engine does."""
    there = {resource["urn"] for resource in returned}
    lost = [
        resource["urn"]
        for resource in subtree
        if resource["urn"] not in there and successors.get(resource["urn"]) not in there
    ]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise Failure(
            f"A state migration of {_name(about)} loses {_name(lost[0])}{more}.",
            why="\n".join(lost),
            remedies=("Return each resource, or name its successor in `successors`. Nothing was changed.",),
        )


def _spliced(
    by_urn: Mapping[str, State],
    root: str,
    subtree: Sequence[State],
    returned: Sequence[State],
    successors: Mapping[str, str],
) -> dict[str, State]:
    """The state with what was returned in the place of the subtree; references follow."""
    gone, spliced = {resource["urn"] for resource in subtree}, list[State]()
    for urn, resource in by_urn.items():
        if urn == root:
            spliced += returned
        elif urn not in gone:
            spliced.append(resource)

    if not successors:
        return {resource["urn"]: resource for resource in spliced}

    def follow(leaf: Any) -> Any:
        if not isinstance(leaf, str) or "urn:pulumi:" not in leaf:
            return leaf
        return successors.get(leaf) or tokens.TOKEN.sub(lambda t: f"<{successors.get(t[1], t[1])}#{t[2]}>", leaf)

    return {resource["urn"]: tokens.map_leaves(dict(resource), follow) for resource in spliced}


def _origins(
    known: Mapping[str, str], subtree: Sequence[State], by_urn: Mapping[str, State], successors: Mapping[str, str]
) -> dict[str, str]:
    """Of several that became one, the one of its type."""
    before = {resource["urn"]: resource for resource in subtree}
    origins = {successors.get(now, now): then for now, then in known.items()}
    for then, now in successors.items():
        if now in before:
            continue  # it was there before, and goes on as itself
        if now not in origins or before[then]["type"] == by_urn[now]["type"]:
            origins[now] = known.get(then, then)
    return origins


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]
