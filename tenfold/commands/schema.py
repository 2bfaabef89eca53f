"""`tenfold schema`: the JSON Schema of a blueprint, or of house rules, for editors."""

import click


@click.command(
    epilog="Examples:\n\n\b\n  tenfold schema > blueprint.schema.json\n  tenfold schema rules > rules.schema.json",
    help="Print the JSON Schema of a blueprint, or of house rules (tenfold-rules.yaml). In a checkout they are in "
    "docs/schema/ already; the first line of a file names its own (# yaml-language-server: $schema=…), so that "
    "editors complete and explain fields.",
)
@click.argument("kind", type=click.Choice(["blueprint", "rules"]), default="blueprint")
def command(kind: str) -> None:
    from tenfold.blueprints.pages import rules_schema, schema, schema_text

    click.echo(schema_text(rules_schema() if kind == "rules" else schema()), nl=False)
