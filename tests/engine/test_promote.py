"""A whole promotion by the command line: interrupted, taken back, done, and what it left over released."""

import shutil
from pathlib import Path

import pytest
from running import CHECKOUT, Tenfold  # beside this file

BEFORE, DURING = "prod: {stage: 1}", "prod: {stage: 2, promoting_from: 1}"
MOVED = "prod: {stage: 2, promoting_from: 1, moved: {data: true}}"
SECRET = "shop-settings-host-secret-database"
LEFT = f"prod: {{stage: 2, leftovers: [{SECRET}]}}"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "shop.yaml"
    shutil.copy(CHECKOUT / "blueprints" / "shop.yaml", file)
    file.write_text(file.read_text().replace("prod: {}", BEFORE))
    return file


def test_from_the_server_s_database_to_a_managed_one_and_nothing_lost(fresh: Tenfold, aws, shop: Path):
    where = (str(shop), "--env", "prod", "--local")

    def promote(*args: str, code: int = 0):
        return fresh("promote", *where, *args, code=code)

    def says() -> str:
        return shop.read_text().splitlines()[-1].strip()

    fresh("up", *where)
    kept = held(aws)
    failed = promote("--to", "2", "--yes", "--local-fault", "error@14", code=1)
    assert says() == DURING and "resumes from there" in failed.stdout and "--abort" in failed.stdout
    promote("--to", "2", "--yes")
    assert fresh.json("status", *where)["promotion"]["expanded"] and databases(aws) == 1
    promote("--abort", "--yes")
    assert says() == BEFORE and held(aws) == kept and databases(aws) == 0

    promote("--to", "2", "--yes")
    assert "available" in promote("--check", code=0).stdout
    promote("--move", "data", "--yes")
    assert says() == MOVED
    promote("--finish", "--yes")
    assert says() == LEFT and held(aws) == kept and databases(aws) == 1
    promote("--release", SECRET, "--yes")
    assert says() == "prod: {stage: 2}" and held(aws)[:2] == kept[:2] and held(aws)[2] == []


def held(aws) -> list[list[str]]:
    """What users would miss of stage 1: files, address, and the password of the container."""
    volumes = [v["VolumeId"] for v in aws("ec2").describe_volumes()["Volumes"] if named(v, "shop-server-data")]
    addresses = [a["AllocationId"] for a in aws("ec2").describe_addresses()["Addresses"]]
    return [
        volumes,
        addresses,
        [s["ARN"] for s in aws("secretsmanager").list_secrets()["SecretList"] if named(s, SECRET)],
    ]


def named(resource: dict, name: str) -> bool:
    return {"Key": "Name", "Value": name} in resource.get("Tags", [])


def databases(aws) -> int:
    return len(aws("rds").describe_db_instances()["DBInstances"])
