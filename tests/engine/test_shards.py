"""Shards on the real engine: the map belongs to the moves, and a shard is split by a replica, promoted in place."""

from dataclasses import replace

import pytest

from tenfold import exits
from tenfold.blueprints.shards import table
from tenfold.blueprints.shards.shard_map import parse, steps
from tenfold.shards import Moving, Shards

SHOP = """name: shop
stage: 2
with: [shards]
app: {{image: "ghcr.io/acme/shop:1.4.2"}}
database:
  pooling: {{via: none}}
  shards:
    key: {key}
    count: {count}
    i_have_tried: [queries, machine, replicas, cache, archive, pooling]
environments: {{dev: {{throwaway: true}}}}
"""
MAP = "/shop/dev/shards/map"
# What RDS decides of a copy; `replicateSourceDb` and `password` come out of the list when it is promoted.
OF_A_COPY = "dbName: null, username: null, engine: null, engineVersion: null, allocatedStorage: null, kmsKeyId: null"


@pytest.fixture
def blueprint(tmp_path):
    path = tmp_path / "shop.yaml"

    def write(count, key="tenant_id", overrides=""):
        path.write_text(SHOP.format(count=count, key=key) + overrides)
        return str(path), "--env", "dev", "--local"

    return write


def instances(aws):
    return {found["DBInstanceIdentifier"]: found for found in aws("rds").describe_db_instances()["DBInstances"]}


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_an_up_never_takes_a_move_back(fresh, aws, blueprint):
    where = blueprint(2)
    fresh("up", *where)
    ssm, clock = aws("ssm"), Clock()
    first = parse(ssm.get_parameter(Name=MAP)["Parameter"]["Value"])
    assert set(first.table) == {0}
    key = next(f"user-{n}" for n in range(100) if table.even(2)[first.bucket(f"user-{n}")] == 1)
    shards = Shards(MAP, ssm, clock)
    assert shards.write(key) == 0
    for version in steps(first, replace(first, table=table.even(2))):
        ssm.put_parameter(Name=MAP, Value=version.text(), Overwrite=True)
        clock.now += 10
        if version.moving:
            with pytest.raises(Moving):
                shards.write(key)
    assert shards.write(key) == 1
    assert fresh.json("up", *where)["changes"] == []
    assert parse(ssm.get_parameter(Name=MAP)["Parameter"]["Value"]).version == 3
    refused = fresh("up", *blueprint(2, key="user_id"), code=exits.REFUSED)
    assert "The key of the shards would change from tenant_id to user_id." in refused.stderr


@pytest.mark.proof
def test_a_shard_is_split_by_a_replica(fresh, aws, blueprint):
    fresh("up", *blueprint(2))
    (source,) = (name for name in instances(aws) if "-shard-1-" in name)
    copy = (
        f"overrides:\n  shop-database-shard-2-primary: {{replicateSourceDb: {source}, password: null, {OF_A_COPY}}}\n"
    )
    summary = fresh.json("up", *blueprint(3, overrides=copy))["summary"]
    assert "replace" not in summary and "delete" not in summary
    (new,) = (found for name, found in instances(aws).items() if "-shard-2-" in name)
    assert new["ReadReplicaSourceDBInstanceIdentifier"] == source
    promoted = f"overrides:\n  shop-database-shard-2-primary: {{{OF_A_COPY}}}\n"
    summary = fresh.json("up", *blueprint(3, overrides=promoted))["summary"]
    assert "replace" not in summary and "delete" not in summary
    (after,) = (found for name, found in instances(aws).items() if "-shard-2-" in name)
    assert after["DbiResourceId"] == new["DbiResourceId"]
    assert not after.get("ReadReplicaSourceDBInstanceIdentifier")
    assert fresh.json("up", *blueprint(3, overrides=promoted))["changes"] == []
