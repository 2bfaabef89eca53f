"""`tenfold promote`: from one stage to a later one, in steps that can be stopped, repeated and taken back."""

from pathlib import Path

import click

from tenfold import deployment, exits
from tenfold.failure import Failure
from tenfold.render import documents


@click.command("promote")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--env", "environment", metavar="NAME", help="The blueprint's environment.")
@click.option("--to", metavar="STAGE", help="Begin: the stage to go to. Its parts come beside those that are there.")
@click.option("--move", metavar="WHAT", help="`data`, or `traffic=25%`; `data=false` and `traffic=0%` go back.")
@click.option("--check", is_flag=True, help="Ask AWS what can be known before something moves or goes.")
@click.option("--finish", is_flag=True, help="End: what only the stage before needs goes. What holds data stays.")
@click.option("--abort", is_flag=True, help="Back to the stage before, while nothing has moved.")
@click.option("--release", metavar="NAME", multiple=True, help="A leftover that may go for good. Repeatable.")
@click.option("--down", is_flag=True, help="With --to: to an earlier stage.")
@click.option("--accept-loss", metavar="URN", multiple=True, help="One resource that may be lost. Repeatable.")
@click.option("--runbook", metavar="PATH", help="Where the runbook is written; `-` prints it.")
@click.option("--local", is_flag=True, help="On the local cloud: simulated AWS, no account.")
@click.option("--local-fault", metavar="KIND@N", help="Fail on purpose: throttle, error, crash, slow, kill.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs. Without --yes it only says what would happen.")
@click.option("--verbose", is_flag=True, help="Every resource, not only components.")
def command(file, environment, local, local_fault, yes, as_json, verbose, accept_loss, runbook, **asked) -> None:
    """Bring FILE's environment to another stage, step by step. Without an action: where it stands, and what is next.

    \b
    Examples:
      tenfold promote blueprints/shop.yaml --env prod --to 3 --local
      tenfold promote blueprints/shop.yaml --env prod --move traffic=25% --local
      tenfold promote blueprints/shop.yaml --env prod --finish --local
    """
    from tenfold.commands.parts import promotion as run
    from tenfold.render import promotion as render

    _one_at_a_time(asked)
    tell = (lambda line: click.echo(line, err=True)) if as_json else click.echo
    target = deployment.prepare(file, environment, None, local, local_fault, tell)
    at = run.Situation(deployment.mend_state(target, tell), local)
    if asked["check"]:
        checks = at.checks()
        if as_json:
            documents.show("promotion-checks", render.checks_document(at, checks))
        else:
            click.echo(render.checks(at, checks))
        raise SystemExit(exits.REFUSED if render.in_the_way(at, checks) else exits.DONE)
    action = _action(at, asked)
    if action is None:
        written = run.write_runbook(at, runbook) if at.expanded or runbook else ""
        if as_json:
            documents.show("promotion-status", render.standing_document(at, written))
        else:
            click.echo(render.standing(at, written))
        return
    options = run.Options(yes, as_json, verbose, accept_loss, runbook)
    raise SystemExit(run.carry_out(at, action, options))


def _one_at_a_time(asked: dict) -> None:
    actions = [f"--{name}" for name in ("to", "move", "check", "finish", "abort", "release") if asked[name]]
    if len(actions) > 1:
        raise Failure(f"One action at a time, not {' and '.join(actions)}.", code=exits.WRONG_INPUT)
    if asked["down"] and not asked["to"]:
        raise Failure("--down says that --to may name an earlier stage.", code=exits.WRONG_INPUT)


def _action(at, asked: dict):
    """What is asked for, as an action; None for nothing."""
    from tenfold.promotion import actions

    if asked["to"]:
        to, down = _stage(asked["to"]), asked["down"]
        return actions.expand(at.now, at.deployed, to, down=down, command=at.command, stands=at.standing)
    if asked["move"]:
        return actions.move(at.now, asked["move"], at.command, at.standing)
    if asked["finish"]:
        return actions.finish(at.now, at.command, at.standing)
    if asked["abort"]:
        return actions.abort(at.now, at.command, at.standing)
    return actions.release(at.now, asked["release"]) if asked["release"] else None


def _stage(text: str) -> int:
    from tenfold.blueprints.stages import presets

    try:
        return presets.stage_number(int(text) if text.isascii() and text.isdigit() else text)
    except ValueError as unknown:
        raise Failure(f"There is no stage {text}.", why=str(unknown), code=exits.WRONG_INPUT) from unknown
