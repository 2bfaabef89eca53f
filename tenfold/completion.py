"""What can be typed next, for a shell that asks: environments, stages, problem codes, paths of `explain`.

Nothing here raises: where a file cannot be read, nothing is offered.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import click
from click.shell_completion import CompletionItem, split_arg_string
from click.types import StringParamType

VARIABLE = "_TENFOLD_COMPLETE"
"""Set by the script that `tenfold completion` prints, and by nobody else."""

Offered = Iterable[tuple[str, str]]
"""(what is typed, what it means)"""


class Offer(StringParamType):
    """A text for which something can be offered."""

    def __init__(self, offered: Callable[[click.Context, str], Offered]) -> None:
        self._offered = offered

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        items: list[CompletionItem] = []
        with suppress(Exception):  # a shell has no place for what went wrong
            items = [
                CompletionItem(value, help=meaning)
                for value, meaning in self._offered(ctx, incomplete)
                if value.startswith(incomplete)
            ]
        return items


def with_completions(command: click.Command, name: str) -> click.Command:
    """The command of that name; while a shell asks, its parameters offer what they take."""
    if VARIABLE in os.environ:
        offers = {**_OFFERS, **_OF_COMMANDS.get(name, {})}
        for each in (command, *(command.commands.values() if isinstance(command, click.Group) else ())):
            for parameter in each.params:
                if parameter.name in offers and isinstance(parameter.type, StringParamType | click.Path):
                    parameter.type = offers[parameter.name]
    return command


def _file() -> Path:
    """The first word that is a file. click itself does not tell: an option that waits for its value hides the rest."""
    words = split_arg_string(os.environ["COMP_WORDS"])[1:]
    return next(path for path in map(Path, words) if path.is_file())


def _environments(ctx: click.Context, incomplete: str) -> Offered:
    from tenfold.blueprints.reading.draft import open_draft

    return [(name, "") for name in open_draft(_file()).environments]


def _stages(ctx: click.Context, incomplete: str) -> Offered:
    from tenfold.blueprints.stages.presets import presets

    return [(str(number), preset.name) for number, preset in presets().items()]


def _paths(ctx: click.Context, incomplete: str) -> Offered:
    from tenfold.resolving import resolve

    resolution = resolve(_file(), ctx.params.get("environment"), ctx.params.get("stage"))
    deep = incomplete.count(".") + 1  # a section first, then what is in it
    return dict.fromkeys((".".join(path.split(".")[:deep]), "") for path in resolution.origins)


class _FileOrCode(click.Path):
    """Codes where one is begun; else files, which the shell knows best."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from tenfold.blueprints.source.codes import catalogue

        if not incomplete.upper().startswith("T"):
            return super().shell_complete(ctx, param, incomplete)
        codes = [CompletionItem(code) for code in catalogue() if code.startswith(incomplete.upper())]
        return codes or super().shell_complete(ctx, param, incomplete)


_OFFERS = {
    **dict.fromkeys(("environment", "from_env", "to_env"), Offer(_environments)),
    **dict.fromkeys(("stage", "from_stage", "to_stage", "to"), Offer(_stages)),
}
_OF_COMMANDS: dict[str, dict[str, click.ParamType]] = {"explain": {"file": _FileOrCode(), "path": Offer(_paths)}}
