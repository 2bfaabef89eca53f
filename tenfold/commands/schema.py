"""`tenfold schema`: the blueprint's JSON Schema, for editors."""

import click


@click.command(
    epilog="Example: tenfold schema > blueprint.schema.json",
    help="Print the JSON Schema of a blueprint. In a checkout it is docs/schema/blueprint.json already; the first line "
    "of a blueprint names it (# yaml-language-server: $schema=…), so that editors complete and explain fields.",
)
def command() -> None:
    from tenfold.blueprints.pages import schema_text

    click.echo(schema_text(), nl=False)
