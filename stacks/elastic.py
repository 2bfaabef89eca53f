"""What makes the fleet elastic: the blueprint's words as the component takes them."""

from typing import TYPE_CHECKING, NotRequired, TypedDict

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.scaling import Scaling, Schedule
from tenfold.blueprints.architecture.servers import Fleet
from tenfold.blueprints.architecture.services import Service
from tenfold.components.plans import backlog, mixed_instances, pod_scaling, scaling
from tenfold.components.plans.pod_scaling import PodScaling

if TYPE_CHECKING:  # `explain` asks for the notes only, without Pulumi
    import pulumi

    from tenfold.components.balancer import Balancer
    from tenfold.components.fleet import BalancerMetricsArgs
    from tenfold.components.notifications import Notifications
    from tenfold.components.parts.scaler import CooldownArgs, ScalingArgs, ScheduleArgs


class BoughtArgs(TypedDict):
    """How a fleet's servers are bought."""

    alternatives: NotRequired[list[str]]
    spot: NotRequired[mixed_instances.SpotArgs]


class ElasticArgs(BoughtArgs):
    """What a fleet takes about scaling."""

    scaling: NotRequired["ScalingArgs"]
    warmup_seconds: NotRequired[int]
    drain_seconds: NotRequired[int]
    failures_topic_arn: NotRequired["pulumi.Input[str]"]
    balancer: NotRequired["BalancerMetricsArgs"]
    stop_at_error_fraction: NotRequired[float]


def elastic_args(architecture: Architecture, balancer: "Balancer", topics: "Notifications") -> ElasticArgs:
    """The fleet's arguments about scaling; none where the number of servers is fixed by the stage."""
    if architecture.fleet is None or architecture.fleet.scaling is None:
        return {}
    args: ElasticArgs = {
        **bought(architecture.fleet),
        "scaling": scaling_args(architecture.fleet.scaling),
        "warmup_seconds": architecture.fleet.scaling.warmup,
        "drain_seconds": architecture.app.drain,
        "failures_topic_arn": topics.topic_arn,
    }
    if architecture.balancer and architecture.balancer.kind == "application":
        args["balancer"] = {
            "load_balancer": balancer.arn_suffix,
            "target_group": balancer.target_group_arn_suffix,
        }
        args["stop_at_error_fraction"] = architecture.signals.errors
    return args


def bought(fleet: Fleet) -> BoughtArgs:
    """Only what is set, as above."""
    args: BoughtArgs = {}
    if fleet.alternatives:
        args["alternatives"] = list(fleet.alternatives)
    if fleet.spot:
        args["spot"] = {"fraction": fleet.spot.share, "base_servers": fleet.spot.base}
    return args


def scaling_args(intent: Scaling) -> "ScalingArgs":
    """Only what is set: an absent mechanism is not mentioned."""
    args: ScalingArgs = {}
    if intent.out_at:
        args["out_at_cpu_fraction"] = intent.out_at
    if intent.in_at:
        args["in_at_cpu_fraction"] = intent.in_at
    if intent.steps:
        args["steps"] = [{"cpu_fraction": at, "add_servers": add} for at, add in intent.steps]
    if intent.track_cpu:
        args["track_cpu_fraction"] = intent.track_cpu
    if intent.track_requests:
        args["track_requests_per_minute"] = intent.track_requests
    if intent.predict:
        args["predict"] = True
    if intent.schedules:
        args["schedules"] = {name: _schedule(schedule) for name, schedule in intent.schedules.items()}
    if intent.warm_pool:
        args["warm_pool_servers"] = intent.warm_pool
    if cooldown := _cooldown(intent):
        args["cooldown"] = cooldown
    return args


def _cooldown(intent: Scaling) -> "CooldownArgs":
    args: CooldownArgs = {}
    if intent.cooldown_out is not None:
        args["out_seconds"] = intent.cooldown_out
    if intent.cooldown_in is not None:
        args["in_seconds"] = intent.cooldown_in
    return args


def _schedule(schedule: Schedule) -> "ScheduleArgs":
    args: ScheduleArgs = {
        "cron": schedule.cron,
        "until": schedule.until or "",
        "time_zone": schedule.zone,
        "servers": schedule.servers_min,
        "servers_max": schedule.servers_max,
    }
    if not schedule.until:
        del args["until"]
    return args


def notes(architecture: Architecture) -> list[str]:
    """How each intent about `fleet.scaling` became settings of AWS, a line each; what `explain` prints."""
    fleet = architecture.fleet
    if fleet is None or fleet.scaling is None:
        return []
    return _notes(architecture, fleet.servers_min, fleet.servers_max, fleet.scaling)


def service_notes(architecture: Architecture, service: Service) -> list[str]:
    """The same about `scaling` of a service."""
    low, high = service.copies_min, service.copies_max
    if low < high and service.runs_on == "kubernetes" and service.scaling.track_cpu:
        cpu, memory = service.scaling.track_cpu, service.track_memory
        plan = PodScaling(low, high, cpu, memory, settle_in_seconds=service.settle)
        return pod_scaling.notes(plan, round(service.cpu * 1000))
    return _notes(architecture, low, high, service.scaling) if low < high else []


def _notes(architecture: Architecture, low: int, high: int, elastic: Scaling) -> list[str]:
    intent = scaling.intent(scaling_args(elastic), "the balancer's")
    plan = scaling.plan(low, high, elastic.warmup, intent, architecture.load.launch_time)
    return list(plan.notes)


def bought_notes(fleet: Fleet) -> list[str]:
    """The same about `fleet.alternatives` and `fleet.spot`."""
    types = [fleet.instance, *fleet.alternatives]
    return mixed_instances.notes(types, bought(fleet).get("spot"), fleet.servers_min, fleet.servers_max)


def backlog_notes(architecture: Architecture) -> list[str]:
    """The same about `workers.servers`."""
    if architecture.workers is None:
        return []
    at_once = architecture.workers.at_once
    queues = {
        name: backlog.Backlog(name, queue.acceptable_delay, queue.message_takes, at_once)
        for name, queue in architecture.job_queues.items()
    }
    return backlog.notes(architecture.workers.servers_min, architecture.workers.servers_max, backlog.STARTS, queues)
