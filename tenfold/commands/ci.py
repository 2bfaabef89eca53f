"""`tenfold ci`: the pipeline of a team's own repository, as files to keep there."""

import shlex
from pathlib import Path

import click

from tenfold import exits, files, home
from tenfold.failure import Failure
from tenfold.wording import quantity

TEMPLATES = home.PACKAGE / "template" / "ci"
# What is left to do by hand, at the forge.
SETTINGS = {
    "github": {
        "variables": "PULUMI_BACKEND_URL, TENFOLD_SECRETS_PROVIDER, TENFOLD_READ_ROLE_ARN; AWS_REGION and "
        "TENFOLD_BLUEPRINTS where they are not us-east-1 and blueprints/*.yaml",
        "environments": "one for each of the blueprint, with required reviewers and a variable AWS_ROLE_ARN",
    },
    "gitlab": {
        "variables": "PULUMI_BACKEND_URL, TENFOLD_SECRETS_PROVIDER, TENFOLD_READ_ROLE_ARN; AWS_REGION and "
        "TENFOLD_BLUEPRINTS where they are not us-east-1 and blueprints/*.yaml; AWS_ROLE_ARN in the scope of each "
        "environment; TENFOLD_COMMENT_TOKEN in the scope tenfold-comment",
        "environments": "protect those that need an approval",
        "schedule": "one, for drift",
    },
}


@click.command(
    "ci", epilog="\b\nExamples:\n  tenfold ci github\n  tenfold ci gitlab ~/acme\n  tenfold ci github --overwrite"
)
@click.argument("forge", type=click.Choice(list(SETTINGS)))
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--overwrite", is_flag=True, help="Replace files that differ, too.")
def command(forge: str, folder: Path, overwrite: bool) -> None:
    """Write a pipeline into DIR, the top of a repository: review of each change, drift every night, up and promotions.

    A file that is there and differs is kept, and named.
    """
    from tenfold.render.lines import labelled_lines

    _refuse_below_the_top(forge, folder)
    outcome: dict[str, list[str]] = {}
    for name, source in sorted(templates(forge).items()):
        outcome.setdefault(put(source, folder / name, overwrite), []).append(name)
    for word in ("written", "replaced", "as it was", "kept"):
        for number, name in enumerate(outcome.get(word, [])):
            click.echo(f"  {word if number == 0 else '':<12}  {name}")
    if kept := outcome.get("kept"):
        click.echo(f"Kept as you changed it: {quantity(len(kept), 'file')}. --overwrite replaces what differs.")
    click.echo(f"To be set at {forge}:")
    for label, text in SETTINGS[forge].items():
        click.echo("\n".join(labelled_lines(label, text, 14)))


def _refuse_below_the_top(forge: str, folder: Path) -> None:
    """No forge looks for a pipeline there. A folder that is in no repository yet is taken."""
    top = next((each for each in (folder.resolve(), *folder.resolve().parents) if (each / ".git").exists()), None)
    if top and top != folder.resolve():
        raise Failure(
            f"{folder} is not the top of its repository, and {forge} would not see a pipeline there.",
            remedies=(shlex.join(["tenfold", "ci", forge, str(top)]),),
            code=exits.WRONG_INPUT,
        )


def templates(forge: str) -> dict[str, Path]:
    """{path in the repository: the template}."""
    roots = (TEMPLATES / "both", TEMPLATES / forge)
    return {
        str(path.relative_to(root)): path
        for root in roots
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def put(source: Path, target: Path, overwrite: bool) -> str:
    """Copies a file unless one that differs is there. What was done, in a word. Raises `Failure` where it cannot."""
    content = source.read_text(encoding="utf-8")
    there = target.read_text(encoding="utf-8", errors="replace") if target.exists() else None
    if there == content:
        return "as it was"
    if there is not None and not overwrite:
        return "kept"
    target.parent.mkdir(parents=True, exist_ok=True)
    files.deliver(target, content)
    return "written" if there is None else "replaced"
