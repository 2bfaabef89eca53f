"""The project's modules stay imported between recordings, and carry nothing from one to the next."""

import gc
import importlib
import sys
from pathlib import Path
from types import ModuleType

import both
import pytest

from tenfold.blueprints.resolve import load
from tenfold.recorder.light import reuse
from tenfold.recorder.light.outputs import Output
from tenfold.recorder.light.record import record as light
from tenfold.recorder.light.registration import Registration
from tenfold.recorder.program import run_of

ROOT = Path(__file__).parents[2]
PART = """
from functools import cache
import pulumi

LIMITS = {"a": 1}
SIZE = 1

class Part(pulumi.ComponentResource):
    made = []

    def __init__(self):
        super().__init__("test:index:Part", f"part-{SIZE}-{LIMITS}-{self.made}-{known.cache_info().currsize}")

@cache
def known(name):
    return name
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A package of its own that counts as the project's."""
    package = tmp_path / "own_house"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "part.py").write_text(PART)
    (package / "whole.py").write_text("from own_house.part import Part\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(reuse, "PACKAGES", ("own_house",))
    monkeypatch.setattr(reuse, "_kept", {})
    monkeypatch.setattr(reuse, "_as_imported", {})
    yield package
    for name in [name for name in sys.modules if name.split(".")[0] in ("own_house", "guest")]:
        del sys.modules[name]


def recorded(change: str = "") -> tuple[type, str]:
    """The class that a recording met, and the name it made; `change` is what the program does after that."""
    met: list[type] = []

    def program() -> None:
        met.append(importlib.import_module("own_house.whole").Part)
        met[0]()
        exec(change, vars(sys.modules["own_house.part"]))

    (part,) = light(both.run(program, True))
    return met[0], part.name


def test_the_next_recording_has_the_same_modules(house):
    assert recorded() == recorded()
    assert not any(name.startswith("own_house.") for name in sys.modules)


CHANGES = ["SIZE = 2", "LIMITS['b'] = 2", "Part.made.append(1)", "Part.size = 2", "known(1)", "del known", "again = 1"]
ANOTHER = """
import sys, types
other = sys.modules[__name__] = types.ModuleType(__name__)
other.__file__, other.pulumi = __file__, pulumi
del sys, types, other
"""


@pytest.mark.parametrize("change", [*CHANGES, ANOTHER])
def test_what_a_program_leaves_behind_is_gone(house, change):
    (before, name), (after, again) = recorded(change), recorded()
    assert before is not after
    assert name == again


def test_a_module_whose_file_changed_is_imported_anew(house):
    before, _ = recorded()
    (house / "part.py").write_text(PART.replace("SIZE = 1", "SIZE = 22"))
    after, name = recorded()
    assert before is not after
    assert name.startswith("part-22-")


def test_nothing_is_kept_that_uses_a_module_that_is_not(house):
    (house.parent / "guest.py").write_text("import pulumi\nclass Guest(pulumi.ComponentResource): pass\n")
    (house / "whole.py").write_text("from own_house.part import Part\nfrom guest import Guest\n")
    assert recorded()[0] is not recorded()[0]


def test_the_sdk_has_modules_of_its_own(house):
    part, _ = recorded()
    assert importlib.import_module("own_house.part").Part is not part
    assert recorded()[0] is part


def test_no_module_of_the_project_holds_anything_of_a_recording():
    for stage in (1, 3, 5):
        architecture = load(ROOT / "blueprints" / "shop.yaml", environment="prod", stage=stage).architecture
        assert architecture is not None
        light(run_of(architecture))
    own = [module for name, module in reuse.modules().items() if name.startswith(reuse.PACKAGES)]
    assert len(own) > 30
    assert not [value for value in reached(own) if isinstance(value, Output | Registration)]


def reached(modules: list[ModuleType]) -> list[object]:
    """All that the modules hold, directly or not, other modules left out."""
    met: dict[int, object] = {id(module): module for module in modules}
    queue: list[object] = list(modules)
    for holder in queue:
        for value in gc.get_referents(holder):
            if id(value) not in met and not isinstance(value, ModuleType):
                met[id(value)] = value
                queue.append(value)
    return queue
