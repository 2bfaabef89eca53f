"""What happens when a run does not end as it should: nothing doubled, nothing lost, and a way on that is said."""

import os
import signal
import time
from pathlib import Path

import pytest
from running import kill
from sample import sample

SHOP = "blueprints/shop.yaml"
WHERE = (SHOP, "--env", "dev", "--stage", "2", "--local")


def names(resources):
    """Name tags of what the cloud holds: a doubled resource shows as a doubled name."""
    return sorted(tag["Value"] for r in resources for tag in r.get("Tags", []) if tag["Key"] == "Name")


def everything(aws):
    ec2 = aws("ec2")
    mine = [{"Name": "tag-key", "Values": ["Name"]}]
    return names(
        [
            *ec2.describe_vpcs(Filters=mine)["Vpcs"],
            *ec2.describe_subnets(Filters=mine)["Subnets"],
            *ec2.describe_security_groups(Filters=mine)["SecurityGroups"],
            *ec2.describe_route_tables(Filters=mine)["RouteTables"],
            *ec2.describe_addresses(Filters=mine)["Addresses"],
            *ec2.describe_volumes(Filters=mine)["Volumes"],
        ]
    )


def began_to_create(tenfold, aws, process):
    """Waits until the run has made a subnet, so that the interruption is in the middle."""
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"the run ended first:\n{process.stdout.read()}")
        if names(aws("ec2").describe_subnets(Filters=[{"Name": "tag-key", "Values": ["Name"]}])["Subnets"]):
            return
        time.sleep(0.05)
    pytest.fail("nothing was created within 30 s")


def complete(tenfold, aws):
    tenfold("up", *WHERE)
    assert tenfold.json("up", *WHERE)["changes"] == []
    found = everything(aws)
    assert len(found) == len(set(found)), "nothing is doubled"


def test_killed_in_the_middle_then_up_again(fresh, aws):
    """Nobody else runs meanwhile; afterwards nobody without the passphrase. The machine has stopped as well: the state
    is torn, and the note that gocloud wrote beside it."""
    process = fresh.begin("up", *WHERE, "--local-fault", "slow@8")
    began_to_create(fresh, aws, process)
    second = fresh("up", *WHERE, code=3)
    assert "Another run is at work" in second.stderr
    kill(process)
    status = fresh("status", *WHERE).stdout
    assert "unfinished" in status or "deployed" in status
    file = Path(fresh.environment["TENFOLD_HOME"], "state/local/backend/.pulumi/stacks/tenfold/shop-dev.json")
    assert not list(file.parent.glob("*.attrs")), "no run writes one"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    file.with_name("shop-dev.json.attrs").touch()
    assert "shop-dev.json.bak" in fresh("preview", *WHERE).stdout
    complete(fresh, aws)
    refused = fresh("up", *WHERE, code=3, PULUMI_CONFIG_PASSPHRASE="not this one")
    assert "passphrase" in refused.stderr


def test_interrupted_politely_then_up_again(fresh, aws):
    process = fresh.begin("up", *WHERE, "--local-fault", "slow@8")
    began_to_create(fresh, aws, process)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 4, said
    assert "tenfold up" in said and "Traceback" not in said and "Resource monitor" not in said
    file = (SHOP, "--env", "dev", "--local")  # whose own stage is another
    assert "go on       tenfold up blueprints/shop.yaml --env dev --local --stage 2" in fresh("status", *file).stdout
    outputs = fresh("outputs", *file).stdout
    assert "has not finished" in outputs and "--stage 2` resumes it" in outputs
    complete(fresh, aws)


@pytest.mark.parametrize("fault", sample(["crash@9", "error@12", "throttle@15"], ["error@12"]))
def test_a_fault_then_up_again(fresh, aws, fault):
    failed = fresh("up", *WHERE, "--local-fault", fault, code=1)
    assert "resumes from there" in failed.stdout
    if not fault.startswith("crash"):
        assert "asked for by --local-fault" in failed.stdout
    complete(fresh, aws)


def test_the_cloud_killed_in_the_middle(fresh, aws):
    process = fresh.begin("up", *WHERE, "--local-fault", "slow@8")
    began_to_create(fresh, aws, process)
    fresh("local", "stop")
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert "ended and forgotten everything" in said and "resumes from there" not in said
    forgotten = fresh("up", *WHERE, code=1)
    assert "has forgotten" in forgotten.stderr and "tenfold local reset" in forgotten.stderr
    fresh("local", "reset")
    fresh("up", *WHERE)
