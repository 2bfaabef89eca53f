"""`tenfold upgrade`: another edition of the defaults: first what it would change, then a line in the blueprint."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tenfold import exits, streams
from tenfold.failure import Failure
from tenfold.render import documents

if TYPE_CHECKING:
    from tenfold.blueprints.reading.draft import Draft
    from tenfold.render.review import Review

_FIELD = "edition"


@click.command(
    "upgrade",
    epilog="Examples:\n\n\b\n"
    "  tenfold upgrade blueprints/shop.yaml                   to the newest, every environment\n"
    "  tenfold upgrade blueprints/shop.yaml --env dev --yes   one environment first\n"
    "  tenfold upgrade 'blueprints/*.yaml'                     several files at once",
)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "edition", metavar="EDITION", help="Such as 2026-11. Without it, the newest.")
@click.option("--env", "environment", metavar="NAME", help="Only this one. Without it, each file and all in it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs. Without --yes it only says what would happen.")
@click.option("--verbose", is_flag=True, help="Every resource and every property.")
def command(
    files: tuple[Path, ...], edition: str | None, environment: str | None, yes: bool, as_json: bool, verbose: bool
) -> None:
    """Show what another edition of the stages' defaults would change in each FILE, then write `edition` into it.

    Compared is offline, without an engine or an account. Nothing is deployed: `tenfold up` does that, as ever.
    """
    from tenfold import blueprint_files
    from tenfold.promotion import edit
    from tenfold.resolving import of_each

    edition = _edition(edition)
    upgrades = of_each(
        blueprint_files.expand(files), lambda file: _upgrade(file, environment, edition, as_json, verbose)
    )
    changed = [each for each in upgrades if each.after != each.before]
    if not as_json:
        _show([review for each in upgrades for review in each.reviews], verbose)
    writes = bool(changed) and (yes or (not as_json and _is_confirmed()))
    for each in upgrades:
        if each not in changed:
            _say(f"{each.file} says edition {edition} already; nothing is written.", as_json)
        elif writes:
            edit.write(each.file, each.before, each.after)
            _say(f"{each.file} says edition {edition} now. `tenfold up` brings it to what is deployed.", as_json)
    if as_json:
        shown = _document(upgrades, blueprint_files.is_several(files))
        documents.show("upgrade", {"edition": edition, "written": writes, **shown})


class _Upgrade(NamedTuple):
    """A file as it is and as it would be, and what that does to each environment."""

    file: Path
    before: bytes
    after: bytes
    reviews: "list[Review]"


def _upgrade(file: Path, environment: str | None, edition: str, as_json: bool, verbose: bool) -> _Upgrade:
    """Raises `WrongBlueprint` for a blueprint with errors."""
    from tenfold.blueprints.reading.draft import open_draft

    draft = open_draft(file)
    before = file.read_bytes() if draft.usable else b""
    after = _with_edition(before, draft, environment, edition) if draft.usable else b""
    return _Upgrade(file, before, after, _reviews(file, draft, after, environment, as_json, verbose))


def _edition(name: str | None) -> str:
    from tenfold.blueprints.source.words import one_of
    from tenfold.blueprints.stages import editions

    if name is None or name in editions.names():
        return name or editions.newest()
    raise Failure(
        f"There is no edition {name}.",
        why=f"this release has {one_of(editions.names())}",
        remedies=("A later one needs a later release of tenfold.",),
        code=exits.WRONG_INPUT,
    )


def _with_edition(content: bytes, draft: "Draft", environment: str | None, edition: str) -> bytes:
    """In the environment's block; at the top of the file it is for all, and environments do not keep one of their
    own."""
    from tenfold.promotion.edit import edit_content

    file = draft.source.file
    if environment in draft.environments:
        if draft.settings(environment).get((_FIELD,)) == edition:
            return content
        return edit_content(content, file, environment, {_FIELD: edition})
    for name, settings in draft.environments.items():
        if (_FIELD,) in settings:
            content = edit_content(content, file, name, {_FIELD: None})
    return edit_content(content, file, None, {_FIELD: edition})


def _reviews(
    file: Path, draft: "Draft", after: bytes, environment: str | None, as_json: bool, verbose: bool
) -> "list[Review]":
    """What the edition does to each environment. Raises `WrongBlueprint` for a blueprint with errors."""
    from tenfold.blueprints.reading.draft import open_draft
    from tenfold.commands.parts.against_revision import Question
    from tenfold.resolving import resolve_draft

    question = Question(None, environment, (None, None), as_json, verbose, False, not as_json)
    names = [environment] if environment else list(draft.environments) or [None]
    sides = [(name, resolve_draft(draft, name, None)) for name in names]
    upgraded = open_draft(file, content=after)
    return [question.review(file, name, was, resolve_draft(upgraded, name, None)) for name, was in sides]


def _document(upgrades: "list[_Upgrade]", several: bool) -> dict[str, Any]:
    files = {
        str(each.file): {"environments": {review.environment or "base": review.as_json() for review in each.reviews}}
        for each in upgrades
    }
    return {"blueprints": files} if several else next(iter(files.values()))


def _show(reviews: "list[Review]", verbose: bool) -> None:
    from tenfold.render.review import page

    click.echo(page(reviews, "the file as it is", color=streams.takes_color(sys.stdout), verbose=verbose), nl=False)


def _is_confirmed() -> bool:
    if sys.stdin.isatty():
        return click.confirm("Write it?")
    raise Failure("No terminal to confirm on; nothing was written.", remedies=("add --yes",), code=exits.REFUSED)


def _say(text: str, as_json: bool) -> None:
    click.echo(text, err=as_json)
