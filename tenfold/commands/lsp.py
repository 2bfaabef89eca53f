"""tenfold lsp: a language server for blueprints, for editors."""

import click

from tenfold import exits
from tenfold.failure import Failure


@click.command(
    epilog="Example, for Neovim: vim.lsp.config('tenfold', {cmd = {'tenfold', 'lsp'}, filetypes = {'yaml'}})",
    help="Serve the Language Server Protocol over stdin and stdout. An editor starts this and shows what is "
    "wrong while a blueprint is written, what a field is and becomes in each environment, and what fits next.",
)
def command() -> None:
    try:
        from tenfold.editor.server import server
    except ModuleNotFoundError as missing:
        raise Failure(
            "The language server needs pygls, which is not installed.",
            why=str(missing),
            remedies=("pip install 'tenfold[lsp]'",),
            code=exits.FAILED,
        ) from missing
    server().start_io()
