"""`fleet.spot`: servers that AWS may take back, with two minutes' notice."""

from tenfold.blueprints.architecture.servers import Fleet, Spot
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

NOTICE = 120  # seconds between EC2's notice and the end of a spot server (EC2 User Guide, "Spot interruption notices")
POLL = 5  # seconds at most until the host has seen it (components/host/files/tenfold-lifecycle)


def _spot(c: Context) -> tuple[Fleet | None, Spot | None]:
    fleet = c.architecture.fleet
    return fleet, fleet.spot if fleet else None


@rule
def warm_pool_has_no_spot(c: Context) -> Findings:
    fleet, spot = _spot(c)
    if fleet and spot and fleet.scaling and fleet.scaling.warm_pool:
        message = "A warm pool holds stopped servers, which AWS does not offer for spot."
        hint = "Leave out `warm_pool` or `spot`; `alternatives` alone can have a warm pool."
        yield Finding("TF-R055", "fleet.scaling.warm_pool", message, hint)


@rule
def some_servers_are_never_spot(c: Context) -> Findings:
    """Checked for the smallest fleet, which is what runs when nobody watches."""
    fleet, spot = _spot(c)
    if not fleet or not spot or c.architecture.throwaway:
        return
    low, base = fleet.servers_min, min(spot.base, fleet.servers_min)
    on_demand = base + int((low - base) * (1 - spot.share) + 1e-9)
    if not on_demand:
        message = (
            f"Of {low} servers {base} + ({low} - {base}) × {1 - spot.share:.0%} = {on_demand} are never spot: AWS may "
            "take all of them back within two minutes."
        )
        hint = f"Set `base: {low}`, the minimum, or `throwaway: true` for this environment."
        yield Finding("TF-R056", "fleet.spot.base", message, hint)


@rule
def spot_has_alternatives(c: Context) -> Findings:
    fleet, spot = _spot(c)
    if fleet and spot and not fleet.alternatives:
        message = f"When AWS has no spare {fleet.instance}, all spot servers are lost at once and none replaces them."
        hint = "Name others in `alternatives`: other generations and families of the same size, ten where you can."
        yield Finding("TF-R057", "fleet.spot.share", message, hint)


@rule
def some_servers_are_spot(c: Context) -> Findings:
    fleet, spot = _spot(c)
    if fleet and spot and spot.base >= fleet.servers_max:
        message = f"{spot.base} servers are never spot, and at most {fleet.servers_max} run: none is spot."
        hint = "Use a smaller `base`, a larger maximum in `servers`, or no `spot`."
        yield Finding("TF-R058", c.first_set("fleet.spot.base", "fleet.spot.share"), message, hint)


@rule
def drain_fits_the_notice(c: Context) -> Findings:
    """First the balancer lets requests finish, then the containers have to stop: `app.drain` for each."""
    drain = c.architecture.app.drain
    total = POLL + 2 * drain
    if _spot(c)[1] and total > NOTICE:
        message = (
            f"A spot server has {NOTICE} s to leave, and {POLL} s + {drain} s for requests + {drain} s for containers "
            f"are {total} s: the rest is cut off."
        )
        yield Finding("TF-R059", "app.drain", message, f"Use {(NOTICE - POLL) // 2}s or less, or no `spot`.")
