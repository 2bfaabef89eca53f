"""`kubernetes`: who gets in, how it is reached, and what fits a service on it."""

from datetime import date
from math import ceil

from tenfold.blueprints.architecture.services import Service
from tenfold.blueprints.blocks import PRIVATE
from tenfold.blueprints.rules.names import settings
from tenfold.blueprints.rules.network import ipv4_block
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.sizes.offerings import capacity, processor, vcpus_of

# The last days of standard support, after which EKS upgrades a cluster by itself: EKS User Guide, "Amazon EKS
# Kubernetes release calendar", in its edition of early 2026. Later ones speak of 1.36; its dates have not been read.
SUPPORTED_UNTIL = {
    "1.32": date(2026, 3, 23),
    "1.33": date(2026, 7, 29),
    "1.34": date(2026, 12, 2),
    "1.35": date(2027, 3, 27),
}
PROCESSORS = {"arm64": "arm64", "x86_64": "amd64"}  # EC2's word -> that of images
WATCHED_FROM = "amazon-cloudwatch"  # the namespace of the add-on amazon-cloudwatch-observability
LEAST_MEMORY = 4  # GiB of a machine; judged: kubelet, add-ons and agents take about 1.5 of it
MEMORY_AT_REST = 0.3  # judged: what an idle program of a usual runtime has of a size that fits it
LEAST_TRACKED = 0.05  # of the requested CPU: components/plans/pod_scaling.py


def _services(c: Context) -> dict[str, Service]:
    running = c.architecture.running_services if c.architecture.kubernetes else {}
    return {name: service for name, service in running.items() if service.runs_on == "kubernetes"}


@rule
def somebody_gets_in(c: Context) -> Findings:
    spec = c.architecture.kubernetes
    if spec and not spec.admins:
        message = "Nobody would get into the cluster, not even who makes it."
        hint = "Name whoever runs `up`: kubernetes: {admins: {deploy: arn:aws:iam::123456789012:role/deploy}}."
        begun = c.is_set("kubernetes") or any("kubernetes" in route for route in c.draft.broken)
        place = "kubernetes.admins" if begun else f"services.{next(iter(_services(c)))}.runs_on"
        yield Finding("TF-R190", place, message, hint)


@rule
def each_role_comes_in_once(c: Context) -> Findings:
    spec = c.architecture.kubernetes
    if spec is None:
        return
    names: dict[str, str] = {}
    for field, roles in (("admins", spec.admins), ("viewers", spec.viewers)):
        for name, arn in roles.items():
            place = ("kubernetes", field, name)
            if field == "viewers" and name in spec.admins:
                yield Finding(
                    "TF-R190", place, f"`{name}` is among `admins` too.", "Choose another name, or remove one."
                )
            elif (first := names.setdefault(arn, name)) != name:
                message = f"`{first}` is the same role; EKS has one entry for each."
                yield Finding("TF-R190", place, message, "Remove one.")


@rule
def networks_that_reach_the_cluster_are_named(c: Context) -> Findings:
    spec = c.architecture.kubernetes
    for index, text in enumerate(spec.reachable_from if spec else ()):
        block = ipv4_block(text)
        why = ""
        if block is None:
            why = "is not a block of IPv4 addresses"
        elif block.prefixlen == 0:
            why = "is everybody"
        elif any(block.overlaps(private) for private in PRIVATE):
            why = "is private: EKS sees the public addresses that people come from"
        if why:
            route = ("kubernetes", "reachable_from", str(index))
            yield Finding("TF-R191", route, f"{text} {why}.", "Write networks as 192.0.2.0/24.")


@rule
def version_is_in_support(c: Context) -> Findings:
    spec, today = c.architecture.kubernetes, date.today()
    supported = [version for version, end in SUPPORTED_UNTIL.items() if end >= today]
    if spec and spec.version not in supported:
        end = SUPPORTED_UNTIL.get(spec.version)
        message = (
            f"EKS ended its standard support of Kubernetes {spec.version} on {end}."
            if end
            else f"Until when EKS supports Kubernetes {spec.version}, if at all, is not known here."
        )
        yield Finding("TF-R192", "kubernetes.version", message, f"Supported: {', '.join(supported)}.")


@rule
def machines_have_a_way_out(c: Context) -> Findings:
    if c.architecture.kubernetes and c.architecture.network.closed:
        message = "Without a NAT gateway the cluster's machines cannot fetch images, nor pods call AWS."
        yield Finding("TF-R193", "network.nat", message, "Use `nat: one`.")


@rule
def pods_scale_by_what_their_autoscaler_knows(c: Context) -> Findings:
    for name, service in _services(c).items():
        path, cpu, hint = (
            f"services.{name}.scaling.track",
            service.scaling.track_cpu,
            "Write a share of the CPU, such as 70%.",
        )
        if service.scaling.track_requests:
            yield Finding("TF-R194", path, "Pods are scaled by the CPU that they request, not by requests.", hint)
        elif cpu and cpu < LEAST_TRACKED:
            message = f"At {cpu:.0%} of what a pod requests it never has enough: more and more pods come."
            yield Finding("TF-R194", path, message, f"Use at least {LEAST_TRACKED:.0%}. {hint}")
        if service.track_memory is not None and service.track_memory < MEMORY_AT_REST:
            message = (
                "A program that has just started uses more of its memory than that, so there are always the most pods."
            )
            path = f"services.{name}.scaling.track_memory"
            yield Finding("TF-R194", path, message, f"Use at least {MEMORY_AT_REST:.0%}, or leave it out.")


@rule
def machines_hold_the_least_pods(c: Context) -> Findings:
    """No machine is made beyond `cpu_limit`. What its own agents take of each machine is not counted."""
    spec = c.architecture.kubernetes
    needed = sum(service.copies_min * service.cpu for service in _services(c).values())
    if spec and needed > spec.cpu_limit:
        message = f"The least pods of all services request {needed:g} vCPUs together; machines have {spec.cpu_limit}."
        hint = f"Use `cpu_limit: {ceil(needed * 2)}`, which leaves room to grow; or fewer pods, or less `cpu` for each."
        yield Finding("TF-R197", "kubernetes.cpu_limit", message, hint)


@rule
def pods_fit_on_a_machine(c: Context) -> Findings:
    """Where a group has all vCPUs of the limit, nobody makes a larger machine."""
    spec = c.architecture.kubernetes
    offers = capacity(spec.group.instance) if spec and spec.group else None
    if spec is None or spec.group is None or offers is None:
        return
    for name, service in _services(c).items():
        if service.cpu >= spec.auto_cpus and (service.cpu >= offers[0] or service.memory >= offers[1]):
            message = (
                f"A pod requests {service.cpu:g} vCPUs and {service.memory:g} GiB; a machine {spec.group.instance} has "
                f"{offers[0]:g} and {offers[1]:g}, some of it for Kubernetes, and `cpu_limit` leaves none for a larger."
            )
            hint = f"Use a larger `instance`, or `cpu_limit: {spec.cpu_limit + ceil(service.cpu * 2)}`."
            yield Finding("TF-R197", f"services.{name}.cpu", message, hint)


@rule
def a_group_runs_what_images_are_built_for(c: Context) -> Findings:
    """Pods are placed on its machines and on Auto Mode's alike."""
    spec = c.architecture.kubernetes
    if spec and spec.group and (offers := capacity(spec.group.instance)):
        instance, runs = spec.group.instance, PROCESSORS[processor(spec.group.instance)]
        if runs != spec.processor:
            message = f"Machines {instance} are {runs}; images of the cluster's pods are built for {spec.processor}."
            hint = f"Use a type for {spec.processor}, or `processor: {runs}`."
            yield Finding("TF-R198", "kubernetes.instance", message, hint)
        elif offers[1] < LEAST_MEMORY:
            message = (
                f"Of the {offers[0]:g} vCPU and {offers[1]:g} GiB of {instance} Kubernetes and its agents take most."
            )
            yield Finding("TF-R198", "kubernetes.instance", message, f"Use a type of at least {LEAST_MEMORY} GiB.")


@rule
def a_group_is_described_where_there_is_one(c: Context) -> Findings:
    spec = c.architecture.kubernetes
    for field in ("instance", "machines") if spec and spec.group is None else ():
        if c.is_set(f"kubernetes.{field}"):
            message = f"`{field}` is for the group of `nodes: managed`, and this cluster has `nodes: auto`."
            hint = "Remove it, or set `nodes: managed`. It is used only in environments that set that."
            yield Finding("TF-R249", f"kubernetes.{field}", message, hint, key=True)


@rule
def a_group_fits_the_limit_of_machines(c: Context) -> Findings:
    spec = c.architecture.kubernetes
    if spec and spec.group and (has := vcpus_of(spec.group.instance, spec.group.machines)) > spec.cpu_limit:
        message = (
            f"{spec.group.machines} × {spec.group.instance} have {has} vCPUs; `cpu_limit` allows {spec.cpu_limit}."
        )
        hint = (
            f"Use `cpu_limit: {has}` for the group alone, more for machines of Auto Mode beside it; or fewer machines."
        )
        yield Finding("TF-R199", "kubernetes.cpu_limit", message, hint)


@rule
def secrets_of_pods_hide_nothing(c: Context) -> Findings:
    """A pod finds a secret's ARN in a setting of its own (components/plans/contract.py, references)."""
    for name, service in _services(c).items():
        for index, secret in enumerate(service.secrets):
            reference = f"{secret}_SECRET_ARN"
            if reference in service.env or reference in settings():
                whose = "is in `env`" if reference in service.env else "is a setting of the stack"
                message = f"Pods find the ARN of `{secret}` in `{reference}`, which {whose}."
                path = ("services", name, "secrets", str(index))
                yield Finding("TF-R196", path, message, "Choose another name for the secret.")


@rule
def names_of_services_are_free_in_the_cluster(c: Context) -> Findings:
    """Each is a namespace: Kubernetes, "Namespaces", initial namespaces, and the prefix that it keeps for itself."""
    for name, service in _services(c).items():
        if service.known_as in ("default", WATCHED_FROM) or service.known_as.startswith("kube-"):
            message = f"The namespace `{service.known_as}` is the cluster's own."
            yield Finding("TF-R195", ("services", name), message, "Choose another name.", key=True)
