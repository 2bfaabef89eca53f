"""A simulated run of a queue's workers for a person and for a program."""

import textwrap
from collections.abc import Iterator
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.components.plans.backlog import worker_arithmetic
from tenfold.foresight.work import WorkRun
from tenfold.render.lines import WIDTH, labelled_lines, paint
from tenfold.render.simulation import plot_lines
from tenfold.wording import quantity

_LABEL = 11  # columns of the labels


def as_text(a: Architecture, title: str, run: WorkRun, color: bool) -> str:
    heading = " · ".join((*a.title, f"stage {a.stage} {a.stage_name}", f"queue {run.queue.queue_name}", title))
    lines = [paint(line, "bold", color) for line in textwrap.wrap(heading, WIDTH)]
    lines += labelled_lines("workers", _workers(run), _LABEL)
    for label, values in (("messages/s", run.load), ("workers", run.workers), ("waiting", run.waiting)):
        lines += ["", *plot_lines(label, values)]
    lines.append("")
    for label, what in _summary(run):
        lines += labelled_lines(label, what, _LABEL)
    if run.minutes_at_most:
        label, remedy = (
            ("too small", f"the peak keeps {run.keep_up:,} busy, so that many in workers.servers")
            if run.keep_up > run.size.most
            else ("too slow", "they catch up; a larger minimum in workers.servers is there from the beginning")
        )
        all_of_them = f"for {run.minutes_at_most} min all {quantity(run.size.most, 'worker')} ran"
        finding = f"{all_of_them}, and more waited than they can do in time: {remedy}"
        lines += [paint(line, "yellow", color) for line in labelled_lines(label, finding, _LABEL)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _workers(run: WorkRun) -> str:
    size = run.size
    least = str(size.least) if size.least == size.most else f"{size.least}-{size.most}"
    return f"{least}, {worker_arithmetic(run.queue)}; a new one works after {size.launch} min"


def _summary(run: WorkRun) -> Iterator[tuple[str, str]]:
    least, most = min(run.workers), max(run.workers)
    yield "workers", f"{least if least == most else f'{least} to {most}'}, {run.paid / 60:,.1f} server hours"
    yield "waiting", f"at most {max(run.waiting):,.0f} messages, the oldest for {max(run.oldest)} min"
    share = run.late / run.messages if run.messages else 0
    yield "late", f"{share:.2%} of {run.messages:,.0f} messages, to the minute"


def as_json(a: Architecture, curve: str, run: WorkRun) -> dict[str, Any]:
    return {
        "blueprint": {"name": a.name, "environment": a.environment, "stage": a.stage},
        "queue": run.queue.queue_name,
        "curve": curve,
        "minutes": len(run.load),
        "most_workers": max(run.workers),
        "server_hours": round(run.paid / 60, 3),
        "messages": round(run.messages, 3),
        "minutes_at_most": run.minutes_at_most,
        "late": round(run.late, 3),
        "most_waiting": round(max(run.waiting), 3),
        "oldest_minutes": max(run.oldest),
        "load": [round(rate, 3) for rate in run.load],
        "workers": list(run.workers),
        "waiting": [round(messages, 3) for messages in run.waiting],
        "oldest": list(run.oldest),
    }
