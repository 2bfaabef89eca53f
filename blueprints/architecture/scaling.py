"""How servers follow the load."""

from collections.abc import Mapping

from tenfold.blueprints.value import Value


class Schedule(Value):
    """Other limits, from `cron` until `until` (or until another schedule)."""

    cron: str
    until: str | None
    zone: str  # IANA name
    servers_min: int
    servers_max: int


class Scaling(Value):
    """One of `out_at`, `steps`, `track_cpu` and `track_requests` is set; `in_at` and the cooldowns where they mean
    something. Cooldowns and warm-up in seconds."""

    out_at: float | None
    in_at: float | None
    cooldown_out: int | None
    cooldown_in: int | None
    steps: tuple[tuple[float, int], ...]  # (fraction of CPU, servers added from there on)
    track_cpu: float | None
    track_requests: int | None  # a server and minute
    predict: bool
    warmup: int
    schedules: Mapping[str, Schedule]
    warm_pool: int
