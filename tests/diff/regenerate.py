"""`python -m tests.diff.regenerate`: writes the golden pages anew. Read their diff before you commit it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import Resolution, resolve
from tenfold.diff import compare
from tenfold.graph import Graph
from tenfold.promotion.ahead import Ahead, ahead
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.render import ahead as render_ahead
from tenfold.render import diff as render
from tests.stacks.graphs import BLUEPRINTS, Case, architecture, graph
from tests.stacks.phases import steps

FOLDER = Path(__file__).with_name("golden")
PAIRS = ((1, 2), (2, 3), (3, 4), (4, 5), (1, 5))


def pages() -> Iterator[tuple[Path, str]]:
    """The shop from stage to stage, and while it is promoted."""
    for i, j in PAIRS:
        before, after = (Case("shop", stage, "prod") for stage in (i, j))
        heading = render.heading(architecture(before), architecture(after))
        found = compare(graph(before), graph(after))
        yield FOLDER / f"shop-{i}-{j}-direct.txt", render.as_text(found, heading, architecture(after))
        yield FOLDER / f"shop-{i}-{j}.txt", render_ahead.as_text(promotion(i, j), heading, color=False, verbose=False)
    before, expand, *_ = steps("shop", 2, 3)
    found, heading = compare(before.graph, expand.graph), render.heading(before.architecture, expand.architecture)
    yield FOLDER / "shop-2-3-expand.txt", render.as_text(found, heading, expand.architecture, verbose=True)


def _record(resolution: Resolution) -> Graph:
    assert resolution.architecture is not None
    return record(run_of(resolution.architecture))


@cache
def promotion(i: int, j: int) -> Ahead:
    draft = open_draft(BLUEPRINTS / "shop.yaml")
    before = resolve(draft, environment="prod", stage=i)
    made = ahead(draft, "prod", before, j, "shop.yaml --env prod", _record)
    assert made is not None
    return made


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for file, text in pages():
        if not file.is_file() or file.read_text() != text:
            file.write_text(text)
            print(f"written {file.name}")


if __name__ == "__main__":
    main()
