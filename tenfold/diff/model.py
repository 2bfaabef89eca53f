"""What a difference between two graphs is made of: frozen data, and its JSON form."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.graph import Graph, Resource
from tenfold.providers.aws import deletion

CREATE, UPDATE, REPLACE, DELETE, MOVED, PROTECT = "create", "update", "replace", "delete", "moved", "protect"

# From harmless to dangerous.
NONE, IN_PLACE, RESTART, ANEW, DATA_LOSS, REFUSED = EFFECTS = (
    "none", "in-place", "restart", "replace", "data-loss", "refused",
)  # fmt: skip

VERSION = 1  # of the JSON form


def worst(effects: Any, otherwise: str = NONE) -> str:
    return max(effects, key=EFFECTS.index, default=otherwise)


class Refusal(Value):
    """What cannot be done, why, and what to do instead."""

    what: str
    why: str
    instead: str
    component: str = ""
    """The component it is about; nothing where it is about the whole stack."""

    def as_json(self) -> dict[str, str]:
        return {"what": self.what, "why": self.why, "instead": self.instead}


@dataclass(frozen=True, slots=True)
class Property:
    """One place where the inputs of a resource differ. Secrets are masked, what only the cloud can tell says so."""

    path: str
    """As Pulumi writes it: `rules[0].id`. Of a list without order, the index among the elements that differ."""
    old: Any
    new: Any
    forces_replacement: bool = False
    effect: str = IN_PLACE
    because: str = ""
    """Why it has that effect, where there is more to say than that AWS changes it in place."""
    instead: str = ""
    """What to do where AWS refuses it."""

    def as_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "old": self.old,
            "new": self.new,
            "forces_replacement": self.forces_replacement,
            "effect": self.effect,
            "because": self.because,
            **({"instead": self.instead} if self.instead else {}),
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource."""

    op: str
    """`create`, `update`, `replace`, `delete`; `moved`: another URN through an alias or a state migration and nothing
    else; `protect`: the engine's protection and nothing else."""
    urn: str
    type: str
    name: str
    component: str
    custom: bool
    """False for a component: a frame around resources, with nothing of its own in the cloud."""
    keeps: str
    """`data` or `identity`, when its loss would lose that; else nothing."""
    effect: str
    """The worst of its properties' effects; `data-loss` where what it keeps would be gone, `refused` where AWS does not
    do it."""
    properties: tuple[Property, ...] = ()
    because: str = ""
    """Why it is replaced or removed, where no property says it."""
    protect: bool = False
    """The engine refuses to replace or delete it."""
    protect_before: bool = False
    protect_after: bool = False
    """The engine's protection as it is, and as it will be; what is removed has none then."""
    taken_off: tuple[str, ...] = ()
    """Protections that the resource loses and goes on without: `protect`, and inputs such as `deletionProtection`."""
    ends: bool = False
    """Nothing can be lost with it that the protection was for."""
    moved_from: str = ""
    """Its URN before, where an alias or a state migration says that it is the same resource."""
    interrupts: str = ""
    """What is interrupted by its being replaced or removed; nothing where nobody notices."""

    @classmethod
    def of(cls, op: str, resource: Resource, **facts: Any) -> "Change":
        """Of this resource; `facts` are the other fields."""
        return cls(
            op=op,
            urn=resource.urn,
            type=resource.type,
            name=resource.name,
            component=resource.component,
            custom=resource.custom,
            **facts,
        )

    @property
    def counted(self) -> bool:
        """Whether it is something in the cloud: neither a component nor a provider."""
        return self.custom and not self.type.startswith("pulumi:providers:")

    @property
    def forced_by(self) -> tuple[Property, ...]:
        return tuple(property_ for property_ in self.properties if property_.forces_replacement)

    def as_json(self) -> dict[str, Any]:
        return {
            "op": self.op,
            "urn": self.urn,
            "type": self.type,
            "name": self.name,
            "component": self.component,
            "stateful": bool(self.keeps),
            "keeps": self.keeps,
            "protect": self.protect,
            "protect_before": self.protect_before,
            "protect_after": self.protect_after,
            "taken_off": list(self.taken_off),
            "effect": self.effect,
            "because": self.because,
            "moved_from": self.moved_from,
            "interrupts": self.interrupts,
            "properties": [property_.as_json() for property_ in self.properties],
        }


class Difference(Value):
    """Everything that differs between two graphs, in the order of registration, what goes at the end."""

    before: Graph
    after: Graph
    changes: tuple[Change, ...]
    kept: tuple[Resource, ...] = ()
    """The resources with data or identity that stay, changed or not, as they will be."""
    unchanged: int = 0
    refused: tuple[Refusal, ...] = ()
    """What `up` refuses whatever the engine would make of it."""

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def resources(self) -> tuple[Change, ...]:
        """The changes of what is in the cloud: without components and providers."""
        return tuple(change for change in self.changes if change.counted)

    @property
    def interruptions(self) -> tuple[Change, ...]:
        """The changes that interrupt what runs."""
        return tuple(change for change in self.resources if change.effect == RESTART or change.interrupts)

    @property
    def losses(self) -> tuple[Change, ...]:
        """What data or identity would be lost with."""
        return tuple(change for change in self.changes if change.effect == DATA_LOSS)

    @property
    def unprotected(self) -> tuple[Change, ...]:
        """The changes that take a protection off."""
        return tuple(change for change in self.changes if change.taken_off)

    def steps(self) -> Iterator[tuple[str, str]]:
        """URN and component of every resource that the engine will come to, changed or not, and of what goes."""
        yield from ((resource.urn, resource.component) for resource in self.after.owned_resources())
        yield from ((change.urn, change.component) for change in self.resources if change.op == DELETE)

    def summary(self) -> Mapping[str, int]:
        """Resources by operation, `same` for the unchanged; components and providers are not counted."""
        counts = Counter(change.op for change in self.resources)
        return {
            **{op: counts[op] for op in (CREATE, UPDATE, REPLACE, DELETE, MOVED, PROTECT) if counts[op]},
            "same": self.unchanged,
        }

    def inputs_to_unlock(self, change: Change) -> dict[str, Any]:
        """The inputs, as they must be, before AWS deletes or replaces it: its own protection is on now."""
        old = self.before.resources.get(change.moved_from or change.urn)
        if old is None or change.op not in (REPLACE, DELETE):
            return {}
        return deletion.blocking_inputs(change.type, old.inputs)

    def as_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "changes": [{**change.as_json(), "locked": self.inputs_to_unlock(change)} for change in self.changes],
            "refused": [refusal.as_json() for refusal in self.refused],
            "summary": dict(self.summary()),
        }
