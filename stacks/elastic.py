"""What makes the fleet elastic: the blueprint's words as the component takes them."""

from typing import TYPE_CHECKING, Any

from blueprints.architecture import Fleet, Scaling, Schedule
from components.plans import mixed, scaling

if TYPE_CHECKING:  # `explain` asks for the notes only, without Pulumi
    from components.balancer import Balancer
    from components.notifications import Notifications
    from components.parts.scaler import ScalingArgs
    from stacks.base import Base


def elastic(given: "Base", balancer: "Balancer", topics: "Notifications") -> dict[str, Any]:
    """The fleet's arguments about scaling; none where the number of servers is fixed by the stage."""
    wanted = given.architecture
    if wanted.fleet is None or wanted.fleet.scaling is None:
        return {}
    args: dict[str, Any] = {
        **bought(wanted.fleet),
        "scaling": scaling_args(wanted.fleet.scaling),
        "warmup": wanted.fleet.scaling.warmup,
        "drain": wanted.app.drain,
        "failures_topic_arn": topics.topic_arn,
    }
    if wanted.balancer and wanted.balancer.kind == "application":
        args["balancer"] = {
            "load_balancer": balancer.arn_suffix,
            "target_group": balancer.target_group_arn_suffix,
        }
        args["stop_at"] = wanted.signals.errors
    return args


def bought(wanted: Fleet) -> dict[str, Any]:
    """Only what is set, as above."""
    found: dict[str, Any] = {"alternatives": list(wanted.alternatives)} if wanted.alternatives else {}
    return found | ({"spot": {"share": wanted.spot.share, "base": wanted.spot.base}} if wanted.spot else {})


def scaling_args(wanted: Scaling) -> "ScalingArgs":
    """Only what is set: an absent mechanism is not mentioned."""
    found: dict[str, Any] = {
        "out_at": wanted.out_at,
        "in_at": wanted.in_at,
        "steps": [{"at": at, "add": add} for at, add in wanted.steps],
        "track_cpu": wanted.track_cpu,
        "track_requests": wanted.track_requests,
        "predict": wanted.predict,
        "schedules": {name: _schedule(schedule) for name, schedule in wanted.schedules.items()},
        "warm_pool": wanted.warm_pool,
    }
    cooldown = {"out": wanted.cooldown_out, "into": wanted.cooldown_in}
    found["cooldown"] = {key: value for key, value in cooldown.items() if value is not None}
    given: Any = {key: value for key, value in found.items() if value}
    return given


def _schedule(wanted: Schedule) -> dict[str, Any]:
    until = {"until": wanted.until} if wanted.until else {}
    sizes = {"servers": wanted.servers_min, "servers_max": wanted.servers_max}
    return {"cron": wanted.cron, **until, "zone": wanted.zone, **sizes}


def notes(fleet: Fleet) -> list[str]:
    """How each intent about `fleet.scaling` became settings of AWS, a line each; what `explain` prints."""
    if fleet.scaling is None:
        return []
    args = scaling_args(fleet.scaling)
    planned = scaling.plan(
        fleet.servers_min, fleet.servers_max, fleet.scaling.warmup, scaling.intent(args, "the balancer's")
    )
    return list(planned.notes)


def bought_notes(fleet: Fleet) -> list[str]:
    """The same about `fleet.alternatives` and `fleet.spot`."""
    types = [fleet.instance, *fleet.alternatives]
    return mixed.notes(types, bought(fleet).get("spot"), fleet.servers_min, fleet.servers_max)
