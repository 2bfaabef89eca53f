"""What an architecture's alarms are about, and what their thresholds are computed from, without Pulumi: the tiers take
their facts from here, and a blueprint's `signals.alarms` is judged by it. A test holds it equal to the stack."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from tenfold.blueprints.architecture import Architecture, messages, servers, services, signals, stores
from tenfold.blueprints.recovery.arithmetic import DRILL_DAYS
from tenfold.blueprints.source.document import read
from tenfold.blueprints.standby import primary_of, standby_of
from tenfold.components.plans import catalogue, rds
from tenfold.components.plans.catalogue import Kinds
from tenfold.components.plans.signals import GIB, PlannedSignal, Severity, plan

if TYPE_CHECKING:  # `explain` and `validate` come here without Pulumi
    from tenfold.components.signals import AlarmArgs

Facts = dict[str, float]
DEAD_EVENTS = {"dead_letters_keep_seconds": 1_209_600.0}  # of the bus itself: components/event_bus.py
OBSERVED_NODES = 40  # with nine graphs each: a dashboard of CloudWatch takes 500 (user guide, quotas)


def alarms(a: Architecture, more: Kinds | None = None) -> dict[str, PlannedSignal]:
    """Every alarm of the stack by name, with its defaults. `more`: kinds and signals instead of the team's own. Raises
    ValueError for what is wrong with these."""
    added = own_kinds(a) if more is None else more
    by_role = {
        role: {"kind": kind, "facts": facts, "identifiers": dict.fromkeys(catalogue.kind(kind, added).dimensions, "")}
        for role, kind, facts in subjects(a)
    }
    return {item.name: item for item in plan(by_role, intent(a), more=added) if item.signal.alarms}


def own_kinds(a: Architecture) -> dict[str, dict[str, Any]]:
    """What the team observes besides, by kind. Raises `Unreadable`."""
    return {file.stem: read(file).data for file in a.own.files("alarms", ".yaml")} if a.own else {}


def values(a: Architecture, subject: str) -> dict[str, float]:
    """What the thresholds of a subject's alarms are computed from."""
    facts = next(facts for role, _, facts in subjects(a) if role == subject)
    return {**intent(a), **facts, "GiB": GIB}


def intent(a: Architecture) -> dict[str, float]:
    return {"latency": a.signals.latency_p99, "errors": a.signals.errors, "saturation": a.signals.saturation}


def subjects(a: Architecture) -> Iterator[tuple[str, str, Facts]]:
    """(role, kind, facts) of each subject of the stack; those of a standby region have that role before their own."""
    yield from _region_subjects(primary_of(a))
    if a.standby:
        yield from ((f"standby-{role}", kind, facts) for role, kind, facts in _region_subjects(standby_of(a)))


def _region_subjects(a: Architecture) -> Iterator[tuple[str, str, Facts]]:
    """The subjects of one region."""
    moving = a.database_on_host  # then no server of the fleet runs behind the balancer
    if a.server:
        yield "server", "server", server_facts(a.server)
    if a.cdn and not a.home:
        yield "cdn", "cdn", {}
        yield from ((f"cdn-{event}", "edge-function", {}) for event, parts in a.cdn.functions.events.items() if parts)
    if a.balancer and not moving:
        yield "balancer", "network-balancer" if a.balancer.kind == "network" else "balancer", {}
    if a.fleet and not moving:
        yield "fleet", "fleet", fleet_facts(a.fleet)
    if a.owns_database:
        yield from _databases(a)
        if facts := drill_facts(a):
            yield "recovery", "recovery", facts
    if a.vault:
        yield "vault", "vault", {}
    for tier in _copied(a):
        yield f"copies-{tier}", "copies", {}
        yield f"uncopied-{tier}", "uncopied", {}
    if a.standby and a.cdn and a.domain:  # one way
        yield ("copies-static", "copies", {}) if a.home else ("uncopied-static", "uncopied", {})
    if a.cache:
        kind, facts = ("memcached", {}) if a.cache.engine == "memcached" else ("cache", cache_facts(a))
        yield from ((role, kind, facts) for role in cache_roles(a.cache))
    yield from _messages(a)
    for name, model in a.read_models.items():
        in_search = model.engine == "opensearch"
        yield f"read-model-{name}", "search" if in_search else "table", search_facts(model.size) if in_search else {}
    if a.workers and not moving:
        yield "workers", "workers", workers_facts(a.workers)
        yield from (
            (f"backlog-{name}", "backlog", backlog_facts(queue, a.workers.at_once))
            for name, queue in a.job_queues.items()
        )
    if a.kubernetes:
        yield "cluster", "cluster", {}
    for name, service in a.services.items():
        yield from _service(a, name, service)


def _messages(a: Architecture) -> Iterator[tuple[str, str, Facts]]:
    for name, queue in a.queues.items():
        yield f"queue-{name}", "queue", queue_facts(queue, hands(a, name))
        yield f"queue-{name}-dead-letters", "dead-letters", {"dead_letters_keep_seconds": float(queue.dead_letters)}
    for event, spec in a.bus_events.items():
        yield from ((f"event-{subscription(event, name)}", "subscription", {}) for name in spec.to)
    yield from ((f"topic-{event}", "topic", {}) for event in a.topic_events)
    if a.bus_events:
        yield "events-dead-letters", "dead-letters", DEAD_EVENTS


def _copied(a: Architecture) -> Iterator[str]:
    """Tiers whose buckets have copies in the other region."""
    if a.standby and a.uploads:
        yield "uploads"
    for service in a.services.values() if a.standby else ():
        if service.data and service.data.engine == "bucket":
            yield f"service-{service.known_as}-data"


def _service(a: Architecture, name: str, service: services.Service) -> Iterator[tuple[str, str, Facts]]:
    if not service.retired:
        yield f"service-{name}", "service", {}
        if service.runs_on == "servers":
            yield f"service-{name}-servers", "service-servers", service_facts(service)
        else:
            yield f"service-{name}-pods", "service-pods", pods_facts(service)
    if service.data and service.data.engine in rds.PORTS:
        yield f"service-{name}-database", "database", service_database_facts(a, service.data)
    if service.data and service.data.engine == "dynamodb":
        yield f"service-{name}-table", "table", service_table_facts(service.data)
    if service.data and service.data.engine == "opensearch":
        yield f"service-{name}-search", "search", search_facts(service.data.size)


def _databases(a: Architecture) -> Iterator[tuple[str, str, Facts]]:
    database = a.database
    others = range(1, database.shards.count) if database.shards else ()
    for role in ("", *(f"-shard-{number}" for number in others)):
        yield f"database{role}", "database", database_facts(a)
        if copies := database.replicas:
            for number in range(1, copies.count + 1):
                yield f"replica{role}-{number}", "replica", replica_facts(copies)


def subscription(event: str, queue: str) -> str:
    """The rule, or the subscription of its topic, by which a queue receives an event. Events have no part `to` in their
    names: each pair has its own."""
    return f"{event}-to-{queue}"


def server_facts(server: servers.Server) -> Facts:
    return {"burstable": float(server.instance.startswith("t"))}


def service_facts(service: services.Service) -> Facts:
    return {
        "servers": float(service.copies_min),
        "burstable": float(service.instance.startswith("t")),
        "scaling": float(service.copies_min < service.copies_max),
    }


def pods_facts(service: services.Service) -> Facts:
    return {
        "pods": float(service.copies_min),
        "pods_max": float(service.copies_max),
        "scaling": float(service.copies_min < service.copies_max),
    }


def fleet_facts(fleet: servers.Fleet) -> Facts:
    scaling = {"scaling": 1.0} if fleet.scaling and fleet.servers_min < fleet.servers_max else {}
    return {"servers": float(fleet.servers_min), "burstable": float(fleet.instance.startswith("t")), **scaling}


def _known(fact: Callable[[], int]) -> float:
    """NaN for an instance class that RDS does not have: an error of its own, beside which alarms are judged."""
    try:
        return float(fact())
    except ValueError:
        return math.nan


def database_facts(a: Architecture) -> Facts:
    database = a.database
    facts = _database_facts(database.engine, database.instance, database.storage.size, database.parameters)
    return facts | following(a)


def service_database_facts(a: Architecture, data: services.ServiceData) -> Facts:
    return _database_facts(data.engine, data.instance, data.size, {}) | following(a)


def following(a: Architecture) -> Facts:
    """Of the databases of a standby region. What has been promoted has no lag, so the alarm may stay."""
    return {"follows": 1.0, "point_seconds": float(a.recovery.point)} if a.home and a.recovery else {}


def drill_facts(a: Architecture) -> Facts:
    """Of a standby region: when it was last seen to take over. None of an environment that may be thrown away."""
    if not a.home or a.recovery is None or a.throwaway:
        return {}
    if a.recovery.drill is None:
        return {"undrilled": 1.0}
    day = datetime.combine(date.fromisoformat(a.recovery.drill.date), time(), UTC)
    return {"drilled": 1.0, "drilled_at_seconds": day.timestamp(), "drill_days": float(DRILL_DAYS)}


def service_table_facts(data: services.ServiceData) -> Facts:
    capacity = data.table.capacity
    return (
        {"read_units_max": float(capacity.reads[1]), "write_units_max": float(capacity.writes[1]), "provisioned": 1.0}
        if capacity
        else {}
    )


def search_facts(size_gib: int) -> Facts:
    return {"storage_gib": float(size_gib)}


def _database_facts(engine: str, instance: str, storage: int, parameters: Mapping[str, str]) -> Facts:
    return {
        "storage_gib": float(storage),
        "memory_gib": _known(lambda: rds.memory_gib(instance)),
        "max_connections": _known(lambda: rds.max_connections(engine, instance, parameters)),
        "burstable": float(instance.startswith("db.t")),
        "postgres": float(engine == "postgres"),
    }


def replica_facts(copies: stores.Replicas) -> Facts:
    return {"max_lag_seconds": float(copies.max_lag), "memory_gib": _known(lambda: rds.memory_gib(copies.instance))}


def cache_facts(a: Architecture) -> Facts:
    assert a.cache
    return {"sessions": float(a.sessions.store == "cache"), "burstable": float("cache.t" in a.cache.node)}


def cache_roles(cache: stores.Cache) -> list[str]:
    """Of the observed nodes: `cache`, `cache-2` …"""
    count = min(cache.nodes * cache.shards, OBSERVED_NODES)
    return ["cache", *(f"cache-{number}" for number in range(2, count + 1))]


def workers_facts(workers: servers.Workers) -> Facts:
    return {
        "servers": float(workers.servers_min),
        "burstable": float(workers.instance.startswith("t")),
        "scaling": float(workers.servers_min < workers.servers_max),
    }


def backlog_facts(queue: messages.Queue, at_once: int) -> Facts:
    return {
        "acceptable_delay_seconds": float(queue.acceptable_delay),
        "message_takes_seconds": queue.message_takes,
        "at_once": float(at_once),
    }


def hands(a: Architecture, queue: str) -> int:
    """How many messages are worked on at most: one in each copy of the service whose own the queue is or in the
    application's jobs, `at_once` in each worker."""
    if queue not in a.job_queues:
        return next(service.copies_max for service in a.services.values() if service.known_as == queue)
    return a.workers.servers_max * a.workers.at_once if a.workers else 1


def queue_facts(queue: messages.Queue, workers: int) -> Facts:
    return {
        "workers": float(workers),
        "message_takes_seconds": queue.message_takes,
        "acceptable_delay_seconds": float(queue.acceptable_delay),
        "keep_seconds": float(queue.keep),
    }


def changes(a: Architecture) -> dict[str, "AlarmArgs"]:
    """What the blueprint sets for single alarms, as the component takes it. Alarms that are not here are left out: the
    blueprint sets them for another environment or stage."""
    there = alarms(a)
    return {name: _args(there[name], alarm) for name, alarm in a.signals.alarms.items() if name in there}


def _args(item: PlannedSignal, alarm: signals.Alarm) -> "AlarmArgs":
    args: AlarmArgs = {}
    if not alarm.rings:
        args["rings"] = False
    if alarm.threshold:
        args["threshold"] = catalogue.in_unit(item.signal.unit, alarm.threshold[1])
    if alarm.seconds:
        args["seconds"] = alarm.seconds
    if alarm.severity:
        args["severity"] = Severity(alarm.severity)
    return args


# The roles that `subjects` can give, by kind.
_NUMBER = r"(-[2-9]|-[1-9]\d+)"
_SHARD = r"(-shard-[1-9]\d*)?"
_SERVICE = "service-[a-z][a-z0-9-]*"
ROLES: dict[str, str] = {
    "server": "server",
    "cdn": "cdn",
    "edge-function": "cdn-(request|response)",
    "balancer": "balancer",
    "network-balancer": "balancer",
    "fleet": "fleet",
    "database": f"database{_SHARD}|{_SERVICE}-database",
    "recovery": "recovery",
    "vault": "vault",
    "copies": f"copies-(static|uploads|{_SERVICE}-data)",
    "uncopied": f"uncopied-(static|uploads|{_SERVICE}-data)",
    "table": f"{_SERVICE}-table|read-model-[a-z][a-z0-9-]*",
    "search": f"{_SERVICE}-search|read-model-[a-z][a-z0-9-]*",
    "service-servers": f"{_SERVICE}-servers",
    "service-pods": f"{_SERVICE}-pods",
    "cluster": "cluster",
    "service": _SERVICE,
    "replica": rf"replica{_SHARD}-[1-9]\d*",
    "cache": f"cache{_NUMBER}?",
    "memcached": f"cache{_NUMBER}?",
    "workers": "workers",
    "backlog": "backlog-[a-z][a-z0-9-]*",
    "queue": "queue-[a-z][a-z0-9-]*",
    "dead-letters": "(queue-[a-z][a-z0-9-]*|events)-dead-letters",
    "topic": "topic-[a-z][a-z0-9-]*",
    "subscription": "event-[a-z][a-z0-9-]*-to-[a-z][a-z0-9-]*",
}


def kind_of(name: str) -> str:
    """What an alarm of some stack is about: `database` for `database-cpu`; empty for a name that no stack has."""
    for kind, role in ROLES.items():
        signals = "|".join(signal.name for signal in catalogue.kind(kind).signals if signal.alarms)
        if re.fullmatch(f"(standby-)?({role})-({signals})", name):
            return kind
    return ""
