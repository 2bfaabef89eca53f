"""A project as `tenfold new` makes it; and the same as a template for `pulumi new`, which cannot ask what copier asks.

python -m tenfold.releases.project DIR      writes that template into DIR, one folder for each example
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tenfold import testing
from tenfold.failure import Failure, WrongBlueprint
from tenfold.releases import copying, template


def make(project: Path, git: str | None, answers: Mapping[str, Any], called: str, ask: bool) -> None:
    """Makes a project in a folder, from tenfold's template or from one in git; `ask`: what `answers` leave out is asked
    for. `called` suggests the application's name. Raises `Failure`."""
    if git:
        copying.copy(git, project, {}, called, revision=None, ask=ask)
    else:
        version = template.version()
        with copying.serving({version: template.compose}):
            copying.copy(copying.BUILT_IN, project, answers, called, revision=version, ask=ask)
    _write_goldens(project)


def _write_goldens(project: Path) -> None:
    """The URNs of each environment, as own/tests/test_blueprints.py compares them. What cannot be planned has none: the
    test says why."""
    tests = next((file.parent for file in project.rglob("tests/test_blueprints.py")), None)
    for file, environment in testing.environments(project / "blueprints") if tests else ():
        try:
            text = testing.urns(testing.planned(file, environment))
        except (Failure, WrongBlueprint):
            continue
        golden = tests / "golden" / f"{file.stem}-{environment}.urns" if tests else Path()
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")


def write_pulumi_templates(folder: Path) -> None:
    """A template repository of Pulumi: each example as a project, whose `Pulumi.yaml` says what `pulumi new` asks."""
    questions = yaml.safe_load((template.SOURCE / "project" / "copier.yml").read_text(encoding="utf-8"))
    for title, example in questions["example"]["choices"].items():
        make(folder / example, None, {"kind": "thin", "example": example, "ci": "none"}, example, ask=False)
        blueprint = f"blueprints/{example}.yaml"
        asked = {
            "tenfold:blueprint": {"description": "The blueprint to deploy", "default": blueprint},
            "tenfold:environment": {"description": "Its environment", "default": "dev"},
        }
        section = {
            "description": title,
            "quickstart": f"Set name, owner and region in {blueprint}. The project's name stays tenfold.",
            "config": asked,
        }
        with (folder / example / "Pulumi.yaml").open("a", encoding="utf-8") as manifest:
            yaml.safe_dump({"template": section}, manifest, sort_keys=False, width=100)


if __name__ == "__main__":
    if len(sys.argv) != 2 or Path(sys.argv[1]).exists():
        sys.exit("usage: python -m tenfold.releases.project DIR, a folder that is not there yet")
    write_pulumi_templates(Path(sys.argv[1]))
