"""How servers follow the load."""

from tenfold.blueprints.architecture.scaling import Scaling, Schedule
from tenfold.blueprints.assemble.values import Values


def assemble_scaling(values: Values) -> Scaling:
    """The mechanism that is set; the fields of the others are None."""
    kind, level = values.maybe("fleet.scaling.track") or ("", None)
    steps = values.under("fleet", "scaling", "steps")
    thresholds = not kind and not steps
    return Scaling(
        out_at=values.at("fleet.scaling.out_at") if thresholds else None,
        in_at=None if kind else values.at("fleet.scaling.in_at"),
        cooldown_out=values.at("fleet.scaling.cooldown.out") if thresholds else None,
        cooldown_in=values.at("fleet.scaling.cooldown.in") if thresholds else None,
        steps=() if kind else tuple(sorted((float(key.rstrip("% ")) / 100, add) for key, add in steps.items())),
        track_cpu=level if kind == "cpu" else None,
        track_requests=level if kind == "requests" else None,
        predict=values.at("fleet.scaling.predict"),
        warmup=values.at("fleet.scaling.warmup"),
        schedules=_schedules(values),
        warm_pool=values.at("fleet.scaling.warm_pool"),
    )


def _schedules(values: Values) -> dict[str, Schedule]:
    top = ("fleet", "scaling", "schedules")
    schedules: dict[str, Schedule] = {}
    for name in values.names(*top):
        fields = values.under(*top, name)
        low, high = fields["servers"]
        schedules[name] = Schedule(fields["cron"], fields.get("until"), fields.get("zone", "UTC"), low, high)
    return schedules


def assemble_tracking(track: tuple[str, float], warmup: int) -> Scaling:
    """Scaling by a level that each server is kept at, and nothing else."""
    kind, level = track
    return Scaling(
        out_at=None,
        in_at=None,
        cooldown_out=None,
        cooldown_in=None,
        steps=(),
        track_cpu=level if kind == "cpu" else None,
        track_requests=int(level) if kind == "requests" else None,
        predict=False,
        warmup=warmup,
        schedules={},
        warm_pool=0,
    )
