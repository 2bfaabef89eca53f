"""Fields written where they mean nothing: of a later stage, or of one that is left behind."""

from collections.abc import Mapping
from typing import Any

from blueprints.reading.draft import Draft, Route
from blueprints.source.problem import Problem, severity
from blueprints.stages import presets, shape
from blueprints.stages.presets import Capability


def misplaced(draft: Draft, environment: str | None, values: Mapping[Route, Any]) -> list[Problem]:
    """A field at the top is fine when any environment has its capability: environments may be at different stages."""
    current = _shape_of(values)
    base = _shape_of(draft.base)
    anywhere = base | current
    for change in draft.environments.values():
        anywhere |= _shape_of({**draft.base, **change})
    found = _in_layer(draft, draft.base, (), anywhere, draft.base[("stage",)])
    if environment in draft.environments:
        top: Route = ("environments", environment or "")
        found += _in_layer(draft, draft.environments[environment or ""], top, current, values[("stage",)])
    return found


def _shape_of(values: Mapping[Route, Any]) -> frozenset[str]:
    stage, before = values[("stage",)], values.get(("promoting_from",))
    return shape.capabilities(stage, before, values.get(("with",), ()), values.get(("without",), ()))


def _in_layer(draft: Draft, layer: Mapping[Route, Any], top: Route, have: frozenset[str], stage: int) -> list[Problem]:
    found: dict[Route, Problem] = {}
    for route in layer:
        capability = presets.owner_of(route)
        if capability is None or capability.name in have or not capability.available:
            continue
        field = _field(capability, route)
        at = (*top, *field)
        if at in found:
            continue
        code, message, hint = _explain(capability, ".".join(field), stage)
        found[at] = draft.problem(code, severity(code), at, message, hint, key=True)
    return list(found.values())


def _field(capability: Capability, route: Route) -> Route:
    named = [tuple(name.split(".")) for name in capability.fields]
    return max((parts for parts in named if route[: len(parts)] == parts), key=len)


def _explain(capability: Capability, field: str, stage: int) -> tuple[str, str, str]:
    first, here = presets.presets()[capability.stage], presets.presets()[stage]
    if capability.stage <= stage:
        by = next((c.name for c in presets.capabilities().values() if c.replaces == capability.name), None)
        why = f"{by} takes its place" if by and by != capability.name else "it is left out by `without`"
        return (
            "TF-S010",
            f"`{field}` has no effect at stage {here.label}: {why}.",
            "Remove it, or keep it for `--stage`.",
        )
    message = f"`{field}` comes with stage {first.label}; this is stage {here.label}."
    return "TF-S003", message, f"Move on, or take it early: with: [{', '.join(_together(capability, stage))}]."


def _together(capability: Capability, stage: int) -> list[str]:
    """The capability and everything it needs that the stage does not have."""
    wanted, found = [capability.name], []
    while wanted:
        name = wanted.pop(0)
        one = presets.capabilities()[name]
        if name not in found and one.stage > stage:
            found.append(name)
            wanted += one.needs
    return found
