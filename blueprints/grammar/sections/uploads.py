"""Where uploads go, from stage 5."""

from typing import Annotated

from blueprints.grammar import units
from blueprints.grammar.fields import Section, optional
from blueprints.grammar.forms import Measured


class Uploads(Section):
    """A bucket for what users upload, so that no server keeps it."""

    keep: Annotated[int, Measured(units.DAYS, 1, 3650, "from 1d to 3650d")] | None = optional(
        "How long replaced and deleted files can be had back.", "in-place"
    )
