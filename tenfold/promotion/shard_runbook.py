"""Runbooks of moves between shards, filled in from the plan of the move. The texts are data (`shards/*.yaml`)."""

from pathlib import Path
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.shards.planning import Move, Plan
from tenfold.blueprints.shards.shard_map import steps
from tenfold.blueprints.shards.table import runs
from tenfold.blueprints.source.document import load_data
from tenfold.promotion import facts
from tenfold.promotion.runbook import Runbook, Step

FOLDER = Path(__file__).with_name("shards")
_TEXTS = ("title", "why", "before", "run", "check", "back")
_MAPS = ("frozen", "cut-over", "back-frozen", "back")
_DROP = {
    "postgres": 'sql "$source" -c "DROP SUBSCRIPTION back_${target}_$source"; sql "$target" -c "DROP PUBLICATION '
    'back_${target}_$source"; sql "$source" -c "DROP PUBLICATION move_${source}_$target"',
    "mysql": ": # MySQL has nothing to drop",
}


def shard_runbook(plan: Plan, architecture: Architecture, flags: str) -> Runbook:
    """The one that the plan names; the plan moves something."""
    template = load_data(FOLDER / f"{plan.runbook}.yaml")
    known = {**facts.of(architecture, "", flags), **_facts(plan, architecture)}
    engine = architecture.database.engine
    filled_steps = [
        Step(where=step["where"], **{key: _filled(step[key], known) for key in _TEXTS})
        for step in template["steps"]
        if step.get("when", {}).get("engine", engine) == engine
    ]
    return Runbook(plan.runbook, f"{template['title']}: {plan.title}", tuple(filled_steps))


def _facts(plan: Plan, architecture: Architecture) -> dict[str, Any]:
    shards, database = architecture.database.shards, architecture.database
    assert shards
    back_frozen, back = steps(plan.cut_over, plan.before)
    top = f"/{architecture.name}/{architecture.environment}"
    conditions = {f"{move.source}-{move.target}": condition(move, plan, shards.key) for move in plan.moves}
    named = sorted({shard for move in plan.moves for shard in (move.source, move.target)})
    major = database.version.split(".")[0] if database.engine == "postgres" else database.version
    return {
        "name": architecture.name,
        "settings": f"{top}/settings",
        "map": f"{top}/shards/map",
        **{f"publish_{text.replace('-', '_')}": _publish(architecture, f"{top}/shards/map", text) for text in _MAPS},
        "major": major,
        "count": plan.shards_after,
        "last": plan.shards_after - 1,
        "shards": " ".join(map(str, named)),
        "ways": " ".join(conditions),
        "conditions": "\n".join(f"cat > {way} <<'END'\n{text}\nEND" for way, text in conditions.items()),
        "condition": next(iter(conditions.values())),
        "source": plan.moves[0].source,
        "target": plan.moves[0].target,
        "buckets": plan.moved,
        # Each subscription has a worker of its own, and two more while its tables are copied (PostgreSQL,
        # max_sync_workers_per_subscription); the rest is for parallel queries and the launcher.
        "workers": 3 * len(plan.moves) + 2,
        "processes": 3 * len(plan.moves) + 10,
        "frozen": plan.frozen.text(),
        "frozen_version": plan.frozen.version,
        "cut_over": plan.cut_over.text(),
        "back_frozen": back_frozen.text(),
        "back": back.text(),
        "back_version": back.version,
        "drop": _DROP[database.engine],
    }


def _publish(a: Architecture, name: str, text: str) -> str:
    """In every region: after a failover the map of the other one counts."""
    regions = [a.region, *([a.standby.region] if a.standby else [])]
    put = "aws ssm put-parameter --region {} --name {} --overwrite --value file://{}.json"
    return "\n".join(put.format(region, name, text) for region in regions)


def condition(move: Move, plan: Plan, key: str) -> str:
    """The rows of a move in SQL. A pinned key does not go with its bucket."""
    pinned = sorted({*plan.before.pins, *plan.after.pins} - set(move.keys))
    parts = []
    if move.buckets:
        spans = [f"bucket BETWEEN {a} AND {b}" if a != b else f"bucket = {a}" for a, b in runs(move.buckets)]
        rows = f"({' OR '.join(spans)})"
        parts.append(f"({rows} AND {key} NOT IN ({_listed(pinned)}))" if pinned else rows)
    if move.keys:
        parts.append(f"{key} IN ({_listed(move.keys)})")
    return " OR ".join(parts)


def _listed(keys: Any) -> str:
    return ", ".join("'" + key.replace("'", "''") + "'" for key in keys)


def _filled(text: str, known: dict[str, Any]) -> str:
    return facts.fill_text(text.strip(), known, (), "")
