"""What the application has to carry."""

from typing import Annotated, Any

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured


def _amount(meaning: str) -> Any:
    return optional(f"{meaning}, a month.", "none")


Count = Annotated[int, Measured(units.COUNT)]
Size = Annotated[int, Measured(units.SIZE)]


class Usage(Section):
    """What is billed by use, as a bill or a measurement has it; without it `tenfold cost` derives it from `load`."""

    requests: Count | None = _amount("Requests the application answers")
    transfer_out: Size | None = _amount("Sent to the internet past the CDN")
    lcu_hours: Count | None = _amount("LCU-hours of the balancer")
    nat: Size | None = _amount("Through NAT gateways, both ways")
    between_zones: Size | None = _amount("Between zones")
    cdn_out: Size | None = _amount("Sent from the edge")
    cdn_in: Size | None = _amount("Sent from the edge to the balancer")
    cdn_requests: Count | None = _amount("Requests at the edge")
    waf_requests: Count | None = _amount("Requests the firewall reads")
    logs: Size | None = _amount("Logs of all kinds that come in")
    files: Size | None = _amount("Files kept in buckets")
    file_reads: Count | None = _amount("Files read from buckets")
    file_writes: Count | None = _amount("Files written to buckets")
    messages: Count | None = _amount("Messages and events")
    table_reads: Count | None = _amount("Read units of DynamoDB tables (4 KiB each)")
    table_writes: Count | None = _amount("Write units of DynamoDB tables (1 KiB each)")
    tables: Size | None = _amount("Kept in DynamoDB tables")
    snapshots: Size | None = _amount("Snapshots of the server's volume kept")
    backups: Size | None = _amount("Backups of the database beyond what is free")


class Load(Section):
    """What the application has to carry; sizing works from this."""

    users: Annotated[int, Measured(units.COUNT)] | None = optional("Users in a month.", "none")
    peak: Annotated[float, Measured(units.RATE)] | None = optional("Requests a second at the busiest moment.", "none")
    reads: Annotated[float, Measured(units.PERCENT)] | None = optional("Share of requests that only read.", "none")
    data: Annotated[int, Measured(units.SIZE, 0, 65536, "at most 64TiB (the limit of RDS)")] | None = optional(
        "Data in the database today.", "none"
    )
    growth: Annotated[float, Measured(units.GROWTH, 0, 10, "at most 1000%/month")] | None = optional(
        "How fast users and data grow.", "none"
    )
    slowest_acceptable: Annotated[float, Measured(units.LATENCY, 0.001, 300, "from 1ms to 5m")] | None = optional(
        "An answer slower than this is too slow.", "none"
    )
    cpu_per_request: Annotated[float, Measured(units.LATENCY, 0.001, 60, "from 1ms to 1m")] | None = optional(
        "CPU time of the application for one request: CPU of a server × its vCPUs ÷ requests a second.", "none"
    )
    queries_per_request: Annotated[int, Measured(units.COUNT, 0, 10_000, "from 0 to 10k")] | None = optional(
        "Database queries for one request.", "none"
    )
    cache_hits: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Share of reads that the cache answers, so that the database does not.", "none"
    )
    working_set: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Share of the data that is asked for all the time, and should be in the database's memory.", "none"
    )
    answer_size: Annotated[float, Measured(units.BYTES, 0, 102_400, "at most 100MiB")] | None = optional(
        "Size of one answer, compressed.", "none"
    )
    launch_time: Annotated[int, Measured(units.DURATION, 10, 3600, "from 10s to 1h")] | None = optional(
        "From the order for a server until it takes requests.", "none"
    )
    campaign: Annotated[int, Measured(units.COUNT, 1, 1000, "from 1 to 1000")] | None = optional(
        "Peak of an expected campaign as a multiple of `load.peak`, reached within five minutes. 1 means no campaign.",
        "none",
    )
    largest_tenant: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Share of the load that the largest customer brings; no shard can be smaller.", "none"
    )
    usage: Usage | None = optional("What is billed by use, where it is known better than `load` says.", "none")
