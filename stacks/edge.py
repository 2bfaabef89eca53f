"""The way in: zone, certificate, balancer."""

from dataclasses import dataclass, field
from typing import Any

from blueprints.architecture import App
from blueprints.architecture import Balancer as Wanted
from components.balancer import Balancer
from components.domain import Domain
from components.network import Network
from components.routing import role
from stacks.base import Base

# The blueprint's words and the API's.
ALGORITHMS = {
    "round-robin": "round_robin",
    "least-outstanding": "least_outstanding_requests",
    "weighted": "weighted_random",
}


@dataclass(frozen=True)
class Edge:
    domain: Domain | None = None
    balancer: Balancer | None = None
    outputs: dict[str, Any] = field(default_factory=dict)


def edge(given: Base, network: Network) -> Edge:
    wanted = given.architecture
    domain = _domain(given) if wanted.domain else None
    balancer = _balancer(given, network, domain, wanted.balancer) if wanted.balancer else None
    outputs = {"name_servers": domain.name_servers} if domain and wanted.zone == "managed" else {}
    return Edge(domain, balancer, outputs)


def _domain(given: Base) -> Domain:
    wanted = given.architecture
    managed = wanted.balancer is not None and wanted.balancer.certificate == "managed"
    args = given.keeping(domain=wanted.domain, zone=wanted.zone, certificate=managed)
    if wanted.zone_name:
        args["zone_name"] = wanted.zone_name
    return Domain(given.name("domain"), args, given.options)


def _balancer(given: Base, network: Network, domain: Domain | None, wanted: Wanted) -> Balancer:
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
    if wanted.kind == "application":
        args["algorithm"] = ALGORITHMS[wanted.algorithm]
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
