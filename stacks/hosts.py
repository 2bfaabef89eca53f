"""What runs the application: one server (stages 1 and 2), or a fleet of them behind the balancer. Both are there only
while a stack is promoted from the one to the other."""

from typing import TypedDict

import pulumi

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture import servers as blueprint
from tenfold.blueprints.architecture.stores import Pooling
from tenfold.components import host
from tenfold.components.balancer import Balancer
from tenfold.components.fleet import Fleet, FleetArgs
from tenfold.components.parts.policies import Statement
from tenfold.components.parts.reach import ReachArgs
from tenfold.components.plans import contract
from tenfold.components.plans.pooling import PoolMode
from tenfold.components.plans.rds import DatabaseEngine
from tenfold.components.server import Server, ServerArgs
from tenfold.components.server_leftovers import Leftover, ServerLeftovers, ServerLeftoversArgs
from tenfold.components.settings import secrets_statement, settings_path
from tenfold.stacks.elastic import elastic_args
from tenfold.stacks.ground import Platform
from tenfold.stacks.subjects import fleet_facts, server_facts
from tenfold.stacks.tier import Entrance, Tier, subject


class HostArgs(TypedDict):
    """What every kind of host takes."""

    tags: dict[str, pulumi.Input[str]]
    throwaway: bool
    vpc_id: pulumi.Input[str]
    parameters_arns: pulumi.Input[list[str]]
    reaches: dict[str, ReachArgs]
    statements: list[Statement]
    secret_arns: list[pulumi.Input[str]]
    kms_key_arn: pulumi.Input[str]


def host_args(on: Platform, *, jobs: bool) -> HostArgs:
    """`jobs`: whether background jobs run there, so that the role is theirs too."""
    app, settings = on.ground.place.architecture.app, on.settings
    secrets = [secrets_statement(settings.secrets_arn, settings.path)] if app.secrets else []
    return {
        **on.ground.place.keeping,
        "vpc_id": on.ground.network.vpc_id,
        "parameters_arns": settings.parameters_arns,
        "reaches": dict(on.stores.reaches),
        "statements": [*secrets, *on.stores.statements, *(on.stores.job_statements if jobs else ())],
        "secret_arns": list(on.stores.secret_arns),
        "kms_key_arn": on.ground.encryption.key_arn,
    }


def server(on: Platform) -> Tier:
    at, spec = on.ground.place, on.ground.place.architecture.server
    if spec is None:
        _leftovers(on)
        return Tier()
    server = Server(at.name("server"), _server_args(on, spec), at.options)
    return Tier(
        outputs={"server": server.instance_id, "address": server.address},
        subjects={"server": subject("server", {"InstanceId": server.instance_id}, **server_facts(spec))},
        entrances=(Entrance("server", pulumi.Output.concat("http://", server.address), addresses=(server.address,)),),
    )


def _server_args(on: Platform, spec: blueprint.Server) -> ServerArgs:
    at, network, architecture = on.ground.place, on.ground.network, on.ground.place.architecture
    app, database = architecture.app, architecture.database
    args: ServerArgs = {
        **host_args(on, jobs=True),
        "port": app.port,
        "settings_path": on.settings.path,
        "subnet_id": network.public_subnet_ids.apply(lambda ids: ids[0]),
        "availability_zone": network.zones.apply(lambda names: names[0]),
        "instance_type": spec.instance,
        "disk_gib": spec.disk,
        "image": app.image,
        "drain_seconds": app.drain,
        "health": {
            "path": app.health.path,
            "interval_seconds": app.health.every,
            "timeout_seconds": app.health.timeout,
            "unhealthy_threshold": app.health.unhealthy_after,
            "starts_in_seconds": app.health.starts_in,
        },
        "backups_keep_days": database.backups.keep,
    }
    if architecture.domain:
        args["domain"] = architecture.domain
    if app.jobs:
        args["jobs"] = {"image": app.jobs.image, "command": list(app.jobs.command)}
    if at.architecture.has_host_database:
        name = contract.database_name(architecture.name)
        args["database"] = {
            "engine": DatabaseEngine(database.engine),
            "version": database.version,
            "name": name,
        }
        args["database_secret_arn"] = on.settings.host_secret_arns["DATABASE_SECRET_ARN"]
    elif database.pooling.via == "pgbouncer":
        args["pooling"] = {"mode": PoolMode(database.pooling.mode), "connections": spec.connections}
    return args


def _leftovers(on: Platform) -> None:
    """What stays of the server that a promotion has left behind."""
    at = on.ground.place
    name = at.name("server")
    parts = [part for part in Leftover if f"{name}-{part}" in at.architecture.leftovers]
    if parts:
        args: ServerLeftoversArgs = {
            **at.keeping,
            "parts": parts,
            "availability_zone": on.ground.network.zones.apply(lambda names: names[0]),
            "kms_key_arn": on.ground.encryption.key_arn,
        }
        ServerLeftovers(name, args, at.options)


def fleet(on: Platform) -> Tier:
    at, spec = on.ground.place, on.ground.place.architecture.fleet
    if spec is None:
        return Tier()
    assert on.balancer  # a rule of the blueprint: no fleet without one
    fleet = Fleet(at.name("fleet"), _fleet_args(on, spec, on.balancer), at.options)
    observed = {"fleet": subject("fleet", {"AutoScalingGroupName": fleet.group_name}, **fleet_facts(spec))}
    return Tier(
        outputs={"fleet": fleet.group_name},
        subjects={} if at.architecture.database_on_host else observed,
    )


def _fleet_args(on: Platform, spec: blueprint.Fleet, balancer: Balancer) -> FleetArgs:
    at, architecture = on.ground.place, on.ground.place.architecture
    app = architecture.app
    logs = f"{settings_path(architecture.name, architecture.environment)}/fleet"
    jobs = None if architecture.workers else app.jobs
    images = [app.image, *([jobs.image] if jobs else [])]
    args: FleetArgs = {
        **host_args(on, jobs=architecture.workers is None),
        "port": app.port,
        "subnet_ids": on.ground.network.private_subnet_ids,
        "instance_type": spec.instance,
        "servers": spec.servers_min,
        "servers_max": spec.servers_max,
        "repository_arns": list(host.repository_arns(images)),
        "target_group_arn": balancer.target_group_arn,
        "balancer_security_group_id": balancer.security_group_id,
        "user_data": on.settings.path.apply(lambda path: host.cloud_config(_plan(architecture, at.region, path, logs))),
        "log_group_name": logs,
        "starts_in_seconds": app.health.starts_in,
        "keep_healthy_fraction": spec.rollout.keep_healthy,
        "checkpoint_seconds": spec.rollout.checkpoint,
    }
    # Only the server has the application's data then, and a fleet's servers do not reach it.
    if architecture.database_on_host:
        return {**args, "paused": True}
    args = {**args, **elastic_args(architecture, balancer, on.topics)}
    return {**args, "paused": True} if architecture.idle else args


def _plan(architecture: Architecture, region: str, path: str, logs: str) -> host.HostPlan:
    app = architecture.app
    return host.HostPlan(
        region=region,
        path=path,
        log_group=logs,
        application=host.Application(app.port, app.drain, image=app.image),
        jobs=host.Jobs(app.jobs.command, app.jobs.image) if app.jobs and not architecture.workers else None,
        pooler=pooler(architecture.database.pooling),
        lifecycle=_lifecycle(architecture),
    )


def _lifecycle(architecture: Architecture) -> host.Lifecycle | None:
    """Servers that come and go say so; from a warm pool also when they are ready."""
    scaling = architecture.fleet.scaling if architecture.fleet else None
    return host.Lifecycle(architecture.app.health.path if scaling.warm_pool else None) if scaling else None


def pooler(pooling: Pooling) -> host.Pooler | None:
    return host.Pooler(pooling.mode, pooling.connections) if pooling.via == "pgbouncer" else None
