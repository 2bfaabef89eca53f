"""Rules on promotions: what `moved` and `leftovers` may say."""

from collections.abc import Iterator

from blueprints.rules.scene import Finding, Scene
from blueprints.source.problem import nearest, one_of
from blueprints.stages import presets
from blueprints.stages.promotion import known_leftovers


def moved_in_a_promotion(s: Scene) -> Iterator[Finding]:
    promotion = s.architecture.promotion
    for move in ("data", "traffic"):
        if not s.values.get(("moved", move)):
            continue
        if promotion is None:
            yield Finding(
                "TF-S012",
                f"moved.{move}",
                "No promotion runs.",
                "Leave it out; it goes with `promoting_from`.",
                key=True,
            )
        elif move not in promotion.moves:
            between = f"Between stage {promotion.from_stage} and {s.architecture.stage} no {move} moves."
            what = f"Only {one_of(promotion.moves)} does." if promotion.moves else "Nothing does: leave `moved` out."
            yield Finding("TF-S013", f"moved.{move}", between, what, key=True)


def data_before_traffic(s: Scene) -> Iterator[Finding]:
    promotion = s.architecture.promotion
    if promotion and promotion.moved_traffic and promotion.holds("data"):
        yield Finding(
            "TF-S014",
            "moved.traffic",
            "The data has not moved yet, so the new servers are not there yet.",
            "Move the data first: moved: {data: true}.",
        )


def leftovers_are_known(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    known = {f"{a.name}-{name}": name for name in known_leftovers()}
    for index, name in enumerate(a.leftovers):
        path = ("leftovers", str(index))
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near[0]}?" if near else f"There can be {', '.join(known)}."
            yield Finding("TF-S015", path, f"No promotion leaves `{name}`.", hint)
        elif _used(s, known[name]):
            yield Finding("TF-S016", path, f"Stage {a.stage} has `{name}` anyway.", "Leave it out.")


def _used(s: Scene, name: str) -> bool:
    """Whether what will leave it over has not come yet."""
    arriving = next(c for c in presets.capabilities().values() if name in c.leaves)
    return not s.architecture.has(arriving.name)


PROMOTION_RULES = (moved_in_a_promotion, data_before_traffic, leftovers_are_known)
