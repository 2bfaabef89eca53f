"""A picture as SVG: no script, no font, light and dark by the reader's setting, the same bytes each time."""

import textwrap
from collections.abc import Iterator
from html import escape

from tenfold.blueprints.value import Value
from tenfold.pictures.model import LANES, SIGNS, Arrow, Box, Picture

# Of a box, in pixels; the widest lane has five of them, so that a page of 1,200 holds it.
_WIDE, _GAP, _BETWEEN, _MARGIN, _LABELS = 180, 48, 58, 14, 64
_INSIDE, _STACK, _HEAD = 12, 5, 7  # of a lane; of a second box behind one; of an arrow
_FIRST, _LINE = 24, 16  # the title's line, and each note's
_NOTE = 27  # characters of a note that fit

STYLE = """\
svg{--ink:#1f2328;--dim:#59636e;--paper:#fff;--line:#818b98;--faint:#d1d9e0;--add:#1a7f37;--change:#9a6700;--anew:#cf222e}
@media (prefers-color-scheme:dark){svg{--ink:#e6edf3;--dim:#9198a1;--paper:#0d1117;--line:#656c76;--faint:#30363d;\
--add:#3fb950;--change:#d29922;--anew:#f85149}}
text{font:600 14px system-ui,sans-serif;fill:var(--ink)}
.note{font:12px system-ui,sans-serif;fill:var(--dim)}
.on{text-anchor:middle;stroke:var(--paper);stroke-width:6px;paint-order:stroke}
rect{fill:var(--paper);stroke:var(--line);stroke-width:1.2}
.page{stroke:none}
.lane{stroke:var(--faint);stroke-dasharray:2 4}
path{fill:none;stroke:var(--line);stroke-width:1.3}
.head{fill:var(--line);stroke:none}
.added rect{stroke:var(--add);stroke-width:2}
.changed rect{stroke:var(--change);stroke-width:2}
.replaced rect{stroke:var(--anew);stroke-width:2.5}
.removed rect{stroke-dasharray:5 4}
.removed text{fill:var(--dim)}
"""


class _Place(Value):
    x: float
    y: float
    high: float
    stacked: bool


def draw_picture(picture: Picture) -> str:
    places, lanes, width, bottom = _places(picture)
    foot = textwrap.wrap(_foot(picture), int(width) // 7)
    height = bottom + _MARGIN + 20 * len(foot)
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(picture.title)}</title>',
        f'<desc id="d">{escape(picture.words)}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}"/>',
        _text(_MARGIN, 24, picture.title),
        *(part for lane, place in lanes.items() for part in _lane(lane, place, width - 2 * _MARGIN)),
        *(part for arrow in picture.arrows for part in _arrow(arrow, places[arrow.start], places[arrow.end])),
        *(part for box in picture.boxes for part in _box(box, places[box.id])),
        *(_text(_MARGIN, bottom + 24 + 20 * at, line, "note") for at, line in enumerate(foot)),
        "</svg>\n",
    ))  # fmt: skip


def _places(picture: Picture) -> tuple[dict[str, _Place], dict[str, _Place], int, float]:
    """Of each box and lane; the width of the page, and where the last lane ends. A lane is as high as its boxes need,
    and they stand in its middle."""
    widest = max(len(boxes) for boxes in picture.lanes().values())
    width = _LABELS + widest * (_WIDE + _GAP) - _GAP + 2 * _MARGIN + _INSIDE
    places, lanes, y = {}, {}, 44.0
    for lane, boxes in picture.lanes().items():
        high = _FIRST + 12 + _LINE * max(len(lines(box)) for box in boxes)
        left = _MARGIN + _LABELS + (widest - len(boxes)) * (_WIDE + _GAP) / 2
        for column, box in enumerate(boxes):
            places[box.id] = _Place(left + column * (_WIDE + _GAP), y, high, bool(box.count))
        lanes[lane] = _Place(_MARGIN, y - _INSIDE, high + 2 * _INSIDE, False)
        y += high + _BETWEEN
    return places, lanes, width, y - _BETWEEN + _INSIDE


def lines(box: Box) -> list[str]:
    """Its notes, each in one line or two."""
    return [line for note in box.notes for line in textwrap.wrap(note, _NOTE)[:2]]


def _foot(picture: Picture) -> str:
    states = {box.state for box in picture.boxes}
    signs = ", ".join(f"{sign} {state}" for state, sign in SIGNS.items() if sign and state in states)
    aside = f"Not drawn: {', '.join(picture.aside)}." if picture.aside else ""
    return f"{signs}. {aside}" if signs else aside


def _lane(lane: str, place: _Place, wide: float) -> Iterator[str]:
    yield f'<rect class="lane" x="{place.x:g}" y="{place.y:g}" width="{wide:g}" height="{place.high:g}" rx="8"/>'
    yield _text(place.x + 8, place.y + 18, LANES[lane], "note")


def _box(box: Box, place: _Place) -> Iterator[str]:
    size = f'width="{_WIDE}" height="{place.high:g}" rx="6"'
    yield f'<g class="{box.state}">'
    if place.stacked:
        yield f'<rect x="{place.x + _STACK:g}" y="{place.y + _STACK:g}" {size}/>'
    yield f'<rect x="{place.x:g}" y="{place.y:g}" {size}/>'
    yield _text(place.x + 10, place.y + _FIRST, box.title)
    for at, note in enumerate(lines(box), 1):
        yield _text(place.x + 10, place.y + _FIRST + 2 + at * _LINE, note, "note")
    yield "</g>"


def _arrow(arrow: Arrow, start: _Place, end: _Place) -> Iterator[str]:
    """Down from the lower edge to the upper one; in a lane from side to side, or over what stands between."""
    stack = _STACK if start.stacked else 0
    x1, x2 = start.x + _WIDE / 2, end.x + _WIDE / 2
    if start.y != end.y:
        y1, y2 = start.y + start.high + stack, end.y - _HEAD
        bend = (y2 - y1) / 2
        line, label = f"M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}", (y1 + y2) / 2 + 4
        head = f"M{x2 - 4:g} {y2:g}h8l-4 {_HEAD}z"
    elif x2 - x1 > _WIDE + _GAP:
        y = start.y
        line, label = f"M{x1:g} {y:g}C{x1:g} {y - 34:g} {x2:g} {y - 34:g} {x2:g} {y - _HEAD:g}", y - 20
        head = f"M{x2 - 4:g} {y - _HEAD:g}h8l-4 {_HEAD}z"
    else:
        x1, x2, y = start.x + _WIDE + stack, end.x - _HEAD, start.y + start.high / 2
        line, label = f"M{x1:g} {y:g}H{x2:g}", y - 6
        head = f"M{x2:g} {y - 4:g}v8l{_HEAD} -4z"
    yield f'<path d="{line}"/><path class="head" d="{head}"/>'
    if arrow.label:
        yield _text((x1 + x2) / 2, label, arrow.label, "note on")


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:g}" y="{y:g}">{escape(text)}</text>'
