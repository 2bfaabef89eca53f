"""Services: parts of the application with an image, a fleet, settings and data of their own, beside it on the same
balancer. The application's own listener, target group and fleet stay as they are."""

from typing import TYPE_CHECKING

import pulumi

from tenfold.blueprints.architecture.services import Service
from tenfold.components import host
from tenfold.components.balancer import Balancer
from tenfold.components.event_topic import publish_statements
from tenfold.components.fleet import Fleet, FleetArgs
from tenfold.components.parts import policies
from tenfold.components.parts.policies import Statement
from tenfold.components.plans import contract
from tenfold.components.queue import send_statement, work_statement
from tenfold.components.service_route import ServiceRoute, ServiceRouteArgs, TargetType
from tenfold.components.settings import Settings, SettingsArgs, secrets_statement, settings_path
from tenfold.stacks.edge import health, only_cdn, priorities
from tenfold.stacks.elastic import scaling_args
from tenfold.stacks.ground import Platform
from tenfold.stacks.place import Place, stack_tag
from tenfold.stacks.secret_values import tier_of
from tenfold.stacks.service_data import service_data, service_tier
from tenfold.stacks.settings import secret_sources, shared_secrets
from tenfold.stacks.subjects import pods_facts, service_facts
from tenfold.stacks.tier import Tier, present, subject, total

if TYPE_CHECKING:
    from tenfold.stacks.kubernetes import Home

CALLED = "SERVICE_<NAME>_URL"
QUEUE = "QUEUE_<NAME>_URL"
BUS = "EVENT_BUS_NAME"
TOPIC = "EVENT_<NAME>_TOPIC_ARN"


def service_urls(at: Place, entry: Tier) -> Tier:
    """Where the application and its services call each of them: where users do, at its route."""
    domain = at.architecture.domain
    base: pulumi.Input[str] = f"https://{domain}" if domain else entry.entrances[0].url
    urls = {
        name: pulumi.Output.concat(base, _fixed(service.route)) if not domain else f"{base}{_fixed(service.route)}"
        for name, service in at.architecture.running_services.items()
    }
    return Tier(settings=contract.family(CALLED, urls))


def _fixed(path: str) -> str:
    """The part of a pattern before its first wildcard: `/search/*` is `/search`, `/v*/search` is nothing."""
    before = path.partition("*")[0].partition("?")[0]
    return before if before == path else before.rpartition("/")[0]


def services(on: Platform) -> Tier:
    specs = on.ground.place.architecture.services
    if not specs:
        return Tier()
    home, watched = None, {}
    if on.ground.place.architecture.kubernetes:
        from tenfold.stacks.kubernetes import make_home

        home = make_home(on.ground)
        watched = {"cluster": subject("cluster", {"ClusterName": home.cluster.cluster_name})}
    tiers = {name: _service(on, home, name, service) for name, service in specs.items()}
    outputs = {name: dict(tier.outputs) for name, tier in tiers.items()}
    return Tier(outputs={"services": outputs}, subjects=watched) + total(map(_known_outside, tiers.values()))


def _known_outside(tier: Tier) -> Tier:
    """Of a service, what is for the stack: what is watched, and what a second region copies."""
    return Tier(subjects=tier.subjects, sources=tier.sources, buckets=tier.buckets, databases=tier.databases)


def _service(on: Platform, home: "Home | None", name: str, spec: Service) -> Tier:
    owned = service_data(on.ground, name, spec)
    data_tier = Tier(outputs=owned.outputs) + _known_outside(owned)
    if spec.retired:
        if spec.secrets:  # their values are its own too
            data_tier += secret_sources(_settings(on, spec, {}), spec.secrets, _settings_tier(spec))
        return data_tier
    assert on.balancer  # a rule of the blueprint: a service has a route
    values, way = _values(on, name, spec, owned), _route(on, on.balancer, name, spec)
    arns = {"LoadBalancer": on.balancer.arn_suffix, "TargetGroup": way.target_group_arn_suffix}
    front = Tier(
        outputs={"url": on.stores.settings[contract.member(CALLED, name)]},
        subjects={f"service-{name}": subject("service", arns)},
    )
    run = (
        _pods(on, home, on.balancer, name, spec, way, values, owned)
        if home and spec.runs_on == "kubernetes"
        else _servers(on, on.balancer, name, spec, way, values, owned)
    )
    return data_tier + front + run


def _servers(
    on: Platform,
    balancer: Balancer,
    name: str,
    spec: Service,
    way: ServiceRoute,
    values: contract.Settings,
    owned: Tier,
) -> Tier:
    settings = _settings(on, spec, values)
    at, args = on.ground.place, _fleet_args(on, spec, balancer, way, settings, owned)
    fleet = Fleet(service_tier(at, spec, "fleet"), args, at.options)
    group = {"AutoScalingGroupName": fleet.group_name}
    return Tier(
        outputs={"servers": fleet.group_name, "settings_path": settings.path, "secrets": settings.secret_arns},
        subjects={f"service-{name}-servers": subject("service-servers", group, **service_facts(spec))},
    ) + secret_sources(settings, spec.secrets, _settings_tier(spec))


def _pods(
    on: Platform,
    home: "Home",
    balancer: Balancer,
    name: str,
    spec: Service,
    way: ServiceRoute,
    values: contract.Settings,
    owned: Tier,
) -> Tier:
    """Settings are in the pods' description, which many may read; of a secret it is the ARN, by which the program reads
    it with the pods' role (docs/decisions, "Pods read their secrets themselves")."""
    from tenfold.stacks.kubernetes import make_pods

    secrets = _settings(on, spec, {}) if spec.secrets else None
    references = contract.references(spec.secrets, secrets.secret_arns) if secrets else {}
    pods = make_pods(
        on.ground,
        home,
        balancer,
        spec,
        way,
        contract.join(values, references),
        [*_reading(on, secrets, owned), *_sending(on, spec), *owned.statements],
        owned.reaches,
    )
    cluster, service = home.cluster.cluster_name, pods.service_name
    counted = {"ClusterName": cluster, "Namespace": service, "PodName": service}
    running = Tier(
        outputs={"cluster": cluster, "namespace": service, "secrets": secrets.secret_arns if secrets else {}},
        subjects={f"service-{name}-pods": subject("service-pods", counted, **pods_facts(spec))},
    )
    return running + secret_sources(secrets, spec.secrets, _settings_tier(spec)) if secrets else running


def _reading(on: Platform, secrets: Settings | None, owned: Tier) -> list[Statement]:
    """What is its own: its secrets, the login of its database, and the key that both are encrypted with."""
    own = [secrets_statement(secrets.secrets_arn, secrets.path)] if secrets else []
    logins = [policies.read_secrets(owned.secret_arns)] if owned.secret_arns else []
    return [*own, *logins, policies.use_key(on.ground.encryption.key_arn)] if own or logins else []


def _values(on: Platform, name: str, spec: Service, owned: Tier) -> contract.Settings:
    at, architecture = on.ground.place, on.ground.place.architecture
    own = {
        **contract.application(architecture.name, architecture.environment, at.region, spec.port),
        **contract.service(name),
    }
    others = [contract.member(CALLED, other) for other in architecture.running_services if other != name]
    queues = [contract.member(QUEUE, queue) for queue in dict.fromkeys((*spec.sends_to, *_own_queue(spec)))]
    published = dict.fromkeys(contract.member(TOPIC, e) if e in on.stores.topic_arns else BUS for e in spec.publishes)
    known = {key: on.stores.settings[key] for key in (*others, *queues, *published)}
    return contract.join(spec.env, own, known, owned.settings)


def _settings(on: Platform, spec: Service, values: contract.Settings) -> Settings:
    at = on.ground.place
    args: SettingsArgs = {
        **at.keeping,
        "application": _application(at, spec),
        "environment": at.architecture.environment,
        "values": values,
        "secrets": list(spec.secrets),
        "kms_key_arn": on.ground.encryption.key_arn,
    }
    args = {**args, **shared_secrets(on.ground, spec.secrets, _settings_tier(spec))}
    return Settings(service_tier(at, spec, "settings"), args, at.options)


def _settings_tier(spec: Service) -> str:
    return tier_of(spec.known_as)


def _route(on: Platform, balancer: Balancer, name: str, spec: Service) -> ServiceRoute:
    at = on.ground.place
    args: ServiceRouteArgs = {
        **at.common,
        "vpc_id": on.ground.network.vpc_id,
        "listener_arn": balancer.listener_arn,
        "path": spec.route,
        "priority": priorities(at.architecture)[name],
        "port": spec.port,
        "health": health(spec.health),
        "share_fraction": spec.share,
        "otherwise_arn": balancer.target_group_arn,
        "deregistration_delay_seconds": spec.drain,
    }
    if spec.runs_on == "kubernetes":
        args["target_type"] = TargetType.IP
        # Auto Mode's controller registers pods in groups of its own cluster only.
        args["tags"] = {**args.get("tags", {}), "eks:eks-cluster-name": stack_tag(at.architecture)}
    if only_cdn(at.architecture):
        args["origin_secret"] = present(balancer.origin_secret)
    return ServiceRoute(service_tier(at, spec, "route"), args, at.options)


def _fleet_args(
    on: Platform, spec: Service, balancer: Balancer, way: ServiceRoute, settings: Settings, owned: Tier
) -> FleetArgs:
    at = on.ground.place
    logs = f"{_path(at, spec)}/servers"
    plan = host.HostPlan(
        region=at.region,
        path=_path(at, spec),
        log_group=logs,
        application=host.Application(spec.port, spec.drain, image=spec.image),
        lifecycle=host.Lifecycle() if _scales(spec) else None,
    )
    args: FleetArgs = {
        **at.keeping,
        "vpc_id": on.ground.network.vpc_id,
        "subnet_ids": on.ground.network.private_subnet_ids,
        "parameters_arns": settings.parameters_arns,
        "reaches": dict(owned.reaches),
        "statements": _statements(on, spec, settings, owned),
        "secret_arns": list(owned.secret_arns),
        "kms_key_arn": on.ground.encryption.key_arn,
        "port": spec.port,
        "instance_type": spec.instance,
        "servers": spec.copies_min,
        "servers_max": spec.copies_max,
        "repository_arns": list(host.repository_arns([spec.image])),
        "target_group_arn": way.target_group_arn,
        "balancer_security_group_id": balancer.security_group_id,
        "user_data": settings.path.apply(lambda _: host.cloud_config(plan)),  # which are there when a server starts
        "log_group_name": logs,
        "starts_in_seconds": spec.health.starts_in,
        "balancer": {"load_balancer": balancer.arn_suffix, "target_group": way.target_group_arn_suffix},
        "stop_at_error_fraction": at.architecture.signals.errors,
        "failures_topic_arn": on.topics.topic_arn,
    }
    if at.architecture.idle:
        args["paused"] = True
    if _scales(spec):
        args = {
            **args,
            "scaling": scaling_args(spec.scaling),
            "warmup_seconds": spec.scaling.warmup,
            "drain_seconds": spec.drain,
        }
    return args


def _path(at: Place, spec: Service) -> str:
    return settings_path(_application(at, spec), at.architecture.environment)


def _application(at: Place, spec: Service) -> str:
    """Whose settings and secrets they are: nobody else's role reads below this name. The same in all regions, for a
    copy of a secret says whose it is."""
    return f"{at.architecture.name}-service-{spec.known_as}"


def _scales(spec: Service) -> bool:
    return spec.copies_min < spec.copies_max


def _own_queue(spec: Service) -> tuple[str, ...]:
    """The queue that receives what it listens to, which has its first name."""
    return (spec.known_as,) if spec.listens_to else ()


def _statements(on: Platform, spec: Service, settings: Settings, owned: Tier) -> list[Statement]:
    secrets = [secrets_statement(settings.secrets_arn, settings.path)] if spec.secrets else []
    return [*secrets, *_sending(on, spec), *owned.statements]


def _sending(on: Platform, spec: Service) -> list[Statement]:
    queues = [on.stores.queue_arns[queue] for queue in spec.sends_to]
    own = [on.stores.queue_arns[queue] for queue in _own_queue(spec)]
    topics = [on.stores.topic_arns[event] for event in spec.publishes if event in on.stores.topic_arns]
    publishing = list(on.stores.publishing) if len(topics) < len(spec.publishes) else []
    if topics:
        publishing += publish_statements(topics, on.ground.encryption.key_arn)
    return [*publishing, *([send_statement(queues)] if queues else []), *([work_statement(own)] if own else [])]
