"""The stage that an inventory is most like: the last one up to which every stage has left a typical resource."""

from collections.abc import Mapping
from pathlib import Path

from tenfold.adopting.inventory import DATABASE, Inventory, Thing
from tenfold.blueprints.stages import presets
from tenfold.blueprints.value import Value


class Resemblance(Value):
    stage: int
    signs: Mapping[str, tuple[str, ...]]
    """Capability -> ids of the resources that are typical of it."""
    lacking: tuple[str, ...]
    """Capabilities up to the stage that leave a typical resource, of which the inventory has none."""

    @property
    def without(self) -> tuple[str, ...]:
        """Capabilities in `lacking` that the stage can work without."""
        known = presets.capabilities()
        needed = {
            need
            for name, one in known.items()
            if one.stage <= self.stage and name not in self.lacking
            for need in one.needs
        }
        return tuple(name for name in self.lacking if name not in needed and known[name].stage > 3)

    @property
    def beyond(self) -> tuple[str, ...]:
        """Capabilities of later stages with a typical resource in the inventory."""
        return tuple(name for name in self.signs if presets.capabilities()[name].stage > self.stage)


def resemblance(inventory: Inventory) -> Resemblance:
    import yaml

    table = yaml.safe_load(Path(__file__).with_name("resemblance.yaml").read_text(encoding="utf-8"))
    signs: dict[str, tuple[str, ...]] = {}
    for thing in inventory.things:
        capability = "replicas" if _is_replica(thing) else table.get(thing.type)
        if capability:
            signs[capability] = (*signs.get(capability, ()), thing.id)
    known, stage = presets.capabilities(), 1
    while any(known[name].stage == stage + 1 for name in signs):
        stage += 1
    replaced = {one.replaces for one in known.values() if one.stage <= stage}
    visible = [name for name in {*table.values(), "replicas"} if known[name].stage <= stage and name not in replaced]
    lacking = sorted((name for name in visible if name not in signs), key=lambda name: (known[name].stage, name))
    return Resemblance(stage, signs, tuple(lacking))


def _is_replica(thing: Thing) -> bool:
    return thing.type == DATABASE and bool(thing.facts.get("replicateSourceDb"))
