"""The way in: zone, certificate, balancer, and the CDN before it."""

from dataclasses import field
from typing import Any

from blueprints.architecture import App, Architecture
from blueprints.architecture import Balancer as Wanted
from blueprints.value import Value
from components.balancer import Balancer
from components.cdn import GLOBAL, Cdn
from components.domain import Domain
from components.encryption import Encryption
from components.network import Network
from components.parts.balancer_entry import HEADER
from components.plans.routing import role
from stacks.base import Base

# The blueprint's words and the API's.
ALGORITHMS = {
    "round-robin": "round_robin",
    "least-outstanding": "least_outstanding_requests",
    "weighted": "weighted_random",
}


class Edge(Value):
    domain: Domain | None = None
    balancer: Balancer | None = None
    cdn: Cdn | None = None
    outputs: dict[str, Any] = field(default_factory=dict)


def regions(wanted: Architecture) -> dict[str, str]:
    """Role: region where the stack has alarms beside its own. CloudFront is measured in one, whatever the stack's."""
    return {"edge": GLOBAL} if wanted.cdn and wanted.region != GLOBAL else {}


def edge(given: Base, network: Network, encryption: Encryption) -> Edge:
    wanted = given.architecture
    domain = _domain(given) if wanted.domain else None
    balancer = _balancer(given, network, domain, wanted.balancer, encryption) if wanted.balancer else None
    cdn = _cdn(given, encryption, domain, balancer) if wanted.cdn and balancer else None
    outputs: dict[str, Any] = {}
    if domain and wanted.zone == "managed":
        outputs["name_servers"] = domain.name_servers
    if cdn:
        outputs |= {"cdn": cdn.distribution_id, "static_bucket": cdn.bucket_name}
    return Edge(domain, balancer, cdn, outputs)


def _domain(given: Base) -> Domain:
    wanted = given.architecture
    managed = wanted.balancer is not None and wanted.balancer.certificate == "managed"
    args = given.keeping(domain=wanted.domain, zone=wanted.zone, certificate=managed)
    if wanted.zone_name:
        args["zone_name"] = wanted.zone_name
    return Domain(given.name("domain"), args, given.options)


def _cdn(given: Base, encryption: Encryption, domain: Domain | None, balancer: Balancer) -> Cdn:
    wanted, front = given.architecture.cdn, given.architecture.balancer
    assert wanted and front
    args: dict[str, Any] = {
        "origin": {
            "dns_name": balancer.dns_name,
            "encrypted": domain is not None or front.certificate != "managed",
            "header": HEADER,
            "secret": balancer.origin_secret,
        },
        "static_paths": list(wanted.static_paths),
        "static_keep": wanted.static_keep,
        "dynamic_paths": list(wanted.dynamic_paths),
        "dynamic_cache": wanted.dynamic_cache,
        "price_class": wanted.price_class,
        "waf": wanted.waf,
        "kms_key_arn": encryption.replica_arns.get("edge", encryption.key_arn),
    }
    if front.idle:
        args["origin"]["idle"] = front.idle
    if wanted.error_page:
        args["error_page"] = wanted.error_page
    if domain:
        args |= {"domain": given.architecture.domain, **_edge_certificate(given.architecture, domain)}
    return Cdn(given.name("cdn"), given.keeping(**args), given.options)


def _edge_certificate(wanted: Architecture, domain: Domain) -> dict[str, Any]:
    """The one given; the balancer's, where its region is CloudFront's too; else one of its own in that region."""
    assert wanted.cdn and wanted.balancer
    regional = wanted.balancer.certificate == "managed"
    if wanted.cdn.certificate != "managed":
        return {"certificate_arn": wanted.cdn.certificate}
    if regional and wanted.region == GLOBAL:
        return {"certificate_arn": domain.certificate_arn}
    return {"zone_id": domain.zone_id, "prove": not regional}


def _entry(wanted: Architecture) -> str:
    """Only the CDN may come in, but while names may still point to the balancer: in the promotion that brings it."""
    if not wanted.cdn:
        return "everybody"
    moving = wanted.promotion
    return "both" if moving and "cdn" in moving.arriving else "cdn"


def _balancer(given: Base, network: Network, domain: Domain | None, wanted: Wanted, encryption: Encryption) -> Balancer:
    app = given.architecture.app
    args: dict[str, Any] = {
        "vpc_id": network.vpc_id,
        "vpc_cidr": network.cidr,
        "subnet_ids": network.public_subnet_ids,
        "port": app.port,
        "health": _health(app),
        "kind": wanted.kind,
        "deregistration_delay": app.drain,
        "routes": {role(pattern): _route(pattern) for pattern in wanted.routes},
    }
    if (entry := _entry(given.architecture)) != "everybody":
        args |= {"entry": entry, "kms_key_arn": encryption.key_arn}
    if wanted.kind == "application":
        args["algorithm"] = ALGORITHMS[wanted.algorithm]
    if wanted.idle:
        args["idle"] = wanted.idle
    if wanted.sticky:
        args["sticky"] = wanted.sticky
    if wanted.certificate != "managed":
        args["certificate_arn"] = wanted.certificate
    elif domain:
        args["certificate_arn"] = domain.certificate_arn
    return Balancer(given.name("balancer"), given.keeping(**args), given.options)


def _route(pattern: str) -> dict[str, Any]:
    """The blueprint's words as the component's: a path, `host:NAME` or `header:NAME=VALUE`."""
    kind, _, rest = pattern.partition(":")
    if kind == "host":
        return {"host": rest}
    if kind == "header":
        name, _, value = rest.partition("=")
        return {"headers": {name: [value]}}
    return {"path": pattern}


def _health(app: App) -> dict[str, Any]:
    return {
        "path": app.health.path,
        "interval": app.health.every,
        "timeout": app.health.timeout,
        "healthy_threshold": app.health.healthy_after,
        "unhealthy_threshold": app.health.unhealthy_after,
    }
