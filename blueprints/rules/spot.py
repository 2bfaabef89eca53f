"""Rules of a fleet of several instance types, or with servers that AWS may take back."""

from collections.abc import Callable, Iterator

from blueprints.architecture import Fleet
from blueprints.rules.scene import Finding, Scene
from blueprints.sizes import offerings

Findings = Iterator[Finding]
NOTICE = 120  # seconds between EC2's notice and the end of a spot server (EC2 User Guide, "Spot interruption notices")
LOOK = 5  # seconds at most until the host has seen it (components/host/files/tenfold-lifecycle)


def _fleet(s: Scene) -> Fleet | None:
    fleet = s.architecture.fleet
    return fleet if fleet and (fleet.alternatives or fleet.spot) else None


def alternatives_can_take_over(s: Scene) -> Findings:
    """One launch template serves all, so one image; and each counts as one server, for the balancer and for scaling."""
    if not (fleet := _fleet(s)):
        return
    kind, need = offerings.processor(fleet.instance), offerings.capacity(fleet.instance)
    for at, name in enumerate(fleet.alternatives):
        path, have = ("fleet", "alternatives", str(at)), offerings.capacity(name)
        if name in (fleet.instance, *fleet.alternatives[:at]):
            yield Finding("TF-R053", path, f"{name} is there already.", "Name each type once; `instance` comes first.")
        elif (other := offerings.processor(name)) != kind:
            message = f"{name} is {other}, {fleet.instance} is {kind}: one image cannot start on both."
            yield Finding("TF-R053", path, message, f"Name types of {kind} only.")
        elif need and have and (have[0] < need[0] or have[1] < need[1]):
            message = (
                f"{name} has {have[0]:g} vCPUs and {have[1]:g} GiB, {fleet.instance} has {need[0]:g} and {need[1]:g}: "
                "it would get as many requests and carry fewer."
            )
            yield Finding("TF-R054", path, message, "Name types that are at least as large.")


def pool_is_not_of_spot(s: Scene) -> Findings:
    fleet = _fleet(s)
    if fleet and fleet.spot and fleet.scaling and fleet.scaling.warm_pool:
        message = "A warm pool holds stopped servers, and AWS keeps none of spot."
        hint = "Leave `warm_pool` out, or `spot`; `alternatives` alone go with it."
        yield Finding("TF-R055", "fleet.scaling.warm_pool", message, hint)


def somebody_stays(s: Scene) -> Findings:
    """Of the smallest fleet, which is what runs when nobody looks."""
    fleet = _fleet(s)
    if not fleet or not fleet.spot or s.architecture.throwaway:
        return
    low, base = fleet.servers_min, min(fleet.spot.base, fleet.servers_min)
    sure = base + int((low - base) * (1 - fleet.spot.share) + 1e-9)
    if not sure:
        message = (
            f"Of {low} servers {base} + ({low} - {base}) × {1 - fleet.spot.share:.0%} = {sure} are sure to stay: AWS "
            "may take all of them back within two minutes."
        )
        hint = f"`base: {low}`, the least, or `throwaway: true` for this environment."
        yield Finding("TF-R056", "fleet.spot.base", message, hint)


def spot_has_choices(s: Scene) -> Findings:
    fleet = _fleet(s)
    if fleet and fleet.spot and not fleet.alternatives:
        message = f"When AWS has no more {fleet.instance} to spare, every spot server goes at once and none comes."
        hint = "Name others in `alternatives`: other generations and families of the same size, ten where you can."
        yield Finding("TF-R057", "fleet.spot.share", message, hint)


def something_is_spot(s: Scene) -> Findings:
    fleet = _fleet(s)
    if fleet and fleet.spot and fleet.spot.base >= fleet.servers_max:
        message = (
            f"{fleet.spot.base} servers are never spot, and never more than {fleet.servers_max} run: none is spot."
        )
        where = "fleet.spot.base" if s.stated("fleet.spot.base") else "fleet.spot.share"
        yield Finding("TF-R058", where, message, "A smaller `base`, a larger most in `servers`, or no `spot`.")


def leaving_fits_the_notice(s: Scene) -> Findings:
    """The balancer lets requests finish, then the containers are told to stop: `app.drain` for each."""
    fleet, drain = _fleet(s), s.architecture.app.drain
    if fleet and fleet.spot and LOOK + 2 * drain > NOTICE:
        message = (
            f"A spot server has {NOTICE} s to leave, and {LOOK} s + {drain} s for requests + {drain} s for containers "
            f"are {LOOK + 2 * drain} s: what is not done by then is cut off."
        )
        yield Finding("TF-R059", "app.drain", message, f"{(NOTICE - LOOK) // 2}s or less, or no `spot`.")


SPOT_RULES: tuple[Callable[[Scene], Findings], ...] = (
    alternatives_can_take_over,
    pool_is_not_of_spot,
    somebody_stays,
    spot_has_choices,
    something_is_spot,
    leaving_fits_the_notice,
)
