"""The engine's protection is lifted for one run, and only for one that begins."""

import json
import os
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tenfold import exits
from tenfold.engine.driver import Driver
from tenfold.engine.workspace import Place
from tenfold.failure import Failure


class Stack:
    def __init__(self, *protected: str):
        self.resources = [{"urn": urn, "protect": urn in protected} for urn in ("a", "b", "c")]
        self.imports = 0

    def export_stack(self) -> Any:
        return SimpleNamespace(deployment={"resources": [dict(r) for r in self.resources]})

    def import_stack(self, state: Any) -> None:
        self.imports += 1
        self.resources = state.deployment["resources"]

    @property
    def protected(self) -> set[str]:
        return {r["urn"] for r in self.resources if r["protect"]}


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def make(stack: Stack) -> Driver:
        engine: Any = None
        made = Driver(Place("shop-prod", tmp_path, tmp_path.as_uri(), None), engine, lambda: None, {})
        monkeypatch.setattr(made, "_open", lambda: stack)
        monkeypatch.setattr(made, "deployed_resources", lambda: stack.resources)
        return made

    return make


def test_a_run_that_begins_finds_it_lifted(driver):
    stack = Stack("a", "b")
    with driver(stack).lift_protection(["a", "c"]):
        assert stack.protected == {"b"}
    assert stack.protected == {"b"}, "the run itself protects again what stays"


def test_a_run_that_is_refused_leaves_it_as_it_was(driver):
    stack = Stack("a", "b")
    with pytest.raises(Failure, match="busy"), driver(stack).lift_protection(["a", "c"]):
        raise Failure("busy", code=exits.REFUSED)
    assert stack.protected == {"a", "b"}, "and `c`, which was not protected, is not either"


def test_protection_and_what_a_deletion_reads_are_one_edit_of_the_state(driver):
    stack = Stack("a")
    stack.resources[0] |= {"inputs": {"forceDestroy": False, "bucket": "x"}, "outputs": None}
    with driver(stack).lift_protection(["a"], {"a": {"forceDestroy": True}, "gone": {"forceDestroy": True}}):
        assert stack.resources[0]["inputs"] == {"forceDestroy": True, "bucket": "x"} and stack.protected == set()
    assert stack.imports == 1


def test_nothing_is_lifted_while_another_run_is_at_work(driver, tmp_path: Path):
    locks = tmp_path / ".pulumi" / "locks" / "organization" / "tenfold" / "shop-prod"
    locks.mkdir(parents=True)
    holder = {
        "pid": os.getppid(),
        "username": "ann",
        "hostname": f"not-{socket.gethostname()}",
        "timestamp": "2026-11-28T03:11:41.123456789Z",
    }
    (locks / "1.json").write_text(json.dumps(holder))
    stack = Stack("a")
    with pytest.raises(Failure) as refused, driver(stack).lift_protection(["a"]):
        pytest.fail("begun")
    assert refused.value.code == exits.REFUSED and "ann" in refused.value.what and stack.protected == {"a"}
