"""The review of many environments: those with the same changes together, the most dangerous first."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tenfold.blueprints.value import Value
from tenfold.render import cost as costs
from tenfold.render import diff
from tenfold.render.lines import WIDTH, labelled_lines, wrapped_lines
from tenfold.wording import quantity

if TYPE_CHECKING:
    from tenfold.blueprints.architecture import Architecture
    from tenfold.diff import Difference
    from tenfold.foresight.cost import Estimate

SAME, CHANGED, NEW, REMOVED, WRONG = "same", "changed", "new", "removed", "wrong"

_INVALID = ("the blueprint has errors", "red")
_GONE = ("no longer in the file", "yellow")
_ADDED = ("a new environment", "green")
# The most dangerous first, with the word that counts them.
_ORDER = {
    _INVALID: "with errors",
    diff.REFUSED_BY_UP: "refused",
    diff.LOSS: "with a loss of data or identity",
    diff.UNPROTECTED: "without protection",
    _GONE: "no longer there",
    diff.RESTARTS: "restarted in part",
    diff.REPLACES: "replaced in part",
    diff.SAFE: "changed in place",
    _ADDED: "new",
    diff.NOTHING: "as before",
}
_FILES = 6  # files with the same changes that are named
_COST = "cost"
COMMENT = 60_000
"""Characters of a comment: GitHub takes 65,536, GitLab more."""
MARK = "<!-- tenfold diff -->"
"""The first line of a comment, by which the next run finds it."""
_CIRCLES = {"red": "🔴", "yellow": "🟡", "green": "🟢"}


class Review(Value):
    """One environment of one file. `environment` is None for the top of a file without environments, and for what is
    wrong with the whole file."""

    file: str
    environment: str | None
    change: str
    title: str = ""
    verdict: tuple[str, str] = diff.NOTHING
    sections: tuple[tuple[str, str, tuple[diff.Row, ...]], ...] = ()
    """(label, style, rows), what is said of it; without those that have no rows."""
    usd: tuple[float, float] | None = None
    """A month, before and after, typical; None where it was not estimated."""
    cost: str = ""
    problems: str = ""
    """Problems of the file, as `tenfold validate` prints them."""
    document: Mapping[str, Any] | None = None
    """For programs, with `--json`."""

    def as_json(self) -> Mapping[str, Any]:
        return self.document or {"change": self.change}

    @property
    def rank(self) -> int:
        """0 is the most dangerous."""
        return list(_ORDER).index(_INVALID if self.change == WRONG else self.verdict)


def of(
    file: str,
    environment: str | None,
    change: str,
    sides: "tuple[Architecture | None, Architecture]",
    difference: "Difference",
    estimates: "tuple[Estimate, Estimate]",
    document: Mapping[str, Any] | None,
    *,
    verbose: bool,
) -> Review:
    """`sides`: before and after; before is None for a new environment."""
    before, after = sides
    rows = diff.sections(difference, after, verbose=verbose)
    before_usd, after_usd = (estimate.total().typical for estimate in estimates)
    return Review(
        file,
        environment,
        change,
        diff.heading(before or after, after),
        diff.verdict(difference) if before else _ADDED,
        tuple((label, style, tuple(those)) for label, style, those in rows if those),
        (before_usd if before else 0.0, after_usd),
        costs.change(*estimates),
        document=document,
    )


def of_removed(file: str, environment: str | None, before: Any, document: Mapping[str, Any] | None) -> Review:
    what = "what is deployed: `tenfold destroy` takes it away, with the file as it was"
    rows = (("stays", "", ((what, ""),)),)
    return Review(file, environment, REMOVED, diff.heading(before, before), _GONE, rows, document=document)


def page_of_one(review: Review, *, color: bool) -> str:
    """With what stays: the whole page of `tenfold diff`."""
    if review.problems:
        return review.problems
    head = diff.headline(review.title, review.verdict, color=color)
    return "\n".join([head, *_body(review, color), *labelled_cost(review)]) + "\n"


def labelled_cost(review: Review) -> list[str]:
    return labelled_lines(_COST, review.cost, 11) if review.cost else []


def _body(review: Review, color: bool = False) -> Iterator[str]:
    for section in review.sections:
        yield from diff.section_lines(*section, color=color)


class _Group(Value):
    """Environments with the same changes, in the order of the files."""

    reviews: tuple[Review, ...]

    @property
    def first(self) -> Review:
        return self.reviews[0]

    @property
    def title(self) -> str:
        more = len(self.reviews) - 1
        return (self.first.title or self.first.file) + (f" and {more} more" if more else "")

    @property
    def verdict(self) -> tuple[str, str]:
        return _INVALID if self.first.problems else self.first.verdict

    def lines(self, *, color: bool, several: bool, verbose: bool) -> Iterator[str]:
        """What stands below the heading. `several`: there is more than one file, and each is named."""
        if self.first.problems:
            yield from self.first.problems.rstrip("\n").splitlines()
            return
        yield from _body(self.first, color)
        if len(self.reviews) == 1:
            yield from labelled_cost(self.first)
        elif known := [review.usd for review in self.reviews if review.usd]:
            yield from labelled_lines(_COST, f"{_sum(known)}, all of them together", 11)
        if several or len(self.reviews) > 1:
            yield from labelled_lines("in", self._places(verbose), 11)

    def _places(self, verbose: bool) -> str:
        by_file: dict[str, list[str]] = {}
        for review in self.reviews:
            by_file.setdefault(review.file, []).extend([review.environment] if review.environment else [])
        named = [f"{file}{': ' if names else ''}{', '.join(names)}" for file, names in by_file.items()]
        rest = 0 if verbose or len(named) <= _FILES else len(named) - _FILES
        return "; ".join(named[:_FILES] if rest else named) + (f"; and {quantity(rest, 'file')} more" if rest else "")


def _groups(reviews: Sequence[Review]) -> list[_Group]:
    """The sections of changes, without what stays."""
    alike: dict[Any, list[Review]] = {}
    for review in reviews:
        if review.change != SAME:
            sections = tuple(section for section in review.sections if section[0] not in diff.STAYS)
            shown = replace(review, sections=sections)
            key = (review.change, review.verdict, sections, review.problems)
            alike.setdefault(key, []).append(shown)
    return sorted((_Group(tuple(those)) for those in alike.values()), key=lambda group: group.first.rank)


def page(reviews: Sequence[Review], revision: str, *, color: bool, verbose: bool) -> str:
    """Each group, and at the end one sentence on all of them."""
    several = _is_several(reviews)
    blocks = [
        "\n".join(
            [
                diff.headline(group.title, group.verdict, color=color),
                *group.lines(color=color, several=several, verbose=verbose),
            ]
        )
        for group in _groups(reviews)
    ]
    last = "\n".join(wrapped_lines(summary(reviews, revision), WIDTH))
    return "\n\n".join([*blocks, last]) + "\n"


def summary(reviews: Sequence[Review], revision: str) -> str:
    """`8 environments of 2 blueprints against main: 1 refused, 7 as before.`"""
    ranks = Counter(review.rank for review in reviews)
    counts = ", ".join(f"{ranks[rank]:,} {word}" for rank, word in enumerate(_ORDER.values()) if ranks[rank])
    files = len({review.file for review in reviews})
    stacks = len([review for review in reviews if review.change != WRONG])
    what = f"{quantity(stacks, 'environment')} of {quantity(files, 'blueprint')} against {revision}"
    known = [review.usd for review in reviews if review.usd and review.change != SAME]
    return f"{what}: {counts}." + (f" What changes costs {_sum(known)}." if known else "")


def _sum(pairs: Sequence[tuple[float, float]]) -> str:
    before, after = (sum(side) for side in zip(*pairs, strict=True))
    return costs.of_change(before, after)


def _is_several(reviews: Sequence[Review]) -> bool:
    return len({review.file for review in reviews}) > 1


def comment(reviews: Sequence[Review], revision: str, command: str, *, verbose: bool) -> str:
    """Markdown for a pull request, of at most `COMMENT` characters: what is dangerous unfolded, and left out last."""
    groups = _groups(reviews)
    worst = groups[0].verdict if groups else diff.NOTHING
    head = f"{MARK}\n### tenfold: {worst[0]}\n\n{summary(reviews, revision)}\n"
    foot = f"\n{_fenced([command])}\n"
    several, blocks, room = _is_several(reviews), [], COMMENT - len(head) - len(foot) - 200
    for number, group in enumerate(groups):
        lines = list(group.lines(color=False, several=several, verbose=verbose))
        block = _folded(group, lines, room)
        if not block:
            rest = sum(len(other.reviews) for other in groups[number:])
            blocks.append(
                f"\n{quantity(rest, 'environment')} more, less dangerous than these: the command shows them.\n"
            )
            break
        blocks.append(block)
        room -= len(block)
    return head + "".join(blocks) + foot


def _folded(group: _Group, lines: list[str], room: int) -> str:
    """Shortened to what there is room for; nothing where that is too little to be read."""
    text, style = group.verdict
    is_open = " open" if style == "red" else ""
    title = html.escape(group.title)
    block = f"\n<details{is_open}><summary>{_CIRCLES[style]} <b>{title}</b>: {html.escape(text)}</summary>\n\n"
    end = "\n\n</details>\n"
    while len(block) + len(_fenced(lines)) + len(end) > room:
        kept = min(len(lines) - 2, int(len(lines) * 0.9))
        if kept < 3:
            return ""
        lines = [*lines[:kept], "  …"]
    return block + _fenced(lines) + end


def _fenced(lines: Sequence[str]) -> str:
    """Nothing in it is read as Markdown: no mention, no link, no markup."""
    ticks = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, ticks + 1)
    return "\n".join([f"{fence}text", *lines, fence])
