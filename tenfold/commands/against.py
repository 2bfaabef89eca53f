"""`tenfold diff FILE --against REV`: every environment as it was in a revision, and as it is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold import planning
from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.value import Value
from tenfold.foresight import estimates

if TYPE_CHECKING:
    from tenfold.blueprints.resolve import Resolution
    from tenfold.diff import Difference

SAME, CHANGED, NEW, REMOVED = "same", "changed", "new", "removed"


class Environment(Value):
    """`name` is None for the top of a file without environments; `difference` is None for one that is gone."""

    name: str | None
    change: str
    before: Architecture | None
    after: Architecture | None
    difference: Any = None
    costs: Any = None
    """Estimates before and after, where there is a difference; of nothing for a new one."""

    def as_json(self) -> dict[str, Any]:
        from tenfold.render import cost_document

        if self.difference is None:
            return {"change": self.change}
        return {"change": self.change, **self.difference.as_json(), "cost": cost_document.change(*self.costs)}


def environments(
    earlier: Path, file: Path, only: str | None, resolved: Callable[[Path, str | None], "Resolution"], compared: Any
) -> Iterator[Environment]:
    """`only` one, or all that are in either file. `resolved` and `compared` as in `tenfold.commands.diff`."""
    then, now = (_names(path) for path in (earlier, file))
    for name in [only] if only else list(dict.fromkeys([*now, *then])) or [None]:
        had, has = (not known or name in known for known in (then, now))
        if not had and not has:
            had = has = True  # neither knows it: resolving says so, with its place
        before = resolved(earlier, name) if had else None
        after = resolved(file, name) if has else None
        yield _environment(name, before, after, compared)


def _names(path: Path) -> list[str]:
    from tenfold.blueprints.reading.draft import open_draft

    draft = open_draft(path)
    return list(draft.environments) if draft.usable else []


def _environment(
    name: str | None, before: "Resolution | None", after: "Resolution | None", compared: Any
) -> Environment:
    old, new = (side.architecture if side else None for side in (before, after))
    if after is None:
        return Environment(name, REMOVED, old, new)
    difference = compared(before, after) if before else _from_nothing(after)
    change = NEW if before is None else CHANGED if difference or difference.refused else SAME
    assert new is not None
    return Environment(name, change, old, new, difference, estimates.estimate_change(old or new, after, difference))


def _from_nothing(after: "Resolution") -> "Difference":
    from tenfold.diff import compare
    from tenfold.graph import Graph

    return compare(Graph({}), planning.record(after, warn=False))


def with_refusals(difference: "Difference", before: "Resolution", after: "Resolution", file: Path) -> "Difference":
    """Also what `up` would refuse of this file where the earlier one is deployed: another name, a stage or a promotion
    that is leapt over, protection that goes for all at once."""
    from dataclasses import replace

    from tenfold.diff.model import Refusal
    from tenfold.refusals.renamed import renamed
    from tenfold.resolving import path_as_typed
    from tenfold.stacks import standing

    old, new = before.architecture, after.architecture
    assert old is not None and new is not None
    environment = new.environment if new.named else ""
    flags = f"{path_as_typed(file)}{f' --env {environment}' if environment else ''}"
    there = standing.read(standing.outputs(old))
    config = {"tenfold:blueprint": str(file), "tenfold:environment": old.environment}
    stacks = {f"{a.name}-{a.environment}": config for a in (old, new)}
    another = renamed(f"{new.name}-{new.environment}", str(file), new.environment, stacks)
    objections = [
        *standing.objections(there, new, after.values, f"tenfold promote {flags}"),
        *standing.unprotection(there, new, f"tenfold up {flags}"),
    ]
    refusals = [*([another] if another else []), *(Refusal(o.what, o.why, "; ".join(o.instead)) for o in objections)]
    return replace(difference, refused=(*refusals, *difference.refused))


def as_text(of: Environment, *, color: bool, verbose: bool) -> str:
    from tenfold.render import cost
    from tenfold.render import diff as render

    if of.before and of.after:
        title = render.heading(of.before, of.after)
        page = render.as_text(of.difference, title, of.after, color=color, verbose=verbose)
        return "\n".join([page.rstrip("\n"), *cost.change_lines(*of.costs)]) + "\n"
    there = of.after or of.before
    assert there is not None
    title = render.heading(there, there)
    if of.difference is None:
        text = "  stays      what is deployed: `tenfold destroy` takes it away, with the file as it was\n"
        return render.headline(title, ("no longer in the file", "yellow"), color=color) + "\n" + text
    head = render.headline(title, ("a new environment", "green"), color=color)
    rows = render.lines(of.difference, there, color=color, verbose=verbose)
    return "\n".join([head, *rows, *cost.change_lines(*of.costs)]) + "\n"
