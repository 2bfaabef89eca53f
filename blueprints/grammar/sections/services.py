"""Services: parts of the application that are released, scaled and stored on their own. docs/services.md"""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.choices import DataEngine, Runtime
from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured, Spelled
from tenfold.blueprints.grammar.sections.app import Health, Image, Port, VariableName, VariableValue
from tenfold.blueprints.grammar.sections.events import EventName
from tenfold.blueprints.grammar.sections.queues import QueueName
from tenfold.blueprints.grammar.sections.scaling import Cooldown

ServiceName = Annotated[str, Spelled(
    "TF-V016", r"[a-z](-?[a-z0-9])+", "a name",
    "2 to 20 lower-case letters, digits and single hyphens, starting with a letter: search, image-resizer.", 20,
)]  # fmt: skip
ServicePath = Annotated[str, Spelled(
    "TF-V019", r"/[A-Za-z0-9_.$~\"'@:+&-][A-Za-z0-9*?/_.$~\"'@:+&-]{0,126}", "the path of a service",
    "Write a path like /search/*; it begins with / and a name, for the rest belongs to the application.", 128,
)]  # fmt: skip


_ATTRIBUTE = r"[A-Za-z_][A-Za-z0-9_.-]{0,98}( (text|number|binary))?"
Attributes = Annotated[str, Spelled(
    "TF-V096", rf"{_ATTRIBUTE}(, ?{_ATTRIBUTE})?", "the key of a table",
    "Write the attribute that finds items, then the one that orders them: `order_id`, or `customer, placed_at number`. "
    "A type that is not text is behind the name: number or binary.", 220,
)]  # fmt: skip
Attribute = Annotated[str, Spelled(
    "TF-V096", r"[A-Za-z_][A-Za-z0-9_.-]{0,98}", "an attribute", "Letters, digits, `_`, `.` and `-`: gone_at.", 99,
)]  # fmt: skip
IndexName = Annotated[str, Spelled(
    "TF-V016", r"[a-z][a-z0-9_.-]{2,39}", "a name",
    "3 to 40 lower-case letters, digits, `_`, `.` and `-`, starting with a letter: by-owner.", 40,
)]  # fmt: skip
Units = Annotated[tuple[int, int], Measured(units.RANGE, 1, 40_000, "from 1 to 40000", word="on-demand")]


class ServiceScaling(Section):
    """When servers of the service are added and removed, between the limits of `servers`."""

    track: Annotated[tuple[str, float], Measured(units.TARGET)] | None = optional(
        "The level to keep each server at.", "in-place"
    )
    warmup: Annotated[int, Measured(units.DURATION, 0, 3600, "at most 1h")] | None = optional(
        "Time until a new server carries its share and its metrics count.", "in-place"
    )
    track_memory: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Of pods: the share of `memory` to keep each at too, where the program gives memory back.", "in-place"
    )
    settle: Annotated[int, Measured(units.DURATION, 0, 3600, "at most 1h (the limit of Kubernetes)")] | None = optional(
        "Of pods: how long a need for fewer must last; then half of them go, at most once a minute.", "in-place"
    )


class ServiceTable(Section):
    """Of `dynamodb`: how items are found, and what carries the load."""

    primary_key: Attributes | None = optional(
        "The attribute that finds items, and the one that orders what it finds. For life: a change replaces the table.",
        "replace",
    )
    indexes: Annotated[dict[IndexName, Attributes], Field(max_length=20)] | None = optional(
        "Other ways to find items, by name, each a key like `primary_key`; every write is paid once more for each.",
        "in-place",
    )
    expires: Attribute | None = optional(
        "The attribute with the second (Unix time) from which DynamoDB may delete an item.", "in-place"
    )
    read_units: Units | None = optional(
        "`on-demand`, paid by the request; or from least to most read units, paid by the hour and scaled.", "in-place"
    )
    write_units: Units | None = optional("The same of write units.", "in-place")
    utilization: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "With units: the share of them that should be in use.", "in-place"
    )
    cooldown: Cooldown | None = optional(
        "With units: pauses after more have come, and after some have gone; DynamoDB takes few decreases a day.",
        "in-place",
    )


class ServiceSearch(Section):
    """The nodes of a search domain."""

    nodes: int | None = optional(
        "Nodes that hold data: 1, or as many in each of two or three zones.", "in-place", ge=1, le=80
    )
    masters: bool | None = optional(
        "Three more nodes that only lead, where searches are heavy or there are more than ten nodes.", "in-place"
    )


class ServiceData(Section):
    """What only this service reads and writes."""

    engine: DataEngine | None = optional(
        "What it owns. A change removes what is there, so it is refused until that is accepted.",
        "replace",
    )
    version: str | None = optional(
        "Of a database: major version, or an exact one, in quotes. Of a search domain: OpenSearch's, `2.19`.", "restart"
    )
    instance: str | None = optional(
        "Of a database: RDS instance class. Of a search domain: type of its nodes, `r6g.large.search`.", "restart"
    )
    size: Annotated[int, Measured(units.SIZE, 20, 65536, "from 20GiB to 64TiB (RDS, gp3)")] | None = optional(
        "Of a database: allocated storage, which grows by itself to four times as much. Of a search domain: "
        "of each node.",
        "in-place",
    )
    standby: bool | None = optional("Of a database: a standby in another zone (Multi-AZ).", "in-place")
    keep: Annotated[int, Measured(units.DAYS, 1, 35, "from 1d to 35d (the limit of RDS)")] | None = optional(
        "How long a mistake can be undone: backups of a database or a table, replaced and deleted objects of a bucket.",
        "in-place",
    )
    table: ServiceTable | None = optional("Of `dynamodb`: its key, indexes and capacity.", "in-place")
    search: ServiceSearch | None = optional("Of `opensearch`: its nodes.", "in-place")


class Service(Section):
    """One service: what runs, where its requests come from, what it owns and may do."""

    image: Image | None = optional("Container image of the service; needed.", "restart")
    route: ServicePath | None = optional("Path whose requests it answers, as `/search/*`; needed.", "in-place")
    share: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Share of these requests that it answers; the application answers the others.", "in-place"
    )
    runs_on: Runtime | None = optional(
        "Where it runs: on servers of its own, or as pods in the cluster of `kubernetes`.", "restart"
    )
    port: Port | None = optional("Port the service listens on.", "restart")
    health: Health | None = optional("How its health is checked.", "in-place")
    drain: Annotated[int, Measured(units.DURATION, 0, 3600, "at most 1h (the balancer's limit)")] | None = optional(
        "How long requests may finish when a server leaves.", "in-place"
    )
    cpu: Annotated[float, Measured(units.CPU, 0.05, 64, "from 50m to 64")] | None = optional(
        "vCPU that one copy needs at its peak; `instance` is sized from it, and a pod requests it.", "restart"
    )
    memory: Annotated[float, Measured(units.MEMORY, 0.0625, 256, "from 64MiB to 256GiB")] | None = optional(
        "Memory that one copy needs; `instance` is sized from it, and a pod has no more.", "restart"
    )
    instance: str | None = optional("On servers: their EC2 instance type; each runs one copy.", "restart")
    servers: Annotated[tuple[int, int], Measured(units.RANGE, 1, 500, "from 1 to 500")] | None = optional(
        "On servers: how many; a range is scaled.", "in-place"
    )
    pods: Annotated[tuple[int, int], Measured(units.RANGE, 1, 500, "from 1 to 500")] | None = optional(
        "On Kubernetes: how many pods; a range is scaled.", "in-place"
    )
    scaling: ServiceScaling | None = optional("When servers or pods come and go.", "in-place")
    priority: int | None = optional(
        "On Kubernetes: where machines are full, pods with more are placed first, and those with less make room.",
        "restart",
        ge=0,
        le=1_000_000_000,
    )
    env: dict[VariableName, VariableValue] | None = optional("Environment variables of the service.", "restart")
    secrets: list[VariableName] | None = optional(
        "Names of its secrets; the values live in Secrets Manager, and only it reads them.", "restart"
    )
    sends_to: Annotated[list[QueueName], Field(max_length=20)] | None = optional(
        "Queues it may send to; it finds them in QUEUE_<NAME>_URL.", "in-place"
    )
    listens_to: Annotated[list[EventName], Field(max_length=50)] | None = optional(
        "Events that its own queue receives, the one under `queues` with its name; only it works on that queue.",
        "in-place",
    )
    publishes: Annotated[list[EventName], Field(max_length=50)] | None = optional(
        "Events that it may publish; it finds the bus in EVENT_BUS_NAME, a topic in EVENT_<NAME>_TOPIC_ARN.", "in-place"
    )
    data: ServiceData | None = optional("What it owns.", "in-place")
    was: ServiceName | None = optional(
        "The name it was first deployed under. What exists keeps that name, so a renamed service keeps its data.",
        "replace",
    )
    retired: bool | None = optional(
        "True: nothing of it runs any more; its data and secrets stay, protected, until the service is removed.",
        "in-place",
    )
