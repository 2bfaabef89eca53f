"""The differences between two graphs, on one page in plain words: the most dangerous first; what stays is counted."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.diff import Change, Difference, Property
from tenfold.diff.effects import important, important_input
from tenfold.diff.model import (
    ANEW,
    CREATE,
    DATA_LOSS,
    DELETE,
    EFFECTS,
    NONE,
    PROTECT,
    REFUSED,
    REPLACE,
    RESTART,
    UPDATE,
    Refusal,
)  # fmt: skip
from tenfold.diff.texts import property_text, protection_text, value_text
from tenfold.graph import lost_with
from tenfold.render.lines import WIDTH, paint, wrapped_lines
from tenfold.render.tiers import tiers
from tenfold.wording import quantity

MOST = 4  # lines for one component before the rest is only counted
NAMES = 2  # resources with the same change that are named
KINDS = 4  # kinds of resources named of one component
_LABEL, _PART = 10, 14
_ROOM = WIDTH - 2 - _LABEL - 1 - _PART - 1

Row = tuple[str, str]
"""(component, what)"""


def as_text(difference: Difference, heading: str, after: Architecture | None = None, **options: Any) -> str:
    """The page with its heading; `options` as for `lines`."""
    head = headline(heading, verdict(difference), color=options.get("color", False))
    return "\n".join([head, *lines(difference, after, **options)]) + "\n"


def headline(heading: str, verdict: tuple[str, str], *, color: bool) -> str:
    text, style = verdict
    gap = WIDTH - len(heading) - len(text)
    between = " " * gap if gap > 1 else "\n" + " " * (WIDTH - len(text))
    return paint(heading, "bold", color) + between + paint(text, style, color)


def heading(before: Architecture, after: Architecture) -> str:
    """`shop · prod · 3 load-balanced → 4 cached`; parts that are the same on both sides are printed once."""
    sides = [(*a.title, _stage(a)) for a in (before, after)]
    return " · ".join(old if old == new else f"{old} → {new}" for old, new in zip(*sides, strict=True))


def _stage(architecture: Architecture) -> str:
    promoting = f" (promoting from {architecture.promoting_from})" if architecture.promoting_from else ""
    return f"{architecture.stage} {architecture.stage_name}{promoting}"


REFUSED_BY_UP = ("refused: `up` stops before it changes anything", "red")
LOSS = ("danger: data or identity is lost", "red")
UNPROTECTED = ("danger: protection is taken off", "red")
INTERRUPTS = ("no data is touched, something is interrupted", "yellow")
RESTARTS = ("no data is touched, something restarts", "yellow")
REPLACES = ("no data is touched", "yellow")
SAFE = ("safe: nothing stops, no data is touched", "green")
NOTHING = ("no difference", "green")


def verdict(*of: Difference) -> tuple[str, str]:
    """(the page in one sentence, its style)"""
    changes = [change for difference in of for change in difference.resources]
    if any(difference.refused for difference in of):
        return REFUSED_BY_UP
    if any(difference.losses for difference in of):
        return LOSS
    if any(change.keeps and not change.ends for difference in of for change in difference.unprotected):
        return UNPROTECTED
    if not changes:
        return NOTHING
    if any(change.interrupts for change in changes):
        return INTERRUPTS
    if any(difference.interruptions for difference in of):
        return RESTARTS
    if any(change.effect == ANEW or change.op == DELETE for change in changes):
        return REPLACES
    return SAFE


STAYS = ("keeps", "unchanged")
LOCKED = "locked"
"""In the steps of a promotion nothing is: `tenfold promote` switches it off."""


def lines(
    difference: Difference,
    after: Architecture | None = None,
    *,
    color: bool = False,
    verbose: bool = False,
    without: Collection[str] = (),
) -> Iterator[str]:
    """The page below its heading. `after` gives the words for new components, and the name that others begin with;
    `without` are sections to leave out."""
    for label, style, rows in sections(difference, after, verbose=verbose):
        if label not in without:
            yield from section_lines(label, style, rows, color=color)


def section_lines(label: str, style: str, rows: Sequence[Row], *, color: bool = False) -> Iterator[str]:
    for part, what in rows:
        yield from _row(paint(f"{label:<{_LABEL}}", style, color), part, what)
        label = ""


def sections(
    difference: Difference, after: Architecture | None = None, *, verbose: bool = False
) -> Iterator[tuple[str, str, list[Row]]]:
    """(label, style, rows) of each section of the page; those without rows too."""
    return _Page(difference, after, verbose).sections()


class _Page:
    def __init__(self, difference: Difference, after: Architecture | None, verbose: bool) -> None:
        self._difference, self._verbose = difference, verbose
        self._prefix = f"{after.name}-" if after else ""
        self._words = {tier.name: tier.words for tier in tiers(after, difference.after)} if after else {}

    def sections(self) -> Iterator[tuple[str, str, list[Row]]]:
        changes = self._difference.resources
        lost = self._difference.losses
        replaced = [c for c in changes if c.op == REPLACE and c not in lost]
        elsewhere = (DATA_LOSS, REFUSED) if self._difference.refused else (DATA_LOSS,)
        updated = [c for c in changes if c.op == UPDATE and c.effect not in elsewhere and not _only_protection(c)]
        removed = [c for c in changes if c.op == DELETE and c not in lost]
        same = self._difference.unchanged
        yield "refused", "red", [self._refusal(refusal) for refusal in self._difference.refused]
        yield LOCKED, "red", self._locked([c for c in changes if c.op in (REPLACE, DELETE) and c not in lost])
        yield "loses", "red", self._lost(lost)
        yield "unprotects", "red", self._unprotected(self._difference.unprotected)
        yield "replaces", "yellow", self._each(replaced)
        yield "removes", "yellow", self._removed(removed)
        yield "restarts", "yellow", self._each([c for c in updated if c.effect == RESTART])
        yield "changes", "", self._changed([c for c in updated if c.effect != RESTART])
        yield "protects", "green", self._counted([c for c in changes if c.op == PROTECT and c.protect_after])
        yield (
            "moves",
            "",
            [(self._part(c), _moved(c, self._name(c))) for c in changes if c.moved_from and c.op != DELETE],
        )
        yield "adds", "green", self._counted([c for c in changes if c.op == CREATE])
        yield "keeps", "dim", self._kept()
        yield "unchanged", "dim", [(quantity(same, "resource"), "")] if same else []

    def _refusal(self, refusal: Refusal) -> Row:
        what = refusal.what.removesuffix(".").removeprefix(f"{refusal.component}-")
        return refusal.component.removeprefix(self._prefix), f"{what}: {refusal.why}; {refusal.instead}"

    def _locked(self, going: Sequence[Change]) -> list[Row]:
        """Resources that AWS would not delete, as `up` checks before it begins."""
        rows: list[Row] = []
        for change in going:
            if off := self._difference.inputs_to_unlock(change):
                old = self._difference.before.resources[change.moved_from or change.urn]
                on = _as_yaml({key: old.inputs.get(key) for key in off})
                what = f"{self._name(change)}: with `{on}` AWS does not delete it, and `up` stops before it changes"
                before = f"`overrides: {{{old.name}: {{{_as_yaml(off)}}}}}` before"
                rows.append((self._part(change), f"{what} anything; one `up` with {before}"))
        return rows

    def _lost(self, lost: Sequence[Change]) -> list[Row]:
        """Data lost with a resource, or within it: restore points, logs."""
        inside = [change for change in lost if change.op == UPDATE]
        return [(self._part(c), self._fate(c)) for c in lost if c not in inside] + self._each(inside)

    def _unprotected(self, changes: Sequence[Change]) -> list[Row]:
        """Each resource that loses protection, by name, with the protections it loses."""
        rows: list[Row] = []
        for part, those in self._by_part(changes).items():
            alike: dict[str, list[Change]] = {}
            for change in those:
                alike.setdefault(protection_text(change), []).append(change)
            texts = [f"{', '.join(map(self._name, same))}: {what}" for what, same in alike.items()]
            rows += [(part if at == 0 else "", text) for at, text in enumerate(texts)]
        return rows

    def _fate(self, change: Change) -> str:
        done = "removed" if change.op == DELETE else "recreated, empty"
        loss = f"{change.name} is {done}, and {lost_with(change.type)} with it"
        why = "; ".join(filter(None, (change.because, *(_forced(p) for p in change.forced_by))))
        note = "; the engine refuses: it is protected" if change.protect else ""
        return f"{loss}{f': {why}' if why else ''}{note}"

    def _each(self, changes: Sequence[Change]) -> list[Row]:
        """By component, one line for all with the same change; of many lines only the first, unless `verbose`."""
        rows: list[Row] = []
        for part, those in self._by_part(changes).items():
            alike: dict[tuple[str, str], list[Change]] = {}
            for change in those:
                alike.setdefault((change.type, self._what(change)), []).append(change)
            groups = sorted(alike.items(), key=lambda group: not any(map(_important, group[1])))
            texts = [f"{self._names(same)}: {what}" for (_, what), same in groups]
            most = max(MOST, sum(any(map(_important, same)) for _, same in groups) + 1)
            if len(texts) > most and not self._verbose:
                texts[most - 1 :] = [f"and {len(texts) - most + 1} more (--verbose)"]
            rows += [(part if at == 0 else "", text) for at, text in enumerate(texts)]
        return rows

    def _removed(self, changes: Sequence[Change]) -> list[Row]:
        """Counted by kind; resources whose loss is noticed at once are named."""
        missed = [change for change in changes if change.interrupts]
        return self._each(missed) + self._counted([change for change in changes if not change.interrupts])

    def _changed(self, changes: Sequence[Change]) -> list[Row]:
        """Changes; those of tags, descriptions and the like are only counted, unless `verbose`."""
        noticed = [change for change in changes if self._verbose or not _unnoticed(change)]
        quiet = len(changes) - len(noticed)
        return self._each(noticed) + ([("", f"tags or descriptions of {quantity(quiet, 'resource')}")] if quiet else [])

    def _names(self, alike: Sequence[Change]) -> str:
        return ", ".join(map(self._name, alike)) if self._verbose or len(alike) <= NAMES else _kinds(alike)

    def _what(self, change: Change) -> str:
        """The changed property, and the effect."""
        if change.op == REPLACE:
            why = (change.because, *(_forced(p) for p in change.forced_by), change.interrupts)
            return "; ".join(filter(None, why))
        if change.op == DELETE:
            return change.interrupts
        properties = sorted(change.properties, key=_rank)
        named = sum(map(_always_named, properties))
        shown = properties if self._verbose else properties[: max(2, named)]
        listed = ", ".join(map(property_text, shown))
        rest = len(properties) - len(shown)
        worst = sorted(properties, key=lambda p: -EFFECTS.index(p.effect))
        first = next((p.because for p in worst if p.because), "")
        whys = dict.fromkeys((first, *(p.because for p in properties[:named])))
        why = "; ".join(filter(None, whys))
        return f"{listed}{f', {rest} more' if rest else ''}{f' ({why})' if why else ''}"

    def _counted(self, changes: Sequence[Change]) -> list[Row]:
        """By component, in its own words where all of it is new."""
        rows: list[Row] = []
        for part, those in self._by_part(changes).items():
            new = all(r.urn in {c.urn for c in those} for r in self._members(those[0]))
            what = self._words.get(part, "") if new and those[0].op == CREATE else ""
            rows.append((part, what or _kinds(those)))
            if self._verbose:
                rows += [("", self._name(change)) for change in those]
        return rows

    def _members(self, change: Change) -> list[Any]:
        tiers = self._difference.after.tiers()
        return [r for r in tiers.get(change.component, ()) if r.custom and r.read is None]

    def _kept(self) -> list[Row]:
        by_part: dict[str, list[str]] = {}
        for resource in self._difference.kept:
            by_part.setdefault(self._part(resource), []).append(kind_of(resource.type))
        return [(part, ", ".join(quantity(n, kind) for kind, n in Counter(k).items())) for part, k in by_part.items()]

    def _by_part(self, changes: Sequence[Change]) -> dict[str, list[Change]]:
        parts: dict[str, list[Change]] = {}
        for change in changes:
            parts.setdefault(self._part(change), []).append(change)
        return parts

    def _part(self, about: Any) -> str:
        return about.component.removeprefix(self._prefix)

    def _name(self, change: Change) -> str:
        """Within its component."""
        return change.name.removeprefix(f"{change.component}-").removeprefix(self._prefix)


def _moved(change: Change, name: str) -> str:
    """Where a resource was before an alias or a state migration."""
    was = change.moved_from.split("::", 3)[3]
    return f"{name}, before: {was}" if was != change.name else f"{name}, before under another parent or type"


def _only_protection(change: Change) -> bool:
    return bool(change.taken_off) and all(changed.path in change.taken_off for changed in change.properties)


def _unnoticed(change: Change) -> bool:
    return all(p.effect == NONE and not p.because and not _always_named(p) for p in change.properties)


def _always_named(changed: Property) -> bool:
    """Whether it says how many servers there are, what protects something, what is lost or refused."""
    return changed.effect in (DATA_LOSS, REFUSED) or important_input(changed.path)


def _rank(changed: Property) -> tuple[bool, int]:
    return not _always_named(changed), -EFFECTS.index(changed.effect)


def _important(change: Change) -> bool:
    """Whether a line of its own is never counted into "and 4 more"."""
    return important(change.type) or bool(change.interrupts) or any(map(_always_named, change.properties))


def _row(label: str, part: str, what: str) -> Iterator[str]:
    first, *more = wrapped_lines(what, _ROOM) or [""]
    yield f"  {label} {part:<{_PART}} {first}".rstrip()
    for line in more:
        yield f"{'':<{2 + _LABEL + 1 + _PART + 1}}{line}"


def _forced(changed: Property) -> str:
    if changed.new is None and changed.old is not None:
        return f"{changed.path} {value_text(changed.old)} goes, which recreates it"
    return f"{property_text(changed)} recreates it"


def _kinds(changes: Sequence[Change]) -> str:
    kinds = Counter(change.type for change in changes).most_common()
    common = sorted(kinds, key=lambda kind: not important(kind[0]))
    most = max(KINDS, sum(important(kind) for kind, _ in common))
    texts = [quantity(number, kind_of(kind)) for kind, number in common[:most]]
    rest = sum(number for _, number in common[most:])
    return ", ".join([*texts, *([f"and {rest} more"] if rest else [])])


def kind_of(type_: str) -> str:
    """`aws:ec2/natGateway:NatGateway` -> `nat gateway`"""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", type_.rsplit(":", 1)[1]).lower()


def _as_yaml(inputs: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}: {str(value).lower()}" for key, value in inputs.items())
