"""`tenfold queues`: what waits in the queues of a deployment, and dead letters back to their queue."""

import sys
import time
from typing import TYPE_CHECKING

import click

from tenfold import deployment, exits
from tenfold.commands.parts.asking import ListFirst, ask_to_go_on, deployment_and_state, quiet
from tenfold.failure import Failure
from tenfold.render import documents

if TYPE_CHECKING:
    from tenfold.messages.redrive import Move, Redrive

EXAMPLES = (
    "\b\nExamples:\n"
    "  tenfold queues blueprints/iot.yaml --env prod --local\n"
    "  tenfold queues blueprints/iot.yaml --env prod --json\n"
    "  tenfold queues redrive blueprints/iot.yaml --env prod readings --rate 50\n"
)
REDRIVE_CODES = (
    "\b\nExit codes:\n"
    f"  {exits.DONE}  moved, or there was nothing to move\n"
    f"  {exits.FAILED}  SQS ended the move before all were moved, or does not answer\n"
    f"  {exits.WRONG_INPUT}  no such queue, or a rate that SQS does not take\n"
    f"  {exits.REFUSED}  no terminal to confirm on, or credentials of another account\n"
    f"  {exits.INTERRUPTED}  interrupted: the move was cancelled; what had moved stays moved"
)
TOLD_EVERY = 10.0  # seconds between two lines of progress, where there is no terminal to rewrite one


@click.group("queues", cls=ListFirst, epilog=EXAMPLES)
def command() -> None:
    """Queues of a deployment. `tenfold queues FILE` lists them: waiting, in flight, oldest, dead letters."""


@command.command("list", short_help="What waits in each queue.", epilog=EXAMPLES)
@deployment.options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_queues(file, environment, stage, local, local_fault, as_json) -> None:
    """List each queue: messages that wait and are in flight, the age of the oldest, dead letters. The same as
    `tenfold queues FILE`."""
    from tenfold.messages import queues
    from tenfold.render import queues as render

    target, state = deployment_and_state(file, environment, stage, local, local_fault)
    among = queues.addresses(target, state)
    asked = queues.asked_about(target, state)
    rows = [queues.standing(asked, one) for one in among]
    if as_json:
        documents.show("queues", {"queues": [one.facts for one in rows]})
        return
    click.echo(target.title_of(state))
    click.echo(render.table(rows, target.flags) if rows else "  no queues; `queues:` in the blueprint makes some")


@command.command("redrive", short_help="Dead letters back to their queue.", epilog=f"{EXAMPLES}\n{REDRIVE_CODES}")
@deployment.options
@click.argument("queue")
@click.option("--rate", type=click.IntRange(1, 500), metavar="N", help="Messages a second at most; else SQS chooses.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs. Without --yes it only says what would happen.")
def redrive(file, environment, stage, local, local_fault, queue, rate, yes, as_json) -> None:
    """Move the dead letters of QUEUE back to it, and follow until all are moved.

    Mend first what made them fail: each is tried as often as any message, and then it is a dead letter again. SQS moves
    them; Ctrl-C cancels the move. A move that is already under way is followed.
    """
    from tenfold.messages import queues
    from tenfold.messages.redrive import Redrive
    from tenfold.render import queues as render

    target, state = deployment_and_state(file, environment, stage, local, local_fault)
    one = queues.queue_named(queue, queues.addresses(target, state), target.where.stack)
    asked = queues.asked_about(target, state)
    task = Redrive(asked, one)
    under_way, there = task.under_way(), queues.standing(asked, one)
    tell = quiet if as_json else click.echo
    if under_way:
        tell(f"A move is under way, {render.at_rate(under_way.rate)}; it is followed.")
    elif not there.dead_letters:
        busy = f" now; {render.letters(there.dead_letters_in_flight)} being read by somebody"
        _result(as_json, queue, None, "", f"Nothing to move{busy if there.dead_letters_in_flight else ''}.")
        return
    else:
        tell(render.how(there.dead_letters, queue, rate))
        if not ask_to_go_on(yes, as_json, "nothing was moved"):
            _result(as_json, queue, rate, "", "", to_move=there.dead_letters)
            return
        task.start(rate)
    move = _followed(task, as_json)
    _result(as_json, queue, move.rate, move.status, render.done_line(move, queue), move.to_move, move.moved)


def _followed(task: "Redrive", as_json: bool) -> "Move":
    """The move when all is moved. Raises `Failure` where it ends otherwise, also by Ctrl-C."""
    from tenfold.messages.redrive import COMPLETED
    from tenfold.render import queues as render

    try:
        move = task.follow(quiet if as_json else _Progress())
    except KeyboardInterrupt:
        move = task.cancel()
        if move.status != COMPLETED:
            moved = render.letters(move.moved)
            raise Failure(
                f"Interrupted: the move was cancelled. {moved} had moved back to {task.name}, and stay there.",
                remedies=("the same command moves the rest",),
                code=exits.INTERRUPTED,
            ) from None
    if move.status != COMPLETED:
        raise Failure(
            f"SQS ended the move ({move.status.lower()}): {render.letters(move.moved)} of {move.to_move} moved.",
            why=move.reason,
            remedies=("the same command moves the rest",),
        )
    return move


class _Progress:
    """One line that is rewritten on a terminal; else one in ten seconds."""

    def __init__(self) -> None:
        self.line, self.at, self.rewrites = "", time.monotonic(), sys.stdout.isatty()

    def __call__(self, move: "Move") -> None:
        from tenfold.render import queues as render

        line = render.progress(move)
        if self.rewrites:
            click.echo(f"\r{line}{' ' * max(0, len(self.line) - len(line))}", nl=move.ended)
        elif line != self.line and time.monotonic() - self.at >= TOLD_EVERY:
            click.echo(line)
            self.at = time.monotonic()
        else:
            return
        self.line = line


def _result(
    as_json: bool, queue: str, rate: int | None, status: str, words: str, to_move: int = 0, moved: int = 0
) -> None:
    if as_json:
        facts = {"queue": queue, "to_move": to_move, "moved": moved, "rate": rate, "status": status.lower() or None}
        documents.show("redrive", facts)
    elif words:
        click.echo(words)
