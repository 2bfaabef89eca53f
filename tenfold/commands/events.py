"""`tenfold events`: who receives which events of a deployment, what is kept of them, and a replay."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from tenfold import deployment, exits
from tenfold.commands.parts.asking import ListFirst, ask_to_go_on, deployment_and_state, quiet
from tenfold.failure import Failure
from tenfold.render import documents

if TYPE_CHECKING:
    from tenfold.messages.events import Bus, Counted, Replay, State, Subscription

EXAMPLES = (
    "\b\nExamples:\n"
    "  tenfold events blueprints/market.yaml --env prod --local\n"
    "  tenfold events blueprints/market.yaml --env prod --json\n"
    "  tenfold events replay blueprints/market.yaml --env prod order-placed --from 2h --to-queue mail\n"
    "  tenfold events replay blueprints/market.yaml --env prod order-placed "
    "--from 2026-11-27T08:00 --to 2026-11-27T09:30\n"
)
REPLAY_CODES = (
    "\b\nExit codes:\n"
    f"  {exits.DONE}  replayed\n"
    f"  {exits.FAILED}  EventBridge ended the replay early, or does not answer\n"
    f"  {exits.WRONG_INPUT}  no such event or queue, no archive, or a time with nothing in it\n"
    f"  {exits.REFUSED}  no terminal to confirm on, or credentials of another account\n"
    f"  {exits.INTERRUPTED}  interrupted: the replay was cancelled; what was replayed stays"
)


class Moment(click.ParamType):
    """`2026-11-27T08:00`, UTC unless it says another zone; `2h` is two hours ago."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from tenfold.blueprints.grammar import units

        if isinstance(value, datetime):
            return value
        try:
            return datetime.now(UTC) - timedelta(seconds=units.duration(value))
        except ValueError:
            pass
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time; write 2026-11-27T08:00 (UTC), or 2h for two hours ago", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.group("events", cls=ListFirst, epilog=EXAMPLES)
def command() -> None:
    """Events of a deployment. `tenfold events FILE` lists them: who receives which, what is archived, dead letters."""


@command.command("list", short_help="Who receives which events.", epilog=EXAMPLES)
@deployment.options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_events(file, environment, stage, local, local_fault, as_json) -> None:
    """List each event: its queues with their filters and dead letters, and what the archive has. The same as
    `tenfold events FILE`."""
    from tenfold.messages import events, queues
    from tenfold.render import events as render

    target, resources = deployment_and_state(file, environment, stage, local, local_fault)
    outputs, bus = queues.outputs_of(target, resources), events.bus_of(resources)
    topics = events.by_topic(resources, outputs)
    subscriptions = [*(bus.subscriptions if bus else ()), *topics]
    if not subscriptions:
        none = "  no events; `events:` in the blueprint makes some"
        _show([], None, 0) if as_json else click.echo(f"{target.title_of(resources)}\n{none}")
        return
    asked = queues.asked_about(target, resources)
    archived = {event: events.count(asked, archive) for event, archive in (bus.archives if bus else {}).items()}
    urls = {name: url for name, url in outputs["dead_letters"].items() if name in {s.queue for s in subscriptions}}
    dead = {name: queues.dead_letters(asked, url, f"the dead letters of {name}") for name, url in urls.items()}
    undelivered = (
        queues.dead_letters(asked, outputs["event_dead_letters"], f"the dead letters of {bus.name}") if bus else 0
    )
    if not as_json:
        click.echo(f"{target.title_of(resources)}\n{render.page(bus, topics, archived, dead, undelivered)}")
        return
    _show(_rows(bus, subscriptions, archived, dead), bus.name if bus else None, undelivered)


def _rows(
    bus: "Bus | None",
    subscriptions: "list[Subscription]",
    archived: "dict[str, Counted]",
    dead: dict[str, int],
) -> list[dict[str, Any]]:
    """Each event for programs. `dead` counts the dead letters of each queue."""
    by_bus, archives = set(bus.events if bus else ()), bus.archives if bus else {}
    return [
        {
            "event": event,
            "via": "bus" if event in by_bus else "topic",
            "subscriptions": [
                {"queue": s.queue, "filter": json.loads(s.filter or "null"), "dead_letters": dead[s.queue]}
                for s in subscriptions
                if s.event == event
            ],
            "archive": {
                "keep_days": archives[event].keep_days,
                "events": archived[event].events,
                "bytes": archived[event].size_bytes,
            }
            if event in archived
            else None,
        }
        for event in sorted({one.event for one in subscriptions})
    ]


def _show(events: list[dict[str, Any]], bus: str | None, dead_letters: int) -> None:
    documents.show("events", {"bus": bus, "dead_letters": dead_letters, "events": events})


@command.command("replay", short_help="Archived events once more.", epilog=f"{EXAMPLES}\n{REPLAY_CODES}")
@deployment.options
@click.argument("event")
@click.option("--from", "first", type=Moment(), required=True, help="Begin: 2026-11-27T08:00 (UTC), or 2h ago.")
@click.option("--to", "last", type=Moment(), help="End; default: now.")
@click.option("--to-queue", "chosen", multiple=True, metavar="QUEUE", help="Only to this one; can be repeated.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs. Without --yes it only says what would happen.")
def replay(file, environment, stage, local, local_fault, event, first, last, chosen, yes, as_json) -> None:
    """Send archived events of the kind EVENT once more to their queues, and follow until it is done.

    They come in any order, now and then twice, and queues get what they have had already: workers must do nothing
    twice (docs/events.md). Their rules and filters are today's. Ctrl-C cancels the replay.
    """
    from tenfold.messages import events, queues
    from tenfold.render import events as render

    target, resources = deployment_and_state(file, environment, stage, local, local_fault)
    outputs, bus = queues.outputs_of(target, resources), events.bus_of(resources)
    events.refuse_topic(event, events.by_topic(resources, outputs))
    queues.nearest(event, bus.events if bus else [], target.where.stack, "event")
    assert bus
    for name in chosen:
        queues.nearest(name, bus.queues(event), event, "queue")
    to = sorted({*chosen}) or bus.queues(event)
    archive, now = events.archive_of(bus, event), datetime.now(UTC)
    last = last or now
    events.check_times(first, last, now)
    task = events.Replay(queues.asked_about(target, resources), bus, archive, to, now)
    tell = quiet if as_json else click.echo
    tell(render.how(event, first, last, to))
    for warning in render.warnings(first, last, now, archive.keep_days):
        tell(warning)
    facts = {"event": event, "from": first.isoformat(), "to": last.isoformat(), "queues": to}
    if not ask_to_go_on(yes, as_json, "nothing was replayed"):
        if as_json:
            documents.show("replay", {**facts, "replay": None, "status": None})
        return
    task.start(first, last)
    state = _followed(task)
    tell(render.done_line(event, to, task.name))
    if as_json:
        documents.show("replay", {**facts, "replay": task.name, "status": state.status.lower()})


def _followed(task: "Replay") -> "State":
    """The replay when all is sent. Raises `Failure` where it ends otherwise, also by Ctrl-C."""
    from tenfold.messages.events import COMPLETED, utc_text

    try:
        state = task.follow(quiet)
    except KeyboardInterrupt:
        state = task.cancel()
        if state.status != COMPLETED:
            raise Failure(
                f"Interrupted: the replay {task.name} was cancelled. What was replayed stays.",
                remedies=("the same command begins it again; work that was done is known by its event's id",),
                code=exits.INTERRUPTED,
            ) from None
    if state.status != COMPLETED:
        until = f", up to {utc_text(state.reached)} UTC" if state.reached else ""
        raise Failure(f"EventBridge ended the replay ({state.status.lower()}){until}.", why=state.reason)
    return state
