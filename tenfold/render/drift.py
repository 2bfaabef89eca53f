"""Differences between a stack's state and the cloud: what, since when, and which side the next `up` keeps."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from tenfold import streams
from tenfold.blueprints.value import Value
from tenfold.diff.model import UPDATE, Change, Difference, worst
from tenfold.providers.aws.additions import Addition
from tenfold.render import diff
from tenfold.render.lines import labelled_lines
from tenfold.wording import quantity

_LABEL = 11


class Report(Value):
    """`left` is what the program leaves to AWS (`ignoreChanges`): a difference that the next `up` keeps."""

    difference: Difference
    left: tuple[Change, ...]
    added: tuple[Addition, ...]
    written: str
    """When a run last wrote a resource into the state (RFC 3339); empty where the state does not say."""
    components: Mapping[str, str]
    """URN -> component, of what something was added to."""

    @classmethod
    def of(cls, difference: Difference, added: Sequence[Addition], deployed: Sequence[Mapping[str, Any]]) -> "Report":
        ignored = {resource["urn"]: resource.get("ignoreChanges") or () for resource in deployed}
        minded, left = [], []
        for change in difference.changes:
            change = replace(change, protect=False)  # it has happened already, so nothing can refuse it
            apart = [p for p in change.properties if _is_ignored(p.path, ignored.get(change.urn, ()))]
            if change.op != UPDATE or not apart:
                minded.append(change)
                continue
            left.append(replace(change, properties=tuple(apart)))
            if rest := tuple(p for p in change.properties if p not in apart):
                minded.append(replace(change, properties=rest, effect=worst(p.effect for p in rest)))
        components = {urn: resource.component for urn, resource in difference.before.resources.items()}
        order = sorted(added, key=lambda each: (components.get(each.urn, ""), _name(each.urn), each.what, each.text))
        written = max((str(resource.get("modified") or "") for resource in deployed), default="")
        return cls(replace(difference, changes=tuple(minded), kept=()), tuple(left), tuple(order), written, components)

    def __bool__(self) -> bool:
        return bool(self.difference.changes or self.added)

    def as_json(self) -> dict[str, Any]:
        changes = self.difference.as_json()["changes"]
        return {
            "deployed": True,
            "since": self.written,
            "changes": [{**change, "wins": "blueprint"} for change in changes],
            "left_to_aws": [{**change.as_json(), "wins": "cloud"} for change in self.left],
            "added": [{**each.as_json(), "wins": "nobody"} for each in self.added],
        }

    def show(self, target: Any, *, verbose: bool) -> None:
        color = streams.takes_color(sys.stdout)
        page = diff.lines(self.difference, target.architecture, color=color, verbose=verbose, without=diff.STAYS)
        for line in page:
            click.echo(line)
        rows = [(self._part(each, target), f"{_name(each.urn)}: {_text(each)}") for each in self.added]
        for line in diff.section_lines("added", "yellow", rows, color=color):
            click.echo(line)
        for line in self._summary(target):
            click.echo(line)

    def _part(self, added: Addition, target: Any) -> str:
        return self.components[added.urn].removeprefix(f"{target.architecture.name}-")

    def _summary(self, target: Any) -> Iterator[str]:
        if self.left:
            names = ", ".join(sorted(f"{c.name} ({', '.join(p.path for p in c.properties)})" for c in self.left))
            yield from labelled_lines("left", f"to AWS, and no drift: {names}", _LABEL)
        if self.written and self:
            yield from labelled_lines(
                "since", f"{self.written[:16].replace('T', ' ')} UTC, when a run last changed something", _LABEL
            )
        if self.difference.resources:
            way = f"`tenfold refresh {target.flags}` and then `tenfold up {target.flags}`; `up` alone does not see it"
            yield from labelled_lines("wins", f"the blueprint, with {way}", _LABEL)
        if self.added:
            yield from labelled_lines("wins" if not self.difference.resources else "", _STAYS, _LABEL)
        if not self:
            yield "The cloud is as the last run left it. Nothing was written."
            return
        count = len(self.difference.resources)
        differs = (
            f"{quantity(count, 'resource')} {'differs' if count == 1 else 'differ'} (state → cloud)" if count else ""
        )
        by_hand = f"{len(self.added)} added by hand" if self.added else ""
        yield f"{', '.join(filter(None, (differs, by_hand)))}. Nothing was written."


_STAYS = "nobody: `up` does not know what was added; it stays until somebody deletes it"


def _is_ignored(path: str, ignored: Sequence[str]) -> bool:
    return any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in ignored)


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


def _text(added: Addition) -> str:
    return f"{added.what} {added.text}" + (f" ({added.identity})" if added.identity != added.text else "")
