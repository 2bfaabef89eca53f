"""Servers and pods of services: stopped in one region, started in the other."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tenfold.failover import pods, trouble
from tenfold.failover.moves import Fleet
from tenfold.failover.pods import Pods
from tenfold.failover.takeover import Takeover, Unfinished, is_silent, wait
from tenfold.wording import quantity


def stop_lost_groups(at: Takeover) -> Iterator[str]:
    from botocore.exceptions import BotoCoreError, ClientError

    for fleet in at.moves.fenced:
        try:
            resize(at, fleet, fleet.least, fleet.most)
            yield f"{fleet.name} has {fleet.least} servers"
        except (BotoCoreError, ClientError) as wrong:
            if is_silent(wrong):
                yield f"{at.away} answers nothing: it is fenced by the first `up` after its return"
                return
            by_hand = f"Its servers may still write: set {fleet.group} to 0 by hand"
            yield f"{at.away} answers, and refuses: {trouble.explain_error(wrong)}. {by_hand}"


def stop_lost_pods(at: Takeover) -> Iterator[str]:
    """Stops the pods of each cluster separately: a cluster may answer although the servers' API does not."""
    for one in pods_in(at, at.away):
        try:
            pods.scale(one, 0, at.asked.endpoint)
            yield f"{one.name} has no pods"
        except pods.Unreachable as wrong:
            later = "fenced by the first `up` after its return" if wrong.silent else "its pods may still write"
            yield f"{one.name}: {wrong}; {later}"


def pods_in(at: Takeover, region: str) -> tuple[Pods, ...]:
    return tuple(one for one in at.pods if one.region == region)


def have_pods(at: Takeover, region: str) -> bool:
    """Whether any pod runs. Raises `Unfinished`."""
    return any(ask_cluster(lambda one=one: pods.running(one, at.asked.endpoint)) for one in pods_in(at, region))


def set_pods(at: Takeover, region: str, number: Callable[[Pods], int]) -> list[str]:
    """Gives each service its number of pods and waits until they are ready; with zero, until none runs.

    Raises `Unfinished`."""
    services = [(one, number(one)) for one in pods_in(at, region)]
    for one, wished in services:
        ask_cluster(lambda one=one, wished=wished: pods.scale(one, wished, at.asked.endpoint))
    for one, wished in services:
        look = pods.ready if wished else pods.running
        wait(
            at,
            lambda one=one, wished=wished, look=look: _is_number(
                ask_cluster(lambda: look(one, at.asked.endpoint)), wished
            ),
            f"{one.name} has not {quantity(wished, 'pod')} yet",
        )
    return [f"{one.name} has {quantity(wished, 'pod')}" for one, wished in services]


def _is_number(number: int, wished: int) -> bool:
    return number >= wished if wished else number == 0


def ask_cluster(ask: Callable[[], Any]) -> Any:
    """The answer of a cluster. Raises `Unfinished` where it does not answer."""
    try:
        return ask()
    except pods.Unreachable as wrong:
        raise Unfinished(str(wrong)) from wrong


def start_again(at: Takeover) -> str:
    """Starts the fenced fleets again with their minimum of servers; scaling adds the rest."""
    return _start(at, at.stopped, at.away, lambda one: one.before) or "no server was stopped"


def raise_servers(at: Takeover) -> str:
    return _start(at, at.moves.raised, at.here, lambda one: one.least) or "no fleet has to grow"


def _start(at: Takeover, fleets: Sequence[Fleet], region: str, number: Callable[[Pods], int]) -> str:
    for fleet in fleets:
        resize(at, fleet, fleet.least, fleet.most)
    for fleet in fleets:
        wait(at, lambda fleet=fleet: _in_service(at, fleet) >= fleet.least, f"{fleet.name} is not in service yet")
    started = [f"{fleet.name} has {fleet.least} servers" for fleet in fleets]
    return "; ".join([*started, *set_pods(at, region, number)])


def resize(at: Takeover, fleet: Fleet, least: int, most: int) -> None:
    at.client("autoscaling", fleet.region).update_auto_scaling_group(
        AutoScalingGroupName=fleet.group, MinSize=least, MaxSize=most, DesiredCapacity=least
    )


def in_group(at: Takeover, fleet: Fleet) -> list[dict[str, Any]]:
    scaling = at.client("autoscaling", fleet.region)
    groups = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[fleet.group])["AutoScalingGroups"]
    if not groups:
        raise Unfinished(f"{fleet.group} is not there in {fleet.region}")
    return groups[0]["Instances"]


def _in_service(at: Takeover, fleet: Fleet) -> int:
    return sum(instance["LifecycleState"] == "InService" for instance in in_group(at, fleet))
