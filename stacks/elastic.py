"""What makes the fleet elastic: the blueprint's words as the component takes them."""

from typing import TYPE_CHECKING, NotRequired, TypedDict

from blueprints.architecture import Architecture, Fleet, Scaling, Schedule
from components.plans import mixed, scaling

if TYPE_CHECKING:  # `explain` asks for the notes only, without Pulumi
    import pulumi

    from components.balancer import Balancer
    from components.fleet import BalancerArgs
    from components.notifications import Notifications
    from components.parts.scaler import CooldownArgs, ScalingArgs, ScheduleArgs


class BoughtArgs(TypedDict):
    """How a fleet's servers are bought."""

    alternatives: NotRequired[list[str]]
    spot: NotRequired[mixed.SpotArgs]


class ElasticArgs(BoughtArgs):
    """What a fleet takes about scaling."""

    scaling: NotRequired["ScalingArgs"]
    warmup: NotRequired[int]
    drain: NotRequired[int]
    failures_topic_arn: NotRequired["pulumi.Input[str]"]
    balancer: NotRequired["BalancerArgs"]
    stop_at: NotRequired[float]


def elastic_args(wanted: Architecture, balancer: "Balancer", topics: "Notifications") -> ElasticArgs:
    """The fleet's arguments about scaling; none where the number of servers is fixed by the stage."""
    if wanted.fleet is None or wanted.fleet.scaling is None:
        return {}
    args: ElasticArgs = {
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


def bought(wanted: Fleet) -> BoughtArgs:
    """Only what is set, as above."""
    args: BoughtArgs = {}
    if wanted.alternatives:
        args["alternatives"] = list(wanted.alternatives)
    if wanted.spot:
        args["spot"] = {"share": wanted.spot.share, "base": wanted.spot.base}
    return args


def scaling_args(wanted: Scaling) -> "ScalingArgs":
    """Only what is set: an absent mechanism is not mentioned."""
    args: ScalingArgs = {}
    if wanted.out_at:
        args["out_at"] = wanted.out_at
    if wanted.in_at:
        args["in_at"] = wanted.in_at
    if wanted.steps:
        args["steps"] = [{"at": at, "add": add} for at, add in wanted.steps]
    if wanted.track_cpu:
        args["track_cpu"] = wanted.track_cpu
    if wanted.track_requests:
        args["track_requests"] = wanted.track_requests
    if wanted.predict:
        args["predict"] = True
    if wanted.schedules:
        args["schedules"] = {name: _schedule(schedule) for name, schedule in wanted.schedules.items()}
    if wanted.warm_pool:
        args["warm_pool"] = wanted.warm_pool
    if cooldown := _cooldown(wanted):
        args["cooldown"] = cooldown
    return args


def _cooldown(wanted: Scaling) -> "CooldownArgs":
    args: CooldownArgs = {}
    if wanted.cooldown_out is not None:
        args["out"] = wanted.cooldown_out
    if wanted.cooldown_in is not None:
        args["into"] = wanted.cooldown_in
    return args


def _schedule(wanted: Schedule) -> "ScheduleArgs":
    args: ScheduleArgs = {
        "cron": wanted.cron,
        "until": wanted.until or "",
        "zone": wanted.zone,
        "servers": wanted.servers_min,
        "servers_max": wanted.servers_max,
    }
    if not wanted.until:
        del args["until"]
    return args


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
