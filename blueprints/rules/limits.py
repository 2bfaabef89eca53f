"""What the house rules do not allow."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from blueprints.rules.scene import Finding, Scene
from blueprints.source.problem import one_of


def region_is_allowed(s: Scene) -> Iterator[Finding]:
    regions = s.draft.house.limits.get("regions")
    if regions and s.architecture.region not in regions:
        message = f"House rules allow {one_of(regions)}, not {s.architecture.region}."
        yield Finding("TF-H001", "region", message, f"See {s.draft.house.file}.")


def instances_are_allowed(s: Scene) -> Iterator[Finding]:
    a, patterns = s.architecture, s.draft.house.limits.get("instances")
    if not patterns:
        return
    used = {
        "server.instance": a.server and a.server.instance,
        "fleet.instance": a.fleet and a.fleet.instance,
        **{f"fleet.alternatives.{at}": name for at, name in enumerate(a.fleet.alternatives if a.fleet else ())},
        "database.instance": a.database.instance if "database" in a.capabilities else None,
        "database.replicas.instance": a.database.replicas and a.database.replicas.instance,
        "cache.node": a.cache and a.cache.node,
    }
    for path, name in used.items():
        if name and not any(fnmatchcase(name, pattern) for pattern in patterns):
            message = f"House rules allow {one_of(patterns)}, not {name}."
            yield Finding("TF-H002", path, message, f"See {s.draft.house.file}.")


def fleet_is_small_enough(s: Scene) -> Iterator[Finding]:
    fleet, most = s.architecture.fleet, s.draft.house.limits.get("servers")
    if fleet and most and fleet.servers_max > most:
        message = f"House rules allow {most} servers at most, not {fleet.servers_max}."
        yield Finding("TF-H003", "fleet.servers", message, f"See {s.draft.house.file}.")


def budget_is_small_enough(s: Scene) -> Iterator[Finding]:
    budget, most = s.architecture.budget, s.draft.house.limits.get("budget")
    if budget is not None and most is not None and budget > most:
        message = f"House rules allow {most:g} USD/month at most, not {budget:g}."
        yield Finding("TF-H004", "budget", message, f"See {s.draft.house.file}.")


def everything_is_said(s: Scene) -> Iterator[Finding]:
    for path in s.draft.house.limits.get("must_say") or ():
        route = tuple(path.split("."))
        if not any(known[: len(route)] == route and s.stated(".".join(known)) for known in s.values):
            yield Finding("TF-H005", path, f"House rules want `{path}` to be said.", f"See {s.draft.house.file}.")


LIMIT_RULES: tuple[Callable[[Scene], Iterator[Finding]], ...] = (
    region_is_allowed,
    instances_are_allowed,
    fleet_is_small_enough,
    budget_is_small_enough,
    everything_is_said,
)
