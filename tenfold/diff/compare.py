"""Two graphs, and what the engine would do to get from one to the other.

The rules are the engine's (pulumi/pulumi v3.274.1, pkg/resource/deploy/step_generator.go) and those of the provider
(`tenfold.providers.aws.input_facts`). Resources are walked in the order of registration, as the engine does: what one
refers to has been decided before.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tenfold import secrecy
from tenfold.diff import effects, inputs, migrations, protection, values
from tenfold.diff.identity import former
from tenfold.diff.inputs import Fates, Settle
from tenfold.diff.model import (
    CREATE,
    DELETE,
    MOVED,
    NONE,
    PROTECT,
    REFUSED,
    REPLACE,
    UPDATE,
    Change,
    Difference,
    Property,
    Refusal,
)
from tenfold.graph import Graph, Resource
from tenfold.providers.aws import input_facts


def compare(before: Graph, after: Graph) -> Difference:
    """Two plans. Raises `Failure` where a state migration of `after` cannot be run on what `before` plans."""
    migrated, origins = migrations.of_graph(before, after)
    return _Walk(migrated, after, None, origins).difference()


def compare_stack(before: Graph, after: Graph, settle: Settle, origins: Mapping[str, str]) -> Difference:
    """A stack and a plan: `settle` fills in what is known of the stack, whose state is migrated already; `origins`: see
    `tenfold.diff.migrations`."""
    return _Walk(before, after, settle, origins).difference()


class _Walk:
    def __init__(self, before: Graph, after: Graph, settle: Settle | None, origins: Mapping[str, str]) -> None:
        self._before, self._after, self._settle, self._origins = before, after, settle, origins
        self._fates = Fates(after.resources)
        self._seen: set[str] = set()  # URNs of before that are somebody's now
        self._replacing: set[str] = set()  # URNs of after
        self._condemned: dict[str, str] = {}  # deleted before something is replaced: URN of before -> why
        self._changes: list[Change] = []
        self._unchanged = 0

    def difference(self) -> Difference:
        for resource in self._after:
            if resource.read is None:
                self._walk(resource)
        gone = [r for r in self._before if r.urn not in self._seen and r.read is None]
        self._changes += [self._deleted(resource) for resource in reversed(gone)]
        return Difference(
            self._before,
            self._after,
            tuple(self._changes),
            tuple(resource for resource in self._after if resource.keeps and resource.urn not in self._fates.replaced),
            self._unchanged,
            tuple(_refused(self._changes)),
        )

    def _walk(self, new: Resource) -> None:
        urn = former(new, self._before.resources, self._fates.moved)
        self._seen.add(urn)
        if not urn:
            self._fates.replaced.add(new.urn)
            self._changes.append(_change(CREATE, new))
            return
        if urn != new.urn:
            self._fates.moved[new.urn] = urn
        change = self._compared(self._before.resources[urn], new)
        if change is not None:
            self._changes.append(change)
        elif new.custom and not _is_provider(new):
            self._unchanged += 1

    def _compared(self, old: Resource, new: Resource) -> Change | None:
        differences, after = inputs.input_differences(old, new, self._fates, self._settle)
        forced = inputs.replacing_paths(new, differences) if new.custom else set()
        because = self._condemned.get(old.urn) or self._otherwise(old, new)
        properties = _properties(old, new, differences, after, forced) if differences else ()
        moved = self._origins.get(old.urn) or (old.urn if old.urn != new.urn else "")
        if because or forced:
            self._replaced(old, new)
            return _change(REPLACE, new, properties, because, moved, lost=old)
        if differences:
            self._fates.changing[new.urn] = input_facts.changing(new.type)
            return _change(UPDATE, new, properties, "", moved, was=old)
        if moved:
            return _change(MOVED, new, moved_from=moved, was=old)
        return _change(PROTECT, new, was=old) if new.custom and old.protect != new.protect else None

    def _otherwise(self, old: Resource, new: Resource) -> str:
        """Why it is replaced whatever its inputs say; empty when it is not."""
        if old.custom != new.custom:
            return "a component becomes a resource, or the other way round"
        if _is_provider(new) or not new.custom:
            return ""
        for option in ("replaceWith", "deletedWith"):
            named = new.options.get(option)
            for other in named if isinstance(named, list) else (named,):
                if other in self._replacing:
                    return f"{_name(str(other))} is replaced, and it with it ({option})"
        if why := self._provider(old, new):
            return why
        triggers = [inputs.plain(r.options.get("replacementTrigger")) for r in (old, new)]
        return "its replacementTrigger changed" if None not in triggers and triggers[0] != triggers[1] else ""

    def _provider(self, old: Resource, new: Resource) -> str:
        """A provider of another region or cluster cannot manage what the old one made."""
        before = self._before.resources.get(_provider_of(old))
        after = self._after.resources.get(_provider_of(new))
        if not before or not after:
            return ""
        if before.inputs.get("region") != after.inputs.get("region"):
            return f"the region changes from {before.inputs.get('region')} to {after.inputs.get('region')}"
        return f"{after.name}, its provider, is of another cluster" if after.urn in self._replacing else ""

    def _replaced(self, old: Resource, new: Resource) -> None:
        self._fates.replaced.add(new.urn)
        self._replacing.add(new.urn)
        if new.options.get("deleteBeforeReplace") or _same_object(old, new):
            self._condemn(old)

    def _condemn(self, root: Resource) -> None:
        """What must go before `root` can, and is recreated after it (`calculateDependentReplacements`)."""
        gone = {root.urn}
        for resource in self._before:
            if resource.urn in self._seen or not resource.custom or resource.read is not None:
                continue
            keys = inputs.condemning_inputs(resource, gone)
            owner = "deletedWith" if resource.options.get("deletedWith") in gone else "its provider"
            if keys or owner == "deletedWith" or _provider_of(resource) in gone:
                gone.add(resource.urn)
                why = f"{root.name} is deleted before it is recreated, and {', '.join(keys) or owner} names it"
                self._condemned[resource.urn] = why

    def _deleted(self, old: Resource) -> Change:
        because = self._lookalike(old) if old.keeps else ""
        return _change(DELETE, old, because=because, moved_from=self._origins.get(old.urn, ""), lost=old)

    def _lookalike(self, old: Resource) -> str:
        """Said when a resource seems to have got another URN by accident."""
        for change in self._changes:
            if change.op == CREATE and change.type == old.type and change.name == old.name:
                return _MOVED.format(what="another parent", was=old.parent, urn=change.urn, old=old.urn)
        for change in self._changes:
            parent = self._after.resources[change.urn].parent if change.op == CREATE else None
            if parent and change.type == old.type and parent == old.parent:
                return _MOVED.format(what="another name", was=old.name, urn=change.urn, old=old.urn)
        return ""


def _same_object(old: Resource, new: Resource) -> bool:
    """Whether two objects of Kubernetes have one name, so that the first must go before the next can come."""
    places = [part for r in (old, new) if isinstance(part := r.inputs.get("metadata"), Mapping)]
    return input_facts.is_object(new.type) and len({(p.get("name"), p.get("namespace")) for p in places}) == 1


_MOVED = (
    "a resource of its type is created with {what} as {urn}. If that is the same one, tell the engine: "
    'opts=ResourceOptions(aliases=["{old}"]) on the new one; else it is recreated, empty, and this one is deleted'
)


def _properties(
    old: Resource,
    new: Resource,
    differences: Sequence[values.Difference],
    after: Mapping[str, Any],
    forced: Collection[str],
) -> tuple[Property, ...]:
    secret = inputs.secrets(old.inputs, new.inputs) | secrecy.paths(new.type)
    properties = []
    for difference in differences:
        forces, effect = difference.path in forced, effects.Effect(NONE)
        if forces:
            effect = effects.Effect(effects.of_resource(REPLACE, old)[0])
        elif new.custom and not forced:
            effect = effects.of_change(new.type, new.name, difference, after)
        properties.append(Property(difference.path, *inputs.values_to_show(difference, secret), forces, *effect[:3]))
    return tuple(properties)


def _change(
    op: str,
    about: Resource,
    properties: tuple[Property, ...] = (),
    because: str = "",
    moved_from: str = "",
    lost: Resource | None = None,
    was: Resource | None = None,
) -> Change:
    """`lost` is the resource as it was, where that one goes; `was`, where it stays."""
    effect, why = effects.of_resource(op, lost or about, properties)
    before, after = bool((lost or was) and (lost or was or about).protect), about.protect and op != DELETE
    return Change.of(
        op,
        about,
        keeps=(lost or about).keeps,
        effect=effect,
        properties=properties,
        because=because or why,
        protect=about.protect and (lost or about).protect,
        protect_before=before,
        protect_after=after,
        taken_off=_taken_off(before, after, properties) if op not in (CREATE, DELETE) and about.custom else (),
        ends=protection.ends_by_itself(about),
        moved_from=moved_from,
        interrupts=_interrupts(op, about, properties),
    )


def _interrupts(op: str, about: Resource, properties: Iterable[Property]) -> str:
    if op == REPLACE:
        return effects.of_replacement(about.type, _forced_by(properties))
    return effects.of_removal(about) if op == DELETE else ""


def _taken_off(before: bool, after: bool, properties: Iterable[Property]) -> tuple[str, ...]:
    inputs_ = (p.path for p in properties if protection.taken_off(p.path, p.old, p.new))
    return (*(["protect"] if before and not after else []), *inputs_)


def _forced_by(properties: Iterable[Property]) -> list[str]:
    return [property_.path for property_ in properties if property_.forces_replacement]


def _refused(changes: Iterable[Change]) -> Iterator[Refusal]:
    for change in changes:
        for property_ in change.properties if change.effect == REFUSED else ():
            if property_.effect == REFUSED:
                what = f"{change.name}: {property_.path} {property_.old} → {property_.new} is refused by AWS"
                yield Refusal(what, property_.because, property_.instead, change.component)


def _is_provider(resource: Resource) -> bool:
    return resource.type.startswith("pulumi:providers:")


def _provider_of(resource: Resource) -> str:
    """The URN in `<urn>::<id>`; the id may be a token, with an URN of its own."""
    return "::".join(resource.provider.split("::", 4)[:4])


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]
