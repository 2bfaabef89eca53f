"""What the standby region may have to start at once, in vCPUs, as EC2's quota there counts them. Pure.

capacity(a)    10 × c7g.xlarge (40) + 4 × m7g.large for jobs (8) = 48 vCPUs
"""

import re
from collections.abc import Iterator

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.sizes.offerings import vcpus_of
from tenfold.blueprints.value import Value

# Service Quotas, "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"; the unit is vCPUs. EC2 User Guide,
# "Amazon EC2 On-Demand Instance quotas": other families, and spot, have quotas of their own.
QUOTA = "L-1216C47A"
_STANDARD = re.compile(r"(?!(dl|hpc|inf|mac|trn)\d)[acdhimrtz]")


class Part(Value):
    """Machines, in words, and the vCPUs of all of them."""

    words: str
    vcpus: int


def parts(a: Architecture) -> Iterator[Part]:
    """At most, and all on demand: spot may not be had on the day on which everybody needs it."""
    if a.fleet:
        yield from _servers(a.fleet.instance, a.fleet.servers_max, "")
    if a.workers:
        yield from _servers(a.workers.instance, a.workers.servers_max, " for jobs")
    for name, service in a.running_services.items():
        if service.runs_on == "servers":
            yield from _servers(service.instance, service.copies_max, f" for {name}")
    if a.kubernetes:
        yield Part("the cluster's limit", a.kubernetes.cpu_limit)


def _servers(instance: str, number: int, of: str) -> Iterator[Part]:
    if _STANDARD.match(instance):
        yield Part(f"{number} × {instance}{of}", vcpus_of(instance, number))


def needed_vcpus(a: Architecture) -> int:
    """vCPUs."""
    return sum(part.vcpus for part in parts(a))


def note(a: Architecture) -> str:
    """In words; `a` has a standby."""
    assert a.standby
    added = " + ".join(f"{part.words} ({part.vcpus})" for part in parts(a))
    return (
        f"up to {needed_vcpus(a)} vCPUs in {a.standby.region}: {added}. Have EC2's quota there ({QUOTA}) raised to at"
        f" least that in advance; it promises no machines, only a capacity reservation does"
    )
