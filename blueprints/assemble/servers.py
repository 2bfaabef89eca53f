"""What the application runs on: one server, or a fleet that follows the load; and the workers."""

from dataclasses import replace

from tenfold.blueprints.architecture.servers import Fleet, Rollout, Server, Spot, Workers
from tenfold.blueprints.assemble.messages import queues_that_listen
from tenfold.blueprints.assemble.scaling import assemble_scaling
from tenfold.blueprints.assemble.values import Values


def assemble_server(values: Values) -> Server:
    """In a promotion the server keeps its pool."""
    pool = "database.pooling.connections"
    connections = values.sizes_before.get(pool, values.at(pool))
    return Server(values.at("server.instance"), values.at("server.disk"), connections)


def assemble_fleet(values: Values) -> Fleet:
    low, high = values.at("fleet.servers")
    rollout = Rollout(values.at("fleet.rollout.keep_healthy"), values.at("fleet.rollout.checkpoint"))
    fleet = Fleet(values.at("fleet.instance"), low, high, rollout)
    if "autoscaling" not in values.capabilities:
        return fleet
    share, alternatives = values.at("fleet.spot.share"), tuple(values.at("fleet.alternatives"))
    spot = Spot(share, values.at("fleet.spot.base")) if share else None
    return replace(fleet, scaling=assemble_scaling(values), alternatives=alternatives, spot=spot)


def assemble_workers(values: Values) -> Workers | None:
    """Without jobs there is nothing for them to run; without queues there is no backlog to scale by."""
    jobs = values.maybe("app.jobs.command") or values.maybe("app.jobs.image")
    if "workers" not in values.capabilities or not jobs:
        return None
    low, high = values.at("workers.servers")
    owned = {queue for queues in queues_that_listen(values).values() for queue in queues}
    scaled = "queues" in values.capabilities and not owned.issuperset(values.names("queues"))
    return Workers(values.at("workers.instance"), low, high if scaled else low, values.at("workers.at_once"))
