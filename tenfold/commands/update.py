"""`tenfold update`: a project and a later version of tenfold."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tenfold import exits
from tenfold.render import documents
from tenfold.wording import quantity

if TYPE_CHECKING:
    from tenfold.releases.updating import Project, Rehearsal


@click.command(
    "update",
    epilog="\b\nExamples:\n  pip install --upgrade tenfold && tenfold update\n  tenfold update ~/acme --to 0.3.0\n"
    "  tenfold update ~/acme --yes",
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--to", metavar="REV", help="A version, or of a fork or a template in git any revision. Default: the "
              "installed version; of a fork or a template the highest tag.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one document. Merges with --yes only.")
def command(folder: Path, to: str | None, yes: bool, as_json: bool) -> None:
    """Bring the project in DIR, made by `tenfold new`, to a later version.

    First it is tried in a clone, and shown: what the later version would do to every environment of every blueprint,
    which files change, which conflict. Then, asked, it is merged: three-way, so that what you changed stays.
    """
    from tenfold.releases import updating

    project = updating.open_project(folder)
    with updating.rehearse_update(project, to) as rehearsal:
        if rehearsal is None:
            documents.show("update", {"update": None}) if as_json else click.echo(f"{project.name} is up to date.")
            return
        if not as_json:
            _show(project, rehearsal)
        merged = yes or (not as_json and sys.stdin.isatty() and click.confirm("Merge it?"))
        if merged:
            updating.merge(project, rehearsal)
    if as_json:
        documents.show("update", _document(project, rehearsal, merged))
    else:
        _tell(folder, to, rehearsal, merged)
    sys.exit(exits.FAILED if merged and rehearsal.conflicts else exits.DONE)


def _show(project: "Project", rehearsal: "Rehearsal") -> None:
    from tenfold.render.lines import labelled_lines

    click.echo(f"{project.name}: {project.release or 'now'} → {rehearsal.release}\n")
    click.echo(rehearsal.page)
    if rehearsal.clean:
        click.echo("\n".join(labelled_lines("merges", ", ".join(rehearsal.clean), 10)))
    for name in rehearsal.conflicts:
        click.echo(
            "\n".join(labelled_lines("conflict", f"{name}: you and the later version changed the same lines", 10))
        )


def _tell(folder: Path, to: str | None, rehearsal: "Rehearsal", merged: bool) -> None:
    if not merged:
        click.echo("Nothing was changed.")
        again = ["tenfold", "update", str(folder), *(["--to", to] if to else []), "--yes"]
        click.echo(f"  next      {shlex.join(again)}")
        return
    files = quantity(len(rehearsal.files), "file")
    if rehearsal.is_committed:
        click.echo(f"Merged and committed: {files}.")
        return
    click.echo(f"Merged: {files}.")
    git = ["git"] if folder == Path() else ["git", "-C", str(folder)]
    commit = shlex.join([*git, "commit", "--message", f"tenfold {rehearsal.release}"])
    keep = f"{shlex.join([*git, 'add', '--all'])} && {commit}"
    if rehearsal.conflicts:
        click.echo(f"  do        choose between <<<<<<< and >>>>>>> in {', '.join(rehearsal.conflicts)}, then")
        click.echo(f"            {keep}")
    else:
        click.echo(f"  next      {keep}")


def _document(project: "Project", rehearsal: "Rehearsal", merged: bool) -> dict[str, object]:
    return {
        "update": {
            "from": project.release,
            "to": rehearsal.release,
            "changes": list(rehearsal.changes),
            "files": list(rehearsal.clean),
            "conflicts": list(rehearsal.conflicts),
            "merged": merged,
        },
    }
