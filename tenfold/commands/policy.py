"""`tenfold policy`: the folder of a policy pack, by which the engine judges house rules in any Pulumi program."""

import json
import sys

import click

from tenfold import files, home

_MANIFEST = """\
description: the rules of the nearest tenfold-rules.yaml
runtime:
  name: python
"""
_PROGRAM = "from tenfold.policy.server import serve\n\nserve()\n"


@click.command(
    "policy",
    epilog='Example: pulumi preview --policy-pack "$(tenfold policy)"',
    help="Print the folder of a policy pack for raw `pulumi`. It judges each resource of any program by the rules of "
    "the nearest tenfold-rules.yaml, from the folder where pulumi runs upwards: what `limits` and `rules` say of "
    "regions, instance types, tags, the database and single properties. `tenfold` itself, and raw `pulumi` with a "
    "blueprint, need no pack: there the whole file is judged.",
)
def command() -> None:
    folder = home.state() / "policy"
    files.folder(folder)
    files.write(folder / "PulumiPolicy.yaml", _MANIFEST + _environment())
    files.write(folder / "__main__.py", _PROGRAM)
    click.echo(folder)


def _environment() -> str:
    """The engine looks for the pack's Python on PATH, unless an environment is named: this one has tenfold."""
    return f"  options:\n    virtualenv: {json.dumps(sys.prefix)}\n" if sys.prefix != sys.base_prefix else ""
