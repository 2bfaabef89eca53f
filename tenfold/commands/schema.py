"""`tenfold schema`: the JSON Schema of a blueprint or of house rules, for editors; of what `--json` prints."""

import click

from tenfold.render import documents

EDITED = ("blueprint", "rules")


@click.command(
    epilog="Examples:\n\n\b\n  tenfold schema > blueprint.schema.json\n  tenfold schema rules > rules.schema.json\n"
    "  tenfold schema plan",
    help="Print the JSON Schema of a blueprint, of house rules (tenfold-rules.yaml), or of a kind of document that "
    "commands print with --json. In a checkout they are in docs/schema/ already; the first line of a file names its "
    "own (# yaml-language-server: $schema=…), so that editors complete and explain fields.",
)
@click.argument("kind", type=click.Choice([*EDITED, *documents.kinds()]), default=EDITED[0], metavar="[KIND]")
def command(kind: str) -> None:
    from tenfold.blueprints.pages import rules_schema, schema, schema_text

    edited = dict(zip(EDITED, (schema, rules_schema), strict=True))
    click.echo(schema_text(edited[kind]() if kind in edited else documents.schema(kind)), nl=False)
