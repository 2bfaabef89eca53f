"""`tenfold shards`: moves between shards, planned offline."""

from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from tenfold import exits
from tenfold.failure import Failure
from tenfold.render import documents
from tenfold.resolving import resolve

if TYPE_CHECKING:
    from tenfold.blueprints.architecture import Architecture
    from tenfold.blueprints.architecture.stores import Shards
    from tenfold.blueprints.shards.planning import Plan
    from tenfold.blueprints.shards.shard_map import ShardMap

EPILOG = (
    "\b\nExamples:\n"
    "  tenfold shards plan blueprints/shop.yaml --env prod --add 1\n"
    "  tenfold shards plan blueprints/shop.yaml --env prod --split 2 --json\n"
    "  tenfold shards plan blueprints/shop.yaml --env prod --pin tenant-42=3\n"
    "  tenfold shards plan blueprints/shop.yaml --env prod --add 1 --map published.json --runbook\n\n"
    "\b\nExit codes:\n"
    f"  {exits.DONE}  {exits.MEANING[exits.DONE]}\n"
    f"  {exits.WRONG_INPUT}  {exits.MEANING[exits.WRONG_INPUT]}\n"
    f"  {exits.REFUSED}  {exits.MEANING[exits.REFUSED]}: a map too large, or a move still under way"
)


class Pin(click.ParamType):
    name = "KEY=SHARD"

    def convert(self, value, param, ctx) -> tuple[str, int]:
        key, sign, shard = str(value).rpartition("=")
        if not sign or not key or not (shard.isascii() and shard.isdigit()):
            self.fail(f"{value!r} is not a key and the number of a shard, like tenant-42=3", param, ctx)
        return key, int(shard)


class Month(click.ParamType):
    name = "MONTH"

    def convert(self, value, param, ctx) -> str:
        from tenfold.blueprints.shards.buckets import of_month

        try:
            of_month(value)
        except ValueError:
            self.fail(f"{value!r} is not a month like 2026-11", param, ctx)
        return value[:7]


@click.group("shards", help="Shards of the database: plan a move, offline.")
def command() -> None:
    pass


@command.command("plan", epilog=EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--env", "environment", metavar="NAME", help="The environment; without it, the top of the file.")
@click.option("--stage", metavar="STAGE", help="Instead of the blueprint's stage: 1 to 7, or its name.")
@click.option(
    "--add", type=click.IntRange(1, 35), metavar="N", help="Shards to add; each takes an even part from all others."
)
@click.option("--split", type=click.IntRange(0), metavar="K", help="Move half of shard K to a new shard.")
@click.option("--drain", type=click.IntRange(0), metavar="K", help="Move everything away from shard K.")
@click.option("--pin", "pins", type=Pin(), multiple=True, help="Put a key into a chosen shard. Repeatable.")
@click.option("--from", "month", type=Month(), help="By month: the first month that moves. --add: default next month.")
@click.option(
    "--map",
    "published",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The published map, as text.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: also the maps to publish.")
@click.option("--runbook", "in_steps", is_flag=True, help="The move step by step, with every command, as Markdown.")
def plan(file, environment, stage, add, split, drain, pins, month, published, as_json, in_steps) -> None:
    """Say what moves when shards of FILE's database are added, split, drained or keys pinned: buckets, GiB, balance.

    Without any of them: what is left to move from the published map (--map) to what the blueprint asks for.
    """
    from tenfold.render import shards as render

    if sum((add is not None, split is not None, drain is not None, bool(pins))) > 1:
        raise click.UsageError("--add, --split, --drain and --pin are one move each: give one of them.")
    if as_json and in_steps:
        raise click.UsageError("--json and --runbook are two ways to show one plan: give one of them.")
    architecture = resolve(file, environment, stage).architecture
    assert architecture is not None
    shards = _shards(architecture, file)
    current, origin = _current(shards, published, bool(add or pins or split is not None or drain is not None))
    move = _planned(
        architecture, shards, current, {"add": add, "split": split, "drain": drain, "pin": dict(pins)}, month
    )
    if as_json:
        documents.show("shards", render.as_json(move))
        return
    name = " · ".join(architecture.title)
    named = {"--env": environment, "--stage": stage}
    flags = " ".join([quote(str(file)), *(f"{word} {value}" for word, value in named.items() if value)])
    if in_steps:
        _show_runbook(move, architecture, name, flags)
        return
    again = f"{flags} {_asked(add, split, drain, pins)}{f' --map {quote(str(published))}' if published else ''}"
    following = f"tenfold shards plan {' '.join(again.split())} --runbook > move.md"
    click.echo(render.as_text(move, name, architecture.load.data, origin, following), nl=False)


def _asked(add: int | None, split: int | None, drain: int | None, pins: "tuple[tuple[str, int], ...]") -> str:
    moves = {"--add": add, "--split": split, "--drain": drain}
    words = [f"{name} {number}" for name, number in moves.items() if number is not None]
    return " ".join([*words, *(f"--pin {quote(f'{key}={shard}')}" for key, shard in pins)])


def _show_runbook(move: "Plan", architecture: "Architecture", name: str, flags: str) -> None:
    from tenfold.promotion.runbook import as_markdown
    from tenfold.promotion.shard_runbook import shard_runbook

    if not move.moves:
        raise Failure("Nothing moves, so there is nothing to do.", remedies=("plan a move",), code=exits.WRONG_INPUT)
    click.echo(as_markdown([shard_runbook(move, architecture, flags)], f"{name} · {move.title}"), nl=False)


def _shards(architecture: "Architecture", file: Path) -> "Shards":
    if architecture.database.shards is None:
        raise Failure(
            f"{file} has no shards.",
            why="the database is one, and the stages before shards take it further than most applications get",
            remedies=("write `database: {shards: …}`: docs/shards.md",),
            code=exits.WRONG_INPUT,
        )
    return architecture.database.shards


def _current(shards: "Shards", published: Path | None, moves: bool) -> "tuple[ShardMap, str]":
    from tenfold.blueprints.shards import intent
    from tenfold.blueprints.shards.shard_map import Unfit, parse

    if published is None:
        now = intent.target(shards) if moves else intent.first(shards)
        words = "the map that the blueprint leads to" if moves else "the blueprint's first map"
        return now, f"{words}; --map FILE takes the published one"
    try:
        published_map = parse(published.read_text(encoding="utf-8"))
    except (Unfit, UnicodeDecodeError) as wrong:
        way = 'aws ssm get-parameter --name "$SHARD_MAP" --query Parameter.Value --output text > published.json'
        raise Failure(
            f"{published} is not a shard map.", why=str(wrong), remedies=(way,), code=exits.WRONG_INPUT
        ) from None
    return published_map, f"version {published_map.version} of the map, {published}"


def _planned(
    architecture: "Architecture", shards: "Shards", current: "ShardMap", asked: dict, month: str | None
) -> "Plan":
    from tenfold.blueprints.shards import intent, planning
    from tenfold.blueprints.shards.shard_map import Unfit

    runbook, data = planning.REPLICATION, float(architecture.load.data)
    try:
        if asked["add"] is not None:
            after, title = planning.add(current, shards, asked["add"], month or _next_month()), f"{asked['add']} more"
        elif asked["split"] is not None:
            after, title = planning.split(current, shards, asked["split"], month), f"shard {asked['split']} split"
            runbook = planning.REPLICA
        elif asked["drain"] is not None:
            after, title = planning.drain(current, shards, asked["drain"]), f"shard {asked['drain']} drained"
        elif asked["pin"]:
            after = planning.pin(current, shards, asked["pin"])
            title = ", ".join(f"{key} on shard {shard}" for key, shard in asked["pin"].items())
        else:
            after, title = intent.target(shards), "what the blueprint asks for"
        move = planning.plan(title, current, after, shards, data, runbook)
    except planning.Impossible as wrong:
        raise Failure(str(wrong), remedies=(wrong.remedy,), code=exits.WRONG_INPUT) from None
    except Unfit as wrong:
        what, _, way = str(wrong).partition(": ")
        raise Failure(f"{what[0].upper()}{what[1:]}.", remedies=(way,), code=exits.REFUSED) from None
    except ValueError as wrong:
        way = "publish its cut-over, or the map before it with a higher version (docs/shards.md#the-way-back)"
        raise Failure(f"{wrong}.", remedies=(way,), code=exits.REFUSED) from None
    return move


def _next_month() -> str:
    today = date.today()
    return f"{today.year + today.month // 12}-{today.month % 12 + 1:02}"
