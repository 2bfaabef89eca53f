"""`tenfold diff FILE… --against REV`: every environment as it was in a revision, and as it is."""

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold import parallel, planning
from tenfold.blueprints.reading.draft import Draft, open_draft
from tenfold.blueprints.source.problem import Problem, in_file_order
from tenfold.blueprints.value import Value
from tenfold.failure import WrongBlueprint
from tenfold.foresight import estimates
from tenfold.render.review import CHANGED, NEW, REMOVED, SAME, WRONG, Review
from tenfold.resolving import path_as_typed, resolve_draft

if TYPE_CHECKING:
    from tenfold.blueprints.resolve import Resolution
    from tenfold.commands.parts.revision import Earlier
    from tenfold.diff import Difference


class Question(Value):
    """What is asked of every blueprint. `environment` is the only one, or None for all; `stages` count instead of the
    file's, then and now."""

    earlier: Any
    environment: str | None
    stages: tuple[str | None, str | None]
    as_json: bool
    verbose: bool
    whole: bool
    """What has not changed is planned too, for what it keeps and costs: where one environment is asked for."""
    color: bool = False

    def __call__(self, file: Path) -> list[Review]:
        """Each environment of the file, and one review more for what is wrong with it."""
        earlier: Earlier = self.earlier
        if earlier.is_same(file) and not self.whole and not any(self.stages):
            return [Review(str(file), name, SAME) for name in self._names(open_draft(file))]
        there = earlier.path(file)
        then = open_draft(there) if there else None
        now = open_draft(file) if file.exists() or not then else None
        reviews, problems = [], []
        for name in self._names(now, then):
            try:
                reviews.append(self.review(file, name, *self._sides(name, then, now)))
            except WrongBlueprint as wrong:
                problems += (problem for problem in wrong.problems if problem.is_error)
        return reviews + ([self._wrong(file, in_file_order(problems))] if problems else [])

    def _names(self, *drafts: Draft | None) -> list[str | None]:
        names = dict.fromkeys(name for draft in drafts if draft and draft.usable for name in draft.environments)
        return [self.environment] if self.environment else list(names) or [None]

    def _sides(self, name: str | None, *drafts: Draft | None) -> "list[Resolution | None]":
        """Then and now. Now comes first: what is wrong with the file as it is says more than what was wrong once."""
        has = [draft is not None and _knows(draft, name) for draft in drafts]
        known = has if any(has) else [True, True]  # neither knows it: resolving says so, with its place
        sides = reversed(list(zip(drafts, self.stages, known, strict=True)))
        return [resolve_draft(draft, name, stage) if draft and asked else None for draft, stage, asked in sides][::-1]

    def review(self, file: Path, name: str | None, before: "Resolution | None", after: "Resolution | None") -> Review:
        from tenfold.render import review

        if after is None:
            assert before is not None
            document = {"change": REMOVED} if self.as_json else None
            return review.of_removed(str(file), name, before.architecture, document)
        if before is not None and before.architecture == after.architecture and not self.whole:
            return Review(str(file), name, SAME)
        difference = (
            with_refusals(compare_resolutions(before, after), before, after, file) if before else _from_nothing(after)
        )
        change = NEW if before is None else CHANGED if difference or difference.refused else SAME
        new, old = after.architecture, before.architecture if before else None
        assert new is not None
        costs = estimates.estimate_change(old or new, after, difference)
        document = self._document(change, difference, costs) if self.as_json else None
        return review.of(str(file), name, change, (old, new), difference, costs, document, verbose=self.verbose)

    def _document(self, change: str, difference: "Difference", costs: Any) -> dict[str, Any]:
        from tenfold.render import cost_document

        return {"change": change, **difference.as_json(), "cost": cost_document.change(*costs)}

    def _wrong(self, file: Path, problems: Sequence[Problem]) -> Review:
        from tenfold.render import problems as render

        earlier: Earlier = self.earlier
        text = earlier.with_git_names(render.as_text(problems, color=self.color))
        shown = render.as_json(problems)["problems"]
        for problem in shown:
            problem["file"] = earlier.with_git_names(problem["file"])
        return Review(str(file), None, WRONG, problems=text, document={"change": WRONG, "problems": shown})


def reviews(question: Question) -> Iterator[Review]:
    """Of every file, in their order."""
    importlib.import_module("tenfold.stacks.compose")  # once, before the processes fork
    for of_file in parallel.each(question, question.earlier.files):
        yield from of_file


def _knows(draft: Draft, name: str | None) -> bool:
    return name in draft.environments or not draft.environments or not draft.usable


def compare_resolutions(before: "Resolution", after: "Resolution", *, warn: bool = False) -> "Difference":
    """Two resolutions; `warn`: the later one's warnings are printed."""
    from dataclasses import replace

    from tenfold.diff import compare
    from tenfold.diff.align import Names, align_names
    from tenfold.refusals import permanent

    old, new = before.architecture, after.architecture
    assert old is not None and new is not None
    names = [Names(a.name, a.environment, a.region) for a in (old, new)]
    recorded = planning.record(before, warn=False)
    earlier = align_names(recorded, *names)
    difference = compare(earlier, recorded if old == new else planning.record(after, warn=warn))
    if names[0].stack != names[1].stack:  # neither becomes the other
        return replace(difference, refused=())
    lasting = permanent.changed_choices(permanent.as_state(earlier), new)
    return replace(difference, refused=(*lasting, *difference.refused))


def _from_nothing(after: "Resolution") -> "Difference":
    from tenfold.diff import compare
    from tenfold.graph import Graph

    return compare(Graph({}), planning.record(after, warn=False))


def with_refusals(difference: "Difference", before: "Resolution", after: "Resolution", file: Path) -> "Difference":
    """Also what `up` would refuse of this file where the earlier one is deployed: another name, a stage or a promotion
    that is leapt over, protection that goes for all at once."""
    from dataclasses import replace

    from tenfold.diff.model import Refusal
    from tenfold.refusals.rename import find_rename
    from tenfold.stacks import standing

    old, new = before.architecture, after.architecture
    assert old is not None and new is not None
    environment = new.environment if new.named else ""
    flags = f"{path_as_typed(file)}{f' --env {environment}' if environment else ''}"
    there = standing.read(standing.outputs(old))
    config = {"tenfold:blueprint": str(file), "tenfold:environment": old.environment}
    stacks = {f"{a.name}-{a.environment}": config for a in (old, new)}
    another = find_rename(f"{new.name}-{new.environment}", str(file), new.environment, stacks)
    objections = [
        *standing.objections(there, new, after.values, f"tenfold promote {flags}"),
        *standing.unprotection(there, new, f"tenfold up {flags}"),
    ]
    refusals = [*([another] if another else []), *(Refusal(o.what, o.why, "; ".join(o.instead)) for o in objections)]
    return replace(difference, refused=(*refusals, *difference.refused))
