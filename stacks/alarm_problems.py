"""What is wrong with `signals.alarms`: known only when all that is observed is."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.signals import Alarm
from tenfold.blueprints.checks import unusable
from tenfold.blueprints.origin import ENVIRONMENT, HOUSE_RULES
from tenfold.blueprints.resolve import Resolution, resolve
from tenfold.blueprints.rules.rule import Context, Finding, Findings
from tenfold.blueprints.source.document import Unreadable, read
from tenfold.blueprints.source.problem import Problem, in_file_order
from tenfold.blueprints.source.words import nearest, one_of
from tenfold.components.plans.catalogue import UNITS, kind
from tenfold.components.plans.signals import PlannedSignal, unfit
from tenfold.stacks.subjects import alarms, kind_of

_SHOWN = 40  # names in a message; `explain` has all
_FORMS = {
    "percent": "a share: 90%",
    "seconds": "a time: 250ms, 20s",
    "bytes": "a size: 500MiB, 2GiB",
    "count": "a plain number: 20",
}


def judge_alarms(resolution: Resolution) -> Resolution:
    """The resolution with the problems of its alarms; without an architecture where one of them is an error. Alarms are
    judged beside other errors too."""
    problems = list(_problems(resolution))
    if not problems:
        return resolution
    architecture = None if any(problem.is_error for problem in problems) else resolution.architecture
    return replace(resolution, problems=in_file_order([*resolution.problems, *problems]), architecture=architecture)


def _problems(resolution: Resolution) -> Iterator[Problem]:
    context = resolution.context()
    a = context.architecture
    if broken := list(_broken_kinds(a)):
        yield from broken
        return
    there = alarms(a)
    for name, alarm in a.signals.alarms.items():
        if name in there:
            findings = _unfit(context, there[name], alarm)
        elif resolution.shape_is_certain or not kind_of(name):
            findings = _missing(context, name, there)
        else:  # it may be there once the other errors are mended
            continue
        yield from filter(None, map(context.problem, findings))


def _broken_kinds(a: Architecture) -> Iterator[Problem]:
    """Files of `own/alarms/` that cannot be used."""
    for file in a.own.files("alarms", ".yaml") if a.own else ():
        try:
            added = {file.stem: read(file).data}
            kind(file.stem, added)
            alarms(a, added)  # with the facts of this stack
        except (Unreadable, ValueError) as error:
            yield unusable(str(file), getattr(error, "line", 0) or 1, str(error))


def _missing(context: Context, name: str, there: Mapping[str, PlannedSignal]) -> Findings:
    """An alarm that this stack does not have. A setting for another environment, or for any blueprint of the house, is
    fine; one for another stage is a warning, or no promotion could begin."""
    route = _route(context, name)
    origin = context.origins[route]
    kind = kind_of(name)
    if kind and origin.kind == HOUSE_RULES:
        return
    own = origin.kind == ENVIRONMENT or not context.draft.environments
    if not own and any(name in other for other in _elsewhere(context)):
        return
    if kind and not any(kind_of(other) == kind for other in there):
        message = f"There is no alarm `{name}` at stage {context.architecture.stage}: nothing of its kind is observed."
        yield Finding("TF-R154", route[:-1], message, "Remove it, or keep it for `--stage`.", key=True)
        return
    near = nearest(name, there, 3)
    names = ", ".join(list(there)[:_SHOWN]) + (", …" if len(there) > _SHOWN else "")
    listed = f"`tenfold explain FILE signals.alarms` lists all {len(there)} of this stage."
    hint = f"Did you mean {one_of(near)}? {listed}" if near else f"Alarms at this stage: {names}."
    yield Finding("TF-R150", route[:-1], f"There is no alarm `{name}`.", hint, key=True)


def _elsewhere(context: Context) -> Iterator[Mapping[str, PlannedSignal]]:
    for environment in context.draft.environments:
        other = resolve(context.draft, environment=environment).assumed
        if other is not None:
            yield alarms(other)


def _unfit(context: Context, item: PlannedSignal, alarm: Alarm) -> Findings:
    if alarm.threshold:
        yield from _threshold(item, alarm.threshold)
    if alarm.seconds:
        yield from _time(item, alarm.seconds)
    if not alarm.rings:
        yield from _silent(context, item)


def _threshold(item: PlannedSignal, threshold: tuple[str, float]) -> Findings:
    at, signal, (written, number) = f"signals.alarms.{item.name}.threshold", item.signal, threshold
    measure = UNITS[signal.unit][0]
    if written != measure:
        what = next(iter(signal.metrics.values())).name if not signal.expression else signal.name
        message = f"`{item.name}` does not compare with {_FORMS[written].partition(':')[0]}; it measures {what}."
        yield Finding("TF-R151", at, message, f"It takes {_FORMS[measure]}.")
    elif signal.comparison == "above" and measure == "percent" and number >= 100:
        yield Finding("TF-R151", at, "A share is never above 100%, so it never rings.", _QUIET)
    elif signal.comparison == "below" and number <= 0:
        yield Finding("TF-R151", at, "It is never below 0, so it never rings.", _QUIET)
    elif signal.comparison == "below_usual" and number <= 0:
        message = "It is how many standard deviations below the usual are news; more than 0."
        yield Finding("TF-R151", at, message, f"The default is {signal.threshold}.")


_QUIET = "Choose a threshold that it can reach, or switch the alarm off: `rings: false`."


def _time(item: PlannedSignal, seconds: int) -> Findings:
    if why := unfit(item.signal, seconds):
        period = item.signal.seconds
        examples = "1h, 2h, 1d" if period >= 3600 else f"{period // 60}m, {period // 30}m, {period // 6}m"
        message = f"{why[0].upper()}{why[1:]}."
        yield Finding("TF-R152", f"signals.alarms.{item.name}.for", message, f"Valid: {examples}.")


def _silent(context: Context, item: PlannedSignal) -> Findings:
    at, limits = f"signals.alarms.{item.name}.rings", context.draft.house.limits
    patterns = [pattern for pattern in limits.get("must_ring") or () if fnmatchcase(item.name, pattern)]
    if patterns:
        message = f"House rules do not allow `{item.name}` to be switched off ({one_of(patterns)})."
        yield Finding("TF-H008", at, message, f"See {context.draft.house.file}.")
    elif item.signal.protects:
        message = f"Nobody is notified any more: {item.signal.why}"
        yield Finding("TF-R153", at, message, "Set another `threshold` or `for` instead, or remove `rings: false`.")
    elif item.signal.actions:
        message = f"Without the alarm EC2 does not {one_of(item.signal.actions)} the server by itself."
        yield Finding("TF-R153", at, message, "Remove `rings: false`.")


def _route(context: Context, name: str) -> tuple[str, ...]:
    """The first field that is set for an alarm, as the blueprint's own layer has it."""
    return next(route for route in context.origins if route[:3] == ("signals", "alarms", name))
