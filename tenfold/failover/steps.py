"""What a takeover works on, what a step is, and the steps of a failover. Each can be done again, and says what it did.

A failover touches only the region that takes over; its step that fences asks the other region, and goes on when that
answers nothing. A failback (tenfold/failover/homeward.py) asks both.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.failover import images, pods, replicas, trouble
from tenfold.failover.moves import Copied, Database, Fleet, Moves, Pair
from tenfold.failover.pods import Pods
from tenfold.failover.replicas import Replica
from tenfold.promotion.checks import MINUTES, Asked
from tenfold.wording import counted

PATIENCE = 30 * 60  # seconds for what AWS does; a promotion has taken 15 min in the field
EVERY = 10  # seconds between two looks, in an account
UNANSWERED = 6  # looks in a row, before it counts as a failure
_BUSY = {"InvalidDBInstanceState", "InvalidDBInstanceStateFault"}
_AT_ONCE = 100  # alarms: API reference, EnableAlarmActions
QUICK = {"connect_timeout": 5, "read_timeout": 20, "retries": {"total_max_attempts": 2}}  # of a region that may be lost
PATIENT = {**QUICK, "retries": {"mode": "standard", "total_max_attempts": 6}}  # AWS throttles, for some seconds


class Way(StrEnum):
    """Which region takes over from which."""

    FAILOVER = "failover"
    FAILBACK = "failback"


class Unfinished(Exception):
    """A step that could not be done; the message says why. Run again, the takeover goes on with it."""


@dataclass
class Takeover:
    """What the steps work on. `away` is the region that is left, `here` the one that takes over."""

    way: Way
    asked: Asked
    moves: Moves
    here: str
    away: str
    point: int  # seconds that may be lost
    switch: str = ""  # name of the switch's alarm, in the standby region; empty where no name can move
    address: str = ""  # the public one
    there: str = ""  # the address of the region that takes over
    pairs: tuple[Pair, ...] = ()  # of a failback: what follows whom afterwards
    copied: Copied = field(default_factory=Copied)  # what both regions have besides databases
    stopped: tuple[Fleet, ...] = ()  # those that are fenced, with the sizes that they have by the state
    images: tuple[
        str, ...
    ] = ()  # that the servers which start fetch; empty where none is fetched, as on the local cloud
    replicas: tuple[Replica, ...] = ()  # of secrets and keys, in the region that takes over
    pods: tuple[Pods, ...] = ()  # of services on Kubernetes, in both regions
    outputs: Mapping[str, Any] = field(default_factory=dict)
    took: Callable[[str], float] = field(default=lambda step: 0.0)  # seconds of a step that has ended; else 0
    agrees: Callable[[str], bool] = field(default=lambda question: True)  # to a loss that nobody has agreed to yet
    insists: Callable[[str], bool] = field(default=lambda question: False)  # on going on without what the servers need
    fenced_at: Callable[[], str] = field(default=lambda: "")  # when nobody wrote any more; ISO 8601, UTC
    refresh: Callable[[], str] = field(default=lambda: "")
    write: Callable[[], str] = field(default=lambda: "")
    restate: Callable[[], object] = field(default=lambda: None)  # the state knows read replicas that were made again

    def client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        return self.asked.client(service, region, Config(**(PATIENT if region == self.here else QUICK)))


class Step(Value):
    name: str
    title: str
    back: str  # the way back, from when it is done
    act: Callable[[Takeover], str]
    """Does it, and waits until it is so; answers what is so now. Raises `Unfinished`."""
    cuts: bool = False  # users wait from here until the names have moved
    undo: Callable[[Takeover], str] | None = None
    """Takes it back, as far as it was done; answers what is so now. None where there is nothing to take back."""


def _look(at: Takeover) -> str:
    """Before anything stops: that the region which takes over answers, and has what the steps need."""
    for database in at.moves.databases:
        _describe(at.client("rds", at.here), database.identifier)
    for fleet in at.moves.raised:
        servers(at, fleet)
    if at.switch:
        _alarm(at.client("cloudwatch", at.here), at.switch)
    absent = [*images.missing(at.client("ecr", at.here), at.images)] if at.images else []
    for image in absent:
        if not at.agrees(f"{image} is not there, and no server starts without it. Go on, and push it meanwhile?"):
            raise Unfinished(f"{image} is not there: push it, for no server starts without it")
    for one in pods_in(at, at.here):
        _asked(lambda one=one: pods.running(one, at.asked.endpoint))
    standings = _refuse_unfit(at)
    fit = [one.replica.kind for one in standings if one.state in replicas.FIT]
    unfit = [one.words for one in standings if one.state not in replicas.FIT]
    there = {
        "database": len(at.moves.databases),
        "group of servers": len(at.moves.raised),
        "service on Kubernetes": len(pods_in(at, at.here)),
        "switch": bool(at.switch),
        **{kind: fit.count(kind) for kind in replicas.Kind},
    }
    words = ", ".join(f"{number} × {what}" for what, number in there.items() if number)
    push = [f"push {', '.join(absent)}: no server starts without it"] if absent else []
    ready = f"{at.here} answers, and has what takes over: {words or 'nothing is needed'}"
    return "; ".join([ready, *unfit, *push])


def _refuse_unfit(at: Takeover) -> list[replicas.Standing]:
    """How it stands with copies of secrets and keys. Raises `Unfinished` for all at once that are not fit for use."""
    client = partial(at.client, region=at.here)
    standings = [*replicas.standings(client, at.replicas, at.away)]
    unfit = "; ".join(one.words for one in standings if one.remedy)
    if unfit and not at.insists(f"{unfit}. Go on without?"):
        raise Unfinished(unfit)
    return standings


def _fence(at: Takeover) -> str:
    """The servers of the region that is left stop, so that nobody writes there any more. A region that does not answer,
    or refuses, keeps nobody from leaving it; which of the two it is makes a difference to what is written there."""
    return "; ".join([*_stop_lost_fleets(at), *_stop_lost_pods(at)]) or f"nothing runs in {at.away} that has to stop"


def _stop_lost_fleets(at: Takeover) -> Iterator[str]:
    from botocore.exceptions import BotoCoreError, ClientError

    for fleet in at.moves.fenced:
        try:
            resize(at, fleet, fleet.least, fleet.most)
            yield f"{fleet.name} has {fleet.least} servers"
        except (BotoCoreError, ClientError) as wrong:
            if is_silent(wrong):
                yield f"{at.away} answers nothing: it is fenced by the first `up` after its return"
                return
            by_hand = f"Its servers may still write: set {fleet.group} to 0 by hand"
            yield f"{at.away} answers, and refuses: {trouble.explained(wrong)}. {by_hand}"


def _stop_lost_pods(at: Takeover) -> Iterator[str]:
    """Each cluster on its own: what one of them answers says nothing about the servers."""
    for one in pods_in(at, at.away):
        try:
            pods.scale(one, 0, at.asked.endpoint)
            yield f"{one.name} has no pods"
        except pods.Unreachable as wrong:
            later = "fenced by the first `up` after its return" if wrong.silent else "its pods may still write"
            yield f"{one.name}: {wrong}; {later}"


def pods_in(at: Takeover, region: str) -> tuple[Pods, ...]:
    return tuple(one for one in at.pods if one.region == region)


def have_pods(at: Takeover, region: str) -> bool:
    """Raises `Unfinished`."""
    return any(_asked(lambda one=one: pods.running(one, at.asked.endpoint)) for one in pods_in(at, region))


def set_pods(at: Takeover, region: str, number: Callable[[Pods], int]) -> list[str]:
    """As many of each service, and waits until so many are ready, or none is there. Raises `Unfinished`."""
    services = [(one, number(one)) for one in pods_in(at, region)]
    for one, wished in services:
        _asked(lambda one=one, wished=wished: pods.scale(one, wished, at.asked.endpoint))
    for one, wished in services:
        look = pods.ready if wished else pods.running
        wait(
            at,
            lambda one=one, wished=wished, look=look: _is_number(_asked(lambda: look(one, at.asked.endpoint)), wished),
            f"{one.name} has not {counted(wished, 'pod')} yet",
        )
    return [f"{one.name} has {counted(wished, 'pod')}" for one, wished in services]


def _is_number(number: int, wished: int) -> bool:
    return number >= wished if wished else number == 0


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except pods.Unreachable as wrong:
        raise Unfinished(str(wrong)) from wrong


def start_again(at: Takeover) -> str:
    """What was fenced, with as many servers as it has at least; load brings the others."""
    for fleet in at.stopped:
        resize(at, fleet, fleet.least, fleet.most)
    for fleet in at.stopped:
        wait(at, lambda fleet=fleet: _in_service(at, fleet) >= fleet.least, f"{fleet.name} is not in service yet")
    started = [*(f"{fleet.name} has {fleet.least} servers" for fleet in at.stopped)]
    return "; ".join([*started, *set_pods(at, at.away, lambda one: one.before)]) or "no server was stopped"


def is_promoted(at: Takeover) -> bool:
    """Whether any database has become one of its own: from then on there is no way back."""
    rds = at.client("rds", at.here)
    return any(not _follows(rds, database.identifier) for database in at.moves.databases)


def is_silent(wrong: Exception) -> bool:
    """Whether nobody was there to refuse: no connection, or an answer that the service fails (5xx)."""
    answer = getattr(wrong, "response", None)
    return not answer or answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) >= 500


def _lag(at: Takeover) -> str:
    """What is about to be lost, as it was last measured."""
    if not at.moves.databases:
        return "no database has to be promoted"
    measured = []
    for database in at.moves.databases:
        behind = _last_lags(at, database.identifier)
        words = f"{max(behind):g} s behind" if behind else "not measured"
        over = f", more than the {at.point} s of regions.recovery.point" if max(behind, default=0) > at.point else ""
        measured.append(f"{database.name}: {words}{over}")
        if over and not at.agrees(f"{measured[-1]}. What was written since is lost. Promote it?"):
            raise Unfinished(f"{measured[-1]}; not promoted")
    return "; ".join(measured)


def _last_lags(at: Takeover, identifier: str) -> list[float]:
    """Nothing where CloudWatch does not answer: a lag that is not known keeps nobody from leaving a region."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return [lag for _, lag in lags(at, at.here, identifier) if lag >= 0]
    except (BotoCoreError, ClientError):
        return []


def lags(at: Takeover, region: str, identifier: str) -> list[tuple[datetime, float]]:
    """(beginning of the minute, seconds behind) of a replica in the last ten minutes, the latest last. -1 is said of
    one that follows no more: RDS user guide, Monitoring read replication."""
    now = datetime.now(UTC)
    points = at.client("cloudwatch", region).get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName="ReplicaLag",
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": identifier}],
        StartTime=now - timedelta(minutes=MINUTES),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    return sorted((point["Timestamp"], point["Maximum"]) for point in points)


def promote(at: Takeover) -> str:
    """Every replica at once: none waits for another."""
    rds, rest = at.client("rds", at.here), at.moves.databases

    def all_are_own() -> bool:
        nonlocal rest
        rest = tuple(database for database in rest if not _becomes_own(rds, database))
        return not rest

    wait(at, all_are_own, lambda: f"{', '.join(database.name for database in rest)}: not available yet")
    names = ", ".join(database.name for database in at.moves.databases)
    return f"{names}: takes writes" if names else "no database has to be promoted"


def _describe(rds: Any, identifier: str) -> dict[str, Any]:
    return rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]


def _follows(rds: Any, identifier: str) -> bool:
    return bool(_describe(rds, identifier).get("ReadReplicaSourceDBInstanceIdentifier"))


def _becomes_own(rds: Any, database: Database) -> bool:
    """Whether it is one; else asks for it, where RDS is not busy with it: with a backup (API reference,
    PromoteReadReplica), or with what a run that was killed has asked for."""
    from botocore.exceptions import ClientError

    there = _describe(rds, database.identifier)
    if not there.get("ReadReplicaSourceDBInstanceIdentifier"):
        return there["DBInstanceStatus"] == "available"
    if there["DBInstanceStatus"] != "backing-up":
        try:
            rds.promote_read_replica(DBInstanceIdentifier=database.identifier, BackupRetentionPeriod=database.keep)
        except ClientError as refusal:
            if trouble.code(refusal) not in _BUSY:
                raise
    return False


def raise_servers(at: Takeover) -> str:
    for fleet in at.moves.raised:
        resize(at, fleet, fleet.least, fleet.most)
    for fleet in at.moves.raised:
        wait(at, lambda fleet=fleet: _in_service(at, fleet) >= fleet.least, f"{fleet.name} is not in service yet")
    grown = [f"{fleet.name} has {fleet.least} servers" for fleet in at.moves.raised]
    return "; ".join([*grown, *set_pods(at, at.here, lambda one: one.least)]) or "no fleet has to grow"


def resize(at: Takeover, fleet: Fleet, least: int, most: int) -> None:
    at.client("autoscaling", fleet.region).update_auto_scaling_group(
        AutoScalingGroupName=fleet.group, MinSize=least, MaxSize=most, DesiredCapacity=least
    )


def servers(at: Takeover, fleet: Fleet) -> list[dict[str, Any]]:
    scaling = at.client("autoscaling", fleet.region)
    groups = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[fleet.group])["AutoScalingGroups"]
    if not groups:
        raise Unfinished(f"{fleet.group} is not there in {fleet.region}")
    return groups[0]["Instances"]


def _in_service(at: Takeover, fleet: Fleet) -> int:
    return sum(instance["LifecycleState"] == "InService" for instance in servers(at, fleet))


def throw_switch(at: Takeover) -> str:
    """One value of a metric in the standby region; Route 53's control plane is not asked."""
    if not at.switch:
        return f"no name moves (that takes `domain` and a CDN): point yours at {at.there or at.here}"
    state, region = ("ALARM", at.here) if at.way == Way.FAILOVER else ("OK", at.away)
    watch = at.client("cloudwatch", region)
    seen = "has not seen the switch yet"
    wait(at, lambda: _is_thrown(watch, at.switch, state), f"the alarm {at.switch} {seen}")
    rings = "rings" if state == "ALARM" else "is quiet"
    return f"the alarm {at.switch} {rings}: names follow within two minutes"


def _is_thrown(watch: Any, switch: str, state: str) -> bool:
    """Throws it with every look, for an alarm sees whole minutes. The alarm says which metric it is about."""
    alarm = _alarm(watch, switch)
    if alarm["StateValue"] == state:
        return True
    value = {
        "MetricName": alarm["MetricName"],
        "Dimensions": alarm["Dimensions"],
        "Value": 1.0 if state == "ALARM" else 0.0,
    }
    watch.put_metric_data(Namespace=alarm["Namespace"], MetricData=[value])
    return False


def _alarm(watch: Any, switch: str) -> dict[str, Any]:
    alarms = watch.describe_alarms(AlarmNames=[switch])["MetricAlarms"]
    if not alarms:
        raise Unfinished(f"the alarm {switch} is not there: no name can be moved")
    return alarms[0]


def ring(at: Takeover) -> str:
    """Alarms on what runs now tell somebody, those on what has stopped nobody any more; as of the fence, a region that
    a failover leaves may answer nothing."""
    from botocore.exceptions import BotoCoreError, ClientError

    _switch_alarms(at, at.here)
    number = sum(one.region == at.here for one in at.moves.alarms)
    rings = f"{counted(number, 'alarm')} of {at.here} {'tells' if number == 1 else 'tell'} somebody"
    try:
        _switch_alarms(at, at.away)
    except (BotoCoreError, ClientError):
        if at.way == Way.FAILBACK:
            raise
        return f"{rings}; those of {at.away} tell nobody any more from the next `up` on"
    return rings


def _switch_alarms(at: Takeover, region: str) -> None:
    watch = at.client("cloudwatch", region)
    for rings, call in ((True, watch.enable_alarm_actions), (False, watch.disable_alarm_actions)):
        names = [one.alarm for one in at.moves.alarms if (one.region, one.rings) == (region, rings)]
        for first in range(0, len(names), _AT_ONCE):
            call(AlarmNames=names[first : first + _AT_ONCE])


def verify(at: Takeover) -> str:
    """Through the public name, as users come."""
    if at.asked.endpoint:
        return "nothing runs on the local cloud: no request was made"
    if not at.address:
        return "no address to ask"
    from http.client import HTTPException
    from urllib.request import urlopen

    url = f"{at.address.rstrip('/')}{at.asked.architecture.app.health.path}"

    def answers() -> bool:
        try:
            with urlopen(url, timeout=10) as answer:
                return answer.status == 200
        except (OSError, HTTPException):
            return False

    wait(at, answers, f"{url} does not answer 200")
    return f"{url} answers"


def wait(at: Takeover, done: Callable[[], bool], words: str | Callable[[], str], patience: float = PATIENCE) -> None:
    """Raises `Unfinished` after `patience` seconds, with what is so then. Hours of waiting do not end with a look that
    nobody answers."""
    from botocore.exceptions import BotoCoreError, ClientError

    deadline, unanswered = time.monotonic() + patience, 0
    while True:
        try:
            if done():
                return
            unanswered = 0
        except (BotoCoreError, ClientError) as wrong:
            unanswered += 1
            if unanswered > UNANSWERED or not (is_silent(wrong) or trouble.is_busy(wrong)):
                raise
        if time.monotonic() > deadline:
            reason = words if isinstance(words, str) else words()
            raise Unfinished(f"{reason}, after {patience / 60:.0f} min")
        time.sleep(0.2 if at.asked.endpoint else EVERY)


PROMOTE = Step(
    "promote",
    "replicas become databases of their own",
    "none: the former database cannot become a replica",
    promote,
)
SWITCH = Step(
    "switch", "names point to the region that takes over", "write the other value to the metric", throw_switch
)
VERIFY = Step("verify", "the application answers under its name", "nothing was changed", verify)
RING = Step("alarms", "alarms on what runs now tell somebody", "none is needed", ring)
REFRESH = Step("refresh", "the state learns what was done", "nothing was changed in AWS", lambda at: at.refresh())
WRITE = Step("write", "the blueprint says which region is active", "none is needed", lambda at: at.write())

_GIVE_UP = "`tenfold failover FILE --env E --give-up`"

FAILOVER = (
    Step("look", "the region that takes over answers, and has what is needed", "nothing was changed", _look),
    Step("fence", "servers of the region that is left stop", _GIVE_UP, _fence, undo=start_again),
    Step("lag", "how far the replicas are behind", "nothing was changed", _lag),
    PROMOTE,
    Step("raise", "servers start", "none is needed", raise_servers),
    SWITCH,
    VERIFY,
    RING,
    REFRESH,
    WRITE,
)
