"""Fields of `load` and `queues` as CloudWatch measured them: what the blueprint may say instead of a default."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from time import time
from typing import Any, NamedTuple

from tenfold.blueprints.sizes import offerings
from tenfold.deployment import Deployment
from tenfold.engine import account
from tenfold.foresight.measurements import State, by_time, datapoints, read_signals, resources
from tenfold.foresight.signals import Signals
from tenfold.messages.queues import answers
from tenfold.promotion.checks import Asked
from tenfold.refusals.lifting import asked_by

MINUTE, HOUR = 60, 3600
ENOUGH = 1_000  # requests in an hour, below which what the system itself needs is most of the CPU; ours
_BALANCER, _GROUP, _QUEUE = "aws:lb/loadBalancer:LoadBalancer", "aws:autoscaling/group:Group", "aws:sqs/queue:Queue"


class Measured(NamedTuple):
    """A field, its value as a blueprint writes it, and how it was reckoned."""

    path: str
    value: str
    how: str


def of(target: Deployment, deployed: State) -> tuple[Signals, list[Measured]]:
    """Signals, and fields of the blueprint as they were measured. Raises `Failure` where the credentials are another
    account's, or AWS does not answer."""
    account.refuse_another(target.where, list(deployed))
    asked = asked_by(target)
    with answers("what it measured"):
        return read_signals(asked, deployed), fields(asked, deployed)


def fields(asked: Asked, deployed: State) -> list[Measured]:
    """Of the last day; nothing where there is no balancer, or where it had no requests."""
    a = asked.architecture
    balancer = next((each["outputs"].get("arnSuffix") for each in resources(a, _BALANCER, deployed)), None)
    if not balancer:
        return []
    at = ("LoadBalancer", balancer)
    minutes = datapoints(asked, "AWS/ApplicationELB", "RequestCount", at, "Sum", MINUTE)
    hours = by_time(asked, "AWS/ApplicationELB", "RequestCount", at, "Sum", HOUR)
    if not sum(minutes):
        return []
    busiest = max(minutes)
    peak = Measured("load.peak", f"{busiest / 60:.3g}/s", f"{busiest:,.0f} requests in the busiest minute ÷ 60")
    return [peak, *_cpu(asked, deployed, hours), *_messages(asked, deployed, sum(minutes))]


def _cpu(asked: Asked, deployed: State, requests: Mapping[datetime, float]) -> Iterator[Measured]:
    """CPU seconds of all servers in the busiest whole hour over its requests."""
    requests = {hour: count for hour, count in requests.items() if hour.timestamp() + HOUR <= time()}
    fleet = asked.architecture.fleet
    known = offerings.capacity(fleet.instance) if fleet else None
    group = next((each["outputs"].get("name") for each in resources(asked.architecture, _GROUP, deployed)), None)
    if not known or not group or not requests:
        return
    hour, count = max(requests.items(), key=lambda item: item[1])
    at = ("AutoScalingGroupName", group)
    busy = by_time(asked, "AWS/EC2", "CPUUtilization", at, "Average", HOUR).get(hour)
    servers = by_time(asked, "AWS/AutoScaling", "GroupInServiceInstances", at, "Average", HOUR).get(hour)
    if busy is None or not servers or count < ENOUGH:
        return
    seconds = busy / 100 * known[0] * servers * HOUR / count
    how = (
        f"{busy:.3g}% × {known[0]:g} vCPUs × {servers:.3g} servers × 3,600 s ÷ {count:,.0f} requests, the busiest hour"
    )
    yield Measured("load.cpu_per_request", f"{max(1, round(seconds * 1000))}ms", how)


def _messages(asked: Asked, deployed: State, requests: float) -> Iterator[Measured]:
    a = asked.architecture
    for resource in resources(a, _QUEUE, deployed):
        name = _queue(a.name, resource)
        if name in a.queues:
            at = ("QueueName", resource["outputs"]["name"])
            sent = sum(datapoints(asked, "AWS/SQS", "NumberOfMessagesSent", at, "Sum", HOUR))
            how = f"{sent:,.0f} messages ÷ {requests:,.0f} requests of the last day"
            if sent:
                yield Measured(f"queues.{name}.per_request", f"{sent / requests:.2g}", how)


def _queue(blueprint: str, resource: Mapping[str, Any]) -> str:
    """The name that the blueprint has for it."""
    return resource["urn"].rpartition("::")[2].removeprefix(f"{blueprint}-queue-")
