"""Builds the `Architecture` from resolved values by path: the only place that knows both forms."""

from collections.abc import Mapping
from typing import Any

from tenfold.blueprints.architecture import BASE, Architecture
from tenfold.blueprints.architecture.application import Uploads
from tenfold.blueprints.assemble.application import assemble_app, assemble_load, assemble_sessions
from tenfold.blueprints.assemble.edge import assemble_balancer, assemble_cdn, assemble_network
from tenfold.blueprints.assemble.messages import assemble_events, assemble_queues
from tenfold.blueprints.assemble.regions import assemble_recovery, assemble_standby, assemble_vault
from tenfold.blueprints.assemble.servers import assemble_fleet, assemble_server, assemble_workers
from tenfold.blueprints.assemble.services import assemble_kubernetes, assemble_read_models, assemble_services
from tenfold.blueprints.assemble.signals import assemble_signals
from tenfold.blueprints.assemble.stores import assemble_cache, assemble_database
from tenfold.blueprints.assemble.values import Values
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.stages import selection
from tenfold.blueprints.stages.promotion import Promotion, moves
from tenfold.blueprints.suffixes.zones import zone_of


def assemble(values: Values, environment: str | None, stage_name: str) -> Architecture:
    at, maybe, capabilities = values.at, values.maybe, values.capabilities
    return Architecture(
        name=at("name"),
        environment=environment or BASE,
        named=environment is not None,
        stage=at("stage"),
        stage_name=stage_name,
        throwaway=at("throwaway"),
        region=at("region"),
        domain=maybe("domain"),
        zone="existing" if "." in at("zone") else at("zone"),
        zone_name=at("zone") if "." in at("zone") else _zone(at("zone"), maybe("domain")),
        owner=maybe("owner"),
        tags=values.under("tags"),
        budget=maybe("budget"),
        permissions_boundary=maybe("permissions_boundary"),
        capabilities=capabilities,
        app=assemble_app(values),
        load=assemble_load(values),
        network=assemble_network(values),
        server=assemble_server(values) if "server" in capabilities else None,
        database=assemble_database(values),
        balancer=assemble_balancer(values) if "balancer" in capabilities else None,
        fleet=assemble_fleet(values) if "fleet" in capabilities else None,
        sessions=assemble_sessions(values),
        uploads=Uploads(at("uploads.keep")) if "uploads" in capabilities else None,
        workers=assemble_workers(values),
        queues=assemble_queues(values),
        events=assemble_events(values),
        read_models=assemble_read_models(values),
        services=assemble_services(values),
        kubernetes=assemble_kubernetes(values),
        standby=assemble_standby(values) if "standby-region" in capabilities else None,
        recovery=assemble_recovery(values) if "recovery" in capabilities else None,
        vault=assemble_vault(values) if "vault" in capabilities else None,
        residency={group: tuple(regions) for group, regions in values.under("residency").items()},
        active=at("regions.active") if "standby-region" in capabilities else "primary",
        cache=assemble_cache(values),
        cdn=assemble_cdn(values) if "cdn" in capabilities else None,
        signals=assemble_signals(values),
        overrides=_overrides(values.by_route),
        promotion=_promotion(values),
        leftovers=tuple(maybe("leftovers") or ()),
    )


def _zone(zone: str, domain: str | None) -> str | None:
    return zone_of(domain) if domain and zone == "existing" else None


def _overrides(by_route: Mapping[Route, Any]) -> dict[str, dict[str, Any]]:
    overrides: dict[str, dict[str, Any]] = {}
    for route, value in by_route.items():
        if route[0] == "overrides":
            inner = overrides.setdefault(route[1], {})
            for name in route[2:-1]:
                inner = inner.setdefault(name, {})
            inner[route[-1]] = value
    return overrides


def _promotion(values: Values) -> Promotion | None:
    maybe = values.maybe
    before = maybe("promoting_from")
    if before is None:
        return None
    old = selection.capabilities(before, None, maybe("with") or (), maybe("without") or ())
    return Promotion(
        before,
        moves(old, values.capabilities),
        values.capabilities - old,
        moved_data=bool(maybe("moved.data")),
        moved_traffic=round((maybe("moved.traffic") or 0) * 100),
    )
