"""A promotion's fields: `moved` and `leftovers`."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.words import nearest, one_of
from tenfold.blueprints.stages import presets
from tenfold.blueprints.stages.promotion import known_leftovers
from tenfold.blueprints.standby import former_databases


@rule
def moves_belong_to_the_promotion(c: Context) -> Findings:
    promotion = c.architecture.promotion
    for move in ("data", "traffic"):
        if not c.values.get(("moved", move)):
            continue
        if promotion is None:
            message, hint = "No promotion is running.", "Leave it out; it belongs to `promoting_from`."
            yield Finding("TF-S012", f"moved.{move}", message, hint, key=True)
        elif move not in promotion.moves:
            message = f"Between stage {promotion.from_stage} and {c.architecture.stage} no {move} moves."
            hint = f"Only {one_of(promotion.moves)} does." if promotion.moves else "Nothing does: leave `moved` out."
            yield Finding("TF-S013", f"moved.{move}", message, hint, key=True)


@rule
def data_moves_before_traffic(c: Context) -> Findings:
    promotion = c.architecture.promotion
    if promotion and promotion.moved_traffic and promotion.holds("data"):
        message = "The new servers start after the data has moved, and it has not moved yet."
        yield Finding("TF-S014", "moved.traffic", message, "Move the data first: moved: {data: true}.")


@rule
def leftovers_are_known(c: Context) -> Findings:
    a = c.architecture
    known = {f"{a.name}-{name}": name for name in (*known_leftovers(), *former_databases(a))}
    for index, name in enumerate(a.leftovers):
        path = ("leftovers", str(index))
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean {near[0]}?" if near else f"Leftovers can be {', '.join(known)}."
            yield Finding("TF-S015", path, f"Neither a promotion nor a failback leaves `{name}`.", hint)
        elif known[name] in known_leftovers() and _is_in_use(c, known[name]):
            yield Finding("TF-S016", path, f"Stage {a.stage} still uses `{name}`.", "Leave it out.")


def _is_in_use(c: Context, name: str) -> bool:
    """Whether the capability that makes the resource unused has not been added yet."""
    capability = next(each for each in presets.capabilities().values() if name in each.leaves)
    return not c.architecture.has(capability.name)
