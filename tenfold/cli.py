"""`tenfold`: finds the command, and turns what goes wrong into a sentence and an exit code. Never a traceback."""

import errno
import gc
import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from tenfold import completion, exits, streams
from tenfold.failure import Failure, WrongBlueprint

# Name and one line for `--help`, so that showing the list loads none of them.
COMMANDS = {
    "validate": "check blueprints: every mistake at once, with its place and remedy",
    "explain": "where each value comes from, and what changing it would do",
    "plan": "what would exist, without an engine or an account",
    "diff": "what differs between two stages, environments, files or revisions",
    "cost": "what it costs a month, part by part, at this stage or at every stage",
    "simulate": "how the fleet would follow a load, minute by minute",
    "diagram": "the architecture as a picture, at one stage or between two",
    "report": "one page for the person who approves: picture, cost, changes, risks",
    "loadtest": "a load test's script for Locust or k6, and what its results say",
    "advise": "the one bottleneck, what to try first, and when each tier is full",
    "prices": "where prices are from, how old they are; read AWS's own list",
    "upgrade": "another edition of the stages' defaults: show what it changes, then write it into the file",
    "import": "what was built without tenfold: which stage it is like, a blueprint, what `up` takes over",
    "preview": "what `up` would change, as the real engine sees it",
    "up": "deploy a blueprint",
    "promote": "go to another stage in steps: expand, move data and traffic, finish",
    "destroy": "delete a deployment and everything in it",
    "refresh": "read everything back from the cloud and report drift",
    "drift": "what somebody changed or added in the cloud; it only reads",
    "outputs": "addresses and names of a deployment",
    "queues": "what waits in the queues of a deployment; send dead letters back to their queue",
    "events": "who receives which events of a deployment; replay archived ones",
    "shards": "what moves when shards of the database are added, split or pinned",
    "failover": "the standby region takes over; `failover status` shows how far it came",
    "failback": "the service returns to its first region after a failover",
    "state": "check or restore the file that records what is deployed; settle what a run left open",
    "status": "what is deployed, at which stage, and whether it was interrupted",
    "kubectl": "kubectl against a cluster of the local cloud",
    "local": "the local cloud: start, stop, status, reset, env, coverage, load",
    "engine": "the Pulumi engine: install, status",
    "policy": "a policy pack: house rules for any Pulumi program",
    "schema": "the blueprint's JSON Schema, for editors",
    "new": "create a repository for your blueprints, or a fork, from an example",
    "update": "bring a project to a later version of tenfold: shown first, then merged",
    "lsp": "a language server for editors: mistakes, meanings, completion",
    "ci": "a pipeline for your repository: reviews, drift, deployments with approval",
    "export": "stacks for other engines: the Pulumi Kubernetes Operator",
    "completion": "completion for bash, zsh or fish: environments, stages, codes, paths",
    "doctor": "check this machine, and say how to add what is missing",
}
EPILOG = (
    "\b\nExamples:\n"
    "  tenfold validate blueprints/shop.yaml\n"
    "  tenfold plan blueprints/shop.yaml --stage 3\n"
    "  tenfold up blueprints/shop.yaml --env dev --local\n\n"
    "\b\nExit codes:\n" + "\n".join(f"  {code}  {meaning}" for code, meaning in exits.MEANING.items())
)


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return completion.with_completions(importlib.import_module(f"tenfold.commands.{cmd_name}").command, cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]):
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=1)
            meant = f" Did you mean `tenfold {near[0]}`?" if near else " `tenfold --help` lists them."
            raise click.UsageError(f"There is no command {name!r}.{meant}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WrongBlueprint as wrong:
            show_problems(wrong)
            raise SystemExit(exits.WRONG_INPUT) from wrong

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    """What a report of a defect needs: tenfold, the engine that would run, the SDKs, Python."""
    if not asked:
        return
    from importlib.metadata import version
    from platform import python_version

    from tenfold.engine import install

    engine = install.find()
    sdks = ", ".join(f"{name} {version(name)}" for name in ("pulumi", "pulumi-aws", "pulumi-kubernetes"))
    click.echo(f"tenfold {version('tenfold')}")
    click.echo("engine  " + (f"{engine.version} ({engine.source})" if engine else "none: tenfold engine install"))
    click.echo(f"SDK     {sdks}")
    click.echo(f"Python  {python_version()}")
    ctx.exit()


@click.group(
    cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show versions."
)
def tenfold() -> None:
    """Staged infrastructure blueprints on Pulumi: from one server to two regions, one stage at a time."""


def main() -> NoReturn:
    # Start-up makes many objects and hardly any garbage: collecting it less often saves 4 % of a plan's time.
    gc.set_threshold(50_000)
    streams.prepare()
    _hear()
    exits.leave(run())


def _hear() -> None:
    """SIGTERM and SIGHUP (a closed terminal) end a command as Ctrl-C does. What is ignored (nohup) stays ignored."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def run() -> int:
    """The command of `sys.argv`. Its exit code, when all of its output is written."""
    try:
        try:
            tenfold.main(standalone_mode=False, color=streams.takes_color(sys.stdout))  # click would ask isatty alone
        finally:
            if not sys.stdout.closed:  # a language server closes it when the editor goes
                sys.stdout.flush()
        code = exits.DONE
    except SystemExit as stop:  # a command's own exit code
        code = stop.code if isinstance(stop.code, int) else exits.FAILED
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as wrong:
        wrong.show()
        code = exits.WRONG_INPUT
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nInterrupted. Nothing was left half-written by this command.", err=True)
        code = exits.INTERRUPTED
    except Failure as failure:
        show(failure)
        code = failure.code
    except Exception as error:  # the last resort: no traceback ever reaches a user
        show((_machine(error) if isinstance(error, OSError) else None) or _defect(error))
        code = exits.FAILED
    return code


# What the machine refuses, and nothing that tenfold does could change.
_MACHINE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EIO, errno.ENAMETOOLONG}
)


def _machine(error: OSError) -> Failure | None:
    """A full or read-only disk, a file that may not be read: said as that. None for other errors."""
    from tenfold import home

    where = f" for {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failure(f"There is no space left{where}.", remedies=("Free some, and run the same command again.",))
    at = Path(str(error.filename))
    ours = [base for base in (home.state(), home.data()) if base in (at, *at.parents) or at in base.parents]
    if ours:
        return Failure(
            f"tenfold cannot keep its files in {ours[0]}.",
            why=f"{error.filename}: {error.strerror}",
            remedies=("TENFOLD_HOME=/a/folder/of/yours   moves them there",),
        )
    if error.errno in _MACHINE and error.filename:
        return Failure(f"{error.filename}: {error.strerror}.", remedies=("Mend that, and run the same command again.",))
    return None


def _defect(error: Exception) -> Failure:
    """Ours, not the user's: kept for a report, and no traceback on the screen."""
    import time
    import traceback

    from tenfold import files, home, secrecy

    kept = home.state() / "defects" / f"{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}.log"
    story = secrecy.censor_text("".join(traceback.format_exception(error)))
    try:
        files.write(kept, f"{' '.join(sys.argv)}\n\n{story}".encode(errors="replace"))
        rest = f"the whole story is in {kept}"
    except OSError as full:
        rest = f"the whole story could not be written to {kept}: {full.strerror}"
    place = traceback.extract_tb(error.__traceback__)[-1]
    return Failure(
        secrecy.censor_text(f"tenfold has a defect: {type(error).__name__}: {error}"),
        why=f"in {os.path.relpath(place.filename, home.PACKAGE.parent)}:{place.lineno}; {rest}",
        remedies=(
            "Report it with that file. `tenfold status` says what is deployed, `tenfold state check` whether its "
            "state is whole.",
        ),
    )


def show_problems(wrong: WrongBlueprint) -> None:
    """One document on stdout with `--json`, else text on stderr."""
    from tenfold.render import documents, problems

    if wrong.as_json:
        documents.show("problems", problems.as_json(wrong.problems))
    else:
        click.echo(problems.as_text(wrong.problems, color=streams.takes_color(sys.stderr)), nl=False, err=True)
    sys.stdout.flush()


def show(failure: Failure) -> None:
    refused = failure.code == exits.REFUSED
    label = streams.style_text("refused" if refused else "error", sys.stderr, fg="red", bold=True)
    click.echo(_folded(f"{label}: {failure.what}", ""), err=True)
    for label, lines in (("because", failure.why.splitlines()), ("instead" if refused else "do", failure.remedies)):
        for number, line in enumerate(lines):
            click.echo(_folded(f"  {label if number == 0 else '':<8}  {line}", " " * 12), err=True)


def _folded(text: str, indent: str) -> str:
    """A terminal has it wrapped between words; a command stays in one line, to be copied."""
    if not sys.stderr.isatty() or "tenfold " in text or len(text) <= streams.width():
        return text
    from tenfold.render.lines import wrapped_lines

    return "\n".join(wrapped_lines(text, streams.width(), others=indent))
