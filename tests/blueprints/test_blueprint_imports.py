"""The language stands alone: nothing heavy, nothing of the layers above it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "pulumi",
    "pulumi_aws",
    "boto3",
    "botocore",
    "moto",
    "rich",
    "components",
    "stacks",
    "tenfold",
    "jsonschema",
}


def loaded_by(program: str) -> set[str]:
    script = f"{program}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_blueprints_import_nothing_above_them() -> None:
    files = [path.relative_to(ROOT).with_suffix("") for path in (ROOT / "blueprints").rglob("*.py")]
    modules = [".".join(file.parts) for file in files if file.stem not in ("__init__", "refresh")]
    program = "import importlib\n" + f"for name in {modules!r}: importlib.import_module(name)"
    assert loaded_by(program) & FORBIDDEN == set()


def test_validating_loads_nothing_heavy() -> None:
    program = (
        "from tenfold.commands import validate\nfrom blueprints.reading.draft import open_draft\n"
        "validate.check(open_draft('blueprints/shop.yaml'))"
    )
    assert loaded_by(program) & (FORBIDDEN - {"tenfold"}) == set()
