"""What runs the application: one server (stages 1 and 2), or a fleet of them behind the balancer."""

from dataclasses import dataclass, field
from typing import Any

import pulumi

from blueprints.architecture import Architecture, Pooling
from components import contract, host, policies
from components.encryption import Encryption
from components.fleet import Fleet
from components.network import Network
from components.server import Server
from components.settings import parameters_arns, read_statements, settings_path
from stacks.base import Base
from stacks.data import Data
from stacks.edge import Edge


@dataclass(frozen=True)
class Hosts:
    """`settings` are what the hosts themselves contribute: the database on the server of stage 1."""

    server: Server | None = None
    fleet: Fleet | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)


def hosts(given: Base, network: Network, encryption: Encryption, held: Data, front: Edge) -> Hosts:
    wanted = given.architecture
    server = _server(given, network, encryption, held) if wanted.server else None
    fleet = _fleet(given, network, encryption, held, front) if wanted.fleet else None
    outputs: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    if server:
        outputs |= {"server": server.instance_id, "address": server.address}
        if not held.database:
            name = contract.database_name(wanted.name)
            settings = contract.database_on_host(wanted.database.engine, name, server.database_secret_arn)
    if fleet:
        outputs["fleet"] = fleet.group_name
    return Hosts(server, fleet, settings, outputs)


def _server(given: Base, network: Network, encryption: Encryption, held: Data) -> Server:
    wanted = given.architecture
    assert wanted.server
    app, path = wanted.app, settings_path(wanted.name, wanted.environment)
    args: dict[str, Any] = {
        "vpc_id": network.vpc_id,
        "subnet_id": network.public_subnet_ids.apply(lambda ids: ids[0]),
        "availability_zone": network.zones.apply(lambda names: names[0]),
        "instance_type": wanted.server.instance,
        "disk_gib": wanted.server.disk,
        "image": app.image,
        "port": app.port,
        "drain": app.drain,
        "health": {
            "path": app.health.path,
            "every": app.health.every,
            "timeout": app.health.timeout,
            "unhealthy_after": app.health.unhealthy_after,
            "starts_in": app.health.starts_in,
        },
        "settings_path": path,
        "parameters_arns": _parameters(given),
        "secret_arns": held.secret_arns,
        "kms_key_arn": encryption.key_arn,
        "backups_keep_days": wanted.database.backups.keep,
    }
    if wanted.domain and not wanted.balancer:
        args["domain"] = wanted.domain
    if app.jobs:
        args["jobs"] = {"image": app.jobs.image, "command": list(app.jobs.command)}
    if not held.database:
        engine, version = wanted.database.engine, wanted.database.version
        args["database"] = {"engine": engine, "version": version, "name": contract.database_name(wanted.name)}
    elif wanted.database.pooling.via == "pgbouncer":
        pooling = wanted.database.pooling
        args["pooling"] = {"mode": pooling.mode, "connections": pooling.connections}
    return Server(given.name("server"), given.keeping(**args), given.options)


def _fleet(given: Base, network: Network, encryption: Encryption, held: Data, front: Edge) -> Fleet:
    wanted = given.architecture
    assert wanted.fleet and front.balancer
    path, logs = settings_path(wanted.name, wanted.environment), f"/{wanted.name}/{wanted.environment}/fleet"
    statements = read_statements(_parameters(given), held.secret_arns, encryption.key_arn) + held.statements
    args = given.keeping(
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        instance_type=wanted.fleet.instance,
        servers=wanted.fleet.servers_min,
        servers_max=wanted.fleet.servers_max,
        port=wanted.app.port,
        target_group_arn=front.balancer.target_group_arn,
        balancer_security_group_id=front.balancer.security_group_id,
        user_data=host.cloud_config(_plan(wanted, path, logs)),
        log_group_name=logs,
        kms_key_arn=encryption.key_arn,
        statements=statements,
        reaches=held.reached,
        starts_in=wanted.app.health.starts_in,
        keep_healthy=wanted.fleet.rollout.keep_healthy,
        checkpoint=wanted.fleet.rollout.checkpoint,
    )
    return Fleet(given.name("fleet"), args, given.options)


def _plan(wanted: Architecture, path: str, logs: str) -> host.HostPlan:
    app = wanted.app
    return host.HostPlan(
        region=wanted.region,
        path=path,
        log_group=logs,
        application=host.Application(app.port, app.drain, image=app.image),
        jobs=host.Jobs(app.jobs.command, app.jobs.image) if app.jobs else None,
        pooler=_pooler(wanted.database.pooling),
    )


def _parameters(given: Base) -> list[str]:
    wanted = given.architecture
    primary = given.provider
    return parameters_arns(settings_path(wanted.name, wanted.environment), pulumi.InvokeOptions(provider=primary))


def _pooler(pooling: Pooling) -> host.Pooler | None:
    return host.Pooler(pooling.mode, pooling.connections) if pooling.via == "pgbouncer" else None
