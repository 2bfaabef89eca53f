"""A failover for a person, and for a program."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.recovery import arithmetic
from tenfold.deployment import Deployment
from tenfold.diff import Change
from tenfold.diff.model import CREATE, DELETE, UPDATE
from tenfold.diff.tokens import TOKEN
from tenfold.failover import replicas, servers, steps
from tenfold.failover.drill import Mark
from tenfold.failover.journal import Journal
from tenfold.failover.takeover import Step, Takeover, Way
from tenfold.render.diff import kind_of
from tenfold.render.lines import WIDTH, labelled_lines, wrapped_lines
from tenfold.wording import moment, quantity

_SIGNS = {"done": "✓", "undone": "↩", "failed": "✗"}
_ROOM = 12
_VERBS = {UPDATE: "changes", CREATE: "creates", DELETE: "removes"}
_NAMED = 5  # resources of a kind, before they are only counted


def page(target: Deployment, at: Takeover, under_way: bool, give_up: bool = False) -> str:
    """The page before a takeover: its steps."""
    a = target.architecture
    if give_up:
        return f"{target.where.stack} · back to {at.away} · {target.where.where}"
    lines = [f"{target.where.stack} · {at.away} → {at.here} · {target.where.where}"]
    if under_way:
        lines.append("  continues where it stopped")
    if at.way == Way.FAILBACK:
        lines += labelled_lines(
            "home", f"the databases of {at.here} are renamed and kept, and replicas take their names", _ROOM
        )
    elif a.standby and a.recovery:
        parts = arithmetic.terms(a)
        lines += labelled_lines("reckoned", f"{arithmetic.sum_of(parts)}, of {arithmetic.text(a.recovery.time)}", _ROOM)
    return "\n".join(lines)


def step(name: str, state: str, result: str, seconds: float) -> str:
    first, *more = wrapped_lines(result, WIDTH - _ROOM - 12)
    lines = [f"  {_SIGNS[state]} {name:<{_ROOM - 2}}{first:<{WIDTH - _ROOM - 12}}{seconds:>7.1f} s"]
    return "\n".join([*lines, *(f"{'':<{_ROOM + 2}}{line}" for line in more)])


def end(target: Deployment, at: Takeover, notes: Journal, kept: Sequence[Mark], failed: str) -> str:
    lines = []
    for mark in kept:
        lines += labelled_lines("✓ kept" if mark.kept else "✗ lost", mark.what, _ROOM)
    if failed:
        lines += [*wrapped_lines(f"Not finished: {failed}", WIDTH), f"  tenfold {at.way} {target.flags}   resumes"]
        if not notes.has(steps.PROMOTE.name):
            lines.append(f"  tenfold {at.way} {target.flags} --give-up   goes back")
        return "\n".join(lines)
    lines.append(f"{at.here} is active, after {notes.seconds:.0f} s.")
    when = f"when {at.away} is back" if at.way == Way.FAILOVER else "settles the rest"
    lines += labelled_lines("next", f"tenfold up {target.flags}   {when}", _ROOM)
    for line in later(at):
        lines += labelled_lines("", line, _ROOM)
    return "\n".join(lines)


def given_up(target: Deployment, at: Takeover, failed: str) -> str:
    if failed:
        return f"Not finished: {failed}\n  tenfold {at.way} {target.flags} --give-up   resumes"
    return f"{at.away} serves as before. There are no leftovers, and the blueprint is as it was."


def alone(trouble: str) -> str:
    """A warning, for a takeover whose journal is not in the standby region."""
    words = "only this machine has the journal and can continue: make sure that nobody else begins"
    return "\n".join(labelled_lines("note", f"{words}. {trouble}", _ROOM))


def later(at: Takeover) -> Iterator[str]:
    """The changes that are left for the next `up`, which needs both regions."""
    stopped = {one.urn: one.name for one in (*at.moves.fenced, *servers.pods_in(at, at.away))}
    if stopped and at.way == Way.FAILOVER:
        yield f"stops what runs in {at.away}: {', '.join(stopped.values())}"
    others = [change for change in at.moves.later if change.urn not in stopped]
    unsure = [change for change in others if change.op == UPDATE and _only_then(change)]
    sure = [change for change in others if change not in unsure]
    by_verb = {verb: [change for change in sure if change.op == op] for op, verb in _VERBS.items()}
    for verb, those in {**by_verb, "perhaps changes": unsure}.items():
        if those:
            yield f"{verb} {_some(those)}"


def _only_then(change: Change) -> bool:
    """Whether its new values contain outputs that only the cloud knows."""
    return all(TOKEN.search(str(one.new)) for one in change.properties)


def _some(changes: Sequence[Change]) -> str:
    """Resources of a kind by name if they are few, else their number."""
    kinds = Counter(change.type for change in changes)
    named = [change.name for change in changes if kinds[change.type] <= _NAMED]
    return ", ".join([*named, *(quantity(n, kind_of(type_)) for type_, n in kinds.items() if n > _NAMED)])


def document(
    target: Deployment,
    at: Takeover,
    of: Sequence[Step],
    notes: Journal,
    kept: Sequence[Mark],
    failed: str,
    code: int,
) -> dict[str, Any]:
    return {
        "stack": target.where.stack,
        "from": at.away,
        "to": at.here,
        **facts(notes, of),
        "marks": [{"what": mark.what, "kept": mark.kept} for mark in kept],
        "later": [change.name for change in at.moves.later],
        "failed": failed,
        "code": code,
    }


def facts(notes: Journal, of: Sequence[Step]) -> dict[str, Any]:
    done = {entry.step: entry for entry in notes.entries}
    return {
        "way": notes.way,
        "drill": notes.drill,
        "began": notes.began,
        "ended": notes.ended or None,
        "given_up": notes.given_up,
        "seconds": round(notes.seconds, 1),
        "steps": [
            {
                "name": one.name,
                "title": one.title,
                "back": one.back,
                "done": one.name in done,
                "seconds": done[one.name].seconds if one.name in done else None,
                "result": done[one.name].result if one.name in done else None,
            }
            for one in of
        ],
    }


def drill_lines(a: Architecture, days: int | None) -> list[str]:
    """When a takeover was last measured, and whether that is too long ago. Nothing where none is asked for."""
    if a.standby is None or a.recovery is None or a.throwaway:
        return []
    if days is None or a.recovery.drill is None:
        return labelled_lines("drill", "none was measured yet: practise", _ROOM)
    late = f": more than {arithmetic.DRILL_DAYS}, practise again" if days > arithmetic.DRILL_DAYS else ""
    return labelled_lines("drill", f"of {a.recovery.drill.date}, {quantity(days, 'day')} ago{late}", _ROOM)


def _replica_lines(region: str, copies: Sequence[dict[str, Any]]) -> list[str]:
    """Usable copies by number, every other one by name with its remedy."""
    fit = Counter((one["kind"], one["state"]) for one in copies if one["state"] in replicas.FIT)
    words = ", ".join(f"{quantity(number, kind)} {state}" for (kind, state), number in fit.items())
    lines = labelled_lines("copies", f"{region}: {words}", _ROOM) if words else []
    for one in copies:
        if one["state"] not in replicas.FIT:
            remedy = f". {one['remedy']}" if one["remedy"] else ""
            lines += labelled_lines("copies", f"✗ {one['kind']} {one['name']}: {one['state']}{remedy}", _ROOM)
    return lines


def _capacity_lines(region: str, capacity: dict[str, Any]) -> list[str]:
    """The vCPUs that servers of the region may need, beside the account's quota."""
    if not capacity["needed"]:
        return []
    known = capacity["quota"] is not None
    quota = f", of a quota of {capacity['quota']}" if known else "; the quota there is not known"
    short = f"✗ up to {capacity['needed']} vCPUs in {region}{quota}: {capacity['remedy']}"
    words = short if capacity["remedy"] else f"up to {capacity['needed']} vCPUs in {region}{quota}"
    return labelled_lines("capacity", words, _ROOM)


def standing(target: Deployment, facts: dict[str, Any]) -> str:
    regions = {"primary": facts["primary"], "standby": facts["standby"]}
    lines = [f"{target.where.stack} · {target.where.where}"]
    if facts["standby"] is None:
        return "\n".join([*lines, "  no standby region; stage 7 brings one"])
    lines += labelled_lines("active", f"{regions[facts['active']]}, by the blueprint", _ROOM)
    if facts["deployed"] and facts["deployed"] != facts["active"]:
        lines += labelled_lines("deployed", f"{regions[facts['deployed']]}: the blueprint says another", _ROOM)
    lines += drill_lines(target.architecture, facts["days_since_drill"])
    lines += _replica_lines(facts["standby"], facts["replicas"])
    lines += _capacity_lines(facts["standby"], facts["capacity"])
    last = facts["last"]
    if facts["unread"]:
        unread = "this is what this machine knows; the second region does not tell what others have done"
        lines += labelled_lines("note", f"{unread}: {facts['unread']}", _ROOM)
    if facts["at_work"]:
        lines += labelled_lines("at work", facts["at_work"], _ROOM)
    if last is None:
        return "\n".join([*lines, *labelled_lines("last", "no failover, no drill, no failback", _ROOM)])
    verb = "given up" if last["given_up"] else "ended"
    how = f"{verb} after {last['seconds']:.0f} s" if last["ended"] else "not finished"
    way = f"drill of a {last['way']}" if last["drill"] else last["way"]
    lines += labelled_lines("last", f"{way}, begun {moment(last['began'])}, {how}", _ROOM)
    for one in last["steps"]:
        took = f"{one['seconds']:>6.1f} s" if one["done"] else f"{'-':>6}  "
        lines.append(f"    {one['name']:<10}{took}   {one['title']}")
    if not last["ended"] and not facts["at_work"]:
        lines += labelled_lines("go on", f"tenfold {last['way']} {target.flags}", _ROOM)
    return "\n".join(lines)
