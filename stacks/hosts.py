"""What runs the application: one server (stages 1 and 2), or a fleet of them behind the balancer."""

from dataclasses import field
from typing import Any

from blueprints.architecture import Architecture, Pooling
from blueprints.value import Value
from components import host
from components.balancer import Balancer
from components.encryption import Encryption
from components.fleet import Fleet
from components.network import Network
from components.notifications import Notifications
from components.parts.policies import Statement
from components.plans import contract
from components.server import Server
from components.server_leftovers import KEPT, ServerLeftovers
from components.settings import Settings, secrets_statement, settings_path
from stacks.base import Base
from stacks.data import Data
from stacks.edge import Edge
from stacks.elastic import elastic


class Hosts(Value):
    server: Server | None = None
    fleet: Fleet | None = None
    outputs: dict[str, Any] = field(default_factory=dict)


def hosts(
    given: Base,
    network: Network,
    encryption: Encryption,
    held: Data,
    front: Edge,
    settings: Settings,
    topics: Notifications,
) -> Hosts:
    """Server and fleet are never both there, but while a stack is promoted from the one to the other."""
    wanted = given.architecture
    shared: dict[str, Any] = {
        "vpc_id": network.vpc_id,
        "settings_path": settings.path,
        "parameters_arns": settings.parameters_arns,
        "reaches": held.reached,
        "statements": [*_own_secrets(wanted, settings), *held.statements],
        "secret_arns": held.secret_arns,
        "kms_key_arn": encryption.key_arn,
        "port": wanted.app.port,
    }
    server = _server(given, network, held, settings, shared) if wanted.server else None
    if not server:
        _leftovers(given, network, encryption)
    fleet = _fleet(given, network, front, shared, topics) if wanted.fleet else None
    outputs: dict[str, Any] = {}
    if server:
        outputs |= {"server": server.instance_id, "address": server.address}
    if fleet:
        outputs["fleet"] = fleet.group_name
    return Hosts(server, fleet, outputs)


def _own_secrets(wanted: Architecture, settings: Settings) -> list[Statement]:
    return [secrets_statement(settings.secrets_arn, settings.path)] if wanted.app.secrets else []


def _server(given: Base, network: Network, held: Data, settings: Settings, shared: dict[str, Any]) -> Server:
    wanted = given.architecture
    assert wanted.server
    app, database = wanted.app, wanted.database
    args: dict[str, Any] = {
        "subnet_id": network.public_subnet_ids.apply(lambda ids: ids[0]),
        "availability_zone": network.zones.apply(lambda names: names[0]),
        "instance_type": wanted.server.instance,
        "disk_gib": wanted.server.disk,
        "image": app.image,
        "drain": app.drain,
        "health": {
            "path": app.health.path,
            "every": app.health.every,
            "timeout": app.health.timeout,
            "unhealthy_after": app.health.unhealthy_after,
            "starts_in": app.health.starts_in,
        },
        "backups_keep_days": database.backups.keep,
    }
    if wanted.domain:
        args["domain"] = wanted.domain
    if app.jobs:
        args["jobs"] = {"image": app.jobs.image, "command": list(app.jobs.command)}
    if given.host_has_database:
        name = contract.database_name(wanted.name)
        args["database"] = {"engine": database.engine, "version": database.version, "name": name}
        args["database_secret_arn"] = settings.host_secret_arns["DATABASE_SECRET_ARN"]
    elif database.pooling.via == "pgbouncer":
        args["pooling"] = {"mode": database.pooling.mode, "connections": wanted.server.connections}
    return Server(given.name("server"), given.keeping(**shared, **args), given.options)


def _leftovers(given: Base, network: Network, encryption: Encryption) -> None:
    """What stays of the server that a promotion has left behind."""
    name = given.name("server")
    kept = [part for part in KEPT if f"{name}-{part}" in given.architecture.leftovers]
    if kept:
        args = given.keeping(
            keep=kept,
            availability_zone=network.zones.apply(lambda names: names[0]),
            kms_key_arn=encryption.key_arn,
        )
        ServerLeftovers(name, args, given.options)


def _fleet(given: Base, network: Network, front: Edge, shared: dict[str, Any], topics: Notifications) -> Fleet:
    wanted = given.architecture
    assert wanted.fleet and front.balancer
    app, path = wanted.app, settings_path(wanted.name, wanted.environment)
    logs = f"{path}/fleet"
    inputs = {key: value for key, value in shared.items() if key != "settings_path"}  # in the user data
    args = given.keeping(
        **inputs,
        subnet_ids=network.private_subnet_ids,
        instance_type=wanted.fleet.instance,
        servers=wanted.fleet.servers_min,
        servers_max=wanted.fleet.servers_max,
        repository_arns=host.repository_arns([app.image, *([app.jobs.image] if app.jobs else [])]),
        target_group_arn=front.balancer.target_group_arn,
        balancer_security_group_id=front.balancer.security_group_id,
        user_data=shared["settings_path"].apply(lambda path: host.cloud_config(_plan(wanted, path, logs))),
        log_group_name=logs,
        starts_in=wanted.app.health.starts_in,
        keep_healthy=wanted.fleet.rollout.keep_healthy,
        checkpoint=wanted.fleet.rollout.checkpoint,
        **_running(given, front.balancer, topics),
    )
    return Fleet(given.name("fleet"), args, given.options)


def _running(given: Base, balancer: Balancer, topics: Notifications) -> dict[str, Any]:
    """None run while the application's data is still in another stage's database: it is the only one that has it, and
    it is on a host that servers of a fleet do not reach."""
    return {"idle": True} if given.database_on_host else elastic(given, balancer, topics)


def _plan(wanted: Architecture, path: str, logs: str) -> host.HostPlan:
    app = wanted.app
    return host.HostPlan(
        region=wanted.region,
        path=path,
        log_group=logs,
        application=host.Application(app.port, app.drain, image=app.image),
        jobs=host.Jobs(app.jobs.command, app.jobs.image) if app.jobs else None,
        pooler=_pooler(wanted.database.pooling),
        lifecycle=_lifecycle(wanted),
    )


def _lifecycle(wanted: Architecture) -> host.Lifecycle | None:
    """Servers that come and go say so; from a warm pool also when they are ready."""
    scaling = wanted.fleet.scaling if wanted.fleet else None
    return host.Lifecycle(wanted.app.health.path if scaling.warm_pool else None) if scaling else None


def _pooler(pooling: Pooling) -> host.Pooler | None:
    return host.Pooler(pooling.mode, pooling.connections) if pooling.via == "pgbouncer" else None
