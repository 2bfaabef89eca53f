"""The steps of a failback, after AWS's own procedure (ARC Region switch, "RDS Create Cross-Region Replica block").
Users notice nothing before the step `fence`.

The former database is renamed and kept, since it holds writes that never reached the other region. A replica of the
active database takes its name, so that nothing else has to change. Then the roles swap back, and the same is done in
the other region.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tenfold.failover import comparison, copies, journal, servers, steps
from tenfold.failover.moves import Member
from tenfold.failover.replicas import FIT
from tenfold.failover.takeover import Step, Takeover, Unfinished, wait

NEAR = 60  # seconds; a replica that is less behind counts as caught up: RDS measures once a minute
UNDER_WAY = timedelta(minutes=15)  # until an object has its copy: S3 Replication Time Control
STOPPING = 20 * 60.0  # seconds until servers are gone: their drain, and what ends them


def _compare(at: Takeover) -> str:
    """Checks that the keys of both regions can be used (each region gets a replica encrypted with its own key), and
    compares the copies. Users still write, so objects younger than S3's promise are compared by the step `drain`."""
    unknown = [one.words for one in steps.refuse_unfit(at) if one.state not in FIT]
    return "; ".join([_wait_for_copies(at, datetime.now(UTC) - UNDER_WAY), *unknown])


def _wait_for_copies(at: Takeover, until: datetime | None = None) -> str:
    last = comparison.Comparison()

    def is_same() -> bool:
        nonlocal last
        last = comparison.compare(at, at.copied, until)
        return not last.behind

    wait(at, is_same, lambda: "; ".join(last.behind))
    return f"the same in both regions: {last.words}"


def _rename(at: Takeover) -> str:
    for pair in at.pairs:
        copies.leave_proxies(at, pair)
        copies.rename(at, pair.here)
    names = ", ".join(copies.former(pair.here.identifier) for pair in at.pairs)
    return f"kept as {names}, with what was written in {at.here} at last"


def _copy(at: Takeover) -> str:
    """First copies the databases, which may take hours; then their read replicas, which follow the copies."""
    for pair in at.pairs:
        copies.copy(at, pair.here, _arn(at, pair.away))
    for pair in at.pairs:
        for replica in pair.replicas:
            _follow(at, replica, pair.here.identifier)
    return f"in {at.here} there are replicas of {at.away}: {_names(at)}"


def _follow(at: Takeover, replica: Member, source: str) -> None:
    if copies.replica_source(at, replica) == source:
        return
    copies.remove_replica(at, replica)
    copies.copy(at, replica, source)


def _drop_copies(at: Takeover) -> str:
    """Deletes replicas only: a database of that name that is no replica is the former one, not renamed yet."""
    for pair in at.pairs:
        if copies.follows(at, pair.here):
            for replica in pair.replicas:
                if copies.replica_source(at, replica) == pair.here.identifier:
                    copies.remove_replica(at, replica)
            copies.remove_replica(at, pair.here)
    return f"no replica is left in {at.here}"


def _rename_back(at: Takeover) -> str:
    for pair in at.pairs:
        copies.rename_back(at, pair.here)
        for replica in pair.replicas:
            _follow(at, replica, pair.here.identifier)
        copies.join_proxies(at, pair)
    at.restate()
    return f"the former databases of {at.here} have their names again: {_names(at)}"


def _lag(at: Takeover) -> str:
    if at.asked.endpoint:
        return "not measured: the local cloud measures nothing"
    wait(at, lambda: all(_is_near(at, pair.here) for pair in at.pairs), f"more than {NEAR} s behind")
    return f"at most {NEAR} s behind"


def _is_near(at: Takeover, member: Member) -> bool:
    return any(0 <= lag <= NEAR for _, lag in steps.lags(at, member.region, member.identifier)[-1:])


def _fence(at: Takeover) -> str:
    """Stops servers the usual way, then pods; then closes the databases to everybody: jobs and people too."""
    for fleet in at.moves.fenced:
        servers.resize(at, fleet, 0, 0)
    for fleet in at.moves.fenced:
        wait(at, lambda fleet=fleet: not servers.in_group(at, fleet), f"{fleet.name} still has servers", STOPPING)
    servers.set_pods(at, at.away, lambda one: 0)
    for pair in at.pairs:
        copies.close(at, pair.away)
    return f"nobody writes in {at.away}: nothing runs, and its databases take no connections"


def _open(at: Takeover) -> str:
    for pair in at.pairs:
        copies.open_again(at, pair.away)
    return f"the databases of {at.away} take connections; {servers.start_again(at)}"


def _is_fenced(at: Takeover) -> bool:
    running = any(servers.in_group(at, fleet) for fleet in at.moves.fenced) or servers.have_pods(at, at.away)
    return not running and all(copies.is_closed(at, pair.away) for pair in at.pairs)


def _drain(at: Takeover) -> str:
    """Waits until the replicas have everything that was committed before the fence. If somebody opened a database again
    between two runs, it is closed first, and its writes are waited for as well.

    A replica that was L seconds behind at the time T has everything committed until T - L. (With an idle source, the
    lag of a PostgreSQL replica grows until RDS's own heartbeat, every five minutes: this step may take as long.)"""
    since = at.fenced_at()
    if not _is_fenced(at):
        _fence(at)
        since = journal.now()
    _wait_for_copies(at)
    if at.asked.endpoint:
        return "objects, tables and secrets are the same; the local cloud measures no lag"
    fenced = datetime.fromisoformat(since).timestamp()
    late = "not all that was written has arrived"
    wait(at, lambda: all(_has_all(at, pair.here, fenced) for pair in at.pairs), late)
    return "all that was written has arrived"


def _has_all(at: Takeover, member: Member, fenced: float) -> bool:
    """Whether it has all commits before `fenced`; a database that is promoted already gets no more."""
    if not copies.follows(at, member):
        return True
    measured = steps.lags(at, member.region, member.identifier)
    return any(lag >= 0 and moment.timestamp() - lag >= fenced for moment, lag in measured)


def _promote(at: Takeover) -> str:
    if not _is_fenced(at):
        _drain(at)
    result = steps.promote(at)
    for pair in at.pairs:
        copies.join_proxies(at, pair)
    return result


def _swap(at: Takeover) -> str:
    """The same in the other region. All of its data has arrived; it is kept nevertheless."""
    for pair in at.pairs:
        copies.rename(at, pair.away)
        copies.copy(at, pair.away, _arn(at, pair.here))
    for fleet in at.moves.fenced:
        servers.resize(at, fleet, fleet.least, fleet.most)
    servers.set_pods(at, at.away, lambda one: one.least)
    return f"in {at.away} there are replicas of {at.here}: {', '.join(pair.away.name for pair in at.pairs)}"


def _arn(at: Takeover, member: Member) -> str:
    there = copies.describe_database(at, member.region, member.identifier)
    if there is None:
        raise Unfinished(f"{member.identifier} is not there")
    return there["DBInstanceArn"]


def _names(at: Takeover) -> str:
    return ", ".join(pair.here.name for pair in at.pairs)


_GIVE_UP = "`tenfold failback FILE --env E --give-up`"

FAILBACK = (
    Step("compare", "keys are fit for use, and uploads, tables and secrets the same", "nothing was changed", _compare),
    Step("rename", "the former databases get another name", _GIVE_UP, _rename, undo=_rename_back),
    Step("copy", "replicas of the active databases take it", _GIVE_UP, _copy, undo=_drop_copies),
    Step("lag", "the replicas have caught up", _GIVE_UP, _lag),
    Step("fence", "nobody writes any more", _GIVE_UP, _fence, cuts=True, undo=_open),
    Step("drain", "all that was written has arrived", _GIVE_UP, _drain),
    replace(steps.PROMOTE, act=_promote),
    Step("raise", "servers start", "none is needed", servers.raise_servers),
    steps.SWITCH,
    steps.VERIFY,
    steps.RING,
    Step("swap", "the region that was active follows", "none is needed", _swap),
    steps.REFRESH,
    steps.WRITE,
)
