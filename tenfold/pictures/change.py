"""Two pictures as one: what is added, changed, replaced and removed on the way from the one to the other."""

from dataclasses import replace

from tenfold.diff.model import ANEW, CREATE, DELETE, EFFECTS, Difference
from tenfold.pictures.boxes import arrows
from tenfold.pictures.model import ADDED, CHANGED, LANES, REMOVED, REPLACED, SAME, Box, Picture


def between(before: Picture, after: Picture, difference: Difference, name: str) -> Picture:
    """`name` is the blueprint's, with which its tiers' names begin. What is removed stands last
    in its lane, without arrows."""
    now = {box.id: box for box in after.boxes}
    then = {box.id: box for box in before.boxes}
    tiers = _tiers(difference, f"{name}-")
    boxes = [_changed(then.get(box.id), box, tiers) for box in after.boxes]
    boxes += [replace(box, state=REMOVED) for box in before.boxes if box.id not in now]
    lanes = list(LANES)
    ordered = tuple(sorted(boxes, key=lambda box: lanes.index(box.lane)))
    title = f"{before.title} → {after.title.rpartition(' · ')[2]}"
    return Picture(title, ordered, arrows(after.boxes), after.aside)


def _tiers(difference: Difference, prefix: str) -> dict[str, str]:
    """The worst that happens in each tier of the stack."""
    worst: dict[str, str] = {}
    for change in difference.resources:
        tier = change.component.removeprefix(prefix)
        anew = EFFECTS.index(change.effect) >= EFFECTS.index(ANEW) and change.op not in (CREATE, DELETE)
        lost = anew and change.keeps  # whatever else is recreated is a part that nobody knows by its name
        worst[tier] = REPLACED if lost or worst.get(tier) == REPLACED else CHANGED
    return worst


def _changed(before: Box | None, box: Box, tiers: dict[str, str]) -> Box:
    if before is None:
        return replace(box, state=ADDED)
    states = {state for tier, state in tiers.items() if box.stands_for(tier)}
    if not states and (before.notes, before.count) == (box.notes, box.count):
        return replace(box, state=SAME)
    earlier = tuple(f"was {note}" for note in before.notes if note not in box.notes)
    was = f"{before.count or '1'} → {box.count or '1'}" if before.count != box.count else box.count
    return replace(box, state=REPLACED if REPLACED in states else CHANGED, notes=(*box.notes, *earlier), count=was)
