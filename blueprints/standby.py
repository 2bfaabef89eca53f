"""What each of two regions has of an architecture: everything, in the sizes that its part gives. Pure.

The active region has what the blueprint says. The standby waits in the sizes of its mode; the first region, after a
failover, without any server, so that nothing there writes when it comes back.

standby_of(a).network.cidr    10.41.0.0/16 beside 10.40.0.0/16
standby_of(a).idle            True at pilot light: servers have their templates and groups, and none runs
"""

import re
from dataclasses import replace
from ipaddress import IPv4Network, ip_network

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.servers import Fleet, Workers
from tenfold.blueprints.architecture.services import Kubernetes, Service
from tenfold.blueprints.architecture.stores import Cache
from tenfold.blueprints.blocks import DOCKER, PRIVATE
from tenfold.blueprints.sizes import offerings, sizing
from tenfold.blueprints.value import Value

FORMER = "-former"  # how the resource ends that a failback leaves of a database


class Mode(Value):
    """What of a region's capacity is there while the other one is active."""

    runs: bool  # else no servers, pods or jobs, until a failover starts them
    whole: bool  # as many servers and cache nodes as in the active region, and a database over two zones


MODES = {
    "pilot-light": Mode(runs=False, whole=False),
    "warm": Mode(runs=True, whole=False),
    "hot": Mode(runs=True, whole=True),
}


def primary_of(a: Architecture) -> Architecture:
    """The architecture of the first region. While the second one is active no server runs here, whatever the mode: its
    database is one of its own until a failback makes it a replica, and must not be written. What keeps data stays."""
    if a.active == "primary":
        return a
    return replace(a, idle=True, fleet=_without_clock(a.fleet), kubernetes=_without_group(a.kubernetes))


def standby_of(a: Architecture) -> Architecture:
    """The architecture of the standby region, which `a` has. Up to the sizes it is the same: what is left out is what
    there is once for all regions, and what a replica of the database cannot have."""
    assert a.standby
    mode, active = MODES[a.standby.mode], a.active == "standby"
    sized = a if active else _cold(_waiting(a, mode, a.standby.servers), mode, a.standby.region)
    pooling = replace(a.database.pooling, via="none") if a.database.pooling.via == "proxy" else a.database.pooling
    nat = "one" if a.network.nat == "per-zone" and not mode.whole else a.network.nat
    return replace(
        _with_images_of(sized, a.region, a.standby.region),
        region=a.standby.region,
        home=a.region,
        network=replace(
            a.network,
            existing=None,  # of the first region
            cidr=disjoint(a.network.cidr),
            nat=nat,
            zones=min(a.network.zones, offerings.zones(a.standby.region)),
        ),
        # RDS Proxy takes no replica, and a replica's own replicas would be two copies behind.
        database=replace(sized.database, pooling=pooling, replicas=None),
        cdn=a.cdn if a.domain else None,  # without a name that can move, users come to the balancer itself
        budget=None,
        # What moves in a promotion is in the first region only.
        server=None,
        promotion=None,
    )


def _with_images_of(a: Architecture, home: str, region: str) -> Architecture:
    """With the images that this region's registry has: the first one's cannot be asked when that region fails."""
    jobs = a.app.jobs and replace(a.app.jobs, image=image_in(region, home, a.app.jobs.image))
    services = {
        name: replace(service, image=image_in(region, home, service.image)) for name, service in a.services.items()
    }
    app = replace(a.app, image=image_in(region, home, a.app.image), jobs=jobs)
    return replace(a, app=app, services=services)


def image_in(region: str, home: str, image: str) -> str:
    """What a release is called in the registry of `region`. ECR's own replication keeps names (ECR User Guide, "Private
    image replication"), and so does each of a registry's hosts (components/host/image_registry.py); a registry that is
    not ECR's is the same for all regions, and one of a third region stays.

    >>> image_in("us-west-2", "us-east-1", "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.4.2")
    '123456789012.dkr.ecr.us-west-2.amazonaws.com/shop:1.4.2'
    >>> image_in("us-west-2", "us-east-1", "123456789012.dkr-ecr-fips.us-east-1.on.aws/shop:1.4.2")
    '123456789012.dkr-ecr-fips.us-west-2.on.aws/shop:1.4.2'
    """
    host, slash, name = image.partition("/")
    return re.sub(rf"(\.dkr[.-]ecr(-fips)?\.){re.escape(home)}\.", rf"\g<1>{region}.", host) + slash + name


def former_databases(a: Architecture) -> tuple[str, ...]:
    """Names of the databases that failbacks leave, without the blueprint's in front: `database-former`, and
    `standby-database-former` of the second region."""
    shards = a.database.shards.count if a.database.shards else 1
    owned = [one for one in a.services.values() if one.data and one.data.engine in sizing.DATABASE_VERSIONS]
    tiers = (
        "database",
        *(f"database-shard-{number}" for number in range(1, shards)),
        *(f"service-{service.known_as}-database" for service in owned),
    )
    return tuple(f"{role}{tier}{FORMER}" for tier in tiers for role in ("", "standby-")) if a.standby else ()


def _waiting(a: Architecture, mode: Mode, few: int) -> Architecture:
    """With the servers of a region that is not active."""
    if mode.whole:
        return a
    services = {name: _small_service(service) for name, service in a.services.items()}
    if mode.runs:
        fleet, workers = _small_fleet(a.fleet, few), _small_workers(a.workers)
        kubernetes = _without_group(a.kubernetes)
        return replace(a, fleet=fleet, workers=workers, services=services, kubernetes=kubernetes)
    # Those that run later are as many as in the active region: their alarms look at the same numbers already.
    kubernetes = _without_group(a.kubernetes)
    return replace(a, idle=True, fleet=_without_clock(a.fleet), services=services, kubernetes=kubernetes)


def _cold(a: Architecture, mode: Mode, region: str) -> Architecture:
    """With a database in one zone, and a cache that nobody asks yet, whose address is among the settings."""
    if mode.whole:
        return a
    services = {name: _one_zone(service) for name, service in a.services.items()}
    database = replace(a.database, standby=False)
    return replace(a, database=database, services=services, cache=_small_cache(a.cache, mode, region))


def _without_clock(fleet: Fleet | None) -> Fleet | None:
    """Nothing starts servers at some hour, or keeps some ready."""
    if fleet is None or fleet.scaling is None:
        return fleet
    return replace(fleet, scaling=replace(fleet.scaling, schedules={}, warm_pool=0))


def _without_group(kubernetes: Kubernetes | None) -> Kubernetes | None:
    """Few pods or none need no machines that are always there: Auto Mode makes what they need, also until the `up` of a
    failover has made the group."""
    return replace(kubernetes, group=None, auto_cpus=kubernetes.cpu_limit) if kubernetes else None


def _small_fleet(fleet: Fleet | None, few: int) -> Fleet | None:
    """It may grow to what the active region has: after a failover it follows the load by itself."""
    return replace(fleet, servers_min=min(few, fleet.servers_min)) if fleet else None


def _small_workers(workers: Workers | None) -> Workers | None:
    return replace(workers, servers_min=min(1, workers.servers_min)) if workers else None


def _small_service(service: Service) -> Service:
    return replace(service, copies_min=min(2, service.copies_min))


def _one_zone(service: Service) -> Service:
    return replace(service, data=replace(service.data, standby=False)) if service.data else service


def _small_cache(cache: Cache | None, mode: Mode, region: str) -> Cache | None:
    """One node, at pilot light the smallest that the region has; both grow in place. Memcached spreads keys over its
    nodes, and shards over theirs: there the number stays."""
    if cache is None or cache.engine == "memcached" or cache.cluster_mode != "disabled":
        return cache
    offered = offerings.cache_nodes(region)
    smallest = next((name for row in offerings.sizes("cache") for name in row.names if name in offered), cache.node)
    return replace(cache, nodes=1, node=cache.node if mode.runs else smallest)


def disjoint(cidr: str) -> str:
    """A block of the same size that can be connected to it: 10.41.0.0/16 for 10.40.0.0/16. The other half of the pair,
    or where that is not private, or Docker's own, one of 10.40.0.0/15."""
    block = ip_network(cidr)
    assert isinstance(block, IPv4Network)
    halves = [half for half in block.supernet().subnets() if half != block]
    usual = [IPv4Network(f"10.{second}.0.0/{block.prefixlen}") for second in (40, 41)]
    return str(next(other for other in (*halves, *usual) if _usable(other) and not other.overlaps(block)))


def _usable(block: IPv4Network) -> bool:
    return any(block.subnet_of(private) for private in PRIVATE) and not block.overlaps(DOCKER)
