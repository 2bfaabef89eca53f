"""The results of a load test, for a person and for a program."""

from collections.abc import Iterator
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.loadtest.cpu_per_request import measure_cpu
from tenfold.loadtest.results import Step
from tenfold.loadtest.verdict import Verdict, broken_goals
from tenfold.render.lines import labelled_lines, paint

_LABEL = 11


def as_text(a: Architecture, of: Verdict, color: bool) -> str:
    heading = " · ".join((*a.title, f"stage {a.stage} {a.stage_name}", f"declared peak {a.load.peak:,g} requests/s"))
    return "\n".join((paint(heading, "bold", color), *_lines(a, of, color))) + "\n"


def _lines(a: Architecture, of: Verdict, color: bool) -> Iterator[str]:
    yield f"  {'× peak':>8}{'offered/s':>11}{'reached/s':>11}{'usual ms':>10}{'p99 ms':>10}{'failed':>9}"
    for step in of.steps:
        why = broken_goals(step, a.load.slowest_acceptable, a.signals.errors)
        row = (
            f"  {step.offered / a.load.peak:>8.3g}{step.offered:>11,.0f}{step.reached:>11,.0f}"
            f"{step.usual * 1000:>10,.0f}{step.slowest * 1000:>10,.0f}{step.errors:>9.1%}"
        )
        yield paint(f"{row}  {'broke' if why else 'held'}", "red" if why else "", color)
    for label, what in _summary(a, of):
        yield from labelled_lines(label, what, _LABEL)


def _summary(a: Architecture, of: Verdict) -> Iterator[tuple[str, str]]:
    if of.breaks:
        yield "broke first", f"{_times(a, of.breaks)}: {'; '.join(of.why)}"
    yield "capacity", capacity(of)
    if of.curve:
        most = (
            f", {of.curve.most:,.0f} requests/s at its maximum" if of.curve.most else ", without a top in what was seen"
        )
        shape = f"contention {of.curve.contention:.2%}, crosstalk {of.curve.crosstalk:.3%}{most}"
        yield "curve", f"{shape}: the universal scalability law through {len(of.steps)} steps"
    if new := measure_cpu(a, of):
        what = f"a request took at most {new.cpu * 1000:.0f} ms of CPU: {new.answered:,.0f}/s on {new.vcpus:g} vCPUs"
        yield "measured", f"{what} ({new.servers}); the blueprint has {a.load.cpu_per_request * 1000:.0f} ms"
    if of.breaks and not of.generator:
        yield "which part", "by what CloudWatch saw in those minutes: the dashboard of `tenfold outputs`"


def capacity(of: Verdict) -> str:
    if of.generator:
        least = f"at least {of.holds.reached:,.0f} requests/s" if of.holds else "not known"
        return f"{least}: beyond, the machine of the test was the limit; use more of them"
    if of.breaks and of.holds:
        return f"between {of.holds.reached:,.0f} and {of.breaks.offered:,.0f} requests/s"
    if of.breaks:
        return f"below {of.breaks.offered:,.0f} requests/s: the lowest step broke already"
    return f"at least {of.steps[-1].reached:,.0f} requests/s: every step held"


def _times(a: Architecture, step: Step) -> str:
    return f"{step.offered / a.load.peak:.3g} × the peak"


def as_json(a: Architecture, of: Verdict) -> dict[str, Any]:
    """Rates in requests a second, times in seconds, errors as a fraction."""
    new = measure_cpu(a, of)
    return {
        "blueprint": {"name": a.name, "environment": a.environment, "stage": a.stage},
        "declared_peak": a.load.peak,
        "steps": [_step(a, step) for step in of.steps],
        "holds": of.holds.reached if of.holds else None,
        "breaks": of.breaks.offered if of.breaks else None,
        "why": list(of.why),
        "generator_was_the_limit": of.generator,
        "cpu_per_request_at_most": new.cpu if new else None,
        "curve": {
            "alone": of.curve.alone,
            "contention": of.curve.contention,
            "crosstalk": of.curve.crosstalk,
            "most": of.curve.most,
        }
        if of.curve
        else None,
    }


def _step(a: Architecture, step: Step) -> dict[str, Any]:
    return {
        "times_the_peak": step.offered / a.load.peak,
        "wanted": step.offered,
        "reached": step.reached,
        "usual": step.usual,
        "p99": step.slowest,
        "errors": step.errors,
        "dropped": step.dropped,
        "broke": list(broken_goals(step, a.load.slowest_acceptable, a.signals.errors)),
    }
