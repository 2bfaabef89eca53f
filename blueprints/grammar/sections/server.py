"""The one server of stages 1 and 2."""

from typing import Annotated

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured


class Server(Section):
    """The one server of stages 1 and 2."""

    instance: str | None = optional("EC2 instance type.", "restart")
    disk: Annotated[int, Measured(units.SIZE, 8, 16384, "from 8GiB to 16TiB (gp3)")] | None = optional(
        "Size of the data volume; it can only grow.", "in-place"
    )
