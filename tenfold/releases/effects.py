"""What a release makes of blueprints, and what changes from one release to another. Each release is asked in a process
of its own, since two cannot be imported into one:

    python -m tenfold.releases.effects states FILE…      what it makes of each environment, on stdout
    python -m tenfold.releases.effects changes FILE…     the same compared with such states on stdin
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold import planning
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.source.problem import Problem, in_file_order
from tenfold.diff import checkpoint, compare
from tenfold.failure import WrongBlueprint
from tenfold.graph import Graph
from tenfold.render import problems as render_problems
from tenfold.render import review
from tenfold.resolving import resolve_draft

if TYPE_CHECKING:
    from tenfold.blueprints.resolve import Resolution

States = Mapping[str, Mapping[str, Any]]
"""File -> environment ("" without any) -> the resources as a checkpoint would have them."""


def environments(file: str) -> list[str]:
    return list(open_draft(file).environments) or [""]


def states(files: Sequence[str]) -> dict[str, dict[str, Any]]:
    """An environment with errors is left out."""
    known: dict[str, dict[str, Any]] = {file: {} for file in files}
    for file in files:
        for name in environments(file):
            try:
                graph = planning.record(resolve_draft(open_draft(file), name or None, None), warn=False)
            except WrongBlueprint:
                continue
            known[file][name] = [checkpoint.record(resource) for resource in graph]
    return known


def changes(files: Sequence[str], before: States) -> list[review.Review]:
    """One of each environment, and of each file that is wrong now."""
    reviews = []
    for file in files:
        wrong: list[Problem] = []
        for name in environments(file):
            try:
                resolution = resolve_draft(open_draft(file), name or None, None)
                reviews.append(_review(file, name, resolution, before.get(file, {}).get(name)))
            except WrongBlueprint as error:
                wrong += (problem for problem in error.problems if problem.is_error)
        if wrong:
            text = render_problems.as_text(in_file_order(wrong))
            reviews.append(review.Review(file, None, review.WRONG, problems=text))
    return reviews


def _review(file: str, name: str, resolution: "Resolution", before: Any) -> review.Review:
    from tenfold.foresight import estimates

    graph, architecture = planning.record(resolution, warn=False), resolution.architecture
    assert architecture is not None
    difference = compare(checkpoint.graph(before) if before is not None else Graph({}), graph)
    change = review.NEW if before is None else review.CHANGED if difference or difference.refused else review.SAME
    if change == review.SAME:
        return review.Review(file, name or None, change)
    costs = estimates.estimate_change(architecture, resolution, difference)
    sides = (None if before is None else architecture, architecture)
    return review.of(file, name or None, change, sides, difference, costs, None, verbose=False)


def main(question: str, files: Sequence[str]) -> None:
    if question == "states":
        print(json.dumps(states(files)))
        return
    document = json.loads(sys.stdin.read())
    reviews = changes(files, document["states"])
    page = review.page(reviews, document["from"], color=False, verbose=False)
    kinds = [{"file": each.file, "environment": each.environment, "change": each.change} for each in reviews]
    print(json.dumps({"page": page, "changes": kinds}))


if __name__ == "__main__":
    main(sys.argv[1], [str(Path(file)) for file in sys.argv[2:]])
