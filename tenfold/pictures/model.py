"""What a picture is made of: boxes in lanes, and arrows between them."""

from tenfold.blueprints.value import Value

LANES = {"users": "Users", "edge": "Edge", "entry": "Entry", "servers": "Servers", "data": "Data"}
"""From the user to the data; their order is that of the picture."""

SAME, ADDED, CHANGED, REPLACED, REMOVED = "same", "added", "changed", "replaced", "removed"
SIGNS = {SAME: "", ADDED: "+", CHANGED: "~", REPLACED: "!", REMOVED: "−"}
"""Beside the colour, for who sees none."""


class Box(Value):
    id: str
    lane: str
    name: str
    notes: tuple[str, ...]
    """Short lines: 28 characters fit."""
    count: str = ""
    """`3` or `2-20`; nothing for the only one."""
    tiers: tuple[str, ...] = ()
    """The tiers of the stack it stands for; `queue-` is each whose name begins so."""
    shows: tuple[str, ...] = ()
    """The capabilities that are to be seen in it."""
    state: str = SAME

    @property
    def title(self) -> str:
        sign = f"{SIGNS[self.state]} " if SIGNS[self.state] else ""
        return f"{sign}{self.name}{f' × {self.count}' if self.count else ''}"

    def stands_for(self, tier: str) -> bool:
        return any(tier == name or (name.endswith("-") and tier.startswith(name)) for name in self.tiers)


class Arrow(Value):
    start: str
    end: str
    label: str = ""


class Picture(Value):
    title: str
    boxes: tuple[Box, ...]
    """By lane, and in a lane from left to right."""
    arrows: tuple[Arrow, ...]
    aside: tuple[str, ...] = ()
    """Tiers that every stage has and nothing passes through."""

    def lanes(self) -> dict[str, list[Box]]:
        """Those that have boxes."""
        lanes = {lane: [box for box in self.boxes if box.lane == lane] for lane in LANES}
        return {lane: boxes for lane, boxes in lanes.items() if boxes}

    @property
    def words(self) -> str:
        """All of it as sentences, for who does not see it."""
        name = {box.id: box.title for box in self.boxes}
        boxes = [", ".join((box.title, *box.notes)) for box in self.boxes]
        arrows = [f"{name[a.start]} to {name[a.end]}{f' ({a.label})' if a.label else ''}" for a in self.arrows]
        return "; ".join(boxes) + ". " + "; ".join(arrows) + "."
