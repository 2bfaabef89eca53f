"""Each tier in plain words: its parts, and the stage that brings it."""

from collections.abc import Sequence

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.stages.presets import capabilities
from tenfold.blueprints.standby import standby_of
from tenfold.blueprints.value import Value
from tenfold.graph import Graph, Resource
from tenfold.render.service_words import SERVICE_WORDS
from tenfold.render.tier_words import STANDBY, WORDS, by_type

# How tiers of copies between two regions are named, and the one whose name moves between them.
COPIES, ENTRY = "-copies", "entry"


class Tier(Value):
    """One component directly under the stack, or a resource of its own there."""

    name: str
    """Without the blueprint's name in front."""
    words: str
    reason: str
    """`stage 2`; `early, 4` when it was taken before its stage; empty for what every stage has."""
    resources: Sequence[Resource]
    """What exists in the cloud: not components, providers or things only looked up."""

    @property
    def keeps(self) -> str:
        """`data` when any resource keeps data, else `identity` when one keeps that, else nothing."""
        return min((keeps for resource in self.resources if (keeps := resource.keeps)), default="")


def tiers(architecture: Architecture, graph: Graph) -> list[Tier]:
    """In the order the program makes them."""
    parts = []
    for component, resources in graph.tiers().items():
        name = component.removeprefix(f"{architecture.name}-")
        created = [resource for resource in resources if resource.custom and resource.read is None]
        kind = resources[0].type.rsplit(":", 1)[1]
        parts.append(Tier(name, _words(architecture, name, kind, created), _reason(architecture, name), created))
    return parts


def _words(architecture: Architecture, tier: str, kind: str, created: Sequence[Resource]) -> str:
    own = tier.removeprefix(STANDBY)
    seen = standby_of(architecture) if own != tier and architecture.standby else architecture
    service = seen.services.get(seen.service_of(f"{seen.name}-{own}"))
    if service and kind in SERVICE_WORDS:
        words = SERVICE_WORDS[kind](service, created)
        return f"no server until a failover, then {words}" if seen.idle and kind == "Fleet" else words
    if own != tier and kind == "Database" and architecture.database.pooling.via == "proxy":
        return f"{WORDS[kind](seen, created)}, without RDS Proxy, which takes no replica"
    return WORDS[kind](seen, created) if kind in WORDS else by_type(seen, created)


def _reason(architecture: Architecture, tier: str) -> str:
    """The stage that brings the tier; nothing for what every stage has."""
    if tier.startswith(STANDBY) or tier.endswith(COPIES) or tier == ENTRY:
        tier = "standby-region"
    names = {_of(tier), f"{tier.partition('-')[0]}s"}  # the tier `queue-orders` is one of `queues`
    if tier.startswith("read-model-"):
        names.add("read_models")
    brought = [c for c in capabilities().values() if architecture.has(c.name) and names & {c.name, *c.fields}]
    if not brought:
        return ""
    stage = min(capability.stage for capability in brought)
    return f"stage {stage}" if stage <= architecture.stage else f"early, {stage}"


def _of(tier: str) -> str:
    """`shards` for each shard's own database and replicas, `kubernetes` for the cluster and its machines."""
    if tier in ("cluster", "nodes"):
        return "kubernetes"
    return "shards" if "-shard-" in tier else tier
