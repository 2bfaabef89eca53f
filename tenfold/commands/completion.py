"""`tenfold completion`: the script with which a shell completes tenfold's commands."""

import click
from click.shell_completion import get_completion_class

from tenfold.completion import VARIABLE

# Where each shell reads it.
FILES = {
    "bash": "~/.local/share/bash-completion/completions/tenfold",
    "zsh": "~/.zfunc/_tenfold   (a folder in $fpath)",
    "fish": "~/.config/fish/completions/tenfold.fish",
}


@click.command(
    "completion",
    epilog="\b\nExamples:\n" + "\n".join(f"  tenfold completion {shell} > {file}" for shell, file in FILES.items()),
)
@click.argument("shell", type=click.Choice(list(FILES)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script with which SHELL completes commands, options, environments, stages, codes and paths."""
    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(ctx.find_root().command, {}, "tenfold", VARIABLE)
    click.echo(script.source_template % script.source_vars())
