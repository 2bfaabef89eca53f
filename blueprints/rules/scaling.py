"""`fleet.scaling`: one mechanism, thresholds that do not swing, schedules that do not overlap."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import combinations

from tenfold.blueprints.architecture.scaling import Scaling, Schedule
from tenfold.blueprints.grammar import cron
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.words import nearest

# A year, and the day that a shift of the clock may add: every way in which two schedules can overlap is in it.
DAYS, FIRST_DAY = 366, date(2027, 1, 1)
Spans = list[tuple[datetime, datetime]]  # from, until
NEVER, FOREVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _scaling(c: Context) -> Scaling | None:
    return c.architecture.fleet.scaling if c.architecture.fleet else None


@rule
def there_is_one_mechanism(c: Context) -> Findings:
    """Thresholds, steps and tracking have policies of their own at AWS, which would work against each other."""
    if not _scaling(c):
        return
    mechanisms = [name for name in ("out_at", "steps", "track") if c.is_set(f"fleet.scaling.{name}")]
    if len(mechanisms) > 1:
        message = f"{' and '.join(f'`{name}`' for name in mechanisms)} both add servers, each by its own rule."
        yield Finding("TF-R040", f"fleet.scaling.{mechanisms[-1]}", message, "Keep one of them.", key=True)
    if "track" in mechanisms and c.is_set("fleet.scaling.in_at"):
        message = "`track` removes servers itself, well below its target; `in_at` has no effect."
        yield Finding("TF-R040", "fleet.scaling.in_at", message, "Leave `in_at` out.", key=True)


@rule
def in_is_below_out(c: Context) -> Findings:
    scaling = _scaling(c)
    if not scaling or scaling.in_at is None:
        return
    out_at = scaling.out_at if scaling.out_at is not None else min((at for at, _ in scaling.steps), default=1.0)
    if scaling.in_at >= out_at:
        message = f"Servers would be removed at {scaling.in_at:.0%} and added at {out_at:.0%}, at the same time."
        field = c.first_set("fleet.scaling.in_at", "fleet.scaling.out_at")
        yield Finding("TF-R041", field, message, "Set `in_at` well below: 30% under 70%.")


@rule
def thresholds_do_not_swing(c: Context) -> Findings:
    """After one server more the load must not look like too many servers. The smallest fleet is the worst case: one
    more on 2 takes 70 % to 70 % × 2 ÷ 3 = 47 %. What a larger step brings too many goes one at a time, until `in_at` is
    reached and no further."""
    fleet, scaling = c.architecture.fleet, _scaling(c)
    if not fleet or not scaling or scaling.in_at is None:
        return
    at = scaling.out_at if scaling.out_at is not None else min(at for at, _ in scaling.steps)
    low = fleet.servers_min
    after = at * low / (low + 1)
    if scaling.in_at < at and after <= scaling.in_at:
        message = (
            f"{at:.0%} on {low} servers is {at:.0%} × {low} ÷ {low + 1} = {after:.1%} on {low + 1}: at or "
            f"below in_at ({scaling.in_at:.0%}), so servers would be removed and added again and again."
        )
        hint = f"`in_at` below {int(after * 100) or 1}%, a higher `out_at`, or a larger minimum in `servers`."
        field = c.first_set("fleet.scaling.in_at", "fleet.scaling.out_at", "fleet.scaling.steps")
        yield Finding("TF-R042", field, message, hint)


@rule
def cooldown_has_an_effect(c: Context) -> Findings:
    scaling = _scaling(c)
    if not scaling or scaling.out_at is not None:
        return
    mechanism = "track" if scaling.track_cpu or scaling.track_requests else "steps"
    for side in ("out", "in"):
        if c.is_set(f"fleet.scaling.cooldown.{side}"):
            message = f"AWS ignores a cooldown with `{mechanism}`: there a server counts once it is warm (`warmup`)."
            hint = f"Leave `cooldown` out, or use `out_at` in place of `{mechanism}`."
            yield Finding("TF-R043", f"fleet.scaling.cooldown.{side}", message, hint)


@rule
def warm_pool_is_within_the_maximum(c: Context) -> Findings:
    fleet, scaling = c.architecture.fleet, _scaling(c)
    if fleet and scaling and scaling.warm_pool > fleet.servers_max:
        message = f"{scaling.warm_pool} servers would wait, and at most {fleet.servers_max} can run."
        yield Finding("TF-R044", "fleet.scaling.warm_pool", message, "A few are enough: those that start in a minute.")


@rule
def requests_need_an_application_balancer(c: Context) -> Findings:
    balancer, scaling = c.architecture.balancer, _scaling(c)
    if scaling and scaling.track_requests and balancer and balancer.kind == "network":
        message = "A network balancer forwards connections and counts no requests."
        yield Finding("TF-R050", "fleet.scaling.track", message, "Track CPU: `track: 60%`; or `kind: application`.")


@rule
def schedules_can_run(c: Context) -> Findings:
    scaling = _scaling(c)
    for name, schedule in (scaling.schedules if scaling else {}).items():
        for field, text in (("cron", schedule.cron), ("until", schedule.until)):
            if text is not None and (reason := _cron_error(text)):
                path = ("fleet", "scaling", "schedules", name, field)
                hint = 'Five fields: "0 8 * * 1-5" is 8:00 from Monday to Friday.'
                yield Finding("TF-R045", path, f"This schedule never runs: {reason}.", hint)
        if schedule.zone not in (zones := _zones()):
            near = nearest(schedule.zone, zones, 2)
            hint = f"Nearest: {' or '.join(near)}." if near else "For example Europe/Berlin, America/New_York, UTC."
            path = ("fleet", "scaling", "schedules", name, "zone")
            yield Finding("TF-R046", path, f"There is no time zone `{schedule.zone}`.", hint)


@rule
def schedules_do_not_overlap(c: Context) -> Findings:
    """Two schedules at once set each other's limits; a single one without an end stays in force for ever."""
    scaling = _scaling(c)
    valid = {name: x for name, x in (scaling.schedules if scaling else {}).items() if _is_valid(x)}
    spans = {name: list(_spans(schedule)) for name, schedule in valid.items()}
    for (first, a), (second, b) in combinations(valid.items(), 2):
        endless = a.until is None and b.until is None
        if moment := _first_overlap(spans[first], spans[second], endless):
            path = ("fleet", "scaling", "schedules", second)
            at = f"{moment:%A, %d %B, %H:%M} UTC"
            message = f"`{first}` and `{second}` overlap on {at}: the later one's limits would win, and end both."
            yield Finding("TF-R047", path, message, "End one before the other begins, or join them.", key=True)
    if len(valid) == 1:
        [(name, schedule)] = valid.items()
        if schedule.until is None:
            message = f"Nothing ends `{name}`: after its first start at least {schedule.servers_min} servers run."
            hint = 'Set `until: "0 20 * * 1-5"`, or add a schedule for the rest of the time.'
            yield Finding("TF-R048", ("fleet", "scaling", "schedules", name), message, hint, key=True)


def _cron_error(text: str) -> str:
    try:
        cron.parse(text)
    except ValueError as reason:
        return str(reason)
    return ""


def _zones() -> set[str]:
    from zoneinfo import available_timezones  # late: 2 ms that only schedules need

    return available_timezones()


def _is_valid(schedule: Schedule) -> bool:
    texts = (schedule.cron, schedule.until or schedule.cron)
    return schedule.zone in _zones() and not any(map(_cron_error, texts))


def _first_overlap(a: Spans, b: Spans, endless: bool) -> datetime | None:
    """The first moment of the year at which both are in force; None when there is none. `endless`: nothing ends
    either of them but the other."""
    spans = sorted([(begin, end, 0) for begin, end in a] + [(begin, end, 1) for begin, end in b])
    ends = [NEVER, NEVER]
    for begin, end, which in spans:
        if begin < ends[1 - which] or (endless and begin == ends[1 - which]):
            return begin
        ends[which] = max(ends[which], end)
    return None


def _spans(schedule: Schedule) -> Iterator[tuple[datetime, datetime]]:
    """From each start to the next end. Without `until` a schedule is a moment: another one takes over from it."""
    starts = cron.parse(schedule.cron).times(FIRST_DAY, DAYS, schedule.zone)
    if schedule.until is None:
        yield from ((start, start) for start in starts)
        return
    ends = sorted(cron.parse(schedule.until).times(FIRST_DAY, DAYS, schedule.zone))
    at = 0
    for start in starts:
        while at < len(ends) and ends[at] <= start:
            at += 1
        yield start, ends[at] if at < len(ends) else FOREVER
