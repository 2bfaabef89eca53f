"""The engine's own account of a preview or a refresh as a difference: its word on what changes and how, with values and
effects as `tenfold diff` has them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tenfold.diff import checkpoint, effects
from tenfold.diff.compare import compare
from tenfold.diff.model import CREATE, DELETE, PROTECT, REPLACE, UPDATE, Change, Difference, Property
from tenfold.diff.values import Difference as Values
from tenfold.engine.progress import Progress
from tenfold.graph import STACK_TYPE, Graph, Resource

_OPS = {"create": CREATE, "import": CREATE, "update": UPDATE, "replace": REPLACE, "delete": DELETE}


def difference(resources: Iterable[checkpoint.State], progress: Progress) -> Difference:
    """`resources` are the resources of the state the engine began with."""
    steps = {step["urn"]: step for step in progress.steps if _op(step)}
    state = checkpoint.graph(r for r in resources if r["type"] != STACK_TYPE and not r.get("delete"))
    before = Graph({urn: _with(resource, steps, "old") for urn, resource in state.resources.items()})
    after = {
        urn: _with(resource, steps, "new") for urn, resource in state.resources.items() if not _goes(steps.get(urn))
    }
    after |= {urn: _created(step, progress) for urn, step in steps.items() if urn not in after and not _goes(step)}
    compared = compare(before, Graph(after))
    details = {change.urn: change for change in compared.changes}
    changes = [
        _agreed(step, details.get(urn), before.resources.get(urn), after.get(urn)) for urn, step in steps.items()
    ]
    kept = tuple(resource for urn, resource in after.items() if resource.keeps and not _is_replaced(steps.get(urn)))
    stay = sum(r.custom and not r.type.startswith("pulumi:") for urn, r in before.resources.items() if urn not in steps)
    return replace(compared, changes=tuple(changes), kept=kept, unchanged=stay)


def _is_replaced(step: Mapping[str, Any] | None) -> bool:
    return step is not None and step["op"] in ("create", "replace")


def _op(step: Mapping[str, Any]) -> str:
    """What happens in the words of a difference; nothing for what stays as it is."""
    if step["op"] == "same" and step["protect"] != step["protect_after"]:
        return PROTECT
    return _OPS.get(step["op"], "")


def _goes(step: Mapping[str, Any] | None) -> bool:
    return step is not None and step["op"] == "delete"


def _with(resource: Resource, steps: Mapping[str, Mapping[str, Any]], side: str) -> Resource:
    """Both sides as the engine's events have them: with secrets masked alike."""
    step = steps.get(resource.urn)
    if not step:
        return resource
    protect = step["protect" if side == "old" else "protect_after"]
    return resource._replace(inputs=step[side] or resource.inputs, protect=protect)


def _created(step: Mapping[str, Any], progress: Progress) -> Resource:
    return Resource(
        urn=step["urn"],
        type=step["type"],
        name=step["name"],
        parent=progress.parents.get(step["urn"], ""),
        component=progress.component(step["urn"]),
        custom=not step["type"].startswith("tenfold:"),
        inputs=step["new"],
    )


def _agreed(step: Mapping[str, Any], detail: Change | None, old: Resource | None, new: Resource | None) -> Change:
    """The change the comparison found, where the engine says the same; else what the engine alone says."""
    op = _op(step)
    if detail and detail.op == op and (detail.properties or op != UPDATE):
        return detail
    about = new or old
    assert about is not None
    properties = tuple(_property(path, kind, about) for path, kind in step["diff"].items() if not path.startswith("__"))
    effect, because = effects.of_resource(op, old or about, properties)
    return Change.of(
        op,
        about,
        keeps=(old or about).keeps,
        effect=effect,
        properties=properties,
        because=because,
        protect=about.protect,
    )


def _property(path: str, kind: str, about: Resource) -> Property:
    """The engine names the place and not the values: outputs, of which no input tells."""
    effect = effects.of_change(about.type, about.name, Values(path, None, None, False), about.inputs)
    return Property(path, None, None, kind.endswith("-replace"), *effect[:3])
