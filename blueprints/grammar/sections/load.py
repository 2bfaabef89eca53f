"""What the application has to carry."""

from typing import Annotated

from blueprints.grammar import units
from blueprints.grammar.fields import Section, said
from blueprints.grammar.forms import Measured


class Load(Section):
    """What the application has to carry; sizing works from this."""

    users: Annotated[int, Measured(units.COUNT)] | None = said("Users in a month.", "none")
    peak: Annotated[float, Measured(units.RATE)] | None = said("Requests a second at the busiest moment.", "none")
    reads: Annotated[float, Measured(units.PERCENT)] | None = said("Share of requests that only read.", "none")
    data: Annotated[int, Measured(units.SIZE, 0, 65536, "at most 64TiB (the limit of RDS)")] | None = said(
        "Data in the database today.", "none"
    )
    growth: Annotated[float, Measured(units.GROWTH, 0, 10, "at most 1000%/month")] | None = said(
        "How fast users and data grow.", "none"
    )
    slowest_acceptable: Annotated[float, Measured(units.LATENCY, 0.001, 300, "from 1ms to 5m")] | None = said(
        "An answer slower than this is too slow.", "none"
    )
