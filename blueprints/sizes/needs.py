"""What a sizing rule works with: the values that are known before it, and the rows of sizes to choose from."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import translate
from functools import lru_cache
from typing import Any

from tenfold.blueprints.sizes import offerings
from tenfold.blueprints.sizes.offerings import Size
from tenfold.blueprints.sizes.queueing import busiest
from tenfold.blueprints.value import Value

MEAN_OF_PEAK = 0.25  # the day's mean against the busiest moment, for burstable types; ours


class Sized(Value):
    value: Any
    why: str


@lru_cache(maxsize=256)
def _like_each(offered: frozenset[str], patterns: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    """The names that are like one pattern of each list. Once a process: 700 names take longer than the rest of a
    `validate`."""
    for each in patterns:
        is_one = re.compile("|".join(map(translate, each))).match
        offered = frozenset(name for name in offered if is_one(name))
    return offered


class Needs(Mapping[str, Any]):
    """The values known so far, by dotted path. A KeyError means a mistake in the order of the rules."""

    def __init__(self, values: dict[str, Any], capabilities: frozenset[str], patterns: Sequence[tuple[str, ...]] = ()):
        self._values = values
        self.capabilities = capabilities
        self.patterns = patterns  # of instance types that house rules allow, one of each; none means all

    def allowed_types(self, offered: frozenset[str]) -> frozenset[str]:
        """Without what the house rules forbid, unless they forbid everything."""
        return (_like_each(offered, tuple(self.patterns)) or offered) if self.patterns else offered

    def sizes(self, what: str) -> tuple[Size, ...]:
        """The rows to choose from, smallest first, in the edition of the blueprint."""
        return offerings.sizes(what, self._values.get("edition"))

    def __getitem__(self, path: str) -> Any:
        return self._values[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def pick(
    sizes: tuple[Size, ...],
    offered: frozenset[str],
    vcpus: float,
    memory: float,
    busy: Callable[[int], float] = busiest,
) -> tuple[str, Size]:
    """The first row with enough CPU at the peak, enough baseline for the mean, enough memory; else the largest."""
    rows = [(name, row) for row in sizes if (name := first_offered(row.names, offered))]
    if not rows:  # a region that offers none of our rows: anything it has, with a size of 0 in the explanation
        return (min(offered), Size((), 0, 0, 1)) if offered else (sizes[0].names[0], Size((), 0, 0, 1))
    for name, row in rows:
        if (
            row.vcpus * busy(row.vcpus) >= vcpus
            and row.vcpus * row.baseline >= vcpus * MEAN_OF_PEAK
            and row.memory >= memory
        ):
            return name, row
    return rows[-1]


def first_offered(names: tuple[str, ...], offered: frozenset[str]) -> str | None:
    return next((name for name in names if name in offered), None)
