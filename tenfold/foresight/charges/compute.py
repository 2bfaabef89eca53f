"""Servers: alone and in a fleet, their disks, detailed monitoring, CPU credits, Kubernetes."""

from collections.abc import Iterator, Sequence
from math import ceil

from tenfold.blueprints.architecture.services import MachineGroup, Service
from tenfold.blueprints.sizes.offerings import capacity
from tenfold.foresight import servers
from tenfold.foresight.charges.charge import At, Charge, block, hourly, number, unknown
from tenfold.foresight.servers import Amount, same
from tenfold.foresight.usage import HOURS
from tenfold.graph import Resource
from tenfold.wording import quantity

# Custom metrics of the agent on each server (components/host/config.py, `_agent`), counted by dimensions: memory and,
# for each disk, its use. A test holds them equal to what the agent is configured to send.
METRICS_OF_A_SERVER = 6
METRICS_OF_A_MEMBER, METRICS_OF_A_FLEET = 5, 3
# EKS chooses the machines when pods wait: one like them stands for all. What pods may request of its 2 vCPUs and 8 GiB
# is judged: Kubernetes and the system keep the rest.
MACHINES = {"arm64": "m7g.large", "amd64": "m7i.large"}
MACHINE_CPU, MACHINE_MEMORY = 1.9, 6.5
MACHINE_DISK = 80  # GiB: components/node_pool.py
AUTO_MODE = 0.12  # of the price on demand of m7g and m7i: "Amazon EKS pricing", EKS Auto Mode
SPOT_OFF = Amount(0.9, 0.6, 0.3)  # "up to 90 % off" (EC2 Spot pricing); the price of a spot server changes by the hour


def instances(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    for resource in resources:
        type_ = str(resource.inputs.get("instanceType"))
        yield hourly(f"server {type_}", f"ec2.{type_}", 1)
        yield from _disk("its disk", block(resource.inputs.get("rootBlockDevice")), same(1), "1 server")
        if resource.inputs.get("monitoring"):
            yield from _monitored(same(1), METRICS_OF_A_SERVER, 0, "1 server")
        with_database = not at.architecture.has("database")
        a = at.architecture
        database = servers.database_cpu(a) if with_database else 0
        yield from _credits(at, type_, same(1), a.load.cpu_per_request + database)


def groups(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    for resource in resources:
        template = _template(at, resource)
        type_, (fleet, how) = _type(at, resource, template), _size(at, resource)
        yield from _bought(at, type_, fleet, how)
        disk = block(block(template.inputs.get("blockDeviceMappings") if template else None).get("ebs"))
        yield from _disk("their disks", disk, fleet, how)
        if warm := number(block(resource.inputs.get("warmPool")).get("minSize"), 0):
            yield from _disk("disks of stopped servers", disk, same(warm), f"{warm} servers")
        if template and block(template.inputs.get("monitoring")).get("enabled"):
            yield from _monitored(fleet, METRICS_OF_A_MEMBER, METRICS_OF_A_FLEET, how)
        if at.tier == "fleet":  # `load` says nothing of workers, and not how many requests come to which service
            yield from _credits(at, type_, fleet, at.architecture.load.cpu_per_request)


def _template(at: At, group: Resource) -> Resource | None:
    """The launch template a group names."""
    template = "aws:ec2/launchTemplate:LaunchTemplate"
    templates = [r for r in at.graph if r.type == template and r.component == group.component]
    return next((r for r in templates if r.urn in group.dependencies), templates[0] if templates else None)


def _type(at: At, group: Resource, template: Resource | None) -> str:
    """Of a mixed group the first: which of them AWS takes is not known before."""
    of_fleet = at.architecture.fleet.instance if at.architecture.fleet and at.tier == "fleet" else "unknown"
    return str((template.inputs.get("instanceType") if template else None) or of_fleet)


def _size(at: At, group: Resource) -> tuple[Amount, str]:
    """Servers in it; of one beside the fleet what it starts with counts as typical."""
    if at.tier == "fleet" and not at.waiting:
        return at.servers, at.servers_how.split(" (")[0]
    least, most = (number(group.inputs.get(name), 1) for name in ("minSize", "maxSize"))
    if at.waiting:  # nothing there makes them more
        return same(least), f"{least:g} servers"
    many = Amount(least, number(group.inputs.get("desiredCapacity"), least), most)
    return many, f"{many.typical:g} servers, {least:g}-{most:g}"


def _bought(at: At, type_: str, fleet: Amount, how: str) -> Iterator[Charge]:
    spot = at.architecture.fleet.spot if at.architecture.fleet and at.tier == "fleet" else None
    if spot is None:
        yield Charge(f"servers {type_}", f"ec2.{type_}", fleet.times(HOURS), f"{how} × {HOURS} h")
        return
    above = Amount(*(max(0.0, many - spot.base) * spot.share for many in fleet))
    paid = Amount(*((many - part) for many, part in zip(fleet, above, strict=True)))
    yield Charge(f"servers {type_}", f"ec2.{type_}", paid.times(HOURS), f"{how}, without the spot ones × {HOURS} h")
    reduced = Amount(*(many * (1 - off) * HOURS for many, off in zip(above, SPOT_OFF, strict=True)))
    off = " to ".join(f"{off:.0%}" for off in (SPOT_OFF.most, SPOT_OFF.least))
    how = f"{above.typical:.3g} servers, {off} off the price, {SPOT_OFF.typical:.0%} assumed"
    yield Charge(f"spot servers {type_}", f"ec2.{type_}", reduced, how)


def _disk(what: str, disk: dict, many: Amount, how: str) -> Iterator[Charge]:
    size = number(disk.get("volumeSize"), 8)  # what Amazon's images have when nothing is said
    kind = disk.get("volumeType") or "gp3"
    yield Charge(what, f"ebs.{kind}", many.times(size), f"{how} × {size:g} GiB")
    yield from beyond(disk, many, how)


def beyond(disk: dict, many: Amount, how: str) -> Iterator[Charge]:
    """What a gp3 volume has more than comes with it: 3,000 IOPS and 125 MB/s."""
    for field, unit, comes in (("iops", "IOPS", 3000), ("throughput", "MB/s", 125)):
        more = number(disk.get(field), comes) - comes
        if more > 0:
            yield Charge(f"disk {unit}", f"ebs.gp3.{field}", many.times(more), f"{how} × {more:g} {unit} above {comes}")


def _monitored(many: Amount, each: int, together: int, how: str) -> Iterator[Charge]:
    yield Charge("detailed monitoring", "ec2.detailed", many, how)
    metrics = Amount(*(each * some + together if some else 0 for some in many))
    yield Charge("memory and disk metrics", "metric", metrics, f"{how} × {each}{f' + {together}' if together else ''}")
    yield Charge("sending them", "metric.put", many.times(60 * HOURS), f"{how} × one a minute × {HOURS} h")


def _credits(at: At, type_: str, many: Amount, cpu: float) -> Iterator[Charge]:
    """Of a burstable type, for what it needs above its baseline on average: AWS starts these in unlimited mode."""
    share = servers.baseline(type_)
    if share == 1:
        return
    needed = servers.mean_rate(at.architecture) * cpu
    over = max(0.0, needed - many.typical * servers.vcpus(type_) * share) * HOURS
    if over:
        how = f"({needed:.3g} vCPU needed − {share:.0%} of {many.typical:.3g} × {servers.vcpus(type_):g}) × {HOURS} h"
        yield Charge("CPU credits", f"credit.{type_.split('.')[0]}", same(over), how, by_use=True)


def volumes(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    for resource in resources:
        if "size" in resource.ignored and resource.inputs["size"] == 1:  # 1: see components/server_leftovers.py
            yield unknown("data volume", "leftover", "left over: as large as it was")
            continue
        size, kind = number(resource.inputs.get("size"), 20), resource.inputs.get("type") or "gp3"
        yield Charge("data volume", f"ebs.{kind}", same(size), f"{size:g} GiB")
        yield from beyond(dict(resource.inputs), same(1), "1")


def snapshots(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    use = at.usage["snapshots"]
    yield Charge("daily snapshots", "ebs.snapshot", same(use.amount), use.how, by_use=True)


def clusters(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    yield hourly("Kubernetes control plane", "eks", len(resources))


def node_groups(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    for resource in resources:
        scaling = block(resource.inputs.get("scalingConfig"))
        nodes = Amount(*(number(scaling.get(part), 1) for part in ("minSize", "desiredSize", "maxSize")))
        template = _template(at, resource) if resource.inputs.get("launchTemplate") else None
        types = resource.inputs.get("instanceTypes")
        if template:
            types = [template.inputs.get("instanceType")]
        type_ = str(types[0]) if isinstance(types, list | tuple) and types else "unknown"
        how = f"{nodes.typical:g} nodes" + ("" if nodes.least == nodes.most else f", {nodes.least:g}-{nodes.most:g}")
        yield Charge(f"nodes {type_}", f"ec2.{type_}", nodes.times(HOURS), f"{how} × {HOURS} h")
        disk = block(block(template.inputs.get("blockDeviceMappings") if template else None).get("ebs"))
        yield from _disk("their disks", disk or {"volumeSize": resource.inputs.get("diskSize") or 20}, nodes, how)


def pools(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """Machines that EKS Auto Mode starts: enough for the minimum and the maximum of pods that no group holds."""
    a = at.architecture
    if a.kubernetes is None or not (pods := [s for s in a.running_services.values() if s.runs_on == "kubernetes"]):
        return
    type_, group = MACHINES[a.kubernetes.processor], a.kubernetes.group
    limit = a.kubernetes.auto_cpus // servers.vcpus(type_)
    least, most = (min(limit, _machines(pods, copies, group)) for copies in ("copies_min", "copies_max"))
    if not most:  # the group holds the most pods
        return
    machines = Amount(least, least, most)
    if at.waiting:  # as few as an autoscaler may have; no load makes them more
        machines = same(machines.least)
    how = f"{quantity(int(machines.least), 'machine')} for the least pods"
    if not at.waiting:
        how += f", {machines.most:g} for the most"
    if group:
        how += f", beside {group.machines} × {group.instance}"
    yield Charge(f"machines like {type_}", f"ec2.{type_}", machines.times(HOURS), f"{how} × {HOURS} h")
    fee = machines.times(HOURS * AUTO_MODE)
    yield Charge("EKS Auto Mode", f"ec2.{type_}", fee, f"{AUTO_MODE:.0%} of their price")
    yield from _disk("their disks", {"volumeSize": MACHINE_DISK}, machines, how)


def _machines(pods: Sequence[Service], copies: str, group: MachineGroup | None) -> int:
    """How many of Auto Mode's hold what the pods request and the group does not; one where there is no group."""
    cpu, memory = (sum(getattr(s, copies) * getattr(s, part) for s in pods) for part in ("cpu", "memory"))
    if group:
        each = capacity(group.instance) or (0, 0)
        cpu -= group.machines * each[0] * MACHINE_CPU / 2
        memory -= group.machines * each[1] * MACHINE_MEMORY / 8
    return max(0 if group else 1, ceil(cpu / MACHINE_CPU), ceil(memory / MACHINE_MEMORY))


BILLED = {
    "aws:ec2/instance:Instance": instances,
    "aws:autoscaling/group:Group": groups,
    "aws:ebs/volume:Volume": volumes,
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": snapshots,
    "aws:eks/cluster:Cluster": clusters,
    "aws:eks/nodeGroup:NodeGroup": node_groups,
    "kubernetes:karpenter.sh/v1:NodePool": pools,
}
