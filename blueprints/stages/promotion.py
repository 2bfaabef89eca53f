"""What a promotion has to move and what it leaves over: data of the capabilities that come with it."""

from collections.abc import Collection, Iterator

from blueprints.stages import presets
from blueprints.stages.presets import Capability
from blueprints.value import Value

MOVES = (
    "data",
    "traffic",
)  # in this order: the later stage's servers look for the data in its database


class Promotion(Value):
    """A promotion under way: the parts of both stages exist."""

    from_stage: int
    moves: tuple[str, ...]  # what has to move before it can end
    arriving: frozenset[str]  # capabilities that the stage before did not have
    moved_data: bool = False
    moved_traffic: int = 0  # percent

    @property
    def waiting(self) -> tuple[str, ...]:
        """What has not, or not wholly, moved yet."""
        done = {"data": self.moved_data, "traffic": self.moved_traffic == 100}
        return tuple(move for move in self.moves if not done[move])

    def holds(self, move: str) -> bool:
        """Whether something stays where it was for now."""
        return move in self.waiting


def moves(before: Collection[str], after: Collection[str]) -> tuple[str, ...]:
    """What has to move between two sets of capabilities, in the order in which it has to."""
    found = {capability.moves for capability in _arriving(before, after)}
    return tuple(move for move in MOVES if move in found)


def leaves(before: Collection[str], after: Collection[str]) -> tuple[str, ...]:
    """What is left over after it: names of resources without the blueprint's name before them."""
    return tuple(name for capability in _arriving(before, after) for name in capability.leaves)


def known_leftovers() -> tuple[str, ...]:
    return tuple(name for capability in presets.capabilities().values() for name in capability.leaves)


def _arriving(before: Collection[str], after: Collection[str]) -> Iterator[Capability]:
    return (c for name, c in presets.capabilities().items() if name in after and name not in before)
