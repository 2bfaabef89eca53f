"""The steps of a failover, in order. Each can be done again, says what it did, and touches only the region that takes
over; the one that fences asks the other region, and goes on when that answers nothing."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.failover.moves import Fleet, Moves
from tenfold.promotion.checks import Asked

PATIENCE = 30 * 60  # seconds for what AWS does; a promotion has taken 15 min in the field
EVERY = 10  # seconds between two looks, in an account
QUICK = {"connect_timeout": 5, "read_timeout": 20, "retries": {"total_max_attempts": 2}}


class Unfinished(Exception):
    """A step that could not be done; the message says why. Run again, the failover goes on with it."""


@dataclass
class Takeover:
    """What the steps work on. `away` is the region that is left, `here` the one that takes over."""

    asked: Asked
    moves: Moves
    here: str
    away: str
    point: int  # seconds that may be lost
    switch: str = ""  # name of the switch's alarm; empty where there is no name that could move
    address: str = ""  # the public one
    there: str = ""  # the address of the region that takes over
    refresh: Callable[[], str] = field(default=lambda: "")
    write: Callable[[], str] = field(default=lambda: "")

    def client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        return self.asked.client(service, region, Config(**QUICK))


class Step(Value):
    name: str
    title: str
    back: str  # the way back, from when it is done
    act: Callable[[Takeover], str]
    """Does it, and waits until it is so; answers what is so now. Raises `Unfinished`."""


def _fence(at: Takeover) -> str:
    """The servers of the region that is left stop, so that nobody writes there any more."""
    from botocore.exceptions import BotoCoreError, ClientError

    if not at.moves.fenced:
        return f"nothing runs in {at.away} that has to stop"
    try:
        for fleet in at.moves.fenced:
            _resize(at, fleet)
    except (BotoCoreError, ClientError):
        return f"{at.away} answers nothing: it is fenced by the first `up` after its return"
    return "; ".join(f"{fleet.name} has {fleet.least} servers" for fleet in at.moves.fenced)


def _lag(at: Takeover) -> str:
    """What is about to be lost, as it was last measured."""
    if not at.moves.databases:
        return "no database has to be promoted"
    measured = []
    for database in at.moves.databases:
        lags = _metric(at, database.identifier)
        behind = f"{max(lags):g} s behind" if lags else "not measured"
        measured.append(f"{database.name}: {behind}{_over(lags, at.point)}")
    return "; ".join(measured)


def _over(lags: list[float], point: int) -> str:
    return f", more than the {point} s of regions.recovery.point" if lags and max(lags) > point else ""


def _metric(at: Takeover, identifier: str) -> list[float]:
    from botocore.exceptions import BotoCoreError, ClientError

    there = Asked(at.asked.architecture, at.asked.endpoint)
    there.client = lambda service, region=None, config=None: at.client(service, at.here)
    try:
        return there.metric("AWS/RDS", "ReplicaLag", ("DBInstanceIdentifier", identifier), "Maximum")
    except (BotoCoreError, ClientError):
        return []


def _promote(at: Takeover) -> str:
    """Every replica at once, then all are waited for."""
    rds = at.client("rds", at.here)
    for database in at.moves.databases:
        if _follows(rds, database.identifier):
            rds.promote_read_replica(DBInstanceIdentifier=database.identifier, BackupRetentionPeriod=database.keep)
    for database in at.moves.databases:
        _wait(at, lambda name=database.identifier: _is_own(rds, name), f"{database.name} is not available yet")
    names = ", ".join(database.name for database in at.moves.databases)
    return f"{names}: takes writes" if names else "no database has to be promoted"


def _describe(rds: Any, identifier: str) -> dict[str, Any]:
    return rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]


def _follows(rds: Any, identifier: str) -> bool:
    return bool(_describe(rds, identifier).get("ReadReplicaSourceDBInstanceIdentifier"))


def _is_own(rds: Any, identifier: str) -> bool:
    there = _describe(rds, identifier)
    return there["DBInstanceStatus"] == "available" and not there.get("ReadReplicaSourceDBInstanceIdentifier")


def _raise(at: Takeover) -> str:
    scaling = at.client("autoscaling", at.here)
    for fleet in at.moves.raised:
        _resize(at, fleet)
    for fleet in at.moves.raised:
        _wait(at, lambda fleet=fleet: _in_service(scaling, fleet) >= fleet.least, f"{fleet.name} is not in service yet")
    return "; ".join(f"{fleet.name} has {fleet.least} servers" for fleet in at.moves.raised) or "no fleet has to grow"


def _resize(at: Takeover, fleet: Fleet) -> None:
    at.client("autoscaling", fleet.region).update_auto_scaling_group(
        AutoScalingGroupName=fleet.group, MinSize=fleet.least, MaxSize=fleet.most, DesiredCapacity=fleet.least
    )


def _in_service(scaling: Any, fleet: Fleet) -> int:
    [group] = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[fleet.group])["AutoScalingGroups"]
    return sum(instance["LifecycleState"] == "InService" for instance in group["Instances"])


def _switch(at: Takeover) -> str:
    """One value of a metric in the region that takes over; Route 53's control plane is not asked."""
    if not at.switch:
        return f"no name moves (that takes `domain` and a CDN): point yours at {at.there or at.here}"
    watch = at.client("cloudwatch", at.here)
    _wait(at, lambda: _is_thrown(watch, at.switch), f"the alarm {at.switch} has not seen the switch yet")
    return f"the alarm {at.switch} rings: names follow within two minutes"


def _is_thrown(watch: Any, switch: str) -> bool:
    """Throws it with every look, for an alarm sees whole minutes. The alarm says which metric it is about."""
    alarms = watch.describe_alarms(AlarmNames=[switch])["MetricAlarms"]
    if not alarms:
        raise Unfinished(f"the alarm {switch} is not there: no name can be moved")
    [alarm] = alarms
    if alarm["StateValue"] == "ALARM":
        return True
    value = {"MetricName": alarm["MetricName"], "Dimensions": alarm["Dimensions"], "Value": 1.0}
    watch.put_metric_data(Namespace=alarm["Namespace"], MetricData=[value])
    return False


def _verify(at: Takeover) -> str:
    """Through the public name, as users come."""
    if at.asked.endpoint:
        return "nothing runs on the local cloud: no request was made"
    if not at.address:
        return "no address to ask"
    from urllib.error import URLError
    from urllib.request import urlopen

    url = f"{at.address.rstrip('/')}{at.asked.architecture.app.health.path}"

    def answers() -> bool:
        try:
            with urlopen(url, timeout=10) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    _wait(at, answers, f"{url} does not answer 200")
    return f"{url} answers"


def _wait(at: Takeover, done: Callable[[], bool], words: str) -> None:
    """Raises `Unfinished` after `PATIENCE`."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise Unfinished(f"{words}, after {PATIENCE // 60} min")
        time.sleep(0.2 if at.asked.endpoint else EVERY)


STEPS = (
    Step("fence", "servers of the region that is left stop", "raise them again: `tenfold up`", _fence),
    Step("lag", "how far the replicas are behind", "nothing was changed", _lag),
    Step(
        "promote",
        "replicas become databases of their own",
        "none: the former database cannot become a replica",
        _promote,
    ),
    Step("raise", "servers start", "the next `up` of the file as it was", _raise),
    Step("switch", "names point to the region that takes over", "write 0 to the metric", _switch),
    Step("verify", "the application answers under its name", "nothing was changed", _verify),
    Step("refresh", "the state learns what was done", "nothing was changed in AWS", lambda at: at.refresh()),
    Step("write", "the blueprint says which region is active", "none is needed", lambda at: at.write()),
)


def remaining(done: Callable[[str], bool]) -> Iterator[Step]:
    return (step for step in STEPS if not done(step.name))
