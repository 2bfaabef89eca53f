"""The resource graph: what a program would register with the engine, as plain frozen data.

Two recorders make graphs (`tenfold.recorder`); plan, diff, diagrams and checks read them. Inputs are in the engine's
wire form: camelCase names, and the SDK's own markers for what is secret, unknown or another resource.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from tenfold.blueprints.value import Value
from tenfold.providers import facts

SIGNATURE = "4dabf18193072939515e22adb298388d"  # the key that marks a special value; sdk/python pulumi/runtime/rpc.py
SECRET = "1b47061264138c4ac30d75fd1eb44270"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

STACK_TYPE = "pulumi:pulumi:Stack"
VERSION = 1  # of the JSON form


class Place(NamedTuple):
    """Where in the program a resource was declared."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


_NONE: Mapping[str, Any] = MappingProxyType({})


class Resource(NamedTuple):
    """One registration request. Two resources are equal when the engine would be asked for the same thing, wherever in
    the program."""

    urn: str
    type: str
    name: str
    parent: str
    component: str
    """Name of the top ancestor below the stack: the tier it belongs to (its own name when it has none)."""
    custom: bool
    """False for a component, which groups others and has nothing of its own in the cloud."""
    inputs: Mapping[str, object]
    dependencies: tuple[str, ...] = ()
    """URNs, sorted: of every resource an input or `depends_on` refers to."""
    property_dependencies: Mapping[str, tuple[str, ...]] = _NONE
    protect: bool = False
    provider: str = ""
    """`<urn>::<id>` of an explicit provider, or empty for the default one."""
    version: str = ""
    options: Mapping[str, object] = _NONE
    """The other resource options, by their names in the request (`ignoreChanges`, `aliases`, …)."""
    read: str | None = None
    """The id, when the program looks the resource up instead of owning it."""
    place: Place | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resource) and self[:-1] == other[:-1]

    def __ne__(self, other: object) -> bool:
        return not self == other

    @property
    def keeps(self) -> str:
        """`data` or `identity`, when its loss would lose that; else nothing. From `providers/*/stateful.yaml`."""
        what = stateful_types().get(self.type, "")
        if not what or self.read is not None:
            return ""
        copy = copies().get(self.type)
        if copy and self.inputs.get(copy["has"]) and not self.inputs.get(copy["lacks"]):
            return ""
        only = caches().get(self.type)
        if only and all(self.inputs.get(key) == value for key, value in only.items()):
            return ""
        return what

    @property
    def ignored(self) -> tuple[str, ...]:
        """Paths of inputs whose changes are ignored; `*` is all of them."""
        paths = self.options.get("ignoreChanges")
        return tuple(map(str, paths)) if isinstance(paths, list | tuple) else ()

    @property
    def stateful(self) -> bool:
        return bool(self.keeps)

    def as_json(self) -> dict[str, object]:
        from tenfold import secrecy  # late: facts that few commands need

        return {
            "urn": self.urn,
            "type": self.type,
            "name": self.name,
            "parent": self.parent,
            "component": self.component,
            "custom": self.custom,
            "inputs": secrecy.mask_value(self.type, readable(self.inputs)),
            "protect": self.protect,
            "stateful": self.stateful,
            "dependencies": list(self.dependencies),
            "propertyDependencies": {name: list(urns) for name, urns in self.property_dependencies.items()},
            "provider": self.provider,
            "options": readable(self.options),
            **({"read": self.read} if self.read is not None else {}),
        }


class Call(NamedTuple):
    """A provider function the program called while it ran, such as `aws:index/getRegion:getRegion`."""

    token: str
    arguments: Mapping[str, object]
    provider: str = ""


class Graph(Value):
    """Everything one run of a program asked for, in the order of registration."""

    resources: Mapping[str, Resource]
    outputs: Mapping[str, object] = field(default_factory=dict)
    component_outputs: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    migrations: Mapping[str, tuple[Callable[[Any], Any], ...]] = field(default_factory=dict)
    """URN -> its state migrations, as callbacks for `tenfold.diff`. The JSON form has their number only."""

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    def __len__(self) -> int:
        return len(self.resources)

    def resources_named(self, name: str) -> list[Resource]:
        """The resources with this logical name: one, unless types differ."""
        return [resource for resource in self if resource.name == name]

    def owned_resources(self) -> Iterator[Resource]:
        """What is in the cloud and the stack's own: no component, no provider, nothing that is only read."""
        return (r for r in self if r.custom and r.read is None and not r.type.startswith("pulumi:providers:"))

    def on(self, before: "Graph") -> "Graph":
        """As the engine leaves it after `before`: an input that `ignoreChanges` names stays what it was."""
        return replace(
            self, resources={urn: _on(before.resources.get(urn), new) for urn, new in self.resources.items()}
        )

    def tiers(self) -> dict[str, list[Resource]]:
        """Resources by the component directly under the stack, in the order of registration; providers left out."""
        tiers: dict[str, list[Resource]] = {}
        for resource in self:
            if not resource.type.startswith("pulumi:providers:"):
                tiers.setdefault(resource.component, []).append(resource)
        return tiers

    def as_json(self) -> dict[str, object]:
        return {
            "version": VERSION,
            "resources": [resource.as_json() for resource in self],
            "outputs": readable(self.outputs),
        }


def _on(old: Resource | None, new: Resource) -> Resource:
    """Whole inputs only: `scalingConfig.desiredSize` is the later one's."""
    if old is None or not new.ignored:
        return new
    names = old.inputs if "*" in new.ignored else [name for name in new.ignored if name in old.inputs]
    return new._replace(inputs={**new.inputs, **{name: old.inputs[name] for name in names}})


class DuplicateUrn(Exception):
    """Two resources with one URN: the engine would refuse the program."""

    def __init__(self, urn: str, first: Place | None, second: Place | None):
        self.urn, self.first, self.second = urn, first, second
        name = urn.rsplit("::", 1)[1]
        super().__init__(
            f"{second or 'the program'}: the name {name!r} is taken by {first or 'an earlier resource'} "
            f"({urn}). Two resources of one type below one kind of parent need different names."
        )


def make_urn(project: str, stack: str, parent: str, type_: str, name: str) -> str:
    """The engine's rule: types of all ancestors below the stack, joined by `$`, and the resource's own name.

    Source: pulumi/pulumi sdk/go/common/resource/urn, `NewURN`.
    """
    if parent:
        ancestors = parent.split("::")[2]
        if ancestors != STACK_TYPE:
            type_ = f"{ancestors}${type_}"
    return f"urn:pulumi:{stack}::{project}::{type_}::{name}"


def stack_urn(project: str, stack: str) -> str:
    return f"urn:pulumi:{stack}::{project}::{STACK_TYPE}::{project}-{stack}"


_PLAIN = frozenset({int, float, bool, type(None)})


def readable(value: Any) -> Any:
    """A wire value for people and reports: secrets masked, unknown values and resources named."""
    if type(value) is str:  # first: most are
        return "[unknown]" if value == UNKNOWN else value
    if type(value) in _PLAIN:
        return value
    if type(value) is dict or isinstance(value, Mapping):
        mark = value.get(SIGNATURE)
        if mark is None:
            return {key: readable(item) for key, item in value.items()}
        if mark == SECRET:
            return "[secret]"
        if mark == RESOURCE:
            return str(value["urn"])
        return {key: readable(item) for key, item in value.items() if key != SIGNATURE}
    if isinstance(value, list | tuple):
        return [readable(item) for item in value]
    return value


@cache
def stateful_types() -> Mapping[str, str]:
    """Resource type -> what it keeps: `data` or `identity`."""
    return {type_: what for what in ("data", "identity") for type_ in _stateful()[what]}


def region_of(graph: "Graph", resource: Resource) -> str:
    """Its own, where it says one, else its provider's; empty where neither is known."""
    if isinstance(own := resource.inputs.get("region"), str):
        return own
    provider = graph.resources.get(resource.provider.rpartition("::")[0])
    return str(provider.inputs.get("region", "")) if provider else ""


def lost_with(type_: str) -> str:
    """In words, what is lost with a resource of a stateful type; empty for another."""
    kept = stateful_types().get(type_)
    return _stateful()[kept][type_] if kept else ""


@cache
def copies() -> Mapping[str, Mapping[str, str]]:
    """Resource type -> the input that makes one of that type a mere copy of another, and one that does not."""
    return _stateful()["copies"]


@cache
def caches() -> Mapping[str, Mapping[str, str]]:
    """Resource type -> {input: value} that makes one of that type a mere cache."""
    return _stateful()["caches"]


@cache
def _stateful() -> Mapping[str, Mapping[str, Any]]:
    return facts.read("stateful")
