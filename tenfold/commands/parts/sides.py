"""The regions of a takeover: which one takes over from which, what is refused before, what the steps work on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any

from tenfold import exits, planning
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.recovery.arithmetic import days_since_drill, text
from tenfold.blueprints.standby import FORMER
from tenfold.deployment import Deployment
from tenfold.engine import workspace
from tenfold.failover import comparison, copies, exchange, images, moves, pods, quota, register, replicas
from tenfold.failover.journal import Journal
from tenfold.failover.moves import Pair
from tenfold.failover.takeover import QUICK, Step, Takeover, Unfinished, Way
from tenfold.failure import Failure
from tenfold.promotion import edit
from tenfold.refusals import lifting, roles
from tenfold.wording import moment, quantity

State = list[dict[str, Any]]
_UNCHANGED = "The state could not be changed."
ACTIVE = {Way.FAILOVER: "standby", Way.FAILBACK: "primary"}  # what the blueprint says afterwards


def refuse(target: Deployment, deployed: State, way: Way, known: register.Known) -> None:
    """Raises `Failure` (refused) where there is nothing to take over, or another takeover has not ended."""
    a, notes = target.architecture, known.journal
    if not deployed:
        raise _refused(f"Nothing is deployed as {target.where.stack}.")
    if a.standby is None:
        raise _refused(
            f"{target.where.stack} has no standby region.",
            f"the blueprint is at stage {a.stage}, without `regions.standby`",
            "stage 7 brings one: docs/stages/7.md",
        )
    if known.run and known.run.is_alive:
        raise _at_work(target, known.run)
    if notes and not notes.ended:
        if notes.way != way:
            raise _refused(
                f"The {notes.way} of {moment(notes.began)} has not ended.",
                "one ends before another begins",
                f"tenfold {notes.way} {target.flags}   resumes it",
            )
        return
    if a.active == ACTIVE[way]:
        raise _refused(
            f"{_region(a, ACTIVE[way])} is active already.",
            f"the blueprint says `regions: {{active: {a.active}}}` for {a.environment}",
            f"tenfold failover status {target.flags}   says since when",
        )
    if way == Way.FAILBACK:
        _refuse_unsettled(target, deployed)


def _at_work(target: Deployment, run: register.Run) -> Failure:
    return _refused(
        f"Somebody is at work on a {run.journal.way} of {target.where.stack}.",
        f"{run.doing}; one at a time, so that no step is done twice",
        f"tenfold failover status {target.flags}   says how far it has come",
        f"tenfold {run.journal.way} {target.flags}   resumes it, {register.SILENT_SECONDS // 60} minutes after its"
        " last sign of life. Nothing was changed.",
    )


def refuse_no_way_back(target: Deployment, way: Way, known: register.Known) -> Journal:
    """The journal of what is to be given up. Raises `Failure` (refused) where there is nothing to give up."""
    notes = known.journal
    if known.run and known.run.is_alive:
        raise _at_work(target, known.run)
    if notes is None or notes.ended or notes.way != way:
        raise _refused(
            f"No {way} of {target.where.stack} is under way.",
            "there is nothing to give up",
            f"tenfold failover status {target.flags}   says which was the last one",
        )
    return notes


def refusal_while_taken(target: Deployment, at: Takeover, who: str) -> Failure:
    return _refused(
        f"Somebody else has a {at.way} of {target.where.stack} in hand.",
        who,
        f"tenfold failover status {target.flags}   says how far it has come. Nothing was changed.",
    )


def unkept(target: Deployment, at: Takeover, trouble: str) -> Failure:
    return _refused(
        f"The journal of the failback cannot be kept in {at.away}.",
        f"no other machine could continue it, or would know about it: {trouble}",
        f"see that {at.away} answers, and that ssm:PutParameter is allowed below {register.folder(target.where.stack)};"
        " then this again. Nothing was changed.",
    )


def refusal_once_promoted(target: Deployment, at: Takeover) -> Failure:
    return _refused(
        f"The databases of {at.here} have been promoted.",
        "from there on a takeover only goes forward: two regions would take writes",
        f"tenfold {at.way} {target.flags}   resumes it. Nothing was changed.",
    )


def _refuse_unsettled(target: Deployment, deployed: State) -> None:
    """Before the service goes home, the first region has to be as it is to be while it waits."""
    a = target.architecture
    assert a.standby
    if roles.active(deployed, a) != "standby":
        raise _refused(
            f"{a.region} is active.",
            f"the database of {a.standby.region} follows it; the blueprint says another",
            f"write `regions: {{active: primary}}` in environments.{a.environment}, which is what is deployed",
        )
    difference = planning.compare_with_deployed(deployed, target.resolution, local=bool(target.where.cloud))
    running = moves.of(difference, deployed, a.standby.region).fenced
    if running:
        raise _refused(
            f"Servers of {a.region} may still write to its database.",
            f"{', '.join(fleet.name for fleet in running)}: the first `up` after the failover stops them",
            f"tenfold up {target.flags}   first; then this again. Nothing was changed.",
        )
    pairs = moves.pairs(_homeward(target, deployed), deployed, a.name, a.region)
    there = {*a.leftovers, *(one["urn"].rsplit("::", 1)[-1] for one in deployed)}
    kept = [name for name in _leftovers(pairs) if name in there]
    if kept:
        raise _refused(
            f"{', '.join(kept)} is there from an earlier failback.",
            "the database that this one leaves would get the same name",
            *(
                f"write {name} under `leftovers` in environments.{a.environment}"
                for name in kept
                if name not in a.leftovers
            ),
            *(f"tenfold promote {target.place} --release {name}   when nobody needs it any more" for name in kept),
        )


def takeover(target: Deployment, deployed: State, way: Way) -> Takeover:
    """What the steps work on."""
    a = target.architecture
    assert a.standby
    homeward = way == Way.FAILBACK
    here, away = (a.region, a.standby.region) if homeward else (a.standby.region, a.region)
    outputs = workspace.outputs(deployed)
    difference = _homeward(target, deployed) if homeward else _difference(target, deployed, _edited(target, way))
    asked = moves.of(difference, deployed, here)
    pairs = moves.pairs(difference, deployed, a.name, here) if homeward else ()
    _refuse_other_names(target, pairs)
    if homeward:
        databases = tuple(pair.here.promoted for pair in pairs)
        fenced = moves.fleets(difference, deployed, away)
        settled = {one.urn for one in (*fenced, *asked.alarms, *(pair.away for pair in pairs))}
        later = tuple(change for change in asked.later if change.urn not in settled)
        asked = moves.Moves(databases, asked.raised, fenced, later, asked.alarms)
    stopped = moves.as_deployed(asked.fenced, deployed)
    moves_a_name = bool(outputs.get("standby_switch"))
    at = Takeover(
        way=way,
        asked=lifting.asked_by(target),
        moves=asked,
        here=here,
        away=away,
        point=a.recovery.point if a.recovery else 0,
        switch=str(outputs.get("standby_switch") or ""),
        address=str(outputs.get("url") or "") if moves_a_name or homeward else "",
        there=str(outputs.get("url" if homeward else "standby_url") or ""),
        pairs=pairs,
        copied=comparison.of(deployed),
        stopped=stopped,
        images=() if target.where.cloud else images.of(a, here, away),
        replicas=_needed_copies(deployed, way, here, away),
        pods=pods.of(difference, deployed),
        outputs=outputs,
    )
    at.refresh = lambda: _refresh(target, at)
    at.write = lambda: _write(target, at)
    at.restate = lambda: _restate(target, at)
    return at


def _needed_copies(deployed: State, way: Way, here: str, away: str) -> tuple[replicas.Replica, ...]:
    """A failback, which compares secrets anyway, encrypts a database with the key of each region."""
    if way == Way.FAILOVER:
        return replicas.of(deployed, here)
    both = (*replicas.of(deployed, here), *replicas.of(deployed, away))
    return tuple(one for one in both if one.kind == replicas.Kind.KEY)


def _refuse_other_names(target: Deployment, pairs: Sequence[Pair]) -> None:
    """A state that was refreshed in the middle of a failback, by another program or from another machine."""
    others = [pair.here for pair in pairs if pair.here.identifier.endswith(FORMER)]
    if others:
        raise _refused(
            f"The state says {others[0].identifier} of {others[0].name}.",
            "it was refreshed in the middle of a failback, which gives databases other names until it has ended",
            f"tenfold state restore {target.flags}   puts back a copy from before; then this again",
        )


def _homeward(target: Deployment, deployed: State) -> Any:
    """What `up` would change where the first region is said to be active. What a failback that was killed has put into
    the state stays."""
    return _difference(target, deployed, _edited(target, Way.FAILBACK, _formers(deployed)))


def _difference(target: Deployment, deployed: State, content: bytes) -> Any:
    from tenfold.blueprints.resolve import load
    from tenfold.commands.parts.promotion import not_ready
    from tenfold.refusals import refusal

    resolution = load(target.file, environment=target.architecture.environment, stage=target.stage, content=content)
    refusal.refuse(not_ready(resolution.problems))
    return planning.compare_with_deployed(deployed, resolution, local=bool(target.where.cloud))


def _leftovers(pairs: Sequence[Pair]) -> list[str]:
    """Names of the resources under which the databases stay that a failback leaves."""
    return [exchange.leftover(member.name) for pair in pairs for member in (pair.here, pair.away)]


def _edited(
    target: Deployment, way: Way, leftovers: Sequence[str] = (), measured: Mapping[str, str] | None = None
) -> bytes:
    """The blueprint that says which region is active, and what was measured. Raises `edit.Uneditable`."""
    from tenfold.blueprints.source.document import parse

    content, environment = target.file.read_bytes(), target.architecture.environment
    block = (parse(content, str(target.file)).data.get("environments") or {}).get(environment) or {}
    regions = {**(block.get("regions") or {}), "active": ACTIVE[way]}
    if measured:
        regions["recovery"] = {**(regions.get("recovery") or {}), "drill": dict(measured)}
    change: dict[str, Any] = {"regions": regions}
    if leftovers:
        change["leftovers"] = list(dict.fromkeys([*target.architecture.leftovers, *leftovers]))
    remedy = "write the environment's block in the usual form, then run this again"
    return edit.edit_content(content, str(target.file), environment, change, remedy)


def _refresh(target: Deployment, at: Takeover) -> str:
    """Of what was changed here alone; what a failover leaves waits for the return of the other region."""
    from tenfold.engine.progress import Progress

    touched = {one.urn: one.name for one in (*at.moves.databases, *at.moves.raised)}
    if at.way == Way.FAILBACK:
        _exchange(target, at)
        touched |= {one.urn: one.name for one in at.moves.fenced} | _databases(target)
    if not touched:
        return "nothing was changed"
    alarms = [one.urn for one in at.moves.alarms if at.way == Way.FAILBACK or one.region == at.here]
    result = target.driver.refresh(Progress(), only=[*touched, *alarms])
    if result.failed:
        problems = "; ".join(problem.message for problem in result.progress.problems)
        raise Unfinished(problems or result.failed)
    names = ", ".join([*touched.values(), *([quantity(len(alarms), "alarm")] if alarms else [])])
    return names if at.way == Way.FAILBACK else f"{names}; the rest waits until {at.away} answers"


def _databases(target: Deployment) -> dict[str, str]:
    """URN -> name, as the state has them now: also those that an interrupted exchange has put there."""
    return {
        one["urn"]: one["urn"].rsplit("::", 1)[-1]
        for one in target.driver.deployed_resources()
        if one["type"] == moves.DATABASE
    }


def _formers(deployed: State) -> list[str]:
    names = (one["urn"].rsplit("::", 1)[-1] for one in deployed if one["type"] == moves.DATABASE)
    return [name for name in names if name.endswith(FORMER)]


def _exchange(target: Deployment, at: Takeover) -> None:
    """Each name has another database behind it, and what it had before is a leftover."""
    successors: dict[str, exchange.Successor] = {}
    for pair in at.pairs:
        home = copies.describe_database(at, at.here, pair.here.identifier) or {}
        for member, follows, left in (
            (pair.here, None, True),
            (pair.away, str(home.get("DBInstanceArn")), True),
            *((replica, pair.here.identifier, False) for replica in pair.replicas),
        ):
            there = copies.describe_database(at, member.region, member.identifier)
            if there is None:
                raise Unfinished(f"{member.identifier} is not there")
            successors[member.urn] = exchange.Successor(
                member, exchange.known_as(member.identifier, there, member.id), follows, left
            )
    rings = {alarm.urn: alarm.rings for alarm in at.moves.alarms}
    if successors or rings:
        target.driver.rewrite(
            lambda resources: exchange.ringing(exchange.replace_by_successors(resources, successors), rings), _UNCHANGED
        )


def _restate(target: Deployment, at: Takeover) -> None:
    """A read replica that was made again has another id (RDS's db-…) under the same name."""
    successors: dict[str, exchange.Successor] = {}
    for pair in at.pairs:
        for replica in pair.replicas:
            there = copies.describe_database(at, replica.region, replica.identifier) or {}
            known = exchange.known_as(replica.identifier, there, replica.id)
            if known != replica.id:
                successors[replica.urn] = exchange.Successor(replica, known, pair.here.identifier, False)
    if successors:
        target.driver.rewrite(lambda resources: exchange.replace_by_successors(resources, successors), _UNCHANGED)


def _write(target: Deployment, at: Takeover) -> str:
    measured, homeward = _measured(target, at), at.way == Way.FAILBACK
    leftovers = _formers(target.driver.deployed_resources()) if homeward else []
    before, after = target.file.read_bytes(), _edited(target, at.way, leftovers, measured)
    if before != after:
        edit.write(target.file, before, after)
    regions = {"active": ACTIVE[at.way], **({"recovery": {"drill": measured}} if measured else {})}
    return f"regions: {edit.flow(regions)}"


def _measured(target: Deployment, at: Takeover) -> dict[str, str]:
    """What a failover in an account took, to be reckoned with from now on. On the local cloud a promotion takes no
    time; a failback's figures are of replicas that were just made."""
    if target.where.cloud or at.way == Way.FAILBACK:
        return {}
    parts = {"promote": at.took("promote"), "launch": at.took("raise")}
    seconds = {part: text(round(took)) for part, took in parts.items() if took >= 1}
    return {"date": date.today().isoformat(), **seconds} if seconds else {}


def _region(a: Architecture, role: str) -> str:
    assert a.standby
    return a.region if role == "primary" else a.standby.region


def _refused(what: str, why: str = "", *remedies: str) -> Failure:
    return Failure(what, why=why, remedies=remedies, code=exits.REFUSED)


def standing(target: Deployment, steps: Mapping[Way, Sequence[Step]]) -> Mapping[str, Any]:
    """Which region is active by the blueprint and by what is deployed, and the last takeover."""
    from tenfold.render import failover as render

    a, deployed = target.architecture, target.driver.deployed_resources()
    known = register.last_takeover(target.where, register.client(lifting.asked_by(target), deployed))
    notes, run = known.journal, known.run
    return {
        "stack": target.where.stack,
        "active": a.active,
        "deployed": roles.active(deployed, a),
        "primary": a.region,
        "standby": a.standby.region if a.standby else None,
        "days_since_drill": days_since_drill(a, date.today()),
        "last": render.facts(notes, steps[Way(notes.way)]) if notes else None,
        "at_work": run.doing if run and run.is_alive else None,
        "unread": known.trouble or None,
        "replicas": [
            {"kind": one.replica.kind, "name": one.replica.name, "state": one.state, "remedy": one.remedy or None}
            for one in _standings(target, deployed)
        ],
        "capacity": asdict(_capacity(target)) if a.standby else None,
    }


def _capacity(target: Deployment) -> quota.Capacity:
    from botocore.config import Config

    a, asked = target.architecture, lifting.asked_by(target)
    region = _region(a, "standby")
    return quota.of(a, region, partial(asked.client, "service-quotas", region, Config(**QUICK)))


def _standings(target: Deployment, deployed: State) -> Iterator[replicas.Standing]:
    from botocore.config import Config

    a, asked = target.architecture, lifting.asked_by(target)
    if a.standby:
        client = partial(asked.client, config=Config(**QUICK))
        yield from replicas.standings(client, replicas.of(deployed, a.standby.region), a.region)
