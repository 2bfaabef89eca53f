"""The steps of a failover; a failback shares several of them. Each can be repeated, and reports what it did.

A failover changes only the region that takes over. Its step `fence` calls the other region too, and continues when
there is no answer. A failback (tenfold/failover/homeward.py) needs both regions.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from tenfold.failover import copies, images, pods, replicas, servers, trouble
from tenfold.failover.moves import Database
from tenfold.failover.takeover import Step, Takeover, Unfinished, Way, wait
from tenfold.promotion.checks import MINUTES
from tenfold.wording import quantity

_BUSY = {"InvalidDBInstanceState", "InvalidDBInstanceStateFault"}
_AT_ONCE = 100  # alarms: API reference, EnableAlarmActions


def _look(at: Takeover) -> str:
    """Checks, before anything stops, that the region which takes over answers and has what the steps need."""
    for database in at.moves.databases:
        copies.describe(at, at.here, database.identifier)
    for fleet in at.moves.raised:
        servers.in_group(at, fleet)
    if at.switch:
        _alarm(at.client("cloudwatch", at.here), at.switch)
    absent = [*images.missing(at.client("ecr", at.here), at.images)] if at.images else []
    for image in absent:
        if not at.agrees(f"{image} is not there, and no server starts without it. Go on, and push it meanwhile?"):
            raise Unfinished(f"{image} is not there: push it, for no server starts without it")
    for one in servers.pods_in(at, at.here):
        servers.ask_cluster(lambda one=one: pods.running(one, at.asked.endpoint))
    standings = refuse_unfit(at)
    fit = [one.replica.kind for one in standings if one.state in replicas.FIT]
    unfit = [one.words for one in standings if one.state not in replicas.FIT]
    there = {
        "database": len(at.moves.databases),
        "server group": len(at.moves.raised),
        "Kubernetes service": len(servers.pods_in(at, at.here)),
        "switch": bool(at.switch),
        **{kind: fit.count(kind) for kind in replicas.Kind},
    }
    words = ", ".join(quantity(number, what) for what, number in there.items() if number)
    push = [f"push {', '.join(absent)}: no server starts without it"] if absent else []
    ready = f"{at.here} answers, and has what takes over: {words or 'nothing is needed'}"
    return "; ".join([ready, *unfit, *push])


def refuse_unfit(at: Takeover) -> list[replicas.Standing]:
    """How it stands with keys, and copies of secrets. Raises `Unfinished` for all at once that are not fit for use."""
    standings = [*replicas.standings(at.client, at.replicas, at.away)]
    unfit = "; ".join(one.words for one in standings if one.remedy)
    if unfit and not at.insists(f"{unfit}. Go on without?"):
        raise Unfinished(unfit)
    return standings


def _fence(at: Takeover) -> str:
    """The servers of the region that is left stop, so that nobody writes there any more. A region that does not answer,
    or refuses, keeps nobody from leaving it; which of the two it is makes a difference to what is written there."""
    return (
        "; ".join([*servers.stop_lost_groups(at), *servers.stop_lost_pods(at)])
        or f"nothing runs in {at.away} that has to stop"
    )


def is_promoted(at: Takeover) -> bool:
    """Whether any database has been promoted: after that there is no way back."""
    there = (copies.describe(at, at.here, database.identifier) for database in at.moves.databases)
    return any(not copies.source(database) for database in there)


def _lag(at: Takeover) -> str:
    """Reports how much would be lost, by the last measured lag."""
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
    """Empty where CloudWatch does not answer: an unknown lag does not stop a failover."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return [lag for _, lag in lags(at, at.here, identifier) if lag >= 0]
    except (BotoCoreError, ClientError):
        return []


def lags(at: Takeover, region: str, identifier: str) -> list[tuple[datetime, float]]:
    """(beginning of the minute, seconds behind) of a replica in the last ten minutes, the latest last. RDS reports -1
    when replication has stopped (RDS User Guide, "Monitoring read replication")."""
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
    """Promotes all replicas in parallel."""
    rest = at.moves.databases

    def all_are_own() -> bool:
        nonlocal rest
        rest = tuple(database for database in rest if not _becomes_own(at, database))
        return not rest

    wait(at, all_are_own, lambda: f"{', '.join(database.name for database in rest)}: not available yet")
    names = ", ".join(database.name for database in at.moves.databases)
    return f"{names}: takes writes" if names else "no database has to be promoted"


def _becomes_own(at: Takeover, database: Database) -> bool:
    """Whether the replica has been promoted. If not, promotes it, unless RDS is busy: with a backup (API reference,
    PromoteReadReplica), or with the promotion that a killed run began."""
    from botocore.exceptions import ClientError

    there = copies.describe(at, at.here, database.identifier)
    if not copies.source(there):
        return there["DBInstanceStatus"] == "available"
    if there["DBInstanceStatus"] != "backing-up":
        try:
            at.client("rds", at.here).promote_read_replica(
                DBInstanceIdentifier=database.identifier, BackupRetentionPeriod=database.keep
            )
        except ClientError as refusal:
            if trouble.code(refusal) not in _BUSY:
                raise
    return False


def throw_switch(at: Takeover) -> str:
    """Writes one value of a metric in the standby region; Route 53's control plane is not needed."""
    if not at.switch:
        return f"no name moves (that takes `domain` and a CDN): point yours at {at.there or at.here}"
    state, region = ("ALARM", at.here) if at.way == Way.FAILOVER else ("OK", at.away)
    watch = at.client("cloudwatch", region)
    seen = "has not seen the switch yet"
    wait(at, lambda: _is_thrown(watch, at.switch, state), f"the alarm {at.switch} {seen}")
    rings = "rings" if state == "ALARM" else "is quiet"
    return f"the alarm {at.switch} {rings}: names follow within two minutes"


def _is_thrown(watch: Any, switch: str, state: str) -> bool:
    """Writes the value with each look, since an alarm evaluates whole minutes. The alarm names the metric."""
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
    """Switches on the notifications of alarms about what runs now, and off those about what has stopped. As with
    `fence`, the region that a failover leaves may not answer."""
    from botocore.exceptions import BotoCoreError, ClientError

    _switch_alarms(at, at.here)
    number = sum(one.region == at.here for one in at.moves.alarms)
    rings = f"{quantity(number, 'alarm')} of {at.here} {'notifies' if number == 1 else 'notify'} somebody"
    try:
        _switch_alarms(at, at.away)
    except (BotoCoreError, ClientError):
        if at.way == Way.FAILBACK:
            raise
        return f"{rings}; those of {at.away} are switched off by the next `up`"
    return rings


def _switch_alarms(at: Takeover, region: str) -> None:
    watch = at.client("cloudwatch", region)
    for rings, call in ((True, watch.enable_alarm_actions), (False, watch.disable_alarm_actions)):
        names = [one.alarm for one in at.moves.alarms if (one.region, one.rings) == (region, rings)]
        for first in range(0, len(names), _AT_ONCE):
            call(AlarmNames=names[first : first + _AT_ONCE])


def verify(at: Takeover) -> str:
    """Asks the application by its public name, as users do."""
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
RING = Step("alarms", "alarms on what runs now notify somebody", "none is needed", ring)
REFRESH = Step("refresh", "the state learns what was done", "nothing was changed in AWS", lambda at: at.refresh())
WRITE = Step("write", "the blueprint says which region is active", "none is needed", lambda at: at.write())

_GIVE_UP = "`tenfold failover FILE --env E --give-up`"

FAILOVER = (
    Step("look", "the region that takes over answers, and has what is needed", "nothing was changed", _look),
    Step("fence", "servers of the region that is left stop", _GIVE_UP, _fence, undo=servers.start_again),
    Step("lag", "how far the replicas are behind", "nothing was changed", _lag),
    PROMOTE,
    Step("raise", "servers start", "none is needed", servers.raise_servers),
    SWITCH,
    VERIFY,
    RING,
    REFRESH,
    WRITE,
)
