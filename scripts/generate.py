"""Renews everything that is generated from data; `make docs` runs it.

    python -m scripts.generate

Each generator writes files of its own and has a test that what is committed is current.
"""

from scripts import pictures, settings, tables


def main() -> None:
    from tenfold.blueprints import pages
    from tenfold.local.aws import extract, schema
    from tenfold.recorder import make_zones
    from tenfold.recorder.light import make_tables
    from tenfold.render import documents

    pages.main()  # docs/schema/blueprint.json, docs/codes/
    documents.write()  # docs/schema/output/
    make_zones.ZONES.write_text(make_zones.text(), encoding="utf-8")  # tenfold/recorder/data/zones.json
    make_tables.main()  # tenfold/recorder/light/tables/
    schema.PATH.write_text(extract.document(), encoding="utf-8")  # tenfold/local/aws/data/schema.json
    settings.SETTINGS.write_text(settings.text(), encoding="utf-8")  # blueprints/rules/settings.json
    pictures.main()  # docs/pictures/
    tables.main()  # the tables inside README.md and docs/


if __name__ == "__main__":
    main()
