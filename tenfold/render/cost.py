"""Costs of an architecture, for a person: 100 columns, colour never the only carrier."""

import textwrap
from collections.abc import Collection, Iterable, Iterator, Sequence

from tenfold.blueprints.architecture import Architecture
from tenfold.foresight import prices
from tenfold.foresight.cost import Estimate, Line, by_tier
from tenfold.foresight.prices import Price
from tenfold.foresight.servers import Amount
from tenfold.render.lines import WIDTH, labelled_lines, paint, wrapped_lines
from tenfold.streams import PAGE
from tenfold.wording import quantity

SMALL = 0.005  # USD; less is counted, not shown
_WHAT, _NUMBER = (30 if WIDTH >= PAGE else 22), 9
_RANGED = 80  # columns; in less, only the typical amount has room
_LABEL = 10  # columns of the labels below the table


def as_text(a: Architecture, of: Estimate, *, color: bool = False, verbose: bool = False) -> str:
    return "\n".join([*_Page(a, of, color, verbose).lines()]) + "\n"


class _Page:
    def __init__(self, a: Architecture, of: Estimate, color: bool, verbose: bool) -> None:
        self._a, self._of, self._color, self._verbose = a, of, color, verbose
        total = of.total()
        self._ranged = total.least != total.most and WIDTH >= _RANGED
        self._notes = _Notes()
        self._room = WIDTH - 4 - _WHAT - 1 - _NUMBER * (3 if self._ranged else 1)

    def lines(self) -> Iterator[str]:
        yield self._header()
        for tier in self._of.tiers:
            yield from self._tier(tier)
        yield self._row("  total", self._of.total(), "bold")
        yield from self._sums()
        yield from self._unknown()
        yield from self._budget()
        yield from self._sources()

    def _header(self) -> str:
        title = " · ".join((*self._a.title, f"stage {self._a.stage} {self._a.stage_name}", self._a.region))
        columns = ["least", "typical", "most"] if self._ranged else ["USD/month"]
        head = "".join(f"{column:>{_NUMBER}}" for column in columns)
        return f"{paint(title, 'bold', self._color)}{head:>{max(len(head) + 2, WIDTH - len(title))}}"

    def _row(self, label: str, usd: Amount, style: str = "") -> str:
        text = f"{label:<{WIDTH - _NUMBER * (3 if self._ranged else 1)}}"
        numbers = usd if self._ranged else (usd.typical,)
        return paint(text + "".join(f"{money(number):>{_NUMBER}}" for number in numbers), style, self._color)

    def _tier(self, tier: str) -> Iterator[str]:
        lines = [line for line in self._of.lines if line.tier == tier]
        shown = [line for line in lines if self._verbose or line.usd is None or line.usd.most >= SMALL]
        if not shown:
            return
        shown.sort(key=lambda line: -line.usd.typical if line.usd else -1e12)
        yield self._row(f"  {tier}", self._of.total(tier=tier), "bold")
        for line in shown:
            yield from self._line(line)

    def _line(self, line: Line) -> Iterator[str]:
        what = line.charge.what.removeprefix(f"{line.tier}-")
        first, *more = textwrap.wrap(self._formula(line), self._room, break_on_hyphens=False) or [""]
        named, *rest = textwrap.wrap(what, _WHAT - 1, break_on_hyphens=False)
        yield f"    {named:<{_WHAT}}{first:<{self._room}} {self._numbers(line.usd)}".rstrip()
        for at in range(max(len(more), len(rest))):
            left = rest[at] if at < len(rest) else ""
            yield f"    {left:<{_WHAT}}{more[at] if at < len(more) else ''}".rstrip()

    def _formula(self, line: Line) -> str:
        if line.price is None:
            return f"{line.charge.how}: no price known ({line.charge.key})"
        return f"{line.charge.how} at {self._notes.mark(line)}"

    def _numbers(self, usd: Amount | None) -> str:
        if usd is None:
            return f"{'unknown':>{_NUMBER * (2 if self._ranged else 1)}}"
        if not self._ranged:
            return f"{money(usd.typical):>{_NUMBER}}"
        if usd.least == usd.most:
            return f"{'':>{_NUMBER}}{money(usd.typical):>{_NUMBER}}"
        return "".join(f"{money(number):>{_NUMBER}}" for number in usd)

    def _sums(self) -> Iterator[str]:
        fixed, by_use = (self._of.total(by_use=by_use).typical for by_use in (False, True))
        a = self._a
        text = f"fixed {money(fixed)}, by use {money(by_use)}"
        if (each := self._of.per_thousand(a.load.users)) is not None:
            text += f"; {money(each)} for each 1,000 of {a.load.users:,} users"
        yield from labelled_lines("of it", text, _LABEL)
        yield from labelled_lines("load", self._of.usage["requests"].how, _LABEL)
        if self._ranged:
            yield from labelled_lines("fleet", f"{self._of.servers_how}; least and most: that many all month", _LABEL)
        small = sum(1 for line in self._of.lines if (usd := line.usd) and usd.most < SMALL)
        if small and not self._verbose:
            yield from labelled_lines("left out", f"{quantity(small, 'part')} under a cent (--verbose)", _LABEL)
        free = self._of.free()
        if free >= SMALL:
            note = f"up to {money(free)} of it is free in an account that has nothing else; not deducted"
            yield from labelled_lines("free", note, _LABEL)

    def _unknown(self) -> Iterator[str]:
        unknown, every = self._of.unknown, len(self._of.lines)
        text = f"{self._of.coverage:.0%}: {every - len(unknown)} of {quantity(every, 'part')} have a price"
        if self._of.estimated:
            text += f". Prices of {', '.join(self._of.estimated)} are estimated from another region's"
        if not unknown:
            yield from labelled_lines("coverage", text, _LABEL)
            return
        keys = ", ".join(dict.fromkeys(line.charge.key.removeprefix("unknown.") for line in unknown))
        lines = labelled_lines("coverage", f"{text}. The total is without those that have none: {keys}", _LABEL)
        yield from (paint(line, "yellow", self._color) for line in lines)

    def _budget(self) -> Iterator[str]:
        text, over = budget(self._a, self._of)
        lines = labelled_lines("budget", text, _LABEL) if text else ()
        yield from (paint(line, "yellow" if over else "", self._color) for line in lines)

    def _sources(self) -> Iterator[str]:
        yield from self._notes.lines()


class _Notes:
    """Sources of prices, by letters, and the prices without a source."""

    def __init__(self) -> None:
        self._sources: dict[tuple[str, str], str] = {}
        self._weak: dict[tuple[str, str], Price] = {}

    def mark(self, line: Line) -> str:
        """The price with its source's letter; `~` before a price without a source."""
        price = line.price
        assert price is not None
        letter = self._sources.setdefault((price.source, price.as_of), _letters(len(self._sources)))
        if price.confidence in (prices.STATED, prices.OWN):
            return f"{_rate(price)} [{letter}]"
        self._weak.setdefault((price.key, price.why), price)
        return f"~{_rate(price)} [{letter}]"

    def lines(self) -> Iterator[str]:
        label = "prices"
        for (source, as_of), letter in self._sources.items():
            yield from labelled_lines(
                label, f"{letter}  {as_of + '  ' if as_of else ''}{prices.source(source)}", _LABEL
            )
            label = ""
        by_reason: dict[str, list[str]] = {}
        for (key, _), price in self._weak.items():
            by_reason.setdefault(f"{price.confidence}: {price.why}" if price.why else price.confidence, []).append(key)
        for reason, keys in by_reason.items():
            yield from labelled_lines(label, f"~  {', '.join(keys)}: {reason}", _LABEL)


def budget(a: Architecture, of: Estimate) -> tuple[str, bool]:
    """The budget in words, and whether the typical costs are above it; empty without a budget."""
    if a.budget is None:
        return "", False
    total = of.total()
    text = f"{a.budget:,.0f} USD a month"
    partly = ", without the parts that have no price" if of.unknown else ""
    if of.above(a.budget):
        return f"{text}: {money(total.typical)} is above it{partly}", True
    if total.most > a.budget:
        return f"{text}: enough for what is typical{partly}; {money(total.most)}, the most, is above it", False
    return f"{text}: {total.typical / a.budget:.0%} of it{partly}", False


def summary(a: Architecture, of: Estimate) -> tuple[str, bool]:
    """An estimate in one line, and whether it is above the budget."""
    total = of.total()
    text = f"{'at least ' if of.unknown else ''}{money(total.typical)} USD a month"
    if total.least != total.most:
        text += f" ({money(total.least)} to {money(total.most)})"
    fixed, by_use = (of.total(by_use=by_use).typical for by_use in (False, True))
    text += f", fixed {money(fixed)}, by use {money(by_use)}"
    if of.unknown:
        text += f"; {of.coverage:.0%} of the parts have a price"
    if of.estimated:
        text += f"; prices of {', '.join(of.estimated)} estimated"
    over = of.above(a.budget)
    return (f"{text}; above the budget of {a.budget:,.0f}" if over else text), over


def change(before: Estimate, after: Estimate) -> str:
    """The costs of a change by tier, in one paragraph."""
    old, new = before.total().typical, after.total().typical
    least = " at least" if before.unknown or after.unknown else ""
    tiers = by_tier(before, after)
    if not _differ(old, new) and not any(_differ(*pair) for pair in tiers.values()):
        return f"{money(new)} USD a month{least}, as before"
    parts = sorted(tiers.items(), key=lambda item: -abs(item[1][1] - item[1][0]))
    changes = ", ".join(f"{tier} {_signed(b - a)}" for tier, (a, b) in parts if _differ(a, b))
    missing = _no_longer_priced(before, after, {tier for tier, (a, b) in parts if b < a})
    without = f"; without {', '.join(missing)}, of which no price is known" if missing else ""
    return f"{money(old)} → {money(new)} USD a month{least}, {_signed(new - old)}: {changes}{without}"


def _no_longer_priced(before: Estimate, after: Estimate, cheaper: Collection[str]) -> list[str]:
    """Parts of these tiers that lose their price with the change, which makes the tiers look cheaper."""
    already = {(line.tier, line.charge.key) for line in before.unknown}
    lines = (line for line in after.unknown if line.tier in cheaper and (line.tier, line.charge.key) not in already)
    return list(dict.fromkeys(line.charge.what for line in lines))


def of_change(before: float, after: float) -> str:
    """`192.27 → 283.42 USD a month, +91.15`"""
    if not _differ(before, after):
        return f"{money(after)} USD a month, as before"
    return f"{money(before)} → {money(after)} USD a month, {_signed(after - before)}"


def change_lines(before: Estimate, after: Estimate) -> Iterator[str]:
    """As a part of the page of a diff or a promotion."""
    yield from labelled_lines("cost", change(before, after), 11)


def _differ(old: float, new: float) -> bool:
    return abs(new - old) >= SMALL


def _signed(usd: float) -> str:
    return f"{'−' if usd < 0 else '+'}{money(abs(usd))}"


Row = tuple[str, Architecture | None, Estimate | None, str]
"""(label, architecture, what it costs, why that is not known)"""
_COLUMNS = ("least", "typical", "most", "fixed", "by use", "1,000 users", "coverage")
_FEW = (1, 5, 6)  # of them, in a terminal that is too narrow for all


def table(title: str, of: str, rows: Sequence[Row], color: bool, *, total: bool = False) -> str:
    """A line for each row, `of` the heading of their labels; with `total`, their sum."""
    wide = max(len(of), *(len(label) for label, *_ in rows)) + 2
    all_fit = WIDTH == PAGE or 2 + wide + len(_cells(_COLUMNS)) <= WIDTH  # a file has no end of the line
    shown = range(len(_COLUMNS)) if all_fit else _FEW
    lines = [paint(title, "bold", color), f"  {of:<{wide}}{_cells(_COLUMNS, shown)}"]
    for label, a, estimate, why in rows:
        if a is None or estimate is None:
            first, *more = wrapped_lines(why, WIDTH - 2 - wide)
            lines += [f"  {label:<{wide}}{first}", *(f"  {'':<{wide}}{line}" for line in more)]
            continue
        each = estimate.per_thousand(a.load.users)
        known = [*map(money, _numbers(estimate)), "-" if each is None else money(each), f"{estimate.coverage:.0%}"]
        numbers = _cells(known, shown)
        over = estimate.above(a.budget)
        remarks = ", ".join([*(["at least"] if estimate.unknown else []), *(["above the budget"] if over else [])])
        own_line = remarks and WIDTH != PAGE and 4 + wide + len(numbers) + len(remarks) > WIDTH
        text = f"  {label:<{wide}}{numbers}" + (f"\n    {remarks}" if own_line else f"  {remarks}")
        lines.append(paint(text.rstrip(), "yellow" if over else "", color))
    each_sum = [_numbers(estimate) for _, _, estimate, _ in rows if estimate]
    if total and each_sum:
        sums = _cells([money(sum(column)) for column in zip(*each_sum, strict=True)], [at for at in shown if at < 5])
        lines.append(paint(f"  {'total':<{wide}}{sums}", "bold", color))
    lines += [*labelled_lines("columns", "USD a month, list prices; fixed and by use of what is typical", _LABEL)]
    return "\n".join(lines) + "\n"


def _numbers(of: Estimate) -> tuple[float, ...]:
    """Of the first five columns."""
    return (*of.total(), *(of.total(by_use=by_use).typical for by_use in (False, True)))


def _cells(texts: Sequence[str], shown: Iterable[int] = range(7)) -> str:
    return "".join(f"{texts[at]:>{max(10, len(_COLUMNS[at]) + 2)}}" for at in shown if at < len(texts))


def money(usd: float) -> str:
    """Without cents from 10,000 on, so that columns stay apart."""
    return f"{usd:,.2f}" if usd < 9_999.995 else f"{usd:,.0f}"


def _rate(price: Price) -> str:
    usd = price.usd if isinstance(price.usd, int | float) else price.usd[0][1]
    tiers = "" if isinstance(price.usd, int | float) else " and less above"
    paid = f" less {price.discount:.0%}" if price.discount else ""
    batch = price.per.replace("1000000 ", "M ").replace("10000 ", "10,000 ").replace("1000 ", "1,000 ")
    return f"{usd:.12g}/{batch}{tiers}{paid}"


def _letters(at: int) -> str:
    return chr(97 + at) if at < 26 else _letters(at // 26 - 1) + _letters(at % 26)
