"""A fleet under a load, minute by minute, with its scaling as AWS evaluates it.

What is modelled (EC2 Auto Scaling and CloudWatch user guides, API reference of Auto Scaling):

- a datapoint of a minute can be read from the next one on; an alarm rings when its last N datapoints all breach, and
  while it rings its Auto Scaling action repeats every minute;
- CPU never reads more than 100 %, however many requests are too many: no policy sees how much is missing;
- simple scaling waits until its activity has ended (a launch, or a drain) and then for the cooldown of the policy that
  acted; both directions wait, so a step in also delays the next step out;
- step scaling and target tracking know no cooldown: servers that warm up count as ordered, and nothing is taken away
  while one warms up; each minute the alarm rings one server goes;
- target tracking goes out after 3 minutes above the target and in after 15 below 70 % of it (AWS's own alarms on
  CPU), to the size that the ratio asks for;
- a server that leaves gets no new requests, and is paid until it is gone.

Left out: a balancer that spreads unevenly, failing launches, spot servers taken back, prediction, CPU credits.
"""

from collections import deque
from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple, Protocol

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.scaling import Scaling
from tenfold.blueprints.architecture.servers import Fleet
from tenfold.components.plans.scaling import IN_AFTER, LEAVING, LOW_OF_TARGET, OUT_AFTER
from tenfold.foresight import servers
from tenfold.foresight.curves import DAY, Load

FROM_POOL = 1  # minutes until a server of a warm pool takes requests
STARTS_AT = 0.6  # of the servers is in use when a run begins
TURN = 30  # minutes within which a change against the one before is a turn


class Size(NamedTuple):
    """`each` requests/s a server carries at 100 % CPU; times in minutes."""

    least: int
    most: int
    each: float
    launch: int
    warmup: int
    drain: int


class State:
    """The fleet in the minute that is decided on."""

    def __init__(self, size: Size, first: int) -> None:
        self.size, self.minute, self.desired = size, 0, first
        self.least, self.most = size.least, size.most
        self.serving = self.warm = first
        self.launching: deque[int] = deque()  # minute from which each takes requests
        self.warming: deque[int] = deque()  # minute from which each counts
        self.leaving: deque[int] = deque()  # minute in which each is gone
        self.seen: deque[float] = deque(maxlen=IN_AFTER)  # measured CPU, oldest first

    def pass_time(self) -> None:
        while self.launching and self.launching[0] <= self.minute:
            self.launching.popleft()
            self.serving += 1
        while self.warming and self.warming[0] <= self.minute:
            self.warming.popleft()
            self.warm += 1
        while self.leaving and self.leaving[0] <= self.minute:
            self.leaving.popleft()

    def become(self, servers: int) -> None:
        """Orders what is missing. Of those too many the ones that still start go first, then the oldest."""
        for _ in range(self.desired, servers):
            self.launching.append(self.minute + self.size.launch)
            self.warming.append(self.minute + self.size.launch + self.size.warmup)
        for _ in range(servers, self.desired):
            if self.launching:
                self.launching.pop()
                self.warming.pop()
                continue
            self.serving -= 1
            if self.warm:
                self.warm -= 1
            else:
                self.warming.pop()
            self.leaving.append(self.minute + self.size.drain)
        self.desired = servers

    @property
    def paid(self) -> int:
        return self.desired + len(self.leaving)

    def above(self, level: float) -> bool:
        seen = self.seen
        return (
            len(seen) >= OUT_AFTER and seen[-1] >= level and all(seen[-at] >= level for at in range(2, OUT_AFTER + 1))
        )

    def below(self, level: float) -> bool:
        return len(self.seen) == IN_AFTER and self.seen[-1] < level and max(self.seen) < level


class Policy(Protocol):
    def decide(self, s: State) -> int:
        """How many servers it wants."""
        ...


class Simple:
    """One more, one less, with cooldowns (minutes)."""

    def __init__(self, out_at: float, in_at: float, out: int, into: int) -> None:
        self.out_at, self.in_at, self.out, self.into = out_at, in_at, out, into
        self.quiet_until = 0

    def decide(self, s: State) -> int:
        if s.minute < self.quiet_until:
            return s.desired
        if s.above(self.out_at) and s.desired < s.most:
            self.quiet_until = s.minute + s.size.launch + self.out
            return s.desired + 1
        if s.below(self.in_at) and s.desired > s.least:
            self.quiet_until = s.minute + s.size.drain + self.into
            return s.desired - 1
        return s.desired


class Steps:
    """The fuller, the more at once."""

    def __init__(self, steps: Sequence[tuple[float, int]], in_at: float) -> None:
        self.steps, self.in_at = sorted(steps), in_at

    def decide(self, s: State) -> int:
        if s.above(self.steps[0][0]):
            return max(s.desired, s.warm + max(add for at, add in self.steps if s.seen[-1] >= at))
        return s.desired - 1 if s.below(self.in_at) and s.warm == s.desired else s.desired


class Track:
    """Keeps each server at a level of CPU."""

    def __init__(self, target: float) -> None:
        self.target = target

    def decide(self, s: State) -> int:
        if s.above(self.target) and s.seen[-1] > self.target:
            return max(s.desired, ceil(s.warm * s.seen[-1] / self.target))
        if s.below(self.target * LOW_OF_TARGET) and s.warm == s.desired:
            return min(s.desired, ceil(s.desired * s.seen[-1] / self.target))
        return s.desired


class Fixed:
    def decide(self, s: State) -> int:
        return s.desired


class Run(NamedTuple):
    """What happened, a value for each minute; `changes` are (minute, servers more or fewer)."""

    size: Size
    load: Load
    servers: Sequence[int]
    """That take requests."""
    busy: Sequence[float]
    """Load over what they carry; more than 1 where requests are too many."""
    changes: Sequence[tuple[int, int]]
    paid: float
    """Server-minutes."""

    def minutes_over(self, level: float) -> int:
        return sum(busy > level + 1e-9 for busy in self.busy)

    @property
    def requests(self) -> float:
        return sum(self.load) * 60

    @property
    def lost(self) -> float:
        """Requests beyond what the servers carry: they wait until somebody gives up, or are refused."""
        return sum(max(0.0, rate - n * self.size.each) for rate, n in zip(self.load, self.servers, strict=True)) * 60

    @property
    def turns(self) -> int:
        """Changes against the one within half an hour before."""
        pairs = zip(self.changes, self.changes[1:], strict=False)
        return sum(a[1] * b[1] < 0 and b[0] - a[0] <= TURN for a, b in pairs)

    @property
    def days(self) -> float:
        return len(self.load) / DAY

    @property
    def mean_busy(self) -> float:
        return sum(min(1.0, busy) for busy in self.busy) / len(self.busy)


Limits = Callable[[int], tuple[int, int]]


def run(load: Load, size: Size, policy: Policy, limits: Limits | None = None) -> Run:
    """`limits`: (least, most) in a minute, where schedules change them."""
    first = max(size.least, min(size.most, ceil(load[0] / size.each / STARTS_AT)))
    s = State(size, first)
    serving: list[int] = []
    busy: list[float] = []
    changes: list[tuple[int, int]] = []
    paid = 0
    for s.minute, rate in enumerate(load):
        s.pass_time()
        now = rate / (s.serving * size.each) if s.serving else (2.0 if rate else 0.0)
        serving.append(s.serving)
        busy.append(now)
        paid += s.paid
        if limits:
            s.least, s.most = limits(s.minute)
        servers = min(s.most, max(s.least, policy.decide(s)))
        if servers != s.desired:
            changes.append((s.minute, servers - s.desired))
            s.become(servers)
        s.seen.append(min(1.0, now))
    return Run(size, load, serving, busy, changes, paid)


def size_of(a: Architecture) -> Size:
    """Of an architecture with a fleet."""
    fleet, scaling = _fleet(a), _fleet(a).scaling
    each = servers.carried_requests(a, fleet.instance)
    pooled = scaling is not None and scaling.warm_pool > 0
    warmup = -(-scaling.warmup // 60) if scaling else 0
    launch = -(-a.load.launch_time // 60)
    most = fleet.servers_max if scaling else fleet.servers_min
    drain = -(-(a.app.drain + LEAVING) // 60)
    return Size(fleet.servers_min, most, each, FROM_POOL if pooled else launch, warmup, drain)


def run_of(a: Architecture, load: Load) -> Run:
    """The architecture's own fleet under a load that begins on a Monday at midnight UTC."""
    return run(load, size_of(a), policy_of(a), limits_of(a, -(-len(load) // DAY)))


def policy_of(a: Architecture) -> Policy:
    fleet = _fleet(a)
    scaling = fleet.scaling
    if scaling is None or fleet.servers_min == fleet.servers_max:
        return Fixed()
    if scaling.steps:
        return Steps(scaling.steps, scaling.in_at or 0)
    if scaling.track_cpu:
        return Track(scaling.track_cpu)
    if scaling.track_requests:  # a server and minute
        each = servers.carried_requests(a, fleet.instance)
        return Track(min(1.0, scaling.track_requests / 60 / each))
    out, into = (-(-(seconds or 0) // 60) for seconds in (scaling.cooldown_out, scaling.cooldown_in))
    return Simple(scaling.out_at or 1, scaling.in_at or 0, out, into)


def limits_of(a: Architecture, days: int) -> Limits | None:
    """From schedules, in a run that begins on a Monday at midnight UTC; None where there are none."""
    fleet = _fleet(a)
    if fleet.scaling is None or not fleet.scaling.schedules:
        return None
    own = (fleet.servers_min, fleet.servers_max)
    moments = sorted(_moments(fleet.scaling, own, days))
    table = [own] * (days * DAY)
    for at, (minute, limits) in enumerate(moments):
        until = moments[at + 1][0] if at + 1 < len(moments) else len(table)
        table[max(0, minute) : max(0, until)] = [limits] * (max(0, until) - max(0, minute))
    return lambda minute: table[min(minute, len(table) - 1)]


def _moments(scaling: Scaling, own: tuple[int, int], days: int) -> list[tuple[int, tuple[int, int]]]:
    """(minute, limits from then on), from the week before on: what began then still holds."""
    from datetime import UTC, date, datetime, timedelta

    from tenfold.blueprints.grammar import cron

    begin = date(2026, 1, 5)  # a Monday
    zero = datetime(2026, 1, 5, tzinfo=UTC)
    moments = []
    for schedule in scaling.schedules.values():
        for text, limits in ((schedule.cron, (schedule.servers_min, schedule.servers_max)), (schedule.until, own)):
            for moment in cron.parse(text).times(begin - timedelta(days=7), days + 8, schedule.zone) if text else ():
                moments.append((int((moment - zero).total_seconds() // 60), limits))
    return [(minute, limits) for minute, limits in moments if minute < days * DAY]


def _fleet(a: Architecture) -> Fleet:
    assert a.fleet is not None
    return a.fleet
