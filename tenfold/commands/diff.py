"""`tenfold diff`: how two stages, environments, files or revisions differ, without an engine or an account."""

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenfold import exits, planning, streams
from tenfold.failure import Failure
from tenfold.foresight import estimates
from tenfold.render import documents
from tenfold.resolving import resolve

if TYPE_CHECKING:
    from tenfold.blueprints.resolve import Resolution
    from tenfold.diff import Difference
    from tenfold.foresight.cost import Estimate
    from tenfold.promotion.ahead import Ahead
    from tenfold.render.review import Review

    Costs = tuple[Estimate, Estimate]

EPILOG = """\b
Examples:
  tenfold diff blueprints/shop.yaml                                the next stage
  tenfold diff blueprints/shop.yaml --from-stage 3 --to-stage 4 --env prod
  tenfold diff blueprints/shop.yaml --from-env dev --to-env prod
  tenfold diff blueprints/shop.yaml --against main --exit-code     in CI: what a change does
  tenfold diff 'blueprints/*.yaml' --against main --format markdown   the same of many, as a comment
  tenfold diff blueprints/shop.yaml my-shop.yaml
"""


@click.command("diff", epilog=EPILOG)
@click.argument("files", metavar="FILE [OTHER]", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--env", "environment", metavar="NAME", help="The environment on both sides; else the top of the file.")
@click.option("--from-stage", metavar="A", help="Stage before: 1 to 7, or its name. Without it, the blueprint's.")
@click.option("--to-stage", metavar="B", help="Stage after. Alone with FILE, the next one.")
@click.option("--from-env", metavar="X", help="Environment before.")
@click.option("--to-env", metavar="Y", help="Environment after.")
@click.option("--against", metavar="REV", help="Before: as it was in this git revision. Takes many FILEs.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "matrix"]),
    default="text",
    help="With --against: markdown is a comment for a pull request, of at most 60,000 characters; matrix are the "
    "stacks that are new or change, for the jobs of a pipeline.",
)
@click.option("--direct", is_flag=True, help="Between two stages: the bare difference, without the promotion's steps.")
@click.option("--exit-code", "tells", is_flag=True, help=f"End with {exits.DIFFERENT} where there are changes, for CI.")
@click.option("--json", "as_json", is_flag=True, help="For programs: every change with its properties.")
@click.option("--verbose", is_flag=True, help="Every resource and every property.")
def command(
    files, environment, from_stage, to_stage, from_env, to_env, against, form, direct, tells, as_json, verbose
) -> None:
    """Show what differs between two architectures: what is lost, replaced, restarted, changed, added.

    Compared are two stages of FILE (step by step, as `tenfold promote` goes), two environments (--from-env, --to-env),
    FILE and OTHER, or files as they were in a git revision and as they are (--against; FILE may be a glob in quotes).
    """
    if environment and (from_env or to_env):
        raise click.UsageError("--env is for both sides; with two environments give --from-env and --to-env.")
    if bool(from_env) != bool(to_env):
        raise click.UsageError("Give both --from-env and --to-env.")
    if form != "text" and (as_json or not against):
        raise click.UsageError(f"--format {form} goes with --against, and without --json.")
    if against and not (from_env or to_env):
        _against(files, against, environment, (from_stage, to_stage), (tells, as_json, verbose), form)
        return
    if len(files) > 2 or (against and len(files) > 1):
        raise click.UsageError("Only --against REV alone takes many files: give FILE, or FILE and OTHER.")
    file, other = files if len(files) == 2 else (*files, None)
    from tenfold.commands.parts.against_revision import compare_resolutions
    from tenfold.render import cost_document

    with _earlier(file, against) as earlier:
        before = resolve(earlier, from_env or environment, from_stage)
        if not (other or against or from_env or to_stage):
            to_stage = _next(before)
        after, steps = resolve(other or file, to_env or environment, to_stage), None
        if not (other or against or from_env or direct):
            steps = planning.ahead(before, after, environment, warn=not as_json)
        difference = compare_resolutions(before, after, warn=not as_json) if steps is None else steps.whole
    assert before.architecture is not None
    cost = estimates.estimate_change(before.architecture, after, difference)
    if steps is not None:
        _show_steps(steps, before, after, cost, as_json, verbose)
    elif as_json:
        documents.show("diff", {**difference.as_json(), "cost": cost_document.change(*cost)})
    else:
        _show(difference, before.architecture, after.architecture, cost, verbose)
    if tells and difference:
        sys.exit(exits.DIFFERENT)


def _against(
    files: tuple[Path, ...],
    revision: str,
    only: str | None,
    stages: tuple[str | None, str | None],
    how: tuple[bool, bool, bool],
    form: str,
) -> None:
    """`stages` instead of the file's, then and now; `how` is --exit-code, --json, --verbose."""
    from tenfold import blueprint_files
    from tenfold.commands.parts import against_revision
    from tenfold.commands.parts.revision import checked_out
    from tenfold.render import review as render

    tells, as_json, verbose = how
    several, color = blueprint_files.is_several(files), form == "text" and streams.takes_color(sys.stdout)
    with checked_out(files, revision) as earlier:
        question = against_revision.Question(earlier, only, stages, as_json, verbose, bool(only) and not several, color)
        reviews = list(against_revision.reviews(question))
    if as_json:
        documents.show("diff", _document(reviews, several, only))
    elif form == "matrix":
        click.echo(json.dumps(_matrix(reviews)))
    elif form == "markdown":
        again = shlex.join(
            ["tenfold", "diff", *map(str, files), "--against", revision, *(["--env", only] if only else [])]
        )
        click.echo(render.comment(reviews, revision, again, verbose=verbose), nl=False)
    elif len(reviews) == 1 and not several:
        click.echo(render.page_of_one(reviews[0], color=color), nl=False)
    else:
        click.echo(render.page(reviews, revision, color=color, verbose=verbose), nl=False)
    changes = {review.change for review in reviews}
    if render.WRONG in changes:
        sys.exit(exits.WRONG_INPUT)
    if tells and changes - {render.SAME}:
        sys.exit(exits.DIFFERENT)


def _matrix(reviews: "list[Review]") -> dict[str, list[dict[str, str]]]:
    """On one line, as GitHub's `strategy.matrix` takes it: a job for each environment that is new or changes."""
    from tenfold.commands.parts.against_revision import CHANGED, NEW

    return {
        "include": [
            {"blueprint": review.file, "environment": review.environment}
            for review in reviews
            if review.environment and review.change in (NEW, CHANGED)
        ]
    }


def _document(reviews: "list[Review]", several: bool, only: str | None) -> dict[str, Any]:
    """One environment that was asked for; or all of a file; or all of many files."""
    if not several and len(reviews) == 1 and (only or reviews[0].environment is None):
        return dict(reviews[0].as_json())
    by_file: dict[str, dict[str, Any]] = {}
    for review in reviews:
        file = by_file.setdefault(review.file, {"environments": {}})
        if review.problems:
            file.update(review.as_json())
        else:
            file["environments"][review.environment or "base"] = review.as_json()
    if several:
        return {"blueprints": by_file}
    return next(iter(by_file.values()))


@contextmanager
def _earlier(file: Path, revision: str | None) -> Iterator[Path]:
    if revision is None:
        yield file
        return
    from tenfold.commands.parts.revision import checked_out

    with checked_out([file], revision) as earlier:
        there = earlier.path(file)
        if there is None:
            raise Failure(f"{file} was not there in {revision}.", code=exits.WRONG_INPUT)
        yield there


def _next(before: "Resolution") -> int:
    from tenfold.blueprints.stages.presets import presets

    assert before.architecture is not None
    stage = before.architecture.stage
    following = presets().get(stage + 1)
    if following is None:
        raise click.UsageError(f"Stage {stage} is the last there is. Compare with --from-stage, --against or OTHER.")
    return following.number


def _show_steps(
    steps: "Ahead", before: "Resolution", after: "Resolution", cost: "Costs", as_json: bool, verbose: bool
) -> None:
    from tenfold.render import ahead as render
    from tenfold.render import cost as costs
    from tenfold.render import cost_document
    from tenfold.render.diff import heading

    if as_json:
        documents.show("diff", {**render.as_json(steps), "cost": cost_document.change(*cost)})
    else:
        assert before.architecture is not None and after.architecture is not None
        title = heading(before.architecture, after.architecture)
        page = render.as_text(
            steps, title, costs.change_lines(*cost), color=streams.takes_color(sys.stdout), verbose=verbose
        )
        click.echo(page, nl=False)


def _show(difference: "Difference", before: Any, after: Any, cost: "Costs", verbose: bool) -> None:
    from tenfold.render import cost as costs
    from tenfold.render import diff as render

    heading = render.heading(before, after)
    click.echo(
        render.as_text(difference, heading, after, color=streams.takes_color(sys.stdout), verbose=verbose),
        nl=False,
    )
    click.echo("\n".join(costs.change_lines(*cost)))
    if (before.name, before.environment) != (after.name, after.environment):
        click.echo(
            "Names and region of the one stand for those of the other: two stacks, and neither becomes the other."
        )
