"""Read models: what is asked often, kept as it is asked, filled from events. docs/read-models.md"""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.choices import ReadModelEngine
from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional, required
from tenfold.blueprints.grammar.forms import Measured
from tenfold.blueprints.grammar.sections.events import EventName
from tenfold.blueprints.grammar.sections.services import Attribute, Attributes, IndexName, ServiceSearch


class ReadModel(Section):
    """One read model: the events that it is made of, which come in the queue of its name, and how it is asked."""

    listens_to: list[EventName] = required(
        "Events that it is made of; its queue receives each of them.", "in-place", min_length=1, max_length=20
    )
    engine: ReadModelEngine | None = optional(
        "Where it is: in a table, found by keys, or in a search domain, found by words.", "replace"
    )
    primary_key: Attributes | None = optional(
        "Of `dynamodb`: the attribute that finds items, and the one that orders them. A change replaces the table.",
        "replace",
    )
    indexes: Annotated[dict[IndexName, Attributes], Field(max_length=20)] | None = optional(
        "Of `dynamodb`: other ways to find items, by name, each a key like `primary_key`.", "in-place"
    )
    expires: Attribute | None = optional(
        "Of `dynamodb`: the attribute with the second (Unix time) from which DynamoDB may delete an item.", "in-place"
    )
    keep: Annotated[int, Measured(units.DAYS, 1, 35, "from 1d to 35d (the limit of DynamoDB)")] | None = optional(
        "Of `dynamodb`: how long any second can be restored of.", "in-place"
    )
    version: str | None = optional("Of `opensearch`: its version, in quotes.", "restart")
    instance: str | None = optional("Of `opensearch`: type of its nodes.", "in-place")
    size: Annotated[int, Measured(units.SIZE, 20, 24_576, "from 20GiB to 24TiB (OpenSearch, gp3)")] | None = optional(
        "Of `opensearch`: storage of each node.", "in-place"
    )
    search: ServiceSearch | None = optional("Of `opensearch`: its nodes.", "in-place")
