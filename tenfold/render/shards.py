"""A planned move of shards for a person (100 columns), and for a program."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from tenfold.blueprints.shards import balance, planning
from tenfold.blueprints.shards.buckets import BUCKETS
from tenfold.blueprints.shards.planning import Plan
from tenfold.blueprints.shards.table import counts, runs
from tenfold.render.lines import WIDTH
from tenfold.wording import quantity

RUNBOOKS = {
    planning.REPLICA: "split by replica: a copy of the shard becomes the new one",
    planning.REPLICATION: "add by logical replication: the buckets are copied while all runs",
}


def as_json(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title,
        "buckets": {"all": BUCKETS, "moved": plan.moved},
        "gib": None if plan.gib is None else round(plan.gib, 2),
        "moves": [
            {
                "from": move.source,
                "to": move.target,
                "buckets": [list(run) for run in runs(move.buckets)],
                "keys": list(move.keys),
                "gib": None if move.gib is None else round(move.gib, 2),
            }
            for move in plan.moves
        ],
        "balance": {
            "before": _balance(plan.before.table, plan.shards_before, plan.loads_before),
            "after": _balance(plan.after.table, plan.shards_after, plan.loads_after),
        },
        "hot": [
            {"key": hot.key, "share": hot.share, "alone": hot.alone, "message": hot.message, "remedy": hot.remedy}
            for hot in plan.hot
        ],
        "compared": [
            {"method": c.method, "moved": c.moved, "between_old": c.between_old, "fullest": c.fullest}
            for c in plan.compared
        ],
        "runbook": plan.runbook,
        "maps": {"now": plan.before.text(), "frozen": plan.frozen.text(), "cut_over": plan.cut_over.text()},
    }


def _balance(table: Sequence[int], shards: int, loads: Sequence[float]) -> dict[str, Any]:
    return {
        "buckets": counts(tuple(table), shards),
        "loads": [round(load, 4) for load in loads],
        "fullest": round(balance.fullest(loads), 3),
    }


def as_text(plan: Plan, name: str, data_gib: float, origin: str, runbook: str) -> str:
    rows = [f"{name} · {plan.title}", *_labelled("from", origin), *_moves(plan, data_gib)]
    if plan.before.by == "hash":
        rows += _levels(plan)
    for hot in plan.hot:
        rows += _labelled("warning", f"{hot.message}: {hot.remedy}.")
    rows += _comparison(plan)
    if plan.moves:
        for number, (key, words) in enumerate(RUNBOOKS.items()):
            chosen = "  ← this move" if key == plan.runbook else ""
            rows += _labelled("runbooks" if number == 0 else "", f"{words}{chosen}")
        rows.append(f"  next      {runbook}")  # a command is pasted: it is never folded
    return "\n".join(rows) + "\n"


def _moves(plan: Plan, data_gib: float) -> Iterator[str]:
    if not plan.moves:
        yield from _labelled("moves", "nothing: no bucket and no pinned key changes its shard")
        return
    size = "" if plan.gib is None else f", about {plan.gib:.3g} of {data_gib:g} GiB (load.data)"
    keys = sorted({key for move in plan.moves for key in move.keys})
    pinned = f", and {', '.join(keys)}" if keys else ""
    yield from _labelled("moves", f"{plan.moved} of {BUCKETS} buckets{pinned}{size}")
    for move in plan.moves:
        part = [quantity(len(move.buckets), "bucket")] if move.buckets else []
        weight = "" if move.gib is None else f", {move.gib:.3g} GiB"
        what = ", ".join([*part, *move.keys]) or "nothing else"
        yield from _labelled("", f"shard {move.source} → {move.target}: {what}{weight}")
    if plan.gib is None:
        yield from _labelled("", "How much that is only the tables know: rows by month are not even.")


def _levels(plan: Plan) -> Iterator[str]:
    for label, table, shards, loads in (
        ("before", plan.before.table, plan.shards_before, plan.loads_before),
        ("after", plan.after.table, plan.shards_after, plan.loads_after),
    ):
        sizes = " ".join(str(number) for number in counts(table, shards))
        load = f"fullest shard {balance.fullest(loads):.2f} × the mean"
        yield from _labelled(label, f"{quantity(shards, 'shard')}, buckets {sizes}; {load}")


def _comparison(plan: Plan) -> Iterator[str]:
    for number, method in enumerate(plan.compared):
        moved = f"moves {method.moved:>6.1%}, between existing shards {method.between_old:>6.1%}"
        line = f"{method.method:<17} {moved}, fullest {method.fullest:.2f}"
        yield f"  {'compared' if number == 0 else '':<9} {line}"


def _labelled(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH - 2, initial_indent=f"  {label:<9} ", subsequent_indent=" " * 12, break_on_hyphens=False
    )
