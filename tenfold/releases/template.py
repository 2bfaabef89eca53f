"""The copier template of this release: what `tenfold new` makes a project from.

    python -m tenfold.releases.template DIR      writes it into DIR; `tenfold update` asks another release for its own

The project's files lie in tenfold/template/project, the pipelines in tenfold/template/ci, the examples in blueprints/.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tenfold import home
from tenfold.blueprints import pages
from tenfold.blueprints.stages import editions

SOURCE = home.PACKAGE / "template"
PIN = re.compile(r"^tenfold==(\S+)$", re.MULTILINE)
# Name in the template, which copier renders -> file of tenfold/template/project. A part of a name that is empty leaves
# the file out.
_NAMES = {
    "{{ _copier_conf.answers_file }}.jinja": "answers.yml.jinja",
    "README.md.jinja": "README.md.jinja",
    "tenfold-rules.yaml": "tenfold-rules.yaml",
    ".gitignore": "gitignore",
    "{% if kind == 'thin' %}own{% endif %}/README.md": "own.md",
    "{% if kind == 'thin' %}own{% endif %}/tests/test_blueprints.py": "test_blueprints.py",
    "{% if kind == 'fork' %}tests{% endif %}/test_blueprints.py": "test_blueprints.py",
}
_REQUIREMENTS = "{% if kind == 'thin' %}requirements.txt{% endif %}"
_BLUEPRINT = "blueprints/{%% if example == '%s' %%}{{ name }}.yaml{%% endif %%}.jinja"


def compose(folder: Path) -> None:
    """Writes the template into a folder."""
    shutil.copyfile(SOURCE / "project" / "copier.yml", _room(folder / "copier.yml"))
    files = folder / "files"
    for target, name in _NAMES.items():
        shutil.copyfile(SOURCE / "project" / name, _room(files / target))
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copyfile(SOURCE / name, files / name)
    for name, source in _pipelines():
        shutil.copy(source, _room(files / name))
    for example in sorted((home.PACKAGE / "blueprints").glob("*.yaml")):
        text = _as_template(example.stem, example.read_text(encoding="utf-8"))
        _room(files / (_BLUEPRINT % example.stem)).write_text(text, encoding="utf-8")
    for kind, schema in (("blueprint", pages.schema()), ("rules", pages.rules_schema())):
        _room(files / "schema" / f"{kind}.json").write_text(pages.schema_text(schema), encoding="utf-8")
    comment = "# `tenfold update` changes the version, and shows before what that does.\n"
    (files / _REQUIREMENTS).write_text(f"{comment}tenfold=={version()}\n", encoding="utf-8")


def version() -> str:
    """Of this release, as the pipelines pin it: another release that is asked for its template runs beside the metadata
    of the installed one."""
    requirements = (SOURCE / "ci" / "both" / "ci" / "requirements.txt").read_text(encoding="utf-8")
    pin = PIN.search(requirements)
    assert pin is not None
    return pin[1]


def _pipelines() -> Iterator[tuple[str, Path]]:
    for root in (SOURCE / "ci").iterdir():
        files = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        yield from ((str(path.relative_to(root)), path) for path in files)


def _as_template(example: str, text: str) -> str:
    """An example with the application's name and region left open. Its comments tell of the example and stay."""
    lines = []
    for line in text.splitlines(keepends=True):
        if line.startswith("# yaml-language-server"):
            line = "# yaml-language-server: $schema=../schema/blueprint.json\n"
        elif line.startswith("region: "):
            line = "region: {{ region }}\n"
        elif line.startswith("edition: "):
            line = f"edition: {editions.newest()}\n"
        elif not line.lstrip().startswith("#"):
            line = re.sub(rf"\b{example}\b", "{{ name }}", line)
        lines.append(line)
    return "".join(lines)


def _room(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


if __name__ == "__main__":
    compose(Path(sys.argv[1]))
