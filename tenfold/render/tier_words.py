"""The words of `tenfold plan` for each component: what a tier is made of."""

from collections import Counter
from collections.abc import Callable, Sequence

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.scaling import Scaling
from tenfold.blueprints.architecture.servers import Fleet
from tenfold.blueprints.architecture.services import ServiceTable, TableCapacity
from tenfold.graph import Resource
from tenfold.wording import quantity

STANDBY = "standby-"  # how the tiers of a second region are named


def count(resources: Sequence[Resource], *types: str) -> int:
    return sum(resource.type in types for resource in resources)


def _network(a: Architecture, resources: Sequence[Resource]) -> str:
    subnets = quantity(count(resources, "aws:ec2/subnet:Subnet"), "subnet")
    gateways = count(resources, "aws:ec2/natGateway:NatGateway")
    nat = quantity(gateways, "NAT gateway") if gateways else "no NAT gateway"
    return f"vpc {a.network.cidr}, {quantity(a.network.zones, 'zone')}, {subnets}, {nat}"


def _encryption(a: Architecture, resources: Sequence[Resource]) -> str:
    return f"{quantity(count(resources, 'aws:kms/key:Key'), 'key')} of your own for all that is stored"


def _settings(a: Architecture, resources: Sequence[Resource]) -> str:
    settings = quantity(count(resources, "aws:ssm/parameter:Parameter"), "setting")
    return f"{settings} and {count_secrets(resources)} the application reads"


def count_secrets(resources: Sequence[Resource]) -> str:
    """The number of secrets; in a second region of copied secrets, of which there are references."""
    own = count(resources, "aws:secretsmanager/secret:Secret")
    copies = sum("-reference-" in resource.name for resource in resources)
    return f"{copies} copied {'secret' if copies == 1 else 'secrets'}" if copies > own else quantity(own, "secret")


def _server(a: Architecture, resources: Sequence[Resource]) -> str:
    if a.server is None:  # it was removed; its leftovers wait to be released
        parts = {"aws:ebs/volume:Volume": "data volume", "aws:ec2/eip:Eip": "address"}
        return f"left over: its {' and its '.join(parts[r.type] for r in resources if r.type in parts)}"
    database = "" if a.has("database") else f" with {a.database.engine} {a.database.version} on it"
    return f"one {a.server.instance}{database}, {a.server.disk} GiB data volume, snapshots of {_days(a)}"


def _database(a: Architecture, resources: Sequence[Resource]) -> str:
    standby = "standby in another zone" if a.database.standby else "no standby"
    pooling = f", pooled by {a.database.pooling.via}" if a.database.pooling.via != "none" else ""
    if any(resource.inputs.get("replicateSourceDb") for resource in resources):
        return f"follows the database of {a.home} on {a.database.instance}, {standby}, {_days(a)} of backups"
    on = f"{a.database.engine} {a.database.version} on {a.database.instance}"
    return f"{on}, {standby}, {_days(a)} of backups{pooling}"


def _replicas(a: Architecture, resources: Sequence[Resource]) -> str:
    replicas = a.database.replicas
    if replicas is None:
        return "read replicas"
    return f"{replicas.count} × {replicas.instance} to read from, under one name, at most {replicas.max_lag} s behind"


def _shards(a: Architecture, resources: Sequence[Resource]) -> str:
    shards = a.database.shards
    if shards is None:
        return "map of shards"
    first = "all on the primary at first" if shards.start == "primary" else "spread from the start"
    return f"map of {quantity(shards.count, 'shard')}, {shards.strategy} of {shards.key}, {first}"


def _days(a: Architecture) -> str:
    return quantity(a.database.backups.keep, "day")


def _balancer(a: Architecture, resources: Sequence[Resource]) -> str:
    kind = a.balancer.kind if a.balancer else "application"
    tls = "TLS" if a.domain or (a.balancer and a.balancer.certificate != "managed") else "HTTP (no domain)"
    return f"{kind}, {tls}, {a.app.health.path} every {a.app.health.every} s"


def _tokens(a: Architecture, resources: Sequence[Resource]) -> str:
    keys = quantity(count(resources, "aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"), "key")
    use = "sign sessions" if a.sessions.store == "tokens" else "wait for sessions: {store: tokens}"
    return f"{keys} that {use}, generation {a.sessions.signing_key}"


def _uploads(a: Architecture, resources: Sequence[Resource]) -> str:
    kept = f", old versions for {quantity(a.uploads.keep, 'day')}" if a.uploads else ""
    return f"a private bucket{kept}"


def _queue(a: Architecture, resources: Sequence[Resource]) -> str:
    names = {resource.name for resource in resources}
    resources_of = {f"{a.name}-{role}queue-{name}-queue": q for name, q in a.queues.items() for role in ("", STANDBY)}
    queue = next((q for name, q in resources_of.items() if name in names), None)
    if queue is None:
        return "a queue"
    order = "in order" if queue.order == "fifo" else "without order"
    return f"{order}, dead letters after {quantity(queue.attempts, 'attempt')}, kept {_span(queue.dead_letters)}"


def _events(a: Architecture, resources: Sequence[Resource]) -> str:
    events = a.bus_events
    subscriptions = sum(len(spec.to) for spec in events.values())
    kept = sum(spec.keep is not None for spec in events.values())
    archive = f", {quantity(kept, 'kind')} kept to be replayed" if kept else ""
    return f"{quantity(len(events), 'kind')} of event to {quantity(subscriptions, 'subscription')}{archive}"


def _topic(a: Architecture, resources: Sequence[Resource]) -> str:
    subscriptions = sum(resource.type.endswith(":TopicSubscription") for resource in resources)
    fifo = any(resource.inputs.get("fifoTopic") for resource in resources)
    return f"an event to {quantity(subscriptions, 'queue')}, {'in order' if fifo else 'without order'}, not kept"


def _span(seconds: int) -> str:
    units = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
    return next(quantity(seconds // size, unit) for size, unit in units if seconds % size == 0)


def _fleet(a: Architecture, resources: Sequence[Resource]) -> str:
    if a.fleet is None:
        return "servers"
    if a.idle:
        return f"no server until a failover, then {a.fleet.servers_min}-{a.fleet.servers_max} × {_bought(a.fleet)}"
    fixed = a.fleet.servers_min == a.fleet.servers_max
    servers = str(a.fleet.servers_min) if fixed else f"{a.fleet.servers_min}-{a.fleet.servers_max}"
    if a.fleet.scaling:
        return f"{servers} × {_bought(a.fleet)}, {scaling_words(a.fleet.scaling)}"
    return f"{servers} × {a.fleet.instance}, replaced with {a.fleet.rollout.keep_healthy:.0%} in service"


def _workers(a: Architecture, resources: Sequence[Resource]) -> str:
    if a.workers is None:
        return "servers for background jobs"
    low, high = a.workers.servers_min, a.workers.servers_max
    if a.idle:
        return f"no server until a failover, then {low if low == high else f'{low}-{high}'} × {a.workers.instance}"
    if low == high:
        return f"{low} × {a.workers.instance} for background jobs"
    backlog = quantity(len(a.job_queues), "queue")
    return f"{low}-{high} × {a.workers.instance} for background jobs, by the backlog of {backlog}"


def _read_model(a: Architecture, resources: Sequence[Resource]) -> str:
    name = resources[0].component.rpartition("read-model-")[2] if resources else ""
    model = a.read_models.get(name)
    return (
        f"filled from {', '.join(model.listens_to)}: {items(model.table, model.keep, resources)}"
        if model
        else "a table"
    )


def _search_model(a: Architecture, resources: Sequence[Resource]) -> str:
    component = resources[0].component if resources else ""
    model = a.read_models.get(component.rpartition("read-model-")[2].removesuffix("-search"))
    if model is None:
        return by_type(a, resources)
    nodes = f"{model.search.nodes} × {model.instance} with {model.size} GiB"
    return f"filled from {', '.join(model.listens_to)}: OpenSearch {model.version} on {nodes}"


def items(table: ServiceTable, keep_days: int, resources: Sequence[Resource]) -> str:
    keys = " and ".join(key.name for key in table.key)
    indexes = f" or {quantity(len(table.indexes), 'index')}" if table.indexes else ""
    how = "on demand" if table.capacity is None else _units(table.capacity)
    replicas = [one.inputs.get("replicas") for one in resources]
    regions = [copy["regionName"] for copies in replicas if isinstance(copies, list) for copy in copies]
    copied = f", copied to {' and '.join(regions)}" if regions else ""
    return f"DynamoDB, items by {keys}{indexes}, {how}, any second of {quantity(keep_days, 'day')}{copied}"


def _units(capacity: TableCapacity) -> str:
    reads, writes = ("-".join(str(end) for end in ends) for ends in (capacity.reads, capacity.writes))
    return f"{reads} read and {writes} write units kept {capacity.track:.0%} used"


def _routed(a: Architecture, resources: Sequence[Resource]) -> str:
    return "a way to a service"


def _cluster(a: Architecture, resources: Sequence[Resource]) -> str:
    if a.kubernetes is None:
        return "a Kubernetes cluster"
    group, viewers = a.kubernetes.group, ", ".join(a.kubernetes.viewers)
    machines = f"{group.machines} × {group.instance}" if group else "Auto Mode"
    people = f"administered by {', '.join(a.kubernetes.admins)}{f', seen by {viewers}' if viewers else ''}"
    return f"Kubernetes {a.kubernetes.version} (EKS, {machines}), {people}"


def _nodes(a: Architecture, resources: Sequence[Resource]) -> str:
    if a.kubernetes is None:
        return "machines of a cluster"
    if not a.kubernetes.auto_cpus:
        return "none but the group: it has all vCPUs of the limit"
    needed = "for what the group does not hold" if a.kubernetes.group else "as pods need them"
    return f"{a.kubernetes.processor} machines {needed}, at most {a.kubernetes.auto_cpus} vCPUs"


def _bought(fleet: Fleet) -> str:
    others = f" or {quantity(len(fleet.alternatives), 'other')}" if fleet.alternatives else ""
    spot = f", {fleet.spot.share:.0%} spot above {fleet.spot.base}" if fleet.spot else ""
    return f"{fleet.instance}{others}{spot}"


def scaling_words(scaling: Scaling) -> str:
    if scaling.track_requests:
        how = f"tracking {scaling.track_requests} requests a server"
    elif scaling.track_cpu:
        how = f"tracking {scaling.track_cpu:.0%} CPU"
    else:
        first = scaling.out_at or scaling.steps[0][0]
        how = f"out {'in steps from' if scaling.steps else 'at'} {first:.0%}, in at {scaling.in_at or 0:.0%} CPU"
    schedules = f", {quantity(len(scaling.schedules), 'schedule')}" if scaling.schedules else ""
    return f"{how}{schedules}{f', {scaling.warm_pool} warm' if scaling.warm_pool else ''}"


def _cache(a: Architecture, resources: Sequence[Resource]) -> str:
    if a.cache is None:
        return "cache"
    nodes = f"{a.cache.nodes} × " if a.cache.nodes > 1 else ""
    nodes = f"{a.cache.shards} shards of {nodes}" if a.cache.cluster_mode == "enabled" else nodes
    use = ", sessions" if a.sessions.store == "cache" else ""
    return f"{a.cache.engine} {a.cache.version} on {nodes}{a.cache.node}{use}"


def _cdn(a: Architecture, resources: Sequence[Resource]) -> str:
    if a.cdn is None:
        return "CDN"
    wall = "with a firewall" if a.cdn.waf else "no firewall"
    page = ", an error page" if a.cdn.error_page else ""
    done = {
        f"your code at each {part}" if part == event else part.replace("_", " "): None
        for event, parts in a.cdn.functions.events.items()
        for part in parts
    } | {f"Lambda@Edge at {event.replace('_', ' ')}": None for event in a.cdn.lambdas.versions}
    edge = f", at the edge {', '.join(done)}" if done else ""
    return f"{', '.join(a.cdn.static_paths)} from a bucket, the rest from the application, {wall}{page}{edge}"


def _domain(a: Architecture, resources: Sequence[Resource]) -> str:
    zone = "zone made here" if a.zone == "managed" else "in a zone you have"
    records = quantity(count(resources, "aws:route53/record:Record"), "record")
    return f"{a.domain}, {zone}, {records}"


def _notifications(a: Architecture, resources: Sequence[Resource]) -> str:
    return f"alarms to {', '.join(to.partition(':')[2] or to for to in a.signals.notify) or 'nobody yet'}"


def _budget(a: Architecture, resources: Sequence[Resource]) -> str:
    return f"{a.budget:g} USD a month, notified at 80 % and 100 %" if a.budget else "no limit given"


def _signals(a: Architecture, resources: Sequence[Resource]) -> str:
    alarms = quantity(count(resources, "aws:cloudwatch/metricAlarm:MetricAlarm"), "alarm")
    dashboards = quantity(count(resources, "aws:cloudwatch/dashboard:Dashboard"), "dashboard")
    people = ", ".join(to.partition(":")[2] for to in a.signals.notify)
    return f"{alarms}, {dashboards}{f' → {people}' if people else ''}"


def by_type(a: Architecture, resources: Sequence[Resource]) -> str:
    """For a component without words in this file: a team's own."""
    counts = Counter(resource.type.rsplit(":", 1)[1] for resource in resources)
    return ", ".join(f"{number} × {type_}" for type_, number in counts.most_common(4)) or "nothing in the cloud"


def _failover(a: Architecture, resources: Sequence[Resource]) -> str:
    """The record with the switch answers first; its colleague in the other region has none."""
    if not count(resources, "aws:cloudwatch/metricAlarm:MetricAlarm"):
        return f"entry.{a.domain} points here once the switch is thrown"
    there = a.standby.region if a.standby else "another region"
    return f"entry.{a.domain} points here until the switch in {there} is thrown"


def _copies(a: Architecture, resources: Sequence[Resource]) -> str:
    return "objects and their deletions in the other region's bucket, within 15 minutes"


def _vault(a: Architecture, resources: Sequence[Resource]) -> str:
    if a.throwaway or a.vault is None:
        return "a vault for backups, without a lock"
    who = "whoever may take the lock off" if a.vault.lock == "governance" else "nobody, for ever"
    return f"backups that stay for {a.vault.keep} days, locked ({a.vault.lock}: {who})"


def _backup_copies(a: Architecture, resources: Sequence[Resource]) -> str:
    keep = quantity(a.vault.keep, "day") if a.vault else ""
    return f"backups of the databases every day, copied to the other region's vault, for {keep}"


WORDS: dict[str, Callable[[Architecture, Sequence[Resource]], str]] = {
    "BackupCopies": _backup_copies,
    "Balancer": _balancer,
    "Budget": _budget,
    "Cache": _cache,
    "Memcached": _cache,
    "Cdn": _cdn,
    "Cluster": _cluster,
    "Database": _database,
    "Domain": _domain,
    "Encryption": _encryption,
    "FailoverRecord": _failover,
    "Fleet": _fleet,
    "Network": _network,
    "NodePool": _nodes,
    "Notifications": _notifications,
    "Replicas": _replicas,
    "Replication": _copies,
    "Server": _server,
    "ServiceRoute": _routed,
    "Settings": _settings,
    "ShardMap": _shards,
    "Signals": _signals,
    "Search": _search_model,
    "Table": _read_model,
    "Tokens": _tokens,
    "Uploads": _uploads,
    "Queue": _queue,
    "EventBus": _events,
    "EventTopic": _topic,
    "Vault": _vault,
    "Workers": _workers,
}
