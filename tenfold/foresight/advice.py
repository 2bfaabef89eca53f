"""What to do next: the one bottleneck, what to try first, what will not help. Rules are data (`data/advice.yaml`)."""

import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import Resolution
from tenfold.blueprints.resolve import resolve as resolve_draft
from tenfold.blueprints.stages import presets
from tenfold.foresight import capacity
from tenfold.foresight.capacity import Row
from tenfold.foresight.signals import Signals, data

BEFORE_SHARDS = frozenset({"queries", "machine", "replicas", "cache", "archive", "pooling"})
SOON, LATER = 3, 6  # months of notice: an alarm, a warning (the published lessons plan three to six months ahead)
THEN = 3  # rules that follow the first, at most
_COMPARE = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq}
_ATOM = re.compile(r"([a-z_.0-9]+)(?: (<=|>=|<|>|=) (.+))?$")


class Step(NamedTuple):
    """A rule that fires. `id` is its name in the data, or the full row's."""

    id: str
    bottleneck: str
    because: str
    seen: Sequence[str]
    first: Sequence[str]
    capability: Sequence[str]
    stage: int | str | None
    not_: Sequence[str]
    source: str
    extra: Sequence[str] = ()


class Advice(NamedTuple):
    """`step` is None where nothing is full and nothing is wrong. `covered`: whether the model says anything of this
    application. `measured`: whether the step rests on what was measured."""

    step: Step | None
    then: Sequence[Step]
    rows: Sequence[Row]
    covered: bool
    measured: bool
    considered: Sequence[tuple[str, str]]
    users: str
    signals: Signals

    @property
    def forbidden(self) -> Sequence[str]:
        """What will not help, each once."""
        words = [word for step in (self.step, *self.then) if step for word in step.not_]
        return list(dict.fromkeys(words))


def advise(a: Architecture, signals: Signals, rows: Sequence[Row], lower_carries: bool = False) -> Advice:
    """By what was measured where that says something, else by what `load` says with it. `lower_carries`: whether a
    lower stage carries twice the peak."""
    tiers = capacity.with_measured(rows, dict(signals))
    known = {**facts(a, tiers, lower_carries), **signals}
    fired = list(_fired(known, needs=frozenset(signals)))
    measured = bool(fired) and bool(signals.keys() - {"users", "considering"})
    if not fired:
        fired = list(_fired({**computed_signals(tiers), **known}))
        full = capacity.fullest(tiers)
        if full and full.full >= 1 and not (fired and fired[0].id != "over-built"):
            fired = [_of_row(full)]
            measured = full.measured
    covered = not fired or fired[0].id != "not-covered"
    considering = [word for word in signals.get("considering", ()) if word in data()["considered"]]
    users = signals.get("users", a.load.users)
    return Advice(
        fired[0] if fired else None,
        fired[1 : 1 + THEN] if covered else (),
        tiers if covered else (),
        covered,
        measured,
        [(word, data()["considered"][word]) for word in considering],
        ladder(users),
        signals,
    )


def facts(a: Architecture, rows: Sequence[Row], lower_carries: bool) -> dict[str, Any]:
    """What the architecture says by itself."""
    known: dict[str, Any] = {
        "stage": a.stage,
        "servers": a.fleet.servers_min if a.fleet else 1,
        "reads": a.load.reads,
        "writes.limit": capacity.PRIMARY_WRITES,
        "stage.carries": lower_carries,
        "tiers.fullest": max(
            (row.share for row in rows if row.what in ("CPU", "writes", "IOPS", "calls", "time")), default=0
        ),
    }
    if a.fleet:
        known["sessions"] = "sticky" if a.balancer and a.balancer.sticky else "shared" if a.app.stateless else "local"
    if a.queues:
        known["queue.delay"] = min(queue.acceptable_delay for queue in a.queues.values())
    if a.database.shards and set(a.database.shards.tried) >= BEFORE_SHARDS:
        known["before_shards.done"] = True
    return known


def computed_signals(rows: Sequence[Row]) -> dict[str, Any]:
    """Signals as `load` foretells them; connections that may be opened are not yet used."""
    return {row.signal: row.share for row in rows if row.signal and row.fixed < row.used}


def _fired(known: Mapping[str, Any], needs: frozenset[str] | None = None) -> Iterator[Step]:
    """Rules that fire, in their order; with `needs` only those that look at one of these signals."""
    if "tenants" in known:
        known = {"tenant.fair": 1 / max(1, known["tenants"]), **known}
    for rule in data()["rules"]:
        if any(holds(line, known) for line in rule.get("unless", ())):
            continue
        if all(holds(line, known) for line in rule["when"]):
            names = [name for line in rule["when"] for name in _names(line, known)]
            if needs is None or any(name in needs for name in names):
                yield _step(rule, [_words_of(name, known[name]) for name in dict.fromkeys(names)])


def holds(line: str, known: Mapping[str, Any]) -> bool:
    """Whether one of the conditions between "or" is known to hold."""
    return any(_holds(atom, known) for atom in line.split(" or "))


def _holds(atom: str, known: Mapping[str, Any]) -> bool:
    match = _ATOM.match(atom)
    assert match, f"no condition: {atom}"
    value = known.get(match[1])
    if value is None:
        return False
    if match[2] is None:
        return bool(value)
    limit = _limit(match[3], known)
    if limit is None:
        return False
    return _COMPARE[match[2]](value, limit)


def _limit(text: str, known: Mapping[str, Any]) -> Any:
    """`80%`, `500`, `local`, `queue.delay`, `10 * latency.p90`; None where a signal in it is not known."""
    factor, _, name = text.rpartition(" * ")
    times = _limit(factor, known) if factor else 1
    if re.fullmatch(r"[0-9.]+%?", name):
        return times * (float(name.rstrip("%")) / (100 if name.endswith("%") else 1))
    if name in known:
        return times * known[name]
    return None if "." in name else name


def _names(line: str, known: Mapping[str, Any]) -> Iterator[str]:
    """The signals of those conditions that hold."""
    for atom in line.split(" or "):
        if _holds(atom, known):
            yield from (word for word in re.findall(r"[a-z_]+(?:\.[a-z_0-9]+)*", atom) if word in known)


_WORDS = {"tiers.fullest": "the fullest tier", "stage.carries": "a lower stage carries twice the peak"}


def _words_of(name: str, value: Any) -> str:
    name = _WORDS.get(name, name)
    kind = (data()["signals"].get(name) or ["number"])[0]
    if isinstance(value, bool):
        return name
    if isinstance(value, str | tuple):
        return f"{name} {', '.join(value) if isinstance(value, tuple) else value}"
    if kind == "share" or name == _WORDS["tiers.fullest"]:
        return f"{name} {value:.0%}"
    return f"{name} {value:,.10g}{' ms' if kind == 'ms' else ' s' if kind == 'seconds' else ''}"


def _step(rule: Mapping[str, Any], seen: Sequence[str]) -> Step:
    extra = [f"{word}: {rule[word]}" for word in ("stopgap", "needs") if word in rule]
    source = ", ".join(rule["lesson"]) + (f"; ours: {rule['ours']}" if "ours" in rule else "")
    return Step(
        rule["id"], rule["bottleneck"], rule["because"], seen, rule["first"], rule.get("capability", ()),
        rule.get("stage"), rule.get("not", ()), source, extra,
    )  # fmt: skip


def _of_row(row: Row) -> Step:
    """A limit that `load` fills, where no rule says it."""
    limit = next(entry for entry in data()["limits"] if fnmatchcase(row.name, entry["row"]))
    seen = [f"{row.share:.0%} of what it may be {row.at_most:.0%}"]
    return Step(
        row.name.replace(" ", "-"), row.name, row.how, seen, limit["first"], (), None, limit["not"], limit["source"]
    )


def limit_step(row: Row) -> Step:
    """What to try where this row is the next to fill."""
    return _of_row(row)


def lower_stage(resolution: Resolution) -> Resolution | None:
    """One stage lower, sized for twice the peak, where that carries it."""
    a = resolution.architecture
    assert a is not None and resolution.draft is not None
    if a.stage < 2 or a.promotion:
        return None
    asked = {("load", "peak"): a.load.peak * 2}
    environment = a.environment if a.named else None
    lower = resolve_draft(resolution.draft, environment=environment, stage=a.stage - 1, asked=asked)
    if lower.architecture is None or any(row.full >= 1 for row in capacity.rows(lower.architecture)):
        return None
    return lower


def ladder(users: float) -> str:
    """The step that each published lesson names for this number of users; they differ by a factor of ten."""
    stages = [
        f"{lesson} {next((label for most, label in steps if users <= most), 'more')}"
        for lesson, steps in data()["ladders"].items()
    ]
    return "; ".join(stages)


def stage_label(stage: int | str | None) -> str:
    if not isinstance(stage, int):
        return f"a {stage} stage" if stage else ""
    return f"stage {presets.presets()[stage].label}"
