"""Where uploads go, from stage 5."""

from typing import Annotated

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured


class Uploads(Section):
    """A bucket for uploads of users, so that no server keeps them."""

    keep: Annotated[int, Measured(units.DAYS, 1, 3650, "from 1d to 3650d")] | None = optional(
        "How long replaced and deleted files can be restored.", "in-place"
    )
