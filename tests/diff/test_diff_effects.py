"""What changes do to what is running: the data, and how it is applied."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tenfold.diff import compare, effects
from tenfold.diff.model import EFFECTS, IN_PLACE, NONE, RESTART
from tenfold.graph import Graph, Resource, stateful_types
from tenfold.local.handlers import schema, table
from tests.stacks.graphs import Case, graph

FILE = yaml.safe_load((Path(effects.__file__).parents[1] / "data" / "effects.yaml").read_text())
TYPES = FILE["types"]
# What keeps data and runs no process that a change could stop.
NO_PROCESS = {
    "aws:backup/vault:Vault",
    "aws:dynamodb/table:Table",
    "aws:ebs/volume:Volume",
    "aws:ecr/repository:Repository",
    "aws:efs/fileSystem:FileSystem",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketV2:BucketV2",
    "aws:secretsmanager/secret:Secret",
    "aws:sqs/queue:Queue",
    "aws:ec2/eip:Eip",
    "aws:route53/zone:Zone",
}
DATABASE, GROUP = "aws:rds/instance:Instance", "aws:autoscaling/group:Group"
SETTING = "aws:ssm/parameter:Parameter"


def test_the_file_says_nothing_that_is_not_read():
    assert set(FILE) == {"everywhere", "types"} and set(FILE["everywhere"]) <= set(EFFECTS)
    for token, said in TYPES.items():
        assert set(said) <= {*EFFECTS[:3], "otherwise", "only"}, token
        assert set(said.get("otherwise", {})) <= set(EFFECTS[:3]) and len(said.get("otherwise", "x")) == 1, token


@pytest.mark.parametrize("token", sorted(set(TYPES) & set(table.tokens())))
def test_every_input_in_the_file_is_one_of_its_type_and_is_said_once(token):
    named = [path for effect in EFFECTS for path in TYPES[token].get(effect, ())]
    assert len(named) == len(set(named))
    assert {path.partition(".")[0] for path in named} <= set(schema.of(token).inputs)
    assert set(TYPES[token].get("only", ())) <= set(schema.of(token).inputs)


def test_what_keeps_data_and_runs_is_careful_about_what_nobody_classified():
    careful = {token for token, said in TYPES.items() if RESTART in said.get("otherwise", ())}
    assert set(stateful_types()) - NO_PROCESS == careful


def test_every_restart_says_why():
    assert [t for t, said in TYPES.items() if None in dict(said.get(RESTART, {})).values()] == []


def effect(token, before, after):
    def graph(inputs):
        urn = f"urn:pulumi:s::p::{token}::x"
        return Graph({urn: Resource(urn, token, "x", "", "x", True, inputs)})

    [change] = compare(graph(before), graph(after)).changes
    return change.effect


@pytest.mark.parametrize(
    ("token", "before", "after", "expected"),
    [
        (DATABASE, {"instanceClass": "a"}, {"instanceClass": "b"}, RESTART),
        (DATABASE, {"multiAz": False}, {"multiAz": True}, IN_PLACE),
        (DATABASE, {"backupWindow": "a"}, {"backupWindow": "b"}, NONE),
        (DATABASE, {"licenseModel": "a"}, {"licenseModel": "b"}, RESTART),
        (DATABASE, {"tags": {"a": "1"}}, {"tags": {"a": "2"}}, NONE),
        (DATABASE, {"storageEncrypted": False}, {"storageEncrypted": True}, "data-loss"),
        (DATABASE, {"tags": {"a": "1"}, "multiAz": False}, {"tags": {}, "multiAz": True}, IN_PLACE),
        (
            SETTING,
            {"name": "/shop/prod/settings/A", "value": "1"},
            {"name": "/shop/prod/settings/A", "value": "2"},
            RESTART,
        ),
        (SETTING, {"name": "/other", "value": "1"}, {"name": "/other", "value": "2"}, IN_PLACE),
        (GROUP, {"launchTemplate": {"version": "1"}}, {"launchTemplate": {"version": "2"}}, IN_PLACE),
        (
            GROUP,
            {"launchTemplate": {"version": "1"}, "instanceRefresh": {"strategy": "Rolling"}},
            {"launchTemplate": {"version": "2"}, "instanceRefresh": {"strategy": "Rolling"}},
            RESTART,
        ),
        ("aws:sns/topic:Topic", {"displayName": "a"}, {"displayName": "b"}, IN_PLACE),
        ("aws:sns/topic:Topic", {"name": "a"}, {"name": "b"}, "replace"),
        ("aws:s3/bucket:Bucket", {"bucket": "a"}, {"bucket": "b"}, "data-loss"),
        (DATABASE, {"replicateSourceDb": "x", "username": "a"}, {"replicateSourceDb": "x", "username": "b"}, "replace"),
    ],
)
def test_the_effect_of_a_change(token, before, after, expected):
    assert effect(token, before, after) == expected


def test_a_database_that_becomes_a_copy_is_lost():
    database = {"identifier": "a", "username": "a"}
    copy = {"identifier": "a", "replicateSourceDb": "b", "username": "b"}
    assert effect(DATABASE, database, copy) == "data-loss", "what was there counts, not what comes"
    assert effect(DATABASE, copy, database) == "replace"


def test_what_is_made_of_a_name_changes_with_it():
    """The database's identifier is its subnet group's name with another word in it."""
    before = graph(Case("shop", 3, "prod"))
    [subnets], [database] = before.named("shop-database-subnets"), before.named("shop-database-primary")
    renamed = subnets._replace(inputs={**subnets.inputs, "name": "another"})
    changes = compare(before, replace(before, resources={**before.resources, subnets.urn: renamed})).changes
    [change] = [change for change in changes if change.urn == database.urn]
    assert "identifier" in [found.path for found in change.properties] and change.effect == RESTART
