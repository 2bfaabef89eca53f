"""What the grammar takes of instance types and spot, a group can have: two sets of rules, one answer."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.blueprints.resolve import load
from tenfold.components.plans import mixed_instances
from tenfold.stacks.elastic import bought, bought_notes

TYPES = st.sampled_from(["c7g.large", "c6g.large", "m7g.large", "c6g.medium", "t4g.small", "c7i.large", "c5.xlarge"])


@settings(max_examples=60, deadline=None)
@given(
    instance=TYPES,
    alternatives=st.lists(TYPES, max_size=3),
    share=st.integers(0, 100),
    base=st.none() | st.integers(0, 30),
    low=st.integers(2, 10),
    more=st.integers(0, 10),
    pool=st.integers(0, 1),
)
def test_what_is_accepted_can_be_made(tmp_path_factory, instance, alternatives, share, base, low, more, pool):
    path = tmp_path_factory.getbasetemp() / "bought.yaml"
    spot = {"share": f"{share}%"} | ({} if base is None else {"base": base})
    fleet = {"instance": instance, "alternatives": alternatives, "servers": f"{low}-{low + more}", "spot": spot}
    fleet["scaling"] = {"track": "60%", "warm_pool": pool}
    app = {"image": "ghcr.io/acme/shop:1.4.2", "stateless": True}
    path.write_text(json.dumps({"name": "shop", "stage": 5, "app": app, "fleet": fleet}))
    architecture = load(path).architecture
    if architecture is None:
        return
    assert architecture.fleet
    args = bought(architecture.fleet)
    mixed_instances.check(instance, args.get("alternatives", []), args.get("spot"), bool(pool))
    assert len(bought_notes(architecture.fleet)) == (len(alternatives) > 0) + 2 * (share > 0)
    if share:
        kept = min(args.get("spot", {}).get("base_servers", 0), low)
        assert kept + (low - kept) * (1 - share / 100) >= 1
