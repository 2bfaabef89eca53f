"""A region: everything that exists once in each region of a stack, in the order in which it is made.

To add a tier, write one function that makes its components and returns a `Tier`, and add it to the list here that fits.
Settings, rights, outputs and alarms follow from what the function returns.
"""

from collections.abc import Callable, Mapping

import pulumi

from tenfold.blueprints.value import Value
from tenfold.components.cdn import Cdn
from tenfold.components.domain import Domain
from tenfold.components.notifications import Notifications
from tenfold.components.settings import Settings
from tenfold.components.signals import SubjectArgs
from tenfold.components.vault import Vault
from tenfold.stacks.data import data
from tenfold.stacks.edge import edge, has_failover_name
from tenfold.stacks.ground import Ground, Platform, make_ground
from tenfold.stacks.hosts import fleet, server
from tenfold.stacks.own import own_runners, own_stores
from tenfold.stacks.place import Place
from tenfold.stacks.queues import queues
from tenfold.stacks.read_models import read_models
from tenfold.stacks.services import service_urls, services
from tenfold.stacks.settings import make_settings, secret_sources
from tenfold.stacks.signals import make_budget, make_notifications
from tenfold.stacks.stateless import tokens, uploads
from tenfold.stacks.subjects import drill_facts
from tenfold.stacks.tier import Tier, subject, total
from tenfold.stacks.vault import make_vault
from tenfold.stacks.workers import workers

# What keeps something, and what the application finds in its settings: databases, caches, buckets, queues.
STORES: tuple[Callable[[Ground], Tier], ...] = (data, tokens, uploads, queues, read_models)
# What runs something: it has the settings, and may use all stores. What the settings and rights of the application need
# comes from a store, which is made before them.
RUNNERS: tuple[Callable[[Platform], Tier], ...] = (server, fleet, workers, services)


# Kinds of what does not run, or gets no requests, in a region that waits for a failover.
RESTING = frozenset(
    {"balancer", "network-balancer", "fleet", "workers", "backlog", "service", "service-servers", "service-pods"}
)


class Region(Value):
    ground: Ground
    stores: Tier
    settings: Settings
    domain: Domain | None
    entry: Tier
    topics: Notifications
    runners: Tier
    vault: Vault | None
    cdn: Cdn | None

    @property
    def tier(self) -> Tier:
        return self.entry + self.runners + self.stores

    @property
    def sources(self) -> dict[str, pulumi.Input[str]]:
        """What a standby region takes from this one."""
        at, keys = self.ground.place, self.ground.encryption.key_arn_by_region
        own = secret_sources(self.settings, at.architecture.app.secrets, "settings")
        standby = at.architecture.standby
        return {**self.tier.sources, **own.sources, **({"key": keys[standby.region]} if standby else {})}

    @property
    def outputs(self) -> dict[str, pulumi.Input[object]]:
        """What somebody looks for first."""
        own = {"settings_path": self.settings.path, "secrets": self.settings.secret_arns}
        return self._labelled({**self.stores.outputs, **self.runners.outputs, **own})

    @property
    def details(self) -> dict[str, pulumi.Input[object]]:
        at = self.ground.place
        own = {} if at.primary or has_failover_name(at.architecture) else {"url": self.entry.entrances[0].url}
        if self.vault:
            own["vault"] = self.vault.vault_name
        return self._labelled({**own, "vpc_id": self.ground.network.vpc_id, **self.entry.outputs})

    @property
    def subjects(self) -> dict[str, SubjectArgs]:
        """Under the role of the region, and at rest what nobody uses there: a failover, which can make no alarm where
        the other region answers nothing, has only to let them ring."""
        seen, facts = dict(self.tier.subjects), drill_facts(self.ground.place.architecture)
        if facts and "database" in seen:
            seen["recovery"] = subject("recovery", seen["database"]["identifiers"], **facts)
        if self.vault:
            seen["vault"] = subject("vault", {"BackupVaultName": self.vault.vault_name})
        return observed_at(self.ground.place, seen)

    def _labelled(self, outputs: Mapping[str, pulumi.Input[object]]) -> dict[str, pulumi.Input[object]]:
        return {self.ground.place.label(name, "_"): value for name, value in outputs.items()}


def observed_at(at: Place, subjects: Mapping[str, SubjectArgs]) -> dict[str, SubjectArgs]:
    """Subjects as a region has them, under its role."""
    there: dict[str, SubjectArgs] = {}
    for role, observed in subjects.items():
        args: SubjectArgs = {**observed}
        if not at.primary:
            args["region"] = at.region
        if at.architecture.idle and observed["kind"] in RESTING:
            args["rests"] = True
        there[at.label(role)] = args
    return there


def region(at: Place) -> Region:
    """What exists once in the world, not once a region (zone, CDN, budget), is made in the primary region's turn."""
    ground = make_ground(at)
    stores = total(store(ground) for store in (*STORES, *own_stores(at.architecture)))
    # Where services answer is among the settings: then the way in is made before them.
    early = edge(ground) if at.architecture.running_services else None
    stores += service_urls(at, early.tier) if early else Tier()
    settings = make_settings(ground, stores)
    front = early or edge(ground)
    topics = make_notifications(ground)
    if at.primary:
        make_budget(at, topics)
    vault = make_vault(ground)
    platform = Platform(ground, stores, settings, front.balancer, topics)
    runners = total(run(platform) for run in (*RUNNERS, *own_runners(at.architecture)))
    for late in (front.tier, runners):
        late.check_only("outputs", "subjects", "entrances", "sources", "buckets", "databases")
    return Region(ground, stores, settings, front.domain, front.tier, topics, runners, vault, front.cdn)
