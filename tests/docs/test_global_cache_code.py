"""The code of docs/recovery.md for a cache in two regions: the stack has it in both, with what it costs in each."""

from pathlib import Path

from tenfold import planning
from tenfold.foresight.cost import estimate
from tenfold.foresight.prices import Book
from tenfold.resolving import resolve
from tests.docs.documents import CHECKOUT, blocks

PAGE = CHECKOUT / "docs" / "recovery.md"
SHOP = "name: shop\nstage: 7\napp: {image: ghcr.io/acme/shop:1.4.2, stateless: true}\n"


def test_a_cache_in_two_regions_is_planned_and_paid_for_in_both(tmp_path: Path) -> None:
    component, tier = (block.text for block in blocks(PAGE, "python"))
    for name, text in {
        "pyproject.toml": "",
        "shop.yaml": SHOP,
        "own/components/global_cache.py": component,
        "own/tiers/global_cache.py": tier,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    resolution = resolve(tmp_path / "shop.yaml", "prod", None)
    graph = planning.record(resolution, warn=False)
    names = {each.name: each for each in graph}
    assert names["shop-global-cache-datastore"].options["ignoreChanges"] == ["primaryReplicationGroupId"]
    assert "nodeType" not in names["shop-standby-global-cache-group"].inputs
    assert resolution.architecture
    lines = estimate(resolution.architecture, graph, Book("us-east-1")).lines
    paid = {(line.tier, line.charge.what) for line in lines if line.tier.endswith("global-cache")}
    node = "valkey cache.r7g.large"
    assert paid == {("global-cache", node), ("standby-global-cache", f"{node}, us-west-2")}
