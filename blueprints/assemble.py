"""From resolved values by path to the `Architecture`: the one place that knows both shapes."""

from collections.abc import Mapping
from typing import Any

from blueprints import architecture as a

Route = tuple[str, ...]
Values = Mapping[Route, Any]


def _under(values: Values, *prefix: str) -> dict[str, Any]:
    """A mapping field's own keys."""
    return {route[-1]: value for route, value in values.items() if route[:-1] == prefix}


def _overrides(values: Values) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for route, value in values.items():
        if route[0] == "overrides":
            found.setdefault(route[1], {})[route[2]] = value
    return found


def assemble(
    values: Values, name: str, environment: str, stage_name: str, capabilities: frozenset[str]
) -> a.Architecture:
    def at(path: str) -> Any:
        return values[tuple(path.split("."))]

    def maybe(path: str) -> Any:
        return values.get(tuple(path.split(".")))

    return a.Architecture(
        name=name,
        environment=environment,
        stage=at("stage"),
        stage_name=stage_name,
        promoting_from=maybe("promoting_from"),
        throwaway=at("throwaway"),
        region=at("region"),
        domain=maybe("domain"),
        zone="existing" if "." in at("zone") else at("zone"),
        zone_name=at("zone") if "." in at("zone") else None,
        owner=maybe("owner"),
        tags=_under(values, "tags"),
        budget=maybe("budget"),
        capabilities=capabilities,
        app=_app(values, at, maybe),
        load=a.Load(**{part: at(f"load.{part}") for part in a.Load.__dataclass_fields__}),
        network=a.Network(at("network.cidr"), at("network.zones"), at("network.nat")),
        server=a.Server(at("server.instance"), at("server.disk")) if "server" in capabilities else None,
        database=_database(values, at, "database" in capabilities),
        balancer=_balancer(values, at) if "balancer" in capabilities else None,
        fleet=_fleet(at) if "fleet" in capabilities else None,
        sessions=a.Sessions(at("sessions.store") if "sessions" in capabilities else "none"),
        cache=_cache(at) if "sessions" in capabilities and at("sessions.store") == "cache" else None,
        signals=a.Signals(
            at("signals.latency.p99"), at("signals.errors"), at("signals.saturation"), tuple(at("signals.notify"))
        ),
        overrides=_overrides(values),
    )


def _app(values: Values, at: Any, maybe: Any) -> a.App:
    image = at("app.image")
    command = maybe("app.jobs.command")
    jobs_image = maybe("app.jobs.image")
    return a.App(
        image=image,
        port=at("app.port"),
        health=a.Health(**{part: at(f"app.health.{part}") for part in a.Health.__dataclass_fields__}),
        stateless=at("app.stateless"),
        env=_under(values, "app", "env"),
        secrets=tuple(maybe("app.secrets") or ()),
        jobs=a.Jobs(jobs_image or image, tuple(command or ())) if command or jobs_image else None,
        drain=at("app.drain"),
    )


def _database(values: Values, at: Any, managed: bool) -> a.Database:
    # Before the database has an instance of its own there is nobody to pool for and nowhere to stand by.
    return a.Database(
        engine=at("database.engine"),
        version=at("database.version"),
        instance=at("database.instance"),
        storage=a.Storage(at("database.storage.size"), at("database.storage.up_to"), at("database.storage.type")),
        standby=managed and at("database.standby"),
        backups=a.Backups(at("database.backups.keep"), at("database.backups.window")),
        pooling=a.Pooling(
            at("database.pooling.via") if managed else "none",
            at("database.pooling.mode"),
            at("database.pooling.connections"),
        ),
        parameters=_under(values, "database", "parameters"),
    )


def _balancer(values: Values, at: Any) -> a.Balancer:
    return a.Balancer(
        kind=at("balancer.kind"),
        algorithm=at("balancer.algorithm"),
        sticky=at("balancer.sticky"),
        routes=_under(values, "balancer", "routes"),
        certificate=at("balancer.certificate"),
    )


def _fleet(at: Any) -> a.Fleet:
    low, high = at("fleet.servers")
    rollout = a.Rollout(at("fleet.rollout.keep_healthy"), at("fleet.rollout.checkpoint"))
    return a.Fleet(at("fleet.instance"), low, high, rollout)


def _cache(at: Any) -> a.Cache:
    return a.Cache(
        engine=at("cache.engine"),
        version=at("cache.version"),
        node=at("cache.node"),
        nodes=at("cache.nodes"),
        eviction=at("cache.eviction"),
        keep_snapshots=at("cache.keep_snapshots"),
    )
