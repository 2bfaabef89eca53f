"""A simulated run of a service's pods for a person and for a program."""

import textwrap
from collections.abc import Iterator
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.foresight.pods import PodRun
from tenfold.render.lines import WIDTH, labelled_lines, paint
from tenfold.render.simulation import plot_lines
from tenfold.wording import quantity

_LABEL = 11  # columns of the labels


def as_text(a: Architecture, service: str, title: str, run: PodRun, color: bool) -> str:
    heading = " · ".join((*a.title, f"stage {a.stage} {a.stage_name}", f"service {service}", title))
    lines = [paint(line, "bold", color) for line in textwrap.wrap(heading, WIDTH)]
    lines += labelled_lines("service", _pods(run), _LABEL)
    lines += ["", *plot_lines("vCPUs", run.load), "", *plot_lines("pods", run.pods), ""]
    for label, what in _summary(run):
        lines += labelled_lines(label, what, _LABEL)
    if run.minutes_at_most:
        finding = (
            f"for {run.minutes_at_most} min all {quantity(run.plan.pods_max, 'pod')} ran fuller than they should, and "
            f"there were no more: services.{service}.pods"
        )
        lines += [paint(line, "yellow", color) for line in labelled_lines("too small", finding, _LABEL)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _pods(run: PodRun) -> str:
    plan, target = run.plan, run.plan.target_cpu_fraction
    each = f"{run.cpu_millicores}m × {target:.0%} = {run.cpu_millicores * target:g}m"
    ready = f"a new one is ready after {run.starts_seconds} s"
    return f"{plan.pods}-{plan.pods_max} pods, one for each {each} that all of them use; {ready}"


def _summary(run: PodRun) -> Iterator[tuple[str, str]]:
    least, most = min(run.pods), max(run.pods)
    yield "pods", f"{least if least == most else f'{least} to {most}'}, {run.pod_hours:,.1f} pod hours"
    full = run.minutes_over(1)
    yield "busy", f"{full} min in which a pod used more than it requests, at most {max(run.busy):.0%} of it"
    yield "changes", str(run.changes)


def as_json(a: Architecture, service: str, curve: str, run: PodRun) -> dict[str, Any]:
    return {
        "blueprint": {"name": a.name, "environment": a.environment, "stage": a.stage},
        "service": service,
        "curve": curve,
        "minutes": len(run.load),
        "least_pods": min(run.pods),
        "most_pods": max(run.pods),
        "pod_hours": round(run.pod_hours, 3),
        "minutes_over_request": run.minutes_over(1),
        "minutes_at_most": run.minutes_at_most,
        "changes": run.changes,
        "load": [round(vcpus, 3) for vcpus in run.load],
        "pods": list(run.pods),
        "busy": [round(busy, 4) for busy in run.busy],
    }
