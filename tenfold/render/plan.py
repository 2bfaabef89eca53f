"""A plan for a person (100 columns, colour never the only carrier) and for a program."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenfold import secrecy
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.stages.presets import presets
from tenfold.foresight.cost import Estimate
from tenfold.graph import Graph
from tenfold.render import cost as costs
from tenfold.render import cost_document
from tenfold.render.lines import WIDTH, labelled_lines, paint, wrapped_lines
from tenfold.render.tiers import Tier, tiers
from tenfold.wording import quantity

_BELOW = "\n  "
_BESIDE = 24  # columns that words need beside a tier's name; else they are below it
_KEEPS = {"data": "◆ keeps data", "identity": "◆ identity"}


def as_json(architecture: Architecture, graph: Graph, cost: Estimate | None = None) -> dict[str, Any]:
    """The graph, the words about each component, and the costs."""
    components = [
        {
            "name": tier.name,
            "words": tier.words,
            "reason": tier.reason,
            "resources": len(tier.resources),
            "keeps": tier.keeps,
        }
        for tier in tiers(architecture, graph)
    ]
    about = {
        "name": architecture.name,
        "environment": architecture.environment,
        "stage": architecture.stage,
        "region": architecture.region,
    }
    estimate = {"estimate": cost_document.summary(architecture, cost)} if cost else {}
    return {**graph.as_json(), "blueprint": about, "components": components, **estimate}


def as_text(
    architecture: Architecture,
    graph: Graph,
    cost: Estimate | None = None,
    *,
    color: bool = False,
    verbose: bool = False,
) -> str:
    parts = tiers(architecture, graph)
    rows = [
        _header(architecture, sum(len(tier.resources) for tier in parts), color),
        *_components(parts, color, verbose),
        *_existing(architecture),
        *_overrides(architecture, graph),
        *_recovery(architecture),
        *(_estimate(architecture, cost, color) if cost else ()),
        *(_finding(line, color) for line in _findings(architecture, cost)),
        *_outgrown(architecture),
    ]
    return "\n".join(rows) + "\n"


def _header(a: Architecture, total: int, color: bool) -> str:
    promoting = f" (promoting from {a.promoting_from})" if a.promoting_from else ""
    title = " · ".join((*a.title, f"stage {a.stage} {a.stage_name}{promoting}", a.region))
    count = f"{total} resources"
    gap = WIDTH - len(title) - len(count)
    return f"{paint(title, 'bold', color)}{' ' * gap if gap > 1 else _BELOW}{count}"


def _components(parts: Sequence[Tier], color: bool, verbose: bool) -> Iterator[str]:
    label = max((len(tier.name) for tier in parts), default=0) + 2
    count = max((len(str(len(tier.resources))) for tier in parts), default=0)
    reason = max((len(tier.reason) for tier in parts), default=0)
    room = WIDTH - 2 - label - 2 - count - 2 - reason - 2 - len(_KEEPS["data"])
    beside = room >= _BESIDE
    for tier in parts:
        first, *more = _lines(tier.words, room) if beside else ["", *_lines(tier.words, WIDTH - 4)]
        keeps = f"  {paint(_KEEPS[tier.keeps], 'cyan', color)}" if tier.keeps else ""
        why = paint(f"{tier.reason:<{reason}}", "dim", color)
        row = f"  {tier.name:<{label}}{first:<{max(0, room)}}  {len(tier.resources):>{count}}  {why}{keeps}"
        yield row.rstrip() if not color else row
        for line in more:
            yield f"  {'':<{label if beside else 2}}{line}"
        if verbose:
            yield from _resources(tier, label, color)


def _lines(words: str, room: int) -> list[str]:
    """Most words fit."""
    return [words] if len(words) <= room else wrapped_lines(words, room)


def _resources(tier: Tier, label: int, color: bool) -> Iterator[str]:
    for resource in sorted(tier.resources, key=lambda resource: resource.name):
        mark = f"  {paint('◆', 'cyan', color)}" if resource.stateful else ""
        protected = "  protected" if resource.protect else ""
        yield f"  {'':<{label}}{resource.name:<44}{paint(resource.type, 'dim', color)}{mark}{protected}"


def _overrides(a: Architecture, graph: Graph) -> Iterator[str]:
    types = {resource.name: resource.type for resource in graph if resource.custom}
    for child, properties in secrecy.overrides(a.overrides, types).items():
        settings = ", ".join(
            f"{name} left out" if value is None else f"{name} = {json.dumps(value, ensure_ascii=False)}"
            for name, value in _leaves(properties)
        )
        yield from labelled_lines("overrides", f"{child}: {settings}")


def _leaves(properties: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is set, by path."""
    for name, value in properties.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield above + name, value


def _existing(a: Architecture) -> list[str]:
    """Existing resources that the stack uses and does not change."""
    network, database = a.network.existing, a.database.existing
    used = [
        *([f"{network.vpc} with {quantity(len(network.subnets), 'zone')}"] if network else []),
        *([f"the database {database.address}"] if database else []),
    ]
    return labelled_lines("uses", f"{' and '.join(used)}: there already, never changed or deleted") if used else []


def _recovery(a: Architecture) -> list[str]:
    """How soon the second region takes over, and how much is lost."""
    if a.standby is None or a.recovery is None:
        return []
    from tenfold.blueprints.recovery import arithmetic

    return labelled_lines("recovery", arithmetic.summary(a))


def _estimate(a: Architecture, cost: Estimate, color: bool) -> Iterator[str]:
    summary, above = costs.summary(a, cost)
    yield from (paint(line, "yellow", color and above) for line in labelled_lines("estimate", summary))


def _findings(a: Architecture, cost: Estimate | None) -> Iterator[str]:
    """Findings of a simulated day of the fleet, and of the declared campaign, each with its remedy."""
    day = cost.usage.day if cost else None
    if day is None and a.load.campaign <= 1:
        return
    from tenfold.foresight import findings  # late: most plans have none

    occasions = (
        [(f"on a day with {max(day.load):.4g} requests/s at most", one) for one in findings.findings(a, day)]
        if day
        else []
    )
    peak = a.load.peak * a.load.campaign
    occasions += [(f"in the declared campaign to {peak:.4g} requests/s", one) for one in findings.of_campaign(a)]
    for when, finding in occasions:
        fits = f"; better {finding.remedies[0].say}" if finding.remedies else ""
        what = f"{finding.kind.replace('-', ' ')} {when}: {finding.what}{fits}"
        yield from labelled_lines("finding", f"{what}; `tenfold simulate` shows it")


def _finding(line: str, color: bool) -> str:
    return paint(line, "yellow", color)


def _outgrown(a: Architecture) -> Iterator[str]:
    known = presets()
    following = known.get(a.stage + 1)
    when = known[a.stage].move_on_when
    if when and following:
        yield from labelled_lines("outgrown when", "; ".join(when) + f" → stage {following.label}")
