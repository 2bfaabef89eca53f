"""Builds the `Architecture` from resolved values by path: the only place that knows both forms."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tenfold.blueprints import architecture as a
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.stages import selection
from tenfold.blueprints.stages.promotion import Promotion, moves
from tenfold.blueprints.suffixes.zones import zone_of

Values = Mapping[Route, Any]


def _under(values: Values, *prefix: str) -> dict[str, Any]:
    """The keys of a mapping, such as `app.env`, with their values."""
    return {route[-1]: value for route, value in values.items() if route[:-1] == prefix}


def _overrides(values: Values) -> dict[str, dict[str, Any]]:
    overrides: dict[str, dict[str, Any]] = {}
    for route, value in values.items():
        if route[0] == "overrides":
            inner = overrides.setdefault(route[1], {})
            for name in route[2:-1]:
                inner = inner.setdefault(name, {})
            inner[route[-1]] = value
    return overrides


def assemble(
    values: Values,
    name: str,
    environment: str | None,
    stage_name: str,
    capabilities: frozenset[str],
    before: Mapping[str, Any],
) -> a.Architecture:
    """`before` are the sizes of the stage that a promotion comes from, by dotted path."""

    def at(path: str) -> Any:
        return values[tuple(path.split("."))]

    def maybe(path: str) -> Any:
        return values.get(tuple(path.split(".")))

    return a.Architecture(
        name=name,
        environment=environment or a.BASE,
        named=environment is not None,
        stage=at("stage"),
        stage_name=stage_name,
        throwaway=at("throwaway"),
        region=at("region"),
        domain=maybe("domain"),
        zone="existing" if "." in at("zone") else at("zone"),
        zone_name=at("zone") if "." in at("zone") else _zone(at("zone"), maybe("domain")),
        owner=maybe("owner"),
        tags=_under(values, "tags"),
        budget=maybe("budget"),
        capabilities=capabilities,
        app=_app(values, at, maybe),
        load=_load(values, at),
        network=a.Network(at("network.cidr"), at("network.zones"), at("network.nat")),
        server=_server(at, before) if "server" in capabilities else None,
        database=_database(values, at, capabilities),
        balancer=_balancer(values, at) if "balancer" in capabilities else None,
        fleet=_fleet(values, at, "autoscaling" in capabilities) if "fleet" in capabilities else None,
        sessions=_sessions(at, capabilities),
        uploads=a.Uploads(at("uploads.keep")) if "uploads" in capabilities else None,
        workers=_workers(values, at, maybe, capabilities),
        queues=_queues(values) if "queues" in capabilities else {},
        events=_events(values, capabilities) if "events" in capabilities else {},
        read_models=_read_models(values) if "events" in capabilities else {},
        services=_services(values) if "services" in capabilities else {},
        kubernetes=_kubernetes(values, maybe, capabilities),
        standby=_standby(at) if "standby-region" in capabilities else None,
        recovery=_recovery(at, maybe) if "recovery" in capabilities else None,
        residency={group: tuple(regions) for group, regions in _under(values, "residency").items()},
        active=at("regions.active") if "standby-region" in capabilities else "primary",
        cache=_cache(at) if _has_cache(at, capabilities) else None,
        cdn=_cdn(values, at) if "cdn" in capabilities else None,
        signals=_signals(values, at),
        overrides=_overrides(values),
        promotion=_promotion(maybe, capabilities),
        leftovers=tuple(maybe("leftovers") or ()),
    )


def _signals(values: Values, at: Any) -> a.Signals:
    return a.Signals(
        latency_p99=at("signals.latency.p99"),
        errors=at("signals.errors"),
        saturation=at("signals.saturation"),
        alarms=_alarms(values),
        notify=tuple(at("signals.notify")),
    )


def _alarms(values: Values) -> dict[str, a.Alarm]:
    top = ("signals", "alarms")
    fields = {route[2]: _under(values, *top, route[2]) for route in values if route[:2] == top}
    return {
        name: a.Alarm(set_.get("threshold"), set_.get("for"), set_.get("severity"), set_.get("rings", True))
        for name, set_ in fields.items()
    }


def _load(values: Values, at: Any) -> a.Load:
    parts = [part for part in a.Load.__dataclass_fields__ if part != "usage"]
    return a.Load(**{part: at(f"load.{part}") for part in parts}, usage=a.Usage(**_under(values, "load", "usage")))


def _zone(zone: str, domain: str | None) -> str | None:
    return zone_of(domain) if domain and zone == "existing" else None


def _server(at: Any, before: Mapping[str, Any]) -> a.Server:
    pool = "database.pooling.connections"
    return a.Server(at("server.instance"), at("server.disk"), before.get(pool, at(pool)))


def _promotion(maybe: Any, capabilities: frozenset[str]) -> Promotion | None:
    before = maybe("promoting_from")
    if before is None:
        return None
    old = selection.capabilities(before, None, maybe("with") or (), maybe("without") or ())
    return Promotion(
        before,
        moves(old, capabilities),
        capabilities - old,
        moved_data=bool(maybe("moved.data")),
        moved_traffic=round((maybe("moved.traffic") or 0) * 100),
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


def _database(values: Values, at: Any, capabilities: frozenset[str]) -> a.Database:
    managed = "database" in capabilities
    # In a container on the server (stage 1) the database has no pooler and no standby.
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
        replicas=_replicas(at) if "replicas" in capabilities else None,
        shards=_shards(values, at) if "shards" in capabilities and "key" in _under(values, *SHARDS) else None,
        password_keeper=at("database.password.keeper"),
        password_generation=at("database.password.generation"),
    )


SHARDS = ("database", "shards")


def _shards(values: Values, at: Any) -> a.Shards:
    fields = _under(values, *SHARDS)
    return a.Shards(
        strategy=fields["strategy"],
        key=fields["key"],
        count=fields.get("count", 1),
        start=fields["start"],
        pins=_under(values, *SHARDS, "pins") | _under(values, *SHARDS, "regions"),
        months=_under(values, *SHARDS, "months"),
        shares=_under(values, *SHARDS, "shares"),
        tried=tuple(fields.get("i_have_tried", ())),
    )


def _replicas(at: Any) -> a.Replicas:
    return a.Replicas(**{part: at(f"database.replicas.{part}") for part in a.Replicas.__dataclass_fields__})


def _balancer(values: Values, at: Any) -> a.Balancer:
    return a.Balancer(
        kind=at("balancer.kind"),
        algorithm=at("balancer.algorithm"),
        sticky=at("balancer.sticky"),
        idle=values.get(("balancer", "idle")),
        routes=_under(values, "balancer", "routes"),
        certificate=at("balancer.certificate"),
    )


def _fleet(values: Values, at: Any, elastic: bool) -> a.Fleet:
    low, high = at("fleet.servers")
    rollout = a.Rollout(at("fleet.rollout.keep_healthy"), at("fleet.rollout.checkpoint"))
    fleet = a.Fleet(at("fleet.instance"), low, high, rollout)
    if not elastic:
        return fleet
    spot = a.Spot(at("fleet.spot.share"), at("fleet.spot.base")) if at("fleet.spot.share") else None
    return replace(fleet, scaling=_scaling(values, at), alternatives=tuple(at("fleet.alternatives")), spot=spot)


def _scaling(values: Values, at: Any) -> a.Scaling:
    """The mechanism that is set; the fields of the others are None."""
    kind, level = values.get(("fleet", "scaling", "track")) or ("", None)
    steps = _under(values, "fleet", "scaling", "steps")
    thresholds = not kind and not steps
    return a.Scaling(
        out_at=at("fleet.scaling.out_at") if thresholds else None,
        in_at=None if kind else at("fleet.scaling.in_at"),
        cooldown_out=at("fleet.scaling.cooldown.out") if thresholds else None,
        cooldown_in=at("fleet.scaling.cooldown.in") if thresholds else None,
        steps=() if kind else tuple(sorted((float(key.rstrip("% ")) / 100, add) for key, add in steps.items())),
        track_cpu=level if kind == "cpu" else None,
        track_requests=level if kind == "requests" else None,
        predict=at("fleet.scaling.predict"),
        warmup=at("fleet.scaling.warmup"),
        schedules=_schedules(values),
        warm_pool=at("fleet.scaling.warm_pool"),
    )


def _schedules(values: Values) -> dict[str, a.Schedule]:
    top = ("fleet", "scaling", "schedules")
    schedules: dict[str, a.Schedule] = {}
    for name in dict.fromkeys(route[3] for route in values if route[:3] == top):
        fields = _under(values, *top, name)
        low, high = fields["servers"]
        schedules[name] = a.Schedule(fields["cron"], fields.get("until"), fields.get("zone", "UTC"), low, high)
    return schedules


def _sessions(at: Any, capabilities: frozenset[str]) -> a.Sessions:
    store = at("sessions.store") if "sessions" in capabilities else "none"
    return a.Sessions(store, at("sessions.signing_key") if "tokens" in capabilities else None)


def _has_cache(at: Any, capabilities: frozenset[str]) -> bool:
    """A cache as a capability of its own, or as the session store."""
    return "cache" in capabilities or ("sessions" in capabilities and at("sessions.store") == "cache")


def _cdn(values: Values, at: Any) -> a.Cdn:
    return a.Cdn(
        static_paths=tuple(at("cdn.static.paths")),
        static_keep=at("cdn.static.keep"),
        dynamic_paths=tuple(at("cdn.dynamic.paths")),
        dynamic_cache=at("cdn.dynamic.cache"),
        price_class=at("cdn.price_class"),
        waf=at("cdn.waf"),
        certificate=at("cdn.certificate"),
        functions=_edge_functions(values),
        error_page=values.get(("cdn", "error_page")),
    )


def _edge_functions(values: Values) -> a.EdgeFunctions:
    top = ("cdn", "functions")
    fields = _under(values, *top)
    return a.EdgeFunctions(
        one_name=fields["one_name"],
        redirects=_under(values, *top, "redirects"),
        headers=_under(values, *top, "headers"),
        experiments=_under(values, *top, "experiments"),
        request=fields.get("request", ""),
        response=fields.get("response", ""),
    )


def _workers(values: Values, at: Any, maybe: Any, capabilities: frozenset[str]) -> a.Workers | None:
    """Without jobs there is nothing for them to run; without queues there is no backlog to scale by."""
    jobs = maybe("app.jobs.command") or maybe("app.jobs.image")
    if "workers" not in capabilities or not jobs:
        return None
    low, high = at("workers.servers")
    owned = {name for names in _listening(values).values() for name in names} if "services" in capabilities else set()
    scaled = "queues" in capabilities and any(route[0] == "queues" and route[1] not in owned for route in values)
    return a.Workers(at("workers.instance"), low, high if scaled else low, at("workers.at_once"))


def _queues(values: Values) -> dict[str, a.Queue]:
    names = dict.fromkeys(route[1] for route in values if route[0] == "queues")
    queues = {name: _under(values, "queues", name) for name in names}
    complete = set(a.Queue.__dataclass_fields__) - {"per_request"}
    return {name: a.Queue(**fields) for name, fields in queues.items() if fields.keys() >= complete}  # not refused


def _events(values: Values, capabilities: frozenset[str]) -> dict[str, a.Event]:
    """The queue of a service that listens, or of a read model, receives its events as if it were named under `to`."""
    listening = _listening(values) if "services" in capabilities else {}
    for name, model in _read_models(values).items():
        for event in dict.fromkeys(model.listens_to):
            listening.setdefault(event, []).append(name)
    names = dict.fromkeys(route[1] for route in values if route[0] == "events")
    events = {name: _under(values, "events", name) for name in names}
    return {
        name: a.Event(
            tuple(fields["to"]) + tuple(own for own in listening.get(name, ()) if own not in fields["to"]),
            fields["via"],
            _under(values, "events", name, "filter"),
            fields["keep"] if fields["via"] == "bus" else None,
        )
        for name, fields in events.items()
        if "to" in fields  # not refused
    }


def _listening(values: Values) -> dict[str, list[str]]:
    """Event -> queues of services that listen to it."""
    listeners: dict[str, list[str]] = {}
    for route, events in values.items():
        if route[0] == "services" and route[2:] == ("listens_to",) and not values.get((*route[:2], "retired")):
            for event in dict.fromkeys(events):
                listeners.setdefault(event, []).append(values.get((*route[:2], "was"), route[1]))
    return listeners


def _read_models(values: Values) -> dict[str, a.ReadModel]:
    names = dict.fromkeys(route[1] for route in values if route[0] == "read_models")
    fields = {name: _under(values, "read_models", name) for name in names}
    return {
        name: a.ReadModel(
            listens_to=tuple(own["listens_to"]),
            engine=own["engine"],
            table=a.ServiceTable(
                key=_keys(own["primary_key"]),
                indexes={i: _keys(text) for i, text in _under(values, "read_models", name, "indexes").items()},
                expires=own.get("expires"),
                capacity=None,
            ),
            keep=own["keep"],
        )
        for name, own in fields.items()
        if "listens_to" in own  # not refused
    }


def _services(values: Values) -> dict[str, a.Service]:
    """Those that have what no default gives; a rule reports the others."""
    names = dict.fromkeys(route[1] for route in values if route[0] == "services")
    complete = [name for name in names if _under(values, "services", name).keys() >= a.SERVICE_NEEDS]
    return {name: _service(values, name) for name in complete}


def _service(values: Values, name: str) -> a.Service:
    top = ("services", name)
    fields, scaling = _under(values, *top), _under(values, *top, "scaling")
    low, high = fields["pods" if fields["runs_on"] == "kubernetes" else "servers"]
    return a.Service(
        **{part: fields[part] for part in ("image", "route", "share", "runs_on", "port", "drain", "cpu", "memory")},
        health=a.Health(**_under(values, *top, "health")),
        instance=fields["instance"],
        copies_min=low,
        copies_max=high,
        scaling=_tracking(scaling["track"], scaling["warmup"]),
        env=_under(values, *top, "env"),
        secrets=tuple(fields.get("secrets", ())),
        sends_to=tuple(fields.get("sends_to", ())),
        listens_to=tuple(fields.get("listens_to", ())),
        publishes=tuple(fields.get("publishes", ())),
        data=_service_data(values, (*top, "data")),
        known_as=fields.get("was", name),
        retired=fields["retired"],
    )


def _kubernetes(values: Values, maybe: Any, capabilities: frozenset[str]) -> a.Kubernetes | None:
    running = _services(values).values() if {"services", "kubernetes"} <= capabilities else ()
    if not any(service.runs_on == "kubernetes" and not service.retired for service in running):
        return None
    return a.Kubernetes(
        version=maybe("kubernetes.version"),
        admins=_under(values, "kubernetes", "admins"),
        reachable_from=tuple(maybe("kubernetes.reachable_from") or ()),
        processor=maybe("kubernetes.processor"),
        cpu_limit=maybe("kubernetes.cpu_limit"),
    )


def _standby(at: Any) -> a.Standby:
    return a.Standby(**{part: at(f"regions.standby.{part}") for part in a.Standby.__dataclass_fields__})


def _recovery(at: Any, maybe: Any) -> a.Recovery:
    objectives = {part: at(f"regions.recovery.{part}") for part in ("time", "point", "decision")}
    measured = {part: maybe(f"regions.recovery.drill.{part}") for part in a.Drill.__dataclass_fields__}
    return a.Recovery(**objectives, drill=a.Drill(**measured) if measured["date"] else None)


def _tracking(track: tuple[str, float], warmup: int) -> a.Scaling:
    """Scaling by a level that each server is kept at, and nothing else."""
    kind, level = track
    return a.Scaling(
        out_at=None,
        in_at=None,
        cooldown_out=None,
        cooldown_in=None,
        steps=(),
        track_cpu=level if kind == "cpu" else None,
        track_requests=int(level) if kind == "requests" else None,
        predict=False,
        warmup=warmup,
        schedules={},
        warm_pool=0,
    )


def _service_data(values: Values, at: tuple[str, ...]) -> a.ServiceData | None:
    fields = _under(values, *at)
    if fields["engine"] == "none":
        return None
    search = a.ServiceSearch(**_under(values, *at, "search"))
    return a.ServiceData(**fields, table=_service_table(values, (*at, "table")), search=search)


def _service_table(values: Values, at: tuple[str, ...]) -> a.ServiceTable:
    fields, cooldown = _under(values, *at), _under(values, *at, "cooldown")
    reads, writes = fields["read_units"], fields["write_units"]
    return a.ServiceTable(
        key=_keys(fields["primary_key"]),
        indexes={name: _keys(text) for name, text in _under(values, *at, "indexes").items()},
        expires=fields.get("expires"),
        capacity=a.TableCapacity(reads, writes, fields["utilization"], cooldown["out"], cooldown["in"])
        if reads and writes
        else None,
    )


def _keys(text: str) -> tuple[a.Key, ...]:
    """`customer, placed_at number`."""
    parts = [part.strip().partition(" ") for part in text.split(",")]
    return tuple(a.Key(name, type_ or "text") for name, _, type_ in parts)


def _cache(at: Any) -> a.Cache:
    return a.Cache(
        engine=at("cache.engine"),
        version=at("cache.version"),
        node=at("cache.node"),
        nodes=at("cache.nodes"),
        cluster_mode={"none": "disabled", "compatible": "compatible"}.get(at("cache.shards"), "enabled"),
        shards=at("cache.shards") if isinstance(at("cache.shards"), int) else 1,
        eviction=None if at("cache.engine") == "memcached" else at("cache.eviction"),
        keep_snapshots=0 if at("cache.engine") == "memcached" else at("cache.keep_snapshots"),
    )
