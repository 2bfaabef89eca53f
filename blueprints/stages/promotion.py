"""What a promotion has to move, and which resources it leaves unused: derived from the capabilities that it adds."""

from collections.abc import Collection, Iterator

from tenfold.blueprints.stages import presets
from tenfold.blueprints.stages.presets import Capability
from tenfold.blueprints.value import Value

MOVES = ("data", "traffic")  # in this order: the later stage's servers read the data from its database


class Promotion(Value):
    """A promotion in progress: the parts of both stages exist."""

    from_stage: int
    moves: tuple[str, ...]  # of MOVES, those that it has to complete
    arriving: frozenset[str]  # capabilities that the stage before did not have
    moved_data: bool = False
    moved_traffic: int = 0  # percent

    @property
    def waiting(self) -> tuple[str, ...]:
        """The moves that are not complete yet."""
        done = {"data": self.moved_data, "traffic": self.moved_traffic == 100}
        return tuple(move for move in self.moves if not done[move])

    def holds(self, move: str) -> bool:
        """Whether data or traffic still stays where it was."""
        return move in self.waiting


def moves(before: Collection[str], after: Collection[str]) -> tuple[str, ...]:
    """The moves between two sets of capabilities, in their order."""
    needed = {capability.moves for capability in _arriving(before, after)}
    return tuple(move for move in MOVES if move in needed)


def leaves(before: Collection[str], after: Collection[str]) -> tuple[str, ...]:
    """The resources that are unused after it, without the blueprint's name in front."""
    return tuple(name for capability in _arriving(before, after) for name in capability.leaves)


def known_leftovers() -> tuple[str, ...]:
    """What any promotion leaves, in the order of the stages."""
    return tuple(name for capability in presets.capabilities().values() for name in capability.leaves)


def _arriving(before: Collection[str], after: Collection[str]) -> Iterator[Capability]:
    return (c for name, c in presets.capabilities().items() if name in after and name not in before)
