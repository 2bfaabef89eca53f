"""`tenfold export`: stacks in the form that other engines take."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tenfold.blueprints.architecture import Architecture


@click.group("export")
def command() -> None:
    """Stacks in the form that other engines take."""


@command.command(
    epilog="\b\nExamples:\n"
    "  tenfold export operator 'blueprints/*.yaml' --env prod > stacks.yaml\n"
    "  tenfold export operator blueprints/shop.yaml --namespace pulumi | kubectl apply -f -"
)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--env", "environment", metavar="NAME", help="This environment only, of the files that have it.")
@click.option("--repo", metavar="URL", help="The git repository of the blueprints; without it, the remote `origin`.")
@click.option("--branch", default="main", show_default=True, help="The branch that is deployed.")
@click.option("--namespace", default="default", show_default=True, help="Where the objects are.")
@click.option("--service-account", default="pulumi", show_default=True, help="As whom the stacks are deployed.")
def operator(
    files: tuple[Path, ...],
    environment: str | None,
    repo: str | None,
    branch: str,
    namespace: str,
    service_account: str,
) -> None:
    """Print a `Stack` for the Pulumi Kubernetes Operator (2.x), for each environment of each FILE.

    The operator then keeps each stack as the branch says, by raw `pulumi up`. Promotions go on by `tenfold promote`.
    """
    import yaml

    from tenfold import blueprint_files
    from tenfold.engine import operator as objects
    from tenfold.resolving import of_each, resolve

    blueprints = blueprint_files.expand(files)
    architectures = of_each(blueprints, lambda file: _architectures(file, environment))
    if not any(architectures):  # no file has the environment: said as of any other command
        resolve(blueprints[0], environment, None, deployable=True)
    stacks, notes = [], []
    for file, deployed in zip(blueprints, architectures, strict=True):
        source = objects.source(file.resolve().parent, repo, branch, namespace, service_account)
        for architecture in deployed:
            stacks.append(objects.stack_object(architecture, file, source))
            notes.extend(objects.notes(stacks[-1], file))
    for note in dict.fromkeys(notes):
        click.echo(f"note: {note}", err=True)
    click.echo(yaml.safe_dump_all(stacks, sort_keys=False, allow_unicode=True), nl=False)


def _architectures(file: Path, environment: str | None) -> "list[Architecture]":
    from tenfold.resolving import resolve

    resolutions = [resolve(file, name, None, deployable=True) for name in _environments(file, environment)]
    return [each.architecture for each in resolutions if each.architecture]


def _environments(file: Path, only: str | None) -> list[str | None]:
    """Those of the file; where it has none, the one that is asked for."""
    from tenfold.blueprints.reading.draft import open_draft

    known = list(open_draft(file).environments)
    return [name for name in known if only in (None, name)] if known else [only]
