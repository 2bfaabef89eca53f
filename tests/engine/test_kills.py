"""A process is killed right after a call by which the cloud was changed, before anybody noted what it had done. One
`up` then suffices, and the cloud holds what the state says and nothing else. (Every call of every type, without the
engine: tests/local/test_kills.py. Promotions: test_promotions_keep_data.py.)"""

import itertools
import time

import pytest
from remains import strangers  # beside this file
from sample import sample

SHOP = "blueprints/shop.yaml"
CALLS = 96  # that an `up` of stage 1 makes to change the cloud, or a few less
EVERY = {"kill": 3, "kill-engine": 8, "kill-command": 12}
CASES = [("1", kind, n) for kind, step in EVERY.items() for n in range(1 + step // 2, CALLS, step)]
LARGE = [("5", kind, 150) for kind in EVERY]


@pytest.mark.parametrize(("stage", "kind", "number"), sample([*CASES, *LARGE], [("1", "kill", 32)]))
def test_one_up_after_a_kill_suffices(fresh, aws, stage, kind, number):
    where = (SHOP, "--env", "dev", "--stage", stage, "--local")
    killed = fresh("up", *where, "--local-fault", f"{kind}@{number}", code=None)
    assert killed.returncode not in (0, 2), killed.stdout
    if kind == "kill-command":
        time.sleep(2)  # its engine notices
    fresh("up", *where)
    assert strangers(aws, fresh, "shop-dev") == []
    assert "unfinished" not in fresh("status", *where).stdout


@pytest.mark.proof
@pytest.mark.parametrize(("kind", "number"), [*itertools.product(EVERY, (1, 10, 30))])
def test_one_destroy_after_a_killed_destroy_suffices(fresh, aws, kind, number):
    where = (SHOP, "--env", "dev", "--stage", "1", "--local")
    fresh("up", *where)
    fresh("destroy", *where, "--local-fault", f"{kind}@{number}", code=None)
    time.sleep(2)
    fresh("destroy", *where)
    assert strangers(aws, fresh, "shop-dev") == []


@pytest.mark.proof
@pytest.mark.parametrize("number", (1, 20, 60))
def test_a_cloud_that_was_killed_has_forgotten_and_says_so_in_every_phase(fresh, aws, number):
    where = (SHOP, "--env", "dev", "--stage", "1", "--local")
    assert fresh("up", *where, "--local-fault", f"kill-cloud@{number}", code=1)
    for command in ("preview", "up", "refresh", "destroy"):
        assert "has forgotten" in fresh(command, *where, code=1).stderr
    fresh("local", "reset")
    fresh("up", *where)
    assert strangers(aws, fresh, "shop-dev") == []
