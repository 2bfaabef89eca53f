"""The table of types, read from `data/<module>.yaml` when a type of that module is first used.

It says only what neither the Pulumi schema nor the API models say. One entry:

id          where the identifier is: a jmespath in the create answer, a "{template}", or code.<module>.<function>
keys        {member: template}, filled into every operation that has the member (as a list in `<member>s`)
create      operations; the first whose condition holds makes the resource
update      operations that change it; create also uses them for inputs it could not take itself
read        operations whose answers, merged, are the resource
delete      operations, `code.<module>.<function>` or `guard.<name>`; takes its keys and what `only` names, no more
sets        lists kept by adding and removing operations
after_update  code.<module>.<function>, once at the end of every update
after       operations with constant parameters, or code.<module>.<function>, once right after create
map         {input: member}: a place (see dest.py), "." = the block's fields lie in the parent, null = not in this API
read_map    {input: jmespath or code.<module>.<function>} where the answer differs from `map`; null = cannot be read
out         {output: "{template}", "=jmespath" or code.<module>.<function>}
record      {reason: [inputs]}: accepted and kept, not sent
refuse      {reason: [inputs]}: an error, because ignoring them would change the meaning
write_only  inputs that are sent and never answered           ordered lists whose order means something
default     inputs added when absent                          reset   {input: value or template sent when it is removed}
name        {input, max, prefix, lower}: named automatically  nouns   words the API puts before its members
lookup      {name: code.<module>.<function>}: names for templates that have to be worked out or asked for
prepare     code.<module>.<function> turning inputs into the form that is mapped; `prepared` names what it makes of what
tagging, tag_type   how tags are kept (the file's own `tagging` otherwise; null: no tags)
gone        jmespath, true when the answer means "deleted"    import_id   the inputs an import id is made of
hooks       {input: code.<module>.<function>} called with old and new value; `update_hooks` only when it changes
changes     outputs that an update may change
rules       names of rules.py: what Check knows more              guards  names of guards.py: asked before a call
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tenfold.local.handlers import dest

DATA = Path(__file__).parent / "data"
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
    when: str | Code = ""  # only if this input is true, or code.<module>.<function> says so
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
    path: str | Code = ""  # jmespath to the object, or code.<module>.<function>; empty: found by shape
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
    ordered: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
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
    def prepared_from(self) -> frozenset[str]:
        return frozenset().union(*self.prepared.values())

    @functools.cached_property
    def set_inputs(self) -> frozenset[str]:
        return frozenset(s.input for s in self.sets)


def module_of(token: str) -> str:
    """`aws:ec2/vpc:Vpc` -> `ec2`."""
    return token.partition(":")[2].partition("/")[0]


@functools.cache
def module(name: str) -> dict[str, Spec]:
    """The entries of one file, `{}` where there is none."""
    path = DATA / f"{name}.yaml"
    if not path.is_file():
        return {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load(path.read_bytes(), loader)
    from tenfold.local.handlers import table_parser  # its code.py and rules.py are needed only now

    tagging = table_parser.tagging(raw.get("tagging"))
    return {
        token: table_parser.spec(token, raw["service"], entry, tagging)
        for token, entry in raw.items()
        if token.startswith("aws:")
    }


def spec(token: str) -> Spec | None:
    """The entry of a type, or None when the local cloud does not serve it."""
    return module(module_of(token)).get(token)


def tokens() -> list[str]:
    """Every type of the table, in the order of the files."""
    return [token for path in sorted(DATA.glob("*.yaml")) for token in module(path.stem)]
