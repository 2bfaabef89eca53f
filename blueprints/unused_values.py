"""Values that the architecture does not use: of a capability that it does not have, or displaced by another choice.

Every field has a default at every stage; `explain` shows which of them are in use.
"""

from collections.abc import Callable

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.existing import OF_AN_OWN_DATABASE
from tenfold.blueprints.architecture.scaling import Scaling
from tenfold.blueprints.architecture.services import DATA_FIELDS, MODEL_FIELDS, OF_PODS, OF_SERVERS, Service
from tenfold.blueprints.stages import presets
from tenfold.blueprints.stages.presets import Capability


def explain_unused(a: Architecture, path: tuple[str, ...]) -> tuple[str, str]:
    """(the unused field or its whole section, the reason); empty where the value is used."""
    owner = presets.owner_of(path)
    if owner is not None and owner.name not in a.capabilities:
        section = max((name for name in owner.fields if path[: name.count(".") + 1] == tuple(name.split("."))), key=len)
        return section, _missing_capability(a, owner)
    for name, why in _FALL_AWAY.items():
        if path[: name.count(".") + 1] == tuple(name.split(".")) and (reason := why(a)):
            return name, reason
    if path[0] == "queues" and path[-1] == "deduplicate" and a.queues[path[1]].order == "none":
        return ".".join(path), "a queue without order does not remove duplicates"
    if path[0] == "events" and path[-1] == "keep" and a.events[path[1]].via != "bus":
        return ".".join(path), "a topic keeps nothing"
    if path[0] == "read_models":
        return _of_read_model(a, path)
    if path[0] == "services" and len(path) > 1:
        return _of_service(a.services[path[1]], path)
    return "", ""


def _of_read_model(a: Architecture, path: tuple[str, ...]) -> tuple[str, str]:
    if len(path) < 3 or path[2] in ("engine", "listens_to"):
        return "", ""
    engine = a.read_models[path[1]].engine
    return ("", "") if path[2] in MODEL_FIELDS[engine] else (".".join(path[:3]), f"`engine: {engine}` does not have it")


def _missing_capability(a: Architecture, owner: Capability) -> str:
    if owner.stage > a.stage:
        return f"from stage {presets.presets()[owner.stage].label}"
    successor = next((name for name in a.capabilities if presets.capabilities()[name].replaces == owner.name), None)
    return f"`{successor}` has replaced it" if successor else "left out by `without`"


def _of_service(service: Service, path: tuple[str, ...]) -> tuple[str, str]:
    part, data, inside = ".".join(path[2:]), service.data, (*path[2:], "", "", "")
    if part.startswith("data") and data is None:
        return ".".join((*path[:2], "data")), "it owns nothing"
    if data and inside[0] == "data" and inside[1] not in ("", "engine", *DATA_FIELDS[data.engine]):
        return ".".join(path[:4]), f"`engine: {data.engine}` does not have it"
    if (
        data
        and inside[:2] == ("data", "table")
        and inside[2] in ("utilization", "cooldown")
        and not data.table.capacity
    ):
        return ".".join(path[:5]), "the table is on demand"
    if service.retired and not part.startswith(("data", "secrets", "was", "retired")):
        return ".".join(path[:2]), "it is retired, nothing of it runs"
    of_pods = service.runs_on == "kubernetes"
    if part in (OF_SERVERS if of_pods else OF_PODS):
        return ".".join(path), f"it runs on {service.runs_on}"
    if part.startswith("scaling") and service.copies_min == service.copies_max:
        return ".".join((*path[:2], "scaling")), f"`{'pods' if of_pods else 'servers'}` is one number"
    return "", ""


def _no_domain(a: Architecture) -> str:
    return "" if a.domain else "there is no `domain`"


def _layer_four(a: Architecture) -> str:
    network = a.balancer and a.balancer.kind == "network"
    return "a network balancer forwards connections and does not read requests" if network else ""


def _no_pool(a: Architecture) -> str:
    return "" if a.database.pooling.via != "none" else "`database.pooling.via` is none"


def _rds_rotates(a: Architecture) -> str:
    return "RDS keeps the password and rotates it itself" if a.database.password_keeper == "rds" else ""


def _no_cache(a: Architecture) -> str:
    return "" if a.cache else f"sessions live in `{a.sessions.store}`, and nothing else uses a cache here"


def _no_choice(a: Architecture) -> str:
    return "Memcached does not have it" if a.cache and a.cache.engine == "memcached" else _no_cache(a)


def _displaced(part: str) -> Callable[[Architecture], str]:
    """Displaced by another mechanism of scaling."""

    def why(a: Architecture) -> str:
        scaling = a.fleet.scaling if a.fleet else None
        return f"`{_mechanism(scaling)}` replaces it" if scaling and getattr(scaling, part) is None else ""

    return why


def _mechanism(scaling: Scaling) -> str:
    return "fleet.scaling.steps" if scaling.steps else "fleet.scaling.track"


def _no_spot(a: Architecture) -> str:
    return "" if a.fleet and a.fleet.spot else "`fleet.spot.share` is 0%"


def _no_jobs(a: Architecture) -> str:
    return "" if a.workers else "there is no `app.jobs` for them to run"


def _existing_network(a: Architecture) -> str:
    return f"the network is {a.network.existing.vpc}" if a.network.existing and not a.standby else ""


def _existing_database(a: Architecture) -> str:
    return (
        "the database is an existing one, which its owner sets up" if a.has("database") and a.database.existing else ""
    )


def _no_group(a: Architecture) -> str:
    return "`kubernetes.nodes` is auto" if a.kubernetes and not a.kubernetes.group else ""


_FALL_AWAY: dict[str, Callable[[Architecture], str]] = {
    "network.zones": lambda a: "its subnets say in which zones it is" if a.network.existing else "",
    "network.nat": _existing_network,
    "zone": _no_domain,
    "balancer.certificate": _no_domain,
    "cdn.certificate": _no_domain,
    "app.health.healthy_after": lambda a: "" if a.balancer else "only a balancer counts good checks",
    "load.growth": lambda a: "" if a.owns_database else "only the storage of a managed database is sized from it",
    "load.reads": lambda a: (
        "" if a.has("replicas") else "only replicas are counted by it; `tenfold cost` counts with it too"
    ),
    "load.cache_hits": lambda a: "" if a.has("cache") else "the stage has no cache for data",
    "load.campaign": lambda a: "" if a.fleet else "one server is all there is",
    "load.launch_time": lambda a: "" if a.has("autoscaling") else "no servers come and go",
    **{f"database.{field}": _existing_database for field in OF_AN_OWN_DATABASE},
    "database.pooling.mode": _no_pool,
    "database.pooling.connections": _no_pool,
    "database.password.generation": _rds_rotates,
    "database.shards": lambda a: "" if a.database.shards else "there is no `database.shards.key`",
    "balancer.algorithm": _layer_four,
    "balancer.sticky": _layer_four,
    "fleet.scaling.out_at": _displaced("out_at"),
    "fleet.scaling.in_at": _displaced("in_at"),
    "fleet.scaling.cooldown.out": _displaced("cooldown_out"),
    "fleet.scaling.cooldown.in": _displaced("cooldown_in"),
    "fleet.spot.base": _no_spot,
    "cache.eviction": _no_choice,
    "cache.keep_snapshots": _no_choice,
    "cache.shards": _no_choice,
    "cache": _no_cache,
    "workers": _no_jobs,
    "kubernetes.instance": _no_group,
    "kubernetes.machines": _no_group,
    "kubernetes": lambda a: "" if a.kubernetes else "no service has `runs_on: kubernetes`",
}
