"""A picture as text: for a terminal, for Mermaid, for Graphviz."""

import textwrap
from collections.abc import Iterator

from tenfold.pictures.model import ADDED, CHANGED, LANES, REMOVED, REPLACED, SAME, SIGNS, Box, Picture

_NEW_LINE = "\\n"  # as Graphviz writes it
_COLORS = {ADDED: "#1a7f37", CHANGED: "#9a6700", REPLACED: "#cf222e", REMOVED: "#6e7781"}


def plain(picture: Picture, width: int = 100) -> str:
    """A line a box, and where its arrows go."""
    return "\n".join((picture.title, *_plain(picture, width))) + "\n"


def _plain(picture: Picture, width: int) -> Iterator[str]:
    name = {box.id: box.name for box in picture.boxes}
    for lane, boxes in picture.lanes().items():
        for at, box in enumerate(boxes):
            ends = [f"{name[a.end]}{f' ({a.label})' if a.label else ''}" for a in picture.arrows if a.start == box.id]
            after = f"  → {', '.join(ends)}" if ends else ""
            line = f"  {LANES[lane] if at == 0 else '':<9}{box.title:<24}{', '.join(box.notes)}{after}"
            yield from textwrap.wrap(line, width, subsequent_indent=" " * 35, break_long_words=False)
    states = {box.state for box in picture.boxes}
    if states - {SAME}:
        yield "  signs    " + ", ".join(f"{sign} {state}" for state, sign in SIGNS.items() if sign and state in states)
    yield f"  besides  {', '.join(picture.aside)}"


def mermaid(picture: Picture) -> str:
    lines = ["---", f'title: "{_quoted(picture.title)}"', "---", "flowchart TB"]
    for lane, boxes in picture.lanes().items():
        lines += [f'  subgraph {lane}_lane ["{LANES[lane]}"]']
        lines += [f'    {box.id}["{_label(box, "<br/>")}"]' for box in boxes]
        lines += ["  end"]
    for arrow in picture.arrows:
        label = f"|{_quoted(arrow.label)}|" if arrow.label else ""
        lines += [f"  {arrow.start} -->{label} {arrow.end}"]
    lines += [f"  style {box.id} stroke:{_COLORS[box.state]},stroke-width:2px" for box in _marked(picture)]
    return "\n".join(lines) + "\n"


def dot(picture: Picture) -> str:
    lines = ["digraph tenfold {", f'  label="{_quoted(picture.title)}"; labelloc=t;', "  node [shape=box];"]
    for lane, boxes in picture.lanes().items():
        lines += [f'  subgraph cluster_{lane} {{ label="{LANES[lane]}"; style=dashed;']
        lines += [f'    {box.id} [label="{_label(box, _NEW_LINE)}"];' for box in boxes]
        lines += ["  }"]
    for arrow in picture.arrows:
        label = f' [label="{_quoted(arrow.label)}"]' if arrow.label else ""
        lines += [f"  {arrow.start} -> {arrow.end}{label};"]
    lines += [f'  {box.id} [color="{_COLORS[box.state]}", penwidth=2];' for box in _marked(picture)]
    return "\n".join((*lines, "}")) + "\n"


def _label(box: Box, between: str) -> str:
    return between.join(map(_quoted, (box.title, *box.notes)))


def _quoted(text: str) -> str:
    """Both languages end a label at a quote, and Mermaid reads HTML in it."""
    return text.replace("\\", "/").replace('"', "'").replace("<", "‹").replace(">", "›")


def _marked(picture: Picture) -> list[Box]:
    return [box for box in picture.boxes if box.state != SAME]
