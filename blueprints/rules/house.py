"""The limits of the house rules."""

from fnmatch import fnmatchcase

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.words import one_of


@rule
def region_is_allowed(c: Context) -> Findings:
    regions = c.draft.house.limits.get("regions")
    if regions and c.architecture.region not in regions:
        message = f"House rules allow {one_of(regions)}, not {c.architecture.region}."
        yield Finding("TF-H001", "region", message, f"See {c.draft.house.file}.")


@rule
def instances_are_allowed(c: Context) -> Findings:
    a, patterns = c.architecture, c.draft.house.limits.get("instances")
    if not patterns:
        return
    instances = {
        "server.instance": a.server and a.server.instance,
        "fleet.instance": a.fleet and a.fleet.instance,
        **{f"fleet.alternatives.{at}": name for at, name in enumerate(a.fleet.alternatives if a.fleet else ())},
        "workers.instance": a.workers and a.workers.instance,
        "database.instance": a.database.instance if a.has("database") else None,
        "database.replicas.instance": a.database.replicas and a.database.replicas.instance,
        "cache.node": a.cache and a.cache.node,
    }
    for path, name in instances.items():
        if name and not any(fnmatchcase(name, pattern) for pattern in patterns):
            message = f"House rules allow {one_of(patterns)}, not {name}."
            yield Finding("TF-H002", path, message, f"See {c.draft.house.file}.")


@rule
def fleet_is_small_enough(c: Context) -> Findings:
    a, limit = c.architecture, c.draft.house.limits.get("servers")
    for path, servers in (("fleet.servers", a.fleet), ("workers.servers", a.workers)):
        if servers and limit and servers.servers_max > limit:
            message = f"House rules allow at most {limit} servers, not {servers.servers_max}."
            yield Finding("TF-H003", path, message, f"See {c.draft.house.file}.")


@rule
def budget_is_small_enough(c: Context) -> Findings:
    budget, limit = c.architecture.budget, c.draft.house.limits.get("budget")
    if budget is not None and limit is not None and budget > limit:
        message = f"House rules allow at most {limit:g} USD/month, not {budget:g}."
        yield Finding("TF-H004", "budget", message, f"See {c.draft.house.file}.")


@rule
def required_fields_are_set(c: Context) -> Findings:
    for path in c.draft.house.limits.get("must_say") or ():
        if not c.is_set(path):
            message = f"The house rules require `{path}` to be set."
            yield Finding("TF-H005", path, message, f"See {c.draft.house.file}.")
