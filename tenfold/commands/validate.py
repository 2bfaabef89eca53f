"""`tenfold validate`: every problem of one or more blueprints at once."""

import sys
from functools import partial
from pathlib import Path

import click

from tenfold import blueprint_files, exits, parallel, streams
from tenfold.blueprints.reading import house
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.resolve import Resolution
from tenfold.blueprints.source.problem import Problem
from tenfold.checking import check
from tenfold.render import documents
from tenfold.render.lines import WIDTH, wrapped_lines
from tenfold.wording import quantity

_FINE = 20  # lines; more are counted


@click.command(
    epilog="Example: tenfold validate 'blueprints/*.yaml'",
    help="Check blueprints: everything that is wrong, in the order of the file. Without --env the top of each file "
    "and all its environments are checked. House rules (tenfold-rules.yaml beside a blueprint or above it) count; "
    "their file can be checked alone. "
    "Exit code 2 when there are errors; warnings alone are fine.",
)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path())
@click.option("--env", "environment", metavar="NAME", help="Check this environment only.")
@click.option("--stage", metavar="STAGE", help="Check as if the blueprint were at this stage: 1 to 7, or its name.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(files: tuple[str, ...], environment: str | None, stage: str | None, as_json: bool) -> None:
    from tenfold.render import problems as render

    all_problems: list[Problem] = []
    fine: list[str] = []
    look = partial(_look, environment=environment, stage=stage)
    for problems, words in parallel.each(look, [str(file) for file in blueprint_files.expand(files)]):
        all_problems += problems
        fine += [words] if words else []
    all_problems = list(dict.fromkeys(all_problems))  # those of house rules come with every blueprint
    if len(fine) > _FINE:
        fine = [f"{quantity(len(fine), 'blueprint')}: fine."]
    if as_json:
        documents.show("problems", render.as_json(all_problems))
    else:
        text = render.as_text(all_problems, color=streams.takes_color(sys.stdout))
        click.echo("\n".join([*fine, text.rstrip("\n")] if text else fine))
    sys.exit(exits.WRONG_INPUT if any(problem.is_error for problem in all_problems) else exits.DONE)


def _look(file: str, environment: str | None, stage: str | None) -> tuple[list[Problem], str]:
    """The problems of a file; and what it is, in words, where none is an error."""
    if Path(file).name == house.FILE:
        return _rules(file)
    resolutions, problems = check(open_draft(file), environment, stage)
    return problems, "" if any(problem.is_error for problem in problems) else _fine(file, resolutions)


def _rules(file: str) -> tuple[list[Problem], str]:
    """What is wrong with house rules by themselves; else what they have."""
    rules = house.open_house(file)
    limits = sum(limit is not None for limit in rules.limits.values())
    parts = (quantity(len(rules.values), "default"), quantity(limits, "limit"), quantity(len(rules.names), "rule"))
    words = f"{file}: fine. House rules: {', '.join(parts)}."
    return [*rules.problems], "" if rules.problems else words


def _fine(file: str, resolutions: list[Resolution]) -> str:
    architectures = [r.architecture for r in resolutions if r.architecture]
    shapes = [f"{a.environment} at stage {a.stage} ({a.stage_name})" for a in architectures if a.named]
    if not shapes:
        return f"{file}: fine. Stage {architectures[0].stage} ({architectures[0].stage_name})."
    return "\n".join(wrapped_lines(f"{file}: fine. {', '.join(shapes)}.", WIDTH, others="  "))
