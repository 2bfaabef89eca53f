"""The way in: zone, certificate, balancer, and the CDN before it."""

from typing import NotRequired, TypedDict, cast

import pulumi

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture import edge as blueprint
from tenfold.blueprints.architecture.application import Health
from tenfold.blueprints.value import Value
from tenfold.components.balancer import Balancer, BalancerArgs, BalancerKind, HealthArgs, RouteArgs
from tenfold.components.cdn import GLOBAL, Cdn, CdnArgs, OriginArgs
from tenfold.components.domain import Domain, DomainArgs, ZoneKind
from tenfold.components.failover_record import FailoverRecord, FailoverRecordArgs
from tenfold.components.parts.balancer_entry import HEADER, Entry
from tenfold.components.plans.cdn import DynamicCache, PriceClass
from tenfold.components.plans.edge_functions import EdgeFunctionsArgs, LambdaFunctionsArgs
from tenfold.components.plans.routing import beside, role
from tenfold.components.plans.target_group import Algorithm
from tenfold.components.records import AliasArgs
from tenfold.stacks.ground import Ground
from tenfold.stacks.place import Place
from tenfold.stacks.tier import Entrance, Tier, present, subject

# The blueprint's words and the API's.
ALGORITHMS = {
    "round-robin": Algorithm.ROUND_ROBIN,
    "least-outstanding": Algorithm.LEAST_OUTSTANDING_REQUESTS,
    "weighted": Algorithm.WEIGHTED_RANDOM,
}


class Edge(Value):
    tier: Tier
    domain: Domain | None = None
    balancer: Balancer | None = None
    cdn: Cdn | None = None


def edge(ground: Ground) -> Edge:
    """The zone and the CDN are there once for all regions, in the primary one."""
    at, architecture = ground.place, ground.place.architecture
    domain = _domain(at) if architecture.domain and (at.primary or _managed(architecture)) else None
    balancer = _balancer(ground, domain, architecture.balancer) if architecture.balancer else None
    entry = _failover_record(at, domain, balancer) if balancer and has_failover_name(architecture) else None
    cdn = _cdn(ground, domain, balancer, entry) if architecture.cdn and balancer and at.primary else None
    tier = _domain_tier(at, domain) if domain and at.primary else Tier()
    if entry and at.primary:
        tier += Tier(outputs={"standby_switch": entry.switch})
    if cdn:
        tier += _cdn_tier(cdn)
    if balancer:
        tier += _balancer_tier(at, balancer)
    return Edge(tier, domain, balancer, cdn)


def _domain_tier(at: Place, domain: Domain) -> Tier:
    tier = Tier(outputs={"name_servers": domain.name_servers} if at.architecture.zone == "managed" else {})
    if at.architecture.standby:
        tier += Tier(sources={"zone": domain.zone_id})
        if _managed(at.architecture):
            tier += Tier(sources={"certificate": present(domain.certificate_arn)})
    return tier


def has_failover_name(architecture: Architecture) -> bool:
    """Whether the CDN finds the balancer by a name that can move to the other region's."""
    return bool(architecture.standby and architecture.domain and architecture.cdn)


def _failover_record(at: Place, domain: Domain | None, balancer: Balancer) -> FailoverRecord:
    """The certificates of both balancers need not have its name: the CDN passes the visitor's host on, and that is what
    it compares."""
    architecture = at.architecture
    assert architecture.standby
    args: FailoverRecordArgs = {
        **at.common,
        "domain": f"entry.{architecture.domain}",
        "zone_id": domain.zone_id if domain and at.primary else at.source("zone"),
        "balancer_dns_name": balancer.dns_name,
    }
    if at.primary:
        args["switch_region"] = architecture.standby.region
        args["left"] = architecture.active == "standby"
    return FailoverRecord(at.name("entry"), args, at.options)


def _managed(architecture: Architecture) -> bool:
    return architecture.balancer is not None and architecture.balancer.certificate == "managed"


def _domain(at: Place) -> Domain:
    """In a second region only the certificate: the zone, and the record that proves the name, are there once."""
    architecture = at.architecture
    args: DomainArgs = {
        **at.keeping,
        "domain": architecture.domain or "",
        "zone": ZoneKind(architecture.zone),
        "certificate": _managed(architecture),
    }
    if not at.primary:
        args["proved"] = {"zone_id": at.source("zone"), "certificate_arn": at.source("certificate")}
    if architecture.zone_name:
        args["zone_name"] = architecture.zone_name
    return Domain(at.name("domain"), args, at.options)


def _balancer(ground: Ground, domain: Domain | None, spec: blueprint.Balancer) -> Balancer:
    at, app = ground.place, ground.place.architecture.app
    args: BalancerArgs = {
        **at.keeping,
        "vpc_id": ground.network.vpc_id,
        "vpc_cidr": ground.network.cidr,
        "subnet_ids": ground.network.public_subnet_ids,
        "port": app.port,
        "health": health(app.health),
        "kind": BalancerKind(spec.kind),
        "deregistration_delay_seconds": app.drain,
        "routes": {role(pattern): _route(pattern) for pattern in spec.routes},
    }
    if (entry := _entry(at.architecture)) != Entry.EVERYBODY:
        args["entry"], args["kms_key_arn"] = entry, ground.encryption.key_arn
        if not at.primary:  # one CDN comes to both, with one secret
            args["origin_secret"] = at.source("origin-secret")
    if spec.kind == "application":
        args["algorithm"] = ALGORITHMS[spec.algorithm]
    if spec.idle:
        args["idle_timeout_seconds"] = spec.idle
    if spec.sticky:
        args["sticky_seconds"] = spec.sticky
    if spec.certificate != "managed":
        args["certificate_arn"] = spec.certificate
    elif domain:
        args["certificate_arn"] = present(domain.certificate_arn)
    return Balancer(at.name("balancer"), args, at.options)


def _balancer_tier(at: Place, balancer: Balancer) -> Tier:
    spec = at.architecture.balancer
    kind = "network-balancer" if spec and spec.kind == "network" else "balancer"
    arns = {"LoadBalancer": balancer.arn_suffix, "TargetGroup": balancer.target_group_arn_suffix}
    alias: AliasArgs = {"dns_name": balancer.dns_name, "zone_id": balancer.zone_id}
    return Tier(
        # While the application uses the server's own database, no server of the fleet runs behind the balancer.
        subjects={} if at.architecture.database_on_host else {"balancer": subject(kind, arns)},
        entrances=(Entrance("balancer", balancer.url, alias),),
        sources={"origin-secret": present(balancer.origin_secret)} if at.architecture.cdn else {},
    )


def _entry(architecture: Architecture) -> Entry:
    """Who may come in. With a CDN only the CDN may, except in the promotion that brings it: while that lasts, names may
    still point to the balancer."""
    if not architecture.cdn:
        return Entry.EVERYBODY
    moving = architecture.promotion
    return Entry.BOTH if moving and "cdn" in moving.arriving else Entry.CDN


def _route(pattern: str) -> RouteArgs:
    """The blueprint's words as the component's: a path, `host:NAME` or `header:NAME=VALUE`."""
    kind, _, rest = pattern.partition(":")
    if kind == "host":
        return {"host": rest}
    if kind == "header":
        name, _, value = rest.partition("=")
        return {"headers": {name: [value]}}
    return {"path": pattern}


def only_cdn(architecture: Architecture) -> bool:
    """Whether who comes has to send the CDN's secret header."""
    return _entry(architecture) == Entry.CDN


def priorities(architecture: Architecture) -> dict[str, int]:
    """Of each service's rule, beside those of the balancer's own routes."""
    routes = architecture.balancer.routes if architecture.balancer else {}
    own = {role(pattern): _route(pattern) for pattern in routes}
    paths = {name: service.route for name, service in architecture.running_services.items()}
    return beside(own, paths, others=1 if only_cdn(architecture) else 0)


def health(spec: Health) -> HealthArgs:
    return {
        "path": spec.path,
        "interval_seconds": spec.every,
        "timeout_seconds": spec.timeout,
        "healthy_threshold": spec.healthy_after,
        "unhealthy_threshold": spec.unhealthy_after,
    }


def _cdn(ground: Ground, domain: Domain | None, balancer: Balancer, entry: FailoverRecord | None) -> Cdn:
    at, spec, front = ground.place, ground.place.architecture.cdn, ground.place.architecture.balancer
    assert spec and front
    origin: OriginArgs = {
        "dns_name": entry.fqdn if entry else balancer.dns_name,
        "encrypted": domain is not None or front.certificate != "managed",
        "header": HEADER,
        "secret": present(balancer.origin_secret),
    }
    if front.idle:
        origin["idle_timeout_seconds"] = front.idle
    args: CdnArgs = {
        **at.keeping,
        "origin": origin,
        "static_paths": list(spec.static_paths),
        "static_keep_days": spec.static_keep,
        "dynamic_paths": list(spec.dynamic_paths),
        "dynamic_cache": DynamicCache(spec.dynamic_cache),
        "price_class": PriceClass(spec.price_class),
        "waf": spec.waf,
        "kms_key_arn": ground.encryption.key_arn_by_region[GLOBAL],
    }
    if entry and at.architecture.standby:
        args["static_copy_region"] = at.architecture.standby.region
    if spec.error_page:
        args["error_page"] = spec.error_page
    if functions := _functions(spec.functions):
        args["functions"] = functions
    if spec.lambdas.versions:
        args["lambdas"] = cast(LambdaFunctionsArgs, {**spec.lambdas.versions, "body": spec.lambdas.body})
    if domain:
        args = {**args, "domain": at.architecture.domain or "", **_edge_certificate(at.architecture, domain)}
    return Cdn(at.name("cdn"), args, at.options)


def _functions(spec: blueprint.EdgeFunctions) -> EdgeFunctionsArgs:
    """What is set; empty where nothing is."""
    fields = {
        "one_name": spec.one_name,
        "redirects": dict(spec.redirects),
        "answer_headers": dict(spec.headers),
        "experiments": dict(spec.experiments),
        "request": spec.request,
        "response": spec.response,
    }
    return cast(EdgeFunctionsArgs, {name: value for name, value in fields.items() if value})


class _Certificate(TypedDict):
    certificate_arn: NotRequired[pulumi.Input[str]]
    zone_id: NotRequired[pulumi.Input[str]]
    prove: NotRequired[bool]


def _edge_certificate(architecture: Architecture, domain: Domain) -> _Certificate:
    """The certificate that the blueprint names; else the balancer's, if the stack is in CloudFront's region; else a
    certificate of the CDN's own there. Both would prove the name by the same record, so only one of them makes it."""
    assert architecture.cdn and architecture.balancer
    regional = architecture.balancer.certificate == "managed"
    if architecture.cdn.certificate != "managed":
        return {"certificate_arn": architecture.cdn.certificate}
    if regional and architecture.region == GLOBAL:
        return {"certificate_arn": present(domain.certificate_arn)}
    return {"zone_id": domain.zone_id, "prove": not regional}


def _cdn_tier(cdn: Cdn) -> Tier:
    # Route 53 knows nothing of CloudFront's health.
    alias: AliasArgs = {"dns_name": cdn.domain_name, "zone_id": cdn.zone_id, "follows_health": False}
    return Tier(
        outputs={"cdn": cdn.distribution_id, "static_bucket": cdn.bucket_name},
        subjects={
            "cdn": subject("cdn", {"DistributionId": cdn.distribution_id, "Region": "Global"}),
            **{
                f"cdn-{role}": subject("edge-function", {"FunctionName": name, "Region": "Global"})
                for role, name in cdn.function_names.items()
            },
        },
        entrances=(Entrance("cdn", cdn.url, alias),),
    )
