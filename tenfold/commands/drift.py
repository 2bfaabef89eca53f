"""`tenfold drift`: what is otherwise in the cloud than the last run left it, read and nothing written."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tenfold import blueprint_files, deployment, exits
from tenfold.deployment import Deployment
from tenfold.failure import Failure, WrongBlueprint
from tenfold.render import documents

if TYPE_CHECKING:
    from tenfold.render.drift import Report


@click.command("drift")
@deployment.options_but_file
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--verbose", is_flag=True, help="Every resource and every property.")
def command(files, environment, stage, local, local_fault, as_json, verbose) -> None:
    """Show what somebody changed, deleted or added in the cloud since the last run, and who wins. Writes nothing.

    Also what was added to resources of the stack and is not in its state: rules of security groups and listeners,
    routes, policies of roles, subscriptions. Exit code 5 where there is drift, 0 where there is none. Of several FILEs,
    or of a glob in quotes, every environment that is deployed, one after the other; the worst exit code counts.

    \b
    Examples:
      tenfold drift blueprints/shop.yaml --env prod
      tenfold drift 'blueprints/*.yaml' --env prod --json
    """

    def look(file: Path, name: str | None) -> "tuple[Any, Report | None]":
        target = deployment.prepare(file, name, stage, local, local_fault, lambda line: click.echo(line, err=True))
        report = _report(target, as_json)
        if not as_json:
            _show(target, report, verbose)
        return target, report

    if not blueprint_files.is_several(files):
        target, report = look(files[0], environment)
        if as_json:
            documents.show("drift", _document(target, report))
        raise SystemExit(exits.DIFFERENT if report else exits.DONE)
    stacks, codes = [], {exits.DONE}
    for file, name in _environments(blueprint_files.expand(files), environment):
        try:
            target, report = look(file, name)
            stacks.append(_document(target, report))
            codes.add(exits.DIFFERENT if report else exits.DONE)
        except Failure as failure:
            failed, code = " ".join(filter(None, (failure.what, failure.why))), failure.code
        except WrongBlueprint as wrong:
            first = next(problem for problem in wrong.problems if problem.is_error)
            failed, code = f"{first.code} {first.message} `tenfold validate` says where.", exits.WRONG_INPUT
        else:
            continue
        stacks.append({"blueprint": str(file), "environment": name, "failed": failed})
        codes.add(code)
        if not as_json:
            click.echo(f"{file}{f' · {name}' if name else ''}: {failed}")
    if as_json:
        documents.show("drift", {"stacks": stacks})
    raise SystemExit(next((code for code in _WORST_FIRST if code in codes), exits.DONE))


_WORST_FIRST = (exits.FAILED, exits.WRONG_INPUT, exits.REFUSED, exits.INTERRUPTED, exits.DIFFERENT)


def _environments(files: Iterable[Path], only: str | None) -> Iterator[tuple[Path, str | None]]:
    from tenfold.blueprints.reading.draft import open_draft

    for file in files:
        for name in [only] if only else list(open_draft(file).environments) or [None]:
            yield file, name


def _report(target: Deployment, as_json: bool) -> "Report | None":
    """None where nothing is deployed. Raises SystemExit where the engine cannot read the cloud."""
    from tenfold.engine import account, difference
    from tenfold.engine.progress import Progress
    from tenfold.providers.aws.additions import additions
    from tenfold.refusals.lifting import asked_by
    from tenfold.render import outcome
    from tenfold.render.drift import Report

    deployed = target.driver.deployed_resources()
    if not deployed:
        return None
    account.refuse_another(target.where, deployed)
    result = target.driver.drift(Progress())
    if result.failed:
        if as_json:
            documents.show("run", outcome.as_json(result))
        else:
            outcome.tell(result, target, done="drift")
        raise SystemExit(result.code)
    changes = difference.difference(deployed, result.progress)
    return Report.of(changes, list(additions(deployed, asked_by(target).client)), deployed)


def _document(target: Deployment, report: "Report | None") -> dict[str, Any]:
    nothing = {"deployed": False, "since": "", "changes": [], "left_to_aws": [], "added": []}
    return {"stack": target.where.stack, **(nothing if report is None else report.as_json())}


def _show(target: Deployment, report: "Report | None", verbose: bool) -> None:
    click.echo(target.title_of(target.driver.deployed_resources()) if report is not None else target.title)
    if report is None:
        click.echo(target.absent)
    else:
        report.show(target, verbose=verbose)
