"""The progress of a promotion."""

from typing import Annotated

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured


class Moved(Section):
    """The progress of a promotion. A removed value moves back, as long as the old part still has what it needs."""

    data: bool | None = optional("The application uses the later stage's database.", "restart")
    traffic: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Share of the domain's answers that name the later entrance; without `domain`, what you moved.",
        "in-place",
    )
