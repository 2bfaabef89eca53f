"""The fleet: how many servers, and which types can replace each other."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.sizes import offerings


@rule
def fleet_has_two_servers(c: Context) -> Findings:
    a = c.architecture
    if a.fleet and a.fleet.servers_min < 2 and not a.throwaway:
        message = "With one server every deployment and every failure is an outage."
        hint = "Use at least two, or set `throwaway: true` for this environment."
        yield Finding("TF-R006", "fleet.servers", message, hint)


@rule
def fleet_has_room_to_scale(c: Context) -> Findings:
    fleet = c.architecture.fleet
    if fleet and fleet.scaling and fleet.servers_min == fleet.servers_max and c.is_set("fleet.servers"):
        message = f"{fleet.servers_min} servers is a fixed size: nothing scales between equal limits."
        hint = f"Write a range, {fleet.servers_min}-{fleet.servers_min * 4}, or `without: [autoscaling]`."
        yield Finding("TF-R049", "fleet.servers", message, hint)


@rule
def alternatives_can_replace_the_instance(c: Context) -> Findings:
    """One launch template serves all types, so one image; the balancer and scaling count each as one server."""
    fleet = c.architecture.fleet
    if not fleet or not fleet.alternatives:
        return
    processor, needed = offerings.processor(fleet.instance), offerings.capacity(fleet.instance)
    for index, name in enumerate(fleet.alternatives):
        path, capacity = ("fleet", "alternatives", str(index)), offerings.capacity(name)
        if name in (fleet.instance, *fleet.alternatives[:index]):
            message = f"{name} is listed already."
            yield Finding("TF-R053", path, message, "Name each type once; `instance` comes first.")
        elif (other := offerings.processor(name)) != processor:
            message = f"{name} is {other}, {fleet.instance} is {processor}: one image cannot start on both."
            yield Finding("TF-R053", path, message, f"Name types of {processor} only.")
        elif needed and capacity and (capacity[0] < needed[0] or capacity[1] < needed[1]):
            message = (
                f"{name} has {capacity[0]:g} vCPUs and {capacity[1]:g} GiB, {fleet.instance} has {needed[0]:g} and "
                f"{needed[1]:g}: it would get as many requests, with less room for them."
            )
            yield Finding("TF-R054", path, message, "Name types that are at least as large.")
