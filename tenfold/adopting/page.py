"""The page of `tenfold import`: existing resources, those that the stack takes over, and the changes to them."""

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tenfold.adopting.import_file import Take
from tenfold.adopting.inventory import Inventory
from tenfold.adopting.proposal import Proposal
from tenfold.blueprints.stages import presets
from tenfold.diff import Change
from tenfold.diff.model import IN_PLACE, NONE
from tenfold.diff.texts import property_text
from tenfold.render.lines import labelled_lines

_LABEL = 10


def as_text(
    inventory: Inventory, proposal: Proposal, file: Path, imports: Path, environment: str, *, local: bool
) -> str:
    stage = presets.presets()[proposal.like.stage]
    return "\n".join(
        [
            f"{inventory.origin} · like stage {stage.label}",
            *_rows(inventory, proposal, file, imports, environment, local),
        ]
    )


def _rows(
    inventory: Inventory, proposal: Proposal, file: Path, imports: Path, environment: str, local: bool
) -> Iterator[str]:
    like = proposal.like
    for name, ids in like.signs.items():
        yield from _row("because", f"{name}: {', '.join(ids)}")
    if like.lacking:
        yield from _row("lacks", f"no sign of {', '.join(like.lacking)}")
    if like.beyond:
        yield from _row("beyond", f"{', '.join(like.beyond)} of a later stage")
    for what in proposal.uses:
        yield from _row("uses", f"{what}: it stays its owner's")
    yield from taken_resources(proposal.takes, proposal.changes)
    for what, why in proposal.leaves:
        yield from _row("leaves", f"{what}: {why}")
    yield from _row("wrote", f"{file}, {imports}")
    flags = shlex.join([str(file), "--env", environment, *(["--local"] if local else [])])
    yield from _row("next", f"tenfold plan {shlex.quote(str(file))} --env {environment}   what the stack would have")
    if proposal.others:
        yield from _row(
            "first",
            "one owner: before the other program runs again, take these out of its state; from then on it looks them "
            "up (`get`)",
        )
        yield from (f"            pulumi state delete --force '{urn}'" for urn in proposal.others)
    if proposal.takes:
        yield from _row(
            "then", f"tenfold up {flags} --import {shlex.quote(str(imports))}   reads it all, says what changes"
        )


def taken_resources(takes: Iterable[Take], changes: Iterable[Change]) -> Iterator[str]:
    """Each resource that is taken over, with the properties that the run would change."""
    for take in takes:
        yield from _row("takes", f"{take.name} = {take.id}")
    for change in changes:
        effect = change.op if change.op != "update" else change.effect if change.effect != NONE else IN_PLACE
        yield from _row(
            "changes", f"{change.name} ({effect}): {'; '.join(property_text(each) for each in change.properties)}"
        )
        if any(each.path == "password" for each in change.properties):
            yield from _row("mind", f"{change.name} gets a new password: whoever logs in with the old one is shut out")


def _row(label: str, text: str) -> list[str]:
    return labelled_lines(label, text, _LABEL)


def as_json(inventory: Inventory, proposal: Proposal, file: Path, imports: Path) -> dict[str, Any]:
    return {
        "origin": inventory.origin,
        "stage": proposal.like.stage,
        "signs": {name: list(ids) for name, ids in proposal.like.signs.items()},
        "lacking": list(proposal.like.lacking),
        "beyond": list(proposal.like.beyond),
        "uses": list(proposal.uses),
        "takes": [{"type": take.type, "name": take.name, "id": take.id} for take in proposal.takes],
        "changes": [change.as_json() for change in proposal.changes],
        "leaves": [{"what": what, "why": why} for what, why in proposal.leaves],
        "files": {"blueprint": str(file), "import": str(imports)},
    }
