"""`tenfold new`: a repository for a team's blueprints, or a fork of tenfold with a place for them."""

import shlex
import sys
from pathlib import Path

import click

from tenfold import exits
from tenfold.failure import Failure
from tenfold.render import documents

EXAMPLES = ("shop", "news", "chat", "iot", "market")
THIN, FORK = "thin", "fork"


@click.command(
    "new",
    epilog="\b\nExamples:\n  tenfold new ~/acme\n  tenfold new ~/acme --from iot --defaults\n"
    "  tenfold new ~/acme --from https://git.example.com/platform/template.git\n"
    "  tenfold new ~/acme-tenfold --fork --from https://git.example.com/platform/tenfold.git",
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "source",
    metavar="EXAMPLE|GIT",
    help=f"Begin with {', '.join(EXAMPLES[:-1])} or {EXAMPLES[-1]}; or a copier template of your own, in git. With "
    "--fork: the repository of tenfold.",
)
@click.option("--thin", "kind", flag_value=THIN, default=True, help="With tenfold as a pinned package. The default.")
@click.option("--fork", "kind", flag_value=FORK, help="With all of tenfold, in a clone that follows the original.")
@click.option("--defaults", is_flag=True, help="Ask nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one document. Asks nothing.")
def command(folder: Path, source: str | None, kind: str, defaults: bool, as_json: bool) -> None:
    """Make a project in DIR: blueprint, house rules, Pulumi project, pipeline, pinned tenfold.

    It asks for a name, an example, a region and a pipeline; without a terminal it takes the defaults. `tenfold update`
    brings it to a later version.
    """
    _refuse_what_is_there(folder)
    if source and source not in EXAMPLES and not any(mark in source for mark in "/:.@"):
        from tenfold.blueprints.source.words import nearest

        near = nearest(source, list(EXAMPLES))
        raise Failure(
            f"There is no example {source!r}.",
            remedies=(f"--from {near[0] if near else 'shop'}", f"there are {', '.join(EXAMPLES)}"),
            code=exits.WRONG_INPUT,
        )
    ask = not (defaults or as_json) and sys.stdin.isatty()
    project, git = folder, source if source not in EXAMPLES else None
    answers = {"kind": kind, **({"example": source} if source in EXAMPLES else {})}
    try:
        if kind == FORK:
            from tenfold.releases import fork

            fork.clone(git, folder)
            project, git = folder / fork.OWN, None
            answers["ci"] = "none"
        from tenfold.releases import project as projects

        projects.make(project, git, answers, folder.resolve().name, ask)
    except Failure:
        _take_back(folder)
        raise
    _tell(folder, project, kind, as_json)


def _refuse_what_is_there(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        what = "is not empty" if folder.is_dir() else "is a file"
        raise Failure(
            f"{folder} {what}.",
            why="a new project would be mixed with what is there",
            remedies=("name a folder that does not exist yet, or an empty one",),
            code=exits.WRONG_INPUT,
        )


def _take_back(folder: Path) -> None:
    """What a failed run wrote: the folder was empty or missing before."""
    import shutil

    for path in folder.iterdir() if folder.is_dir() else ():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _tell(folder: Path, project: Path, kind: str, as_json: bool) -> None:
    files = sorted(str(path.relative_to(project)) for path in project.rglob("*") if path.is_file())
    blueprint = next((file for file in files if file.startswith("blueprints/") and file.endswith(".yaml")), "")
    steps = _next(project, blueprint)
    if as_json:
        documents.show("new", {"folder": str(folder), "kind": kind, "files": files, "next": steps})
        return
    tops = dict.fromkeys(name.partition("/")[0] + ("/" if "/" in name else "") for name in files if ".git/" not in name)
    from tenfold.render.lines import labelled_lines

    click.echo(f"{project}: {blueprint or 'a project'}.")
    click.echo("\n".join(labelled_lines("written", ", ".join(tops), 10)))
    for number, step in enumerate(steps):
        click.echo(f"  {'next' if number == 0 else '':<8}  {step}")


def _next(project: Path, blueprint: str) -> list[str]:
    repository = "" if (project / ".git").exists() or (project.parent / ".git").exists() else "git init --quiet && "
    there = [f"tenfold plan {blueprint} --env prod", f"tenfold up {blueprint} --env dev --local"] if blueprint else []
    keep = f"{repository}git add --all . && git commit --quiet --message 'tenfold new'"
    return [f"cd {shlex.quote(str(project))}", *there, keep]
