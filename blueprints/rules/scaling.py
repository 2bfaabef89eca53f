"""Rules between the fields of a fleet that scales: each yields what it finds, with the arithmetic."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import combinations

from blueprints.architecture import Scaling, Schedule
from blueprints.grammar import cron
from blueprints.rules.scene import Finding, Scene
from blueprints.source.problem import nearest

Findings = Iterator[Finding]
# A year and the day a shift of the clock may add: enough to see every way in which two schedules can meet.
DAYS, BEGINNING = 366, date(2027, 1, 1)
NEVER, FOREVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _scaling(s: Scene) -> Scaling | None:
    return s.architecture.fleet.scaling if s.architecture.fleet else None


def one_mechanism(s: Scene) -> Findings:
    """Thresholds, steps and tracking each have policies of their own, which would work against each other."""
    said = [key for key in ("out_at", "steps", "track") if _said(s, f"fleet.scaling.{key}")]
    if _scaling(s) and len(said) > 1:
        message = f"{' and '.join(f'`{key}`' for key in said)} both say when servers are added, and would contradict."
        yield Finding("TF-R040", f"fleet.scaling.{said[-1]}", message, "Keep one of them.", key=True)
    if _scaling(s) and _said(s, "fleet.scaling.track") and s.stated("fleet.scaling.in_at"):
        message = "`track` takes servers away by itself, below nine tenths of its target; `in_at` has no effect."
        yield Finding("TF-R040", "fleet.scaling.in_at", message, "Leave `in_at` out.", key=True)


def _said(s: Scene, path: str) -> bool:
    """Whether a person wrote the field or anything in it."""
    route = tuple(path.split("."))
    written = ("blueprint", "environment", "house rules")
    return any(r[: len(route)] == route and o.kind in written for r, o in s.origins.items())


def in_below_out(s: Scene) -> Findings:
    scaling = _scaling(s)
    if not scaling or scaling.in_at is None:
        return
    first = scaling.out_at if scaling.out_at is not None else min((at for at, _ in scaling.steps), default=1.0)
    if scaling.in_at >= first:
        message = f"Servers would be taken away at {scaling.in_at:.0%} and added at {first:.0%}, at the same time."
        yield Finding("TF-R041", _field(s, "in_at", "out_at"), message, "`in_at` lies well below: 30% under 70%.")


def _field(s: Scene, *names: str) -> str:
    """The first that a person wrote, else the first."""
    paths = [f"fleet.scaling.{name}" for name in names]
    return next((path for path in paths if _said(s, path)), paths[0])


def thresholds_do_not_swing(s: Scene) -> Findings:
    """After one step out the load must not look like too many servers; the smallest size is the worst case."""
    fleet, scaling = s.architecture.fleet, _scaling(s)
    if not fleet or not scaling or scaling.in_at is None:
        return
    steps = [(scaling.out_at, 1)] if scaling.out_at is not None else list(scaling.steps)
    low = fleet.servers_min
    for at, add in steps:
        then = at * low / (low + add)
        if scaling.in_at < at and then <= scaling.in_at:
            message = (
                f"{at:.0%} on {low} servers is {at:.0%} × {low} ÷ {low + add} = {then:.1%} on {low + add}: at or below "
                f"in_at ({scaling.in_at:.0%}), so they would go again, and come, and go."
            )
            hint = f"`in_at` below {int(then * 100) or 1}%, a higher `out_at`, or more servers at least."
            yield Finding("TF-R042", _field(s, "in_at", "out_at", "steps"), message, hint)
            return


def cooldown_has_a_meaning(s: Scene) -> Findings:
    scaling = _scaling(s)
    mechanism = "track" if scaling and (scaling.track_cpu or scaling.track_requests) else "steps"
    if not scaling or scaling.out_at is not None:
        return
    for side in ("out", "in"):
        if s.stated(f"fleet.scaling.cooldown.{side}"):
            message = f"AWS ignores a cooldown with `{mechanism}`: there a server counts once it is warm (`warmup`)."
            hint = f"Leave `cooldown` out, or use `out_at` in place of `{mechanism}`."
            yield Finding("TF-R043", f"fleet.scaling.cooldown.{side}", message, hint)


def pool_within_the_maximum(s: Scene) -> Findings:
    fleet, scaling = s.architecture.fleet, _scaling(s)
    if fleet and scaling and scaling.warm_pool > fleet.servers_max:
        message = f"{scaling.warm_pool} servers would wait, but never more than {fleet.servers_max} run."
        yield Finding("TF-R044", "fleet.scaling.warm_pool", message, "A few are enough: what joins in a minute.")


def crons_and_zones(s: Scene) -> Findings:
    scaling = _scaling(s)
    for name, schedule in (scaling.schedules if scaling else {}).items():
        for part, text in (("cron", schedule.cron), ("until", schedule.until)):
            if text is not None and (reason := _refused(text)):
                path = ("fleet", "scaling", "schedules", name, part)
                hint = 'Five fields: "0 8 * * 1-5" is 8:00 from Monday to Friday.'
                yield Finding("TF-R045", path, f"This is no time that comes: {reason}.", hint)
        if schedule.zone not in (known := _zones()):
            near = nearest(schedule.zone, known, 2)
            hint = f"Nearest: {' or '.join(near)}." if near else "For example Europe/Berlin, America/New_York, UTC."
            path = ("fleet", "scaling", "schedules", name, "zone")
            yield Finding("TF-R046", path, f"There is no time zone `{schedule.zone}`.", hint)


def _refused(text: str) -> str:
    try:
        cron.parse(text)
    except ValueError as reason:
        return str(reason)
    return ""


def schedules_do_not_meet(s: Scene) -> Findings:
    """Two schedules that hold at once set each other's limits; and one that nothing ends holds for ever."""
    scaling = _scaling(s)
    usable = {name: x for name, x in (scaling.schedules if scaling else {}).items() if _usable(x)}
    for (first, a), (second, b) in combinations(usable.items(), 2):
        meeting = _meeting(a, b)
        if meeting:
            path = ("fleet", "scaling", "schedules", second)
            at = f"{meeting:%A, %d %B, %H:%M} UTC"
            message = f"`{first}` and `{second}` both hold on {at}: the later one's limits would win, and end both."
            yield Finding("TF-R047", path, message, "End one before the other begins, or make them one.", key=True)
    if len(usable) == 1:
        [(name, schedule)] = usable.items()
        if schedule.until is None:
            message = f"Nothing ends `{name}`: from its first time on, {schedule.servers_min} servers run at least."
            hint = 'Say `until: "0 20 * * 1-5"`, or add a schedule for the rest of the time.'
            yield Finding("TF-R048", ("fleet", "scaling", "schedules", name), message, hint, key=True)


def _zones() -> set[str]:
    from zoneinfo import available_timezones  # late: 2 ms that only schedules need

    return available_timezones()


def _usable(schedule: Schedule) -> bool:
    texts = (schedule.cron, schedule.until or schedule.cron)
    return schedule.zone in _zones() and not any(map(_refused, texts))


def _meeting(a: Schedule, b: Schedule) -> datetime | None:
    """The first moment at which both hold, in one year; None when they never do."""
    spans = sorted([(begin, end, 0) for begin, end in _spans(a)] + [(begin, end, 1) for begin, end in _spans(b)])
    ends = [NEVER, NEVER]
    for begin, end, which in spans:
        if begin < ends[1 - which] or (a.until is None and b.until is None and begin == ends[1 - which]):
            return begin
        ends[which] = max(ends[which], end)
    return None


def _spans(schedule: Schedule) -> Iterator[tuple[datetime, datetime]]:
    """From each beginning to the next end; without `until` a schedule is a moment: another one takes over from it."""
    begins = cron.parse(schedule.cron).times(BEGINNING, DAYS, schedule.zone)
    if schedule.until is None:
        yield from ((begin, begin) for begin in begins)
        return
    ends = sorted(cron.parse(schedule.until).times(BEGINNING, DAYS, schedule.zone))
    at = 0
    for begin in begins:
        while at < len(ends) and ends[at] <= begin:
            at += 1
        yield begin, ends[at] if at < len(ends) else FOREVER


def something_to_scale(s: Scene) -> Findings:
    fleet, scaling = s.architecture.fleet, _scaling(s)
    if fleet and scaling and fleet.servers_min == fleet.servers_max and s.stated("fleet.servers"):
        message = f"{fleet.servers_min} servers is a fixed size: nothing scales between equal limits."
        hint = f"Write a range, {fleet.servers_min}-{fleet.servers_min * 4}, or `without: [autoscaling]`."
        yield Finding("TF-R049", "fleet.servers", message, hint)


def requests_need_an_application_balancer(s: Scene) -> Findings:
    balancer, scaling = s.architecture.balancer, _scaling(s)
    if scaling and scaling.track_requests and balancer and balancer.kind == "network":
        message = "A network balancer passes connections on and counts no requests."
        yield Finding("TF-R050", "fleet.scaling.track", message, "Track CPU: `track: 60%`; or `kind: application`.")


def elastic_means_stateless(s: Scene) -> Findings:
    """Stickiness helps while servers stay; here they go by themselves, with everything that is only on them."""
    a = s.architecture
    if _scaling(s) and not a.app.stateless and a.balancer and a.balancer.sticky:
        message = "Servers are taken away while people use them; stickiness cannot keep what is on a server that goes."
        yield Finding("TF-R051", "app.stateless", message, "Move sessions and uploads out and say `stateless: true`.")


def tokens_need_a_key(s: Scene) -> Findings:
    a = s.architecture
    if a.sessions.store == "tokens" and not a.has("tokens"):
        message = "Tokens are signed, and there is no signing key: it comes with stage 5."
        yield Finding("TF-R052", "sessions.store", message, "Take it early: with: [tokens].")


SCALING_RULES: tuple[Callable[[Scene], Findings], ...] = (
    one_mechanism,
    in_below_out,
    thresholds_do_not_swing,
    cooldown_has_a_meaning,
    pool_within_the_maximum,
    crons_and_zones,
    schedules_do_not_meet,
    something_to_scale,
    requests_need_an_application_balancer,
    elastic_means_stateless,
    tokens_need_a_key,
)
