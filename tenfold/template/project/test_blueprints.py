"""No URN of a deployed stack changes unseen: under another one it is another resource, and the old one is deleted.

python -m pytest own/tests                              (in a fork: .venv/bin/python -m pytest own/tests)
TENFOLD_WRITE_GOLDEN=1 python -m pytest own/tests       where a change is meant; then read the diff
"""

from pathlib import Path

import pytest

from tenfold import testing

GOLDEN = Path(__file__).with_name("golden")
BLUEPRINTS = next(folder / "blueprints" for folder in Path(__file__).parents if (folder / "Pulumi.yaml").is_file())


@pytest.mark.parametrize(("file", "environment"), testing.environments(BLUEPRINTS))
def test_no_urn_changes_unseen(file: Path, environment: str):
    name = f"{file.stem}-{environment}.urns"
    testing.check_golden(GOLDEN / name, testing.urns(testing.planned(file, environment)))
