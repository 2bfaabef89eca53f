"""Shards: the database spread over several by a key. docs/shards.md"""

from typing import Annotated, Literal

from pydantic import Field

from tenfold.blueprints.choices import ShardStart, ShardStrategy
from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured, Spelled

Column = Annotated[str, Spelled(
    "TF-V081", r"[a-z_][a-z0-9_]{0,62}", "the name of a column",
    "Lower-case letters, digits and _: user_id.", 63,
)]  # fmt: skip
Month = Annotated[str, Spelled(
    "TF-V082", r"20[0-7][0-9]-(0[1-9]|1[0-2])", "a month from 2000-01 to 2079-12", 'Write it in quotes: "2026-11".', 7,
)]  # fmt: skip
Number = Annotated[int, Field(ge=0, le=15)]  # as many as one security group, role and dashboard hold


class Shards(Section):
    """Databases beside the primary, which is shard 0, and the map that says which key is on which."""

    strategy: ShardStrategy | None = optional(
        "How keys find their shard: evenly by hash, by month, by region, or pinned one by one. For life.", "replace"
    )
    key: Column | None = optional("The column that decides: user_id, tenant_id. For life.", "replace")
    count: int | None = optional("Number of shards, the primary among them.", "in-place", ge=1, le=16)
    buckets: (
        Annotated[int, Measured(units.COUNT, 960, 960, "960: the number is for life, it places every row")] | None
    ) = optional("Number of buckets that keys fall into; there is one choice.", "replace")
    start: ShardStart | None = optional(
        "The first map: everything on the primary, whose data then moves by runbooks; or spread already, for databases "
        "without data.",
        "none",
    )
    pins: dict[str, Number] | None = optional(
        "Keys with a shard of their choice, at most 100: more of them are a table.", "none"
    )
    regions: Annotated[dict[str, Number], Field(max_length=100)] | None = optional(
        "With `geographic`: the shard of each region, as the key says it.", "none"
    )
    months: dict[Month, Number] | None = optional(
        "With `range`: the shard that takes new keys from a month on.", "none"
    )
    shares: dict[str, Annotated[float, Measured(units.PERCENT, 0, 1, "from 0% to 100%")]] | None = optional(
        "Known parts of the load, of the largest keys: `shards plan` and the rules count with them.", "none"
    )
    i_have_tried: list[Literal["queries", "machine", "replicas", "cache", "archive", "pooling"]] | None = optional(
        "What was tried before: shards come last, because nothing takes them back.", "none", min_length=1
    )
