"""Fields without effect: those of a later stage, of one that is left behind, and those without a value."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.blueprints.grammar.lookup import field_at
from tenfold.blueprints.reading.draft import Draft, Settings
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.source.problem import Problem
from tenfold.blueprints.source.report import problem_at
from tenfold.blueprints.stages import presets, selection
from tenfold.blueprints.stages.presets import Capability


def misplaced_fields(draft: Draft, environment: str | None, values: Mapping[Route, Any]) -> Iterator[Problem]:
    """A field at the top is valid when any environment has its capability: environments may be at different stages."""
    own = _capabilities(values)
    any_environment = own.union(
        _capabilities(draft.base), *(_capabilities(draft.settings(name)) for name in draft.environments)
    )
    yield from _without_capability(draft, draft.base, (), any_environment, draft.base[("stage",)])
    if environment is not None and environment in draft.environments:
        prefix = ("environments", environment)
        yield from _without_capability(draft, draft.environments[environment], prefix, own, values[("stage",)])


def _capabilities(values: Mapping[Route, Any]) -> frozenset[str]:
    stage, before = values[("stage",)], values.get(("promoting_from",))
    return selection.capabilities(stage, before, values.get(("with",), ()), values.get(("without",), ()))


def _without_capability(
    draft: Draft, settings: Settings, prefix: Route, capabilities: frozenset[str], stage: int
) -> Iterator[Problem]:
    """A problem for each field or section whose capability is missing; `prefix` is where the settings are."""
    reported: set[Route] = set()
    for route in settings:
        capability = presets.owner_of(route)
        if capability is None or capability.name in capabilities:
            continue
        field = _owned_field(capability, route)
        if field in reported:
            continue
        reported.add(field)
        code, message, hint = _explain(capability, ".".join(field), stage)
        yield problem_at(draft.source, code, (*prefix, *field), message, hint, key=True)


def _owned_field(capability: Capability, route: Route) -> Route:
    """The field or section that the capability owns and that holds the value."""
    owned = [tuple(name.split(".")) for name in capability.fields]
    return max((parts for parts in owned if route[: len(parts)] == parts), key=len)


def _explain(capability: Capability, field: str, stage: int) -> tuple[str, str, str]:
    """(code, message, hint)."""
    first, current = presets.presets()[capability.stage], presets.presets()[stage]
    if capability.stage <= stage:
        successor = next((c.name for c in presets.capabilities().values() if c.replaces == capability.name), None)
        replaced = successor and successor != capability.name
        why = f"{successor} has replaced it" if replaced else "it is left out by `without`"
        message = f"`{field}` has no effect at stage {current.label}: {why}."
        return "TF-S010", message, "Remove it, or keep it for `--stage`."
    message = f"`{field}` comes with stage {first.label}; this is stage {current.label}."
    needed = ", ".join(_with_needs(capability, stage))
    return "TF-S003", message, f"Use that stage, or take it early: with: [{needed}]."


def _with_needs(capability: Capability, stage: int) -> list[str]:
    """The capability, and everything it needs that the stage does not have."""
    waiting, names = [capability.name], []
    while waiting:
        name = waiting.pop(0)
        needed = presets.capabilities()[name]
        if name not in names and needed.stage > stage:
            names.append(name)
            waiting += needed.needs
    return names


@rule
def fields_have_a_value(c: Context) -> Findings:
    """`region:` without a value. In an environment that is meant: it takes back the value of the top."""
    for route in sorted(c.draft.removed):
        field = field_at(route)
        if route[0] == "environments" or field is None or field.section[0] or c.is_set(".".join(route)):
            continue
        effect = f"the default is used: {c.values[route]}" if route in c.values else "it has no effect"
        hint = "Write a value, or remove the line."
        yield Finding("TF-S017", route, f"`{route[-1]}` is empty, so {effect}.", hint, key=True)
