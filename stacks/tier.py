"""A tier: what one part of a region gives to the others, as a value. Tiers add up with `+`.

queue = Tier(settings={"QUEUE_ORDERS_URL": url}, statements=(send,), outputs={"queue_orders": url})
stores = database + cache + queue
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import reduce
from operator import add
from types import MappingProxyType
from typing import TypeVar, cast

import pulumi

from tenfold.blueprints.value import Value
from tenfold.components.parts.policies import Statement
from tenfold.components.parts.reach import ReachArgs
from tenfold.components.plans import contract
from tenfold.components.records import AliasArgs
from tenfold.components.replication import BucketArgs
from tenfold.components.signals import SubjectArgs
from tenfold.components.workers import BacklogArgs

T = TypeVar("T")


class Entrance(Value):
    """A way in for users: the capability that has it, its own URL, and what a record of it points to."""

    capability: str
    url: pulumi.Input[str]
    alias: AliasArgs | None = None
    addresses: tuple[pulumi.Input[str], ...] = ()


class Tier(Value):
    settings: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """For the application, by the names of components/plans/contract.py."""
    host_secrets: tuple[str, ...] = ()
    """Settings that name a secret which the hosts fill by themselves."""
    former_host_secrets: tuple[str, ...] = ()
    """Those of an earlier stage, which stay as the way back."""
    reaches: Mapping[str, ReachArgs] = field(default_factory=dict)
    """What whoever runs the application connects to, by role."""
    statements: tuple[Statement, ...] = ()
    """What the role of whoever runs the application may do."""
    job_statements: tuple[Statement, ...] = ()
    """What the role of whoever runs the background jobs may do besides: workers, or where there are none the same."""
    backlogs: Mapping[str, BacklogArgs] = field(default_factory=dict)
    """The queues that background jobs work on, by the blueprint's name."""
    queue_arns: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """The queues that services may be allowed to send to, by the blueprint's name."""
    publishing: tuple[Statement, ...] = ()
    """What the role of whoever publishes events may do: the application, and services that say so."""
    topic_arns: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """The topics that services may be allowed to publish on, by event."""
    secret_arns: tuple[pulumi.Input[str], ...] = ()
    """Secrets that this role may read."""
    outputs: Mapping[str, pulumi.Input[object]] = field(default_factory=dict)
    """For `tenfold outputs`."""
    subjects: Mapping[str, SubjectArgs] = field(default_factory=dict)
    """What is observed, by role: see docs/components/signals.md for the kinds and what each needs."""
    entrances: tuple[Entrance, ...] = ()
    """The outermost first."""
    sources: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """What a standby region copies or shares, by the name under which the same tier of it looks (`Place.source`)."""
    buckets: Mapping[str, BucketArgs] = field(default_factory=dict)
    """Buckets of which regions keep copies for each other, by tier."""
    databases: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """ARNs of the databases of which another region keeps backups, by tier."""

    def __post_init__(self) -> None:
        for name in (
            "settings",
            "reaches",
            "outputs",
            "subjects",
            "backlogs",
            "queue_arns",
            "topic_arns",
            "sources",
            "buckets",
            "databases",
        ):
            vars(self)[name] = MappingProxyType(dict(getattr(self, name)))

    def __add__(self, other: "Tier") -> "Tier":
        """Raises ValueError where both give a setting, a role or an output of one name."""
        return Tier(
            settings=contract.join(self.settings, other.settings),
            host_secrets=self.host_secrets + other.host_secrets,
            former_host_secrets=self.former_host_secrets + other.former_host_secrets,
            reaches=_both(self.reaches, other.reaches),
            statements=self.statements + other.statements,
            job_statements=self.job_statements + other.job_statements,
            backlogs=_both(self.backlogs, other.backlogs),
            queue_arns=_both(self.queue_arns, other.queue_arns),
            topic_arns=_both(self.topic_arns, other.topic_arns),
            publishing=self.publishing + other.publishing,
            secret_arns=self.secret_arns + other.secret_arns,
            outputs=_both(self.outputs, other.outputs),
            subjects=_both(self.subjects, other.subjects),
            entrances=self.entrances + other.entrances,
            sources=_both(self.sources, other.sources),
            buckets=_both(self.buckets, other.buckets),
            databases=_both(self.databases, other.databases),
        )

    def check_only(self, *fields: str) -> None:
        """Raises ValueError where the tier gives something else, which nobody would take any more."""
        if late := [name for name in self.__match_args__ if name not in fields and getattr(self, name)]:
            raise ValueError(
                f"{' and '.join(late)} of a tier that is made after the settings would be lost; a tier of STORES "
                "(stacks/region.py) gives them"
            )


def total(tiers: Iterable[Tier]) -> Tier:
    """The sum; each tier is made when its turn comes."""
    return reduce(add, tiers, Tier())


def subject(kind: str, identifiers: Mapping[str, pulumi.Input[str]], **facts: float) -> SubjectArgs:
    """Something observed. `facts`: what thresholds are computed from, by the names of components/alarms/<kind>.yaml."""
    return {"kind": kind, "identifiers": {**identifiers}, "facts": {name: float(fact) for name, fact in facts.items()}}


def present(output: pulumi.Output[str | None]) -> pulumi.Output[str]:
    """An output that a component has only with some arguments, where it was given them: a proxy's address."""
    return cast("pulumi.Output[str]", output)


def _both(one: Mapping[str, T], other: Mapping[str, T]) -> dict[str, T]:
    if twice := sorted(one.keys() & other.keys()):
        raise ValueError(f"two tiers give {', '.join(twice)}; each name is given once")
    return {**one, **other}
