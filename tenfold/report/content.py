"""What the page tells: each part from the module that also tells it in a terminal."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tenfold import planning
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import Resolution
from tenfold.blueprints.stages.presets import Preset, presets
from tenfold.blueprints.value import Value
from tenfold.diff import Difference, compare
from tenfold.foresight import advice, capacity, curves, estimates, findings, simulation
from tenfold.graph import Graph
from tenfold.pictures import boxes, change, svg
from tenfold.pictures.model import Picture
from tenfold.promotion.ahead import Ahead
from tenfold.render import advice as advised
from tenfold.render import cost, cost_document, diff
from tenfold.render import simulation as simulated

CURVES = ("daily", "campaign")
WAYS_OF_CHANGE = ("refused", "loses", "unprotects", "replaces", "removes", "restarts")
"""Sections of a difference that a reviewer looks at twice."""


class Image(Value):
    """Its own document, so that its style stays inside; `words` are for who does not see it."""

    uri: str
    words: str


class Section(Value):
    label: str
    risky: bool
    rows: Sequence[tuple[str, str]]


class Step(Value):
    title: str
    command: str
    sections: Sequence[Section]


class Plot(Value):
    title: str
    image: Image
    summary: Sequence[tuple[str, str]]
    findings: Sequence[str]


class Stage(Value):
    preset: Preset
    image: Image | None
    cost: str
    """Cost of a month, or the reason why the blueprint does not fit the stage."""


class Report(Value):
    title: str
    verdict: str
    safe: bool
    image: Image
    steps: Sequence[Step]
    stays: Sequence[Section]
    leftovers: Sequence[str]
    cost: Mapping[str, Any]
    """As `tenfold cost --json`, of the later stage."""
    cost_change: Mapping[str, Any] | None
    budget: str
    preset: Preset
    limits: Mapping[str, Any]
    """As `tenfold advise --json`, from `load` alone."""
    plots: Sequence[Plot]
    stages: Sequence[Stage]


class Side(Value):
    """One of the two that are compared."""

    resolution: Resolution
    graph: Graph

    @property
    def architecture(self) -> Architecture:
        assert self.resolution.architecture is not None
        return self.resolution.architecture


def side(resolution: Resolution, *, warn: bool) -> Side:
    return Side(resolution, planning.record(resolution, warn=warn))


def gather(file: Path, environment: str | None, before: Side | None, after: Side) -> Report:
    """`before` is None where one stage alone is shown."""
    a = after.architecture
    picture, steps, whole = boxes.picture(a), None, None
    if before:
        whole = compare(before.graph, after.graph)
        steps = planning.ahead(before.resolution, after.resolution, environment, warn=False)
        picture = change.between(boxes.picture(before.architecture), picture, whole, a.name)
        whole = steps.whole if steps else whole
    of = estimates.estimate(after.resolution, after.graph)
    verdict, style = diff.verdict(*_differences(steps, whole)) if whole else ("", "green")
    return Report(
        title=diff.heading(before.architecture, a) if before else picture.title,
        verdict=verdict,
        safe=style == "green",
        image=_image(picture),
        steps=tuple(_change_steps(steps, whole, after)),
        stays=tuple(_sections(whole, a, stays=True)) if whole else (),
        leftovers=steps.leftovers if steps else (),
        cost=cost_document.whole(a, of),
        cost_change=_cost_change(before, after, whole) if before and whole else None,
        budget=cost.budget(a, of)[0],
        preset=presets()[a.stage],
        limits=_limits(a, after.resolution),
        plots=tuple(_plots(a, after.resolution)),
        stages=tuple(_stages(file, environment)),
    )


def _differences(steps: Ahead | None, whole: Difference) -> Sequence[Difference]:
    return tuple(phase.difference for phase in steps.phases) if steps else (whole,)


def _change_steps(steps: Ahead | None, whole: Difference | None, after: Side) -> Iterator[Step]:
    if steps:
        for phase in steps.phases:
            sections = tuple(_sections(phase.difference, phase.architecture, stays=False))
            yield Step(f"{phase.step.kind}: {phase.step.title}", phase.step.command, sections)
    elif whole:
        yield Step("all at once", "", tuple(_sections(whole, after.architecture, stays=False)))


def _sections(difference: Difference, a: Architecture, *, stays: bool) -> Iterator[Section]:
    for label, _, rows in diff.sections(difference, a):
        if rows and label != diff.LOCKED and (label in diff.STAYS) == stays:
            yield Section(label, label in WAYS_OF_CHANGE, tuple(rows))


def _cost_change(before: Side, after: Side, whole: Difference) -> Mapping[str, Any]:
    return cost_document.change(*estimates.estimate_change(before.architecture, after.resolution, whole))


def _limits(a: Architecture, resolution: Resolution) -> Mapping[str, Any]:
    lower = advice.lower_stage(resolution)
    of = advice.advise(a, {}, capacity.rows(a, resolution.sets), lower is not None)
    return advised.as_json(a, of, advised.Beside((), (), (), advised.basis({}, False, resolution.sets)))


def _plots(a: Architecture, resolution: Resolution) -> Iterator[Plot]:
    """Of a fleet that follows its load."""
    if a.fleet is None or a.fleet.scaling is None:
        return
    for name in CURVES:
        load, title = curves.curve_named(name, a.load.peak * (a.load.campaign if name == "campaign" else 1))
        run = simulation.run_of(a, load)
        summary = tuple(simulated.summary(run, estimates.servers_cost(resolution, run.paid)))
        legend = "; ".join(f"{label}: {what}" for label, what in summary)
        sentences = tuple(each.what for each in findings.findings(a, run))
        yield Plot(title, _embedded(simulated.as_svg(a, title, run), legend), summary, sentences)


def _stages(file: Path, environment: str | None) -> Iterator[Stage]:
    """All that there are, as the blueprint would be at each."""
    for number, preset in presets().items():
        resolution, graph, why = planning.at_stage(file, environment, number)
        a = resolution.architecture
        if graph is None or a is None:
            yield Stage(preset, None, why)
            continue
        yield Stage(preset, _image(boxes.picture(a)), cost.summary(a, estimates.estimate(resolution, graph))[0])


def _image(picture: Picture) -> Image:
    return _embedded(svg.draw_picture(picture), picture.words)


def _embedded(document: str, words: str) -> Image:
    return Image(f"data:image/svg+xml;base64,{b64encode(document.encode()).decode()}", words)
