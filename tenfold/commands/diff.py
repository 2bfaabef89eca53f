"""`tenfold diff`: what lies between two stages, environments, files or revisions, without an engine or an account."""

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenfold import exits, planning, streams
from tenfold.foresight import estimates
from tenfold.resolving import resolve

if TYPE_CHECKING:
    from tenfold.blueprints.resolve import Resolution
    from tenfold.diff import Difference
    from tenfold.foresight.cost import Estimate
    from tenfold.promotion.ahead import Ahead

    Costs = tuple[Estimate, Estimate]

EPILOG = """\b
Examples:
  tenfold diff blueprints/shop.yaml                                the next stage
  tenfold diff blueprints/shop.yaml --from-stage 3 --to-stage 4 --env prod
  tenfold diff blueprints/shop.yaml --from-env dev --to-env prod
  tenfold diff blueprints/shop.yaml --against main --exit-code     in CI: what a change does
  tenfold diff blueprints/shop.yaml my-shop.yaml
"""


@click.command("diff", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("other", type=click.Path(path_type=Path), required=False)
@click.option("--env", "environment", metavar="E", help="The environment on both sides; else the top of the file.")
@click.option("--from-stage", metavar="A", help="Stage before: 1 to 7, or its name. Without it, the blueprint's.")
@click.option("--to-stage", metavar="B", help="Stage after. Alone with FILE, the next one.")
@click.option("--from-env", metavar="X", help="Environment before.")
@click.option("--to-env", metavar="Y", help="Environment after.")
@click.option("--against", metavar="REV", help="Before: the file as it was in this git revision.")
@click.option("--direct", is_flag=True, help="Between two stages: the bare difference, without the promotion's steps.")
@click.option("--exit-code", "tells", is_flag=True, help=f"End with {exits.DIFFERENT} where there are changes, for CI.")
@click.option("--json", "as_json", is_flag=True, help="For programs: every change with its properties.")
@click.option("--verbose", is_flag=True, help="Every resource and every property.")
def command(
    file, other, environment, from_stage, to_stage, from_env, to_env, against, direct, tells, as_json, verbose
) -> None:
    """Show what lies between two architectures: what is lost, replaced, restarted, changed, added.

    Compared are two stages of FILE (step by step, as `tenfold promote` goes), two environments (--from-env, --to-env),
    FILE and OTHER, or FILE as it was in a git revision and as it is (--against).
    """
    if other and against:
        raise click.UsageError("OTHER and --against both say what to compare with: give one of them.")
    if environment and (from_env or to_env):
        raise click.UsageError("--env is for both sides; with two environments give --from-env and --to-env.")
    if bool(from_env) != bool(to_env):
        raise click.UsageError("Give both --from-env and --to-env.")
    if against and not (from_env or to_env):
        _against(file, against, environment, (from_stage, to_stage), (tells, as_json, verbose))
        return
    with _earlier(file, against) as earlier:
        before = resolve(earlier, from_env or environment, from_stage)
        if not (other or against or from_env or to_stage):
            to_stage = _next(before)
        after, steps = resolve(other or file, to_env or environment, to_stage), None
        if not (other or against or from_env or direct):
            steps = planning.ahead(before, after, environment, warn=not as_json)
        difference = _compare(before, after, as_json) if steps is None else steps.whole
    from tenfold.render import cost_document

    assert before.architecture is not None
    cost = estimates.estimate_change(before.architecture, after, difference)
    if steps is not None:
        _show_steps(steps, before, after, cost, as_json, verbose)
    elif as_json:
        document = {**difference.as_json(), "cost": cost_document.change(*cost)}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _show(difference, before.architecture, after.architecture, cost, verbose)
    if tells and difference:
        sys.exit(exits.DIFFERENT)


def _against(
    file: Path, revision: str, only: str | None, stages: tuple[str | None, str | None], how: tuple[bool, bool, bool]
) -> None:
    """`stages` instead of the file's, then and now; `how` is --exit-code, --json, --verbose."""
    from tenfold.commands import against

    tells, as_json, verbose = how
    with _earlier(file, revision) as earlier:

        def resolved(path: Path, environment: str | None) -> "Resolution":
            return resolve(path, environment, stages[path == file])

        def compared(before: "Resolution", after: "Resolution") -> "Difference":
            return against.with_refusals(_compare(before, after, as_json), before, after, file)

        changes = list(against.environments(earlier, file, only, resolved, compared))
    if as_json:
        document = {each.name: each.as_json() for each in changes}
        one = len(changes) == 1 and (only or changes[0].name is None)
        document = changes[0].as_json() if one else {"version": 1, "environments": document}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        color = streams.takes_color(sys.stdout)
        click.echo("\n".join(against.as_text(each, color=color, verbose=verbose) for each in changes), nl=False)
    if tells and any(each.change != against.SAME for each in changes):
        sys.exit(exits.DIFFERENT)


def _earlier(file: Path, revision: str | None) -> AbstractContextManager[Path]:
    if revision is None:
        return nullcontext(file)
    from tenfold.commands.revision import checked_out

    return checked_out(file, revision)


def _next(before: "Resolution") -> int:
    from tenfold.blueprints.stages.presets import presets

    assert before.architecture is not None
    stage = before.architecture.stage
    following = presets().get(stage + 1)
    if following is None or not following.available:
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
        document = {**render.as_json(steps), "cost": cost_document.change(*cost)}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        assert before.architecture is not None and after.architecture is not None
        title = heading(before.architecture, after.architecture)
        page = render.as_text(
            steps, title, costs.change_lines(*cost), color=streams.takes_color(sys.stdout), verbose=verbose
        )
        click.echo(page, nl=False)


def _compare(before: "Resolution", after: "Resolution", as_json: bool) -> "Difference":
    from dataclasses import replace

    from tenfold.diff import compare
    from tenfold.diff.align import Names, aligned
    from tenfold.refusals import permanent

    old, new = before.architecture, after.architecture
    assert old is not None and new is not None
    names = [Names(a.name, a.environment, a.region) for a in (old, new)]
    earlier = aligned(planning.record(before, warn=False), *names)
    difference = compare(earlier, planning.record(after, warn=not as_json))
    if names[0].stack != names[1].stack:  # neither becomes the other
        return replace(difference, refused=())
    lasting = permanent.changed_choices(permanent.as_state(earlier), new)
    return replace(difference, refused=(*lasting, *difference.refused))


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
