"""What each type of resource is billed for: the parts of its price, and how much of each a month."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from tenfold.foresight.charges.charge import At, Charge
from tenfold.graph import Resource

Billed = Callable[[At, Sequence[Resource]], Iterator[Charge]]
"""The charges of all resources of one type in one tier."""


@cache
def billed_types() -> Mapping[str, Billed]:
    """By resource type. A type that is neither here nor in `data/free.json` is unknown."""
    from tenfold.foresight.charges import compute, edge, messages, network, storage, stores, watching

    modules = (compute, stores, storage, network, edge, watching, messages)
    return {type_: bill for module in modules for type_, bill in module.BILLED.items()}
