"""What an entry of the table says, parsed: where each input goes, and the calls of a resource's life. The notation is
in table.py."""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tenfold.local.aws import dest

Code = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Rule:
    """Where one input goes. `to` None: not in this API; empty: its fields lie in the parent structure."""

    to: dest.Dest | None
    values: Mapping[Any, Any] | None = None


@dataclass(frozen=True, eq=False)
class Operation:
    name: str
    only: frozenset[str] | None = None  # restricted to these inputs
    rules: Mapping[str, Rule] = field(default_factory=dict)  # the entry's map with the operation's own on top
    const: Mapping[dest.Dest, Any] = field(default_factory=dict)
    default: Mapping[dest.Dest, Any] = field(default_factory=dict)  # only where the inputs gave nothing
    one: bool = False  # one input per call (ModifyVpcAttribute)
    full: bool = False  # always every input it accepts: the service forgets what is not sent
    pair: tuple[str, str, str] | None = None  # (name, value, map): one call per entry of the map (SetTopicAttributes)
    nest: str = ""  # the members lie in this one (DistributionConfig)
    fetch: Mapping[dest.Dest, tuple[str, str]] = field(
        default_factory=dict
    )  # taken from a read first: (operation, path)
    when: str | Code = ""  # only if this input is true, or code.<file>.<function> says so
    unless: str | Code = ""  # only if it is not
    around: tuple[str, str] | None = None  # operations before and after (StopInstances, StartInstances)
    update_only: bool = False  # never part of create
    takes: frozenset[str] = frozenset()  # inputs that trigger the call without being a parameter
    code: Code | None = None  # a deletion step written in Python instead


@dataclass(frozen=True, eq=False)
class Members:
    """A list input kept by adding and removing operations."""

    input: str
    add: str
    remove: str
    member: tuple[str, ...] = ()  # the member that takes the whole list; empty: one call per element
    remove_member: tuple[str, ...] = ()
    to: Code | None = None  # (call, element) -> element in the API's form
    remove_to: Code | None = None
    clear: bool = False  # emptied before the resource is deleted


@dataclass(frozen=True, eq=False)
class Reading:
    name: str
    path: str | Code = ""  # jmespath to the object, or code.<file>.<function>; empty: found by shape
    const: Mapping[str, Any] = field(default_factory=dict)
    take: Mapping[str, str] = field(default_factory=dict)  # {name: jmespath}: only these are merged
    optional: frozenset[str] = frozenset()  # error codes that mean "nothing there"
    code: Code | None = None  # (call) -> what it found: several calls, written in Python


class Name(NamedTuple):
    """How a resource is named automatically."""

    input: str
    max: int
    prefix: str = ""
    lower: bool = False
    fifo: str = ""  # the input that, where it is true, has the name end with `.fifo`


@dataclass(frozen=True, eq=False)
class Tagging:
    add: str
    remove: str
    key: Mapping[str, Any]
    tags: str = "Tags"
    keys: str | None = "TagKeys"  # None: removed by structures with a key
    read: str | None = None  # None: tags come with the object


@dataclass(frozen=True, eq=False)
class Spec:
    token: str
    service: str
    create: tuple[Operation, ...]
    read: tuple[Reading, ...]
    update: tuple[Operation, ...] = ()
    delete: tuple[Operation, ...] = ()
    sets: tuple[Members, ...] = ()
    after: tuple[Operation, ...] = ()
    id: str | Code = ""
    keys: Mapping[str, Any] = field(default_factory=dict)
    map: Mapping[str, Rule] = field(default_factory=dict)
    read_map: Mapping[str, Any] = field(default_factory=dict)
    out: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, str] = field(default_factory=dict)
    refuse: Mapping[str, str] = field(default_factory=dict)
    write_only: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    default: Mapping[str, Any] = field(default_factory=dict)
    reset: Mapping[str, Any] = field(default_factory=dict)
    name: Name | None = None
    lookup: Mapping[str, Code] = field(default_factory=dict)
    nouns: tuple[str, ...] = ()
    prepare: Code | None = None
    prepared: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tagging: Tagging | None = None
    tag_type: str = ""
    gone: str = ""
    import_id: tuple[str, ...] = ()
    import_separator: str = ""
    hooks: Mapping[str, Code] = field(default_factory=dict)
    update_hooks: Mapping[str, Code] = field(default_factory=dict)
    after_update: tuple[Code, ...] = ()
    rules: tuple[Code, ...] = ()
    guards: tuple[Code, ...] = ()

    @functools.cached_property
    def identifying(self) -> frozenset[str]:
        """What an id may need beside it to tell which resource it is, and how it is deleted."""
        templates = [self.id, self.keys, [(reading.const, reading.path) for reading in self.read]]
        templates += [step.const for step in self.delete]
        asked = [step.only or frozenset() for step in self.delete]
        return frozenset(self.import_id).union(*map(_named, templates), *asked)

    @functools.cached_property
    def prepared_from(self) -> frozenset[str]:
        return frozenset().union(*self.prepared.values())

    @functools.cached_property
    def set_inputs(self) -> frozenset[str]:
        return frozenset(s.input for s in self.sets)


def _named(template: Any) -> frozenset[str]:
    """The `{names}` in it."""
    if isinstance(template, str):
        return frozenset(re.findall(r"\{(\w+)\}", template))
    parts = template.values() if isinstance(template, Mapping) else template
    return frozenset().union(*map(_named, parts)) if isinstance(template, Mapping | list | tuple) else frozenset()
