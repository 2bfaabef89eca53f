"""What changes do to what is running: the data, and how it is applied."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tenfold.diff import compare, effects
from tenfold.diff.model import DATA_LOSS, EFFECTS, IN_PLACE, NONE, REFUSED, RESTART
from tenfold.graph import Graph, Resource, stateful_types
from tenfold.local.aws import schema, table
from tenfold.providers import facts as provider_facts
from tests.stacks.graphs import Case, graph

FILE = provider_facts.read("effects")
TYPES = FILE["types"]
# What keeps data and runs no process that a change could stop.
NO_PROCESS = {
    "aws:cloudwatch/eventArchive:EventArchive",
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
    "kubernetes:core/v1:PersistentVolumeClaim",
}
DATABASE, GROUP = "aws:rds/instance:Instance", "aws:autoscaling/group:Group"
CACHE, LOGS = "aws:elasticache/replicationGroup:ReplicationGroup", "aws:cloudwatch/logGroup:LogGroup"
ALLOWED = {"allowMajorVersionUpgrade": True}
TABLE, LIFECYCLE = "aws:dynamodb/table:Table", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
SETTING, CLUSTER = "aws:ssm/parameter:Parameter", "aws:eks/cluster:Cluster"


def test_a_type_is_in_the_file_of_its_service() -> None:
    for file in (Path(provider_facts.__file__).parent / "aws" / "effects").glob("*.yaml"):
        facts = yaml.safe_load(file.read_text(encoding="utf-8"))
        named = [*facts.get("types", ()), *facts.get("important", {}).get("types", ())]
        assert {token.split("/")[0] for token in named} <= {f"aws:{file.stem}"}, file.name


def test_the_file_says_nothing_that_is_not_read():
    assert set(FILE) == {"everywhere", "important", "types"} and set(FILE["important"]) == {"inputs", "types"}
    assert set(FILE["everywhere"]) <= set(EFFECTS)
    for token, said in TYPES.items():
        assert set(said) <= {*EFFECTS[:3], "otherwise", "only", "replaced", "removed", *effects.DIRECTIONS}, token
        assert set(said.get("otherwise", {})) <= set(EFFECTS[:3]) and len(said.get("otherwise", "x")) == 1, token


@pytest.mark.parametrize("token", sorted(set(TYPES) & set(table.tokens())))
def test_every_input_in_the_file_is_one_of_its_type_and_is_said_once(token):
    named = [path for effect in EFFECTS for path in TYPES[token].get(effect, ())]
    assert len(named) == len(set(named))
    assert {path.partition(".")[0] for path in named} <= set(schema.of(token).inputs)
    assert set(TYPES[token].get("only", ())) <= set(schema.of(token).inputs)


def names(kind):
    """Of all inputs of a type, in blocks and lists too."""
    if isinstance(kind, list):
        return names(kind[1])
    return {*kind, *(name for inner in kind.values() for name in names(inner))} if isinstance(kind, dict) else set()


def test_every_important_input_and_type_is_one():
    every = {name for token in table.tokens() for name in names(schema.of(token).inputs)}
    assert set(FILE["important"]["inputs"]) <= every
    assert set(FILE["important"]["types"]) <= set(table.tokens())


DIRECTED = [
    (token, direction, path, said)
    for token, facts in TYPES.items()
    for direction in effects.DIRECTIONS
    for path, said in facts.get(direction, {}).items()
]


@pytest.mark.parametrize(("token", "direction", "path", "said"), DIRECTED, ids=lambda each: str(each)[:60])
def test_every_direction_has_one_effect_and_words_that_can_be_filled_in(token, direction, path, said):
    assert len(set(said) & set(EFFECTS)) == 1
    further = {"major": ("parts", "unless"), "becomes": ("to",)}.get(direction, ())
    assert set(said) <= {*EFFECTS, "instead", "error", *further}
    if REFUSED in said:
        assert {"instead", "error"} <= set(said)
    if token in table.tokens():
        assert path.partition(".")[0] in schema.of(token).inputs
    for text in (text for text in said.values() if isinstance(text, str)):
        assert text.format(old=2, new=1, name="x")


def test_what_keeps_data_and_runs_is_careful_about_what_nobody_classified():
    careful = {token for token, said in TYPES.items() if RESTART in said.get("otherwise", ())}
    assert set(stateful_types()) - NO_PROCESS == careful


def test_every_restart_says_why():
    assert [t for t, said in TYPES.items() if None in dict(said.get(RESTART, {})).values()] == []


def alone(token, inputs):
    urn = f"urn:pulumi:s::p::{token}::x"
    return Graph({urn: Resource(urn, token, "x", "", "x", True, inputs)})


def effect(token, before, after):
    [change] = compare(alone(token, before), alone(token, after)).changes
    return change.effect


@pytest.mark.parametrize(
    ("token", "before", "after", "expected"),
    [
        (DATABASE, {"instanceClass": "a"}, {"instanceClass": "b"}, RESTART),
        (DATABASE, {"multiAz": False}, {"multiAz": True}, IN_PLACE),
        (DATABASE, {"allocatedStorage": 60}, {"allocatedStorage": 40}, REFUSED),
        (DATABASE, {"allocatedStorage": 60.0}, {"allocatedStorage": 100}, IN_PLACE),
        (
            DATABASE,
            {"engine": "postgres", "engineVersion": "17"},
            {"engine": "postgres", "engineVersion": "16"},
            REFUSED,
        ),
        (
            DATABASE,
            {"engine": "postgres", "engineVersion": "16"},
            {"engine": "postgres", "engineVersion": "17"},
            REFUSED,
        ),
        (
            DATABASE,
            {"engine": "postgres", "engineVersion": "16"},
            ALLOWED | {"engine": "postgres", "engineVersion": "17"},
            RESTART,
        ),
        (
            DATABASE,
            {"engine": "postgres", "engineVersion": "17"},
            ALLOWED | {"engine": "postgres", "engineVersion": "16"},
            REFUSED,
        ),
        (
            DATABASE,
            {"engine": "postgres", "engineVersion": "9.6"},
            {"engine": "postgres", "engineVersion": "10"},
            REFUSED,
        ),
        (
            DATABASE,
            {"engine": "postgres", "engineVersion": "17.4"},
            {"engine": "postgres", "engineVersion": "17.10"},
            RESTART,
        ),
        (
            DATABASE,
            {"engine": "postgres", "engineVersion": "17.4"},
            {"engine": "postgres", "engineVersion": "17"},
            RESTART,
        ),
        (DATABASE, {"engine": "mysql", "engineVersion": "8.0"}, {"engine": "mysql", "engineVersion": "8.4"}, REFUSED),
        (
            DATABASE,
            {"engine": "mysql", "engineVersion": "8.4.3"},
            {"engine": "mysql", "engineVersion": "8.4.5"},
            RESTART,
        ),
        (TABLE, {"tableClass": "STANDARD"}, {"tableClass": "STANDARD_INFREQUENT_ACCESS"}, IN_PLACE),
        (TABLE, {"streamViewType": "NEW_IMAGE"}, {"streamViewType": "KEYS_ONLY"}, IN_PLACE),
        (TABLE, {"pointInTimeRecovery": {"enabled": True}}, {"pointInTimeRecovery": {"enabled": False}}, DATA_LOSS),
        (
            TABLE,
            {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 35}},
            {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 7}},
            DATA_LOSS,
        ),
        (TABLE, {"hashKey": "id"}, {"hashKey": "customer"}, DATA_LOSS),
        (DATABASE, {"backupRetentionPeriod": 7}, {"backupRetentionPeriod": 14}, NONE),
        (DATABASE, {"backupRetentionPeriod": 14}, {"backupRetentionPeriod": 7}, DATA_LOSS),
        (DATABASE, {"backupRetentionPeriod": 7}, {"backupRetentionPeriod": 0}, DATA_LOSS),
        (DATABASE, {"backupRetentionPeriod": 0}, {"backupRetentionPeriod": 7}, RESTART),
        (CACHE, {"engineVersion": "8.1"}, {"engineVersion": "8.0"}, DATA_LOSS),
        (CACHE, {"engineVersion": "8.0"}, {"engineVersion": "8.1"}, RESTART),
        (CACHE, {"engineVersion": "7.2"}, {"engineVersion": "10.0"}, RESTART),
        (CACHE, {"snapshotRetentionLimit": 7}, {"snapshotRetentionLimit": 1}, DATA_LOSS),
        (
            "aws:elasticache/cluster:Cluster",
            {"engine": "memcached", "engineVersion": "1.6.22"},
            {"engine": "memcached", "engineVersion": "1.6.6"},
            "replace",
        ),
        ("aws:ebs/volume:Volume", {"size": 40}, {"size": 20}, REFUSED),
        ("aws:ebs/volume:Volume", {"size": 20}, {"size": 40}, IN_PLACE),
        (
            "aws:ec2/instance:Instance",
            {"rootBlockDevice": {"volumeSize": 30}},
            {"rootBlockDevice": {"volumeSize": 20}},
            REFUSED,
        ),
        (LOGS, {"retentionInDays": 30}, {"retentionInDays": 7}, DATA_LOSS),
        (LOGS, {"retentionInDays": 30}, {}, NONE),
        (LOGS, {}, {"retentionInDays": 30}, DATA_LOSS),
        (LOGS, {"retentionInDays": 7}, {"retentionInDays": 30}, IN_PLACE),
        ("aws:secretsmanager/secret:Secret", {"recoveryWindowInDays": 30}, {"recoveryWindowInDays": 7}, NONE),
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
        (CLUSTER, {"version": "1.33"}, {"version": "1.34"}, IN_PLACE),
        (CLUSTER, {"version": "1.33"}, {"version": "1.35"}, REFUSED),
        (CLUSTER, {"version": "1.34"}, {"version": "1.33"}, REFUSED),
        (TABLE, {"pointInTimeRecovery": {"enabled": True}}, {"pointInTimeRecovery": {"enabled": False}}, DATA_LOSS),
        (TABLE, {"pointInTimeRecovery": {"enabled": False}}, {"pointInTimeRecovery": {"enabled": True}}, IN_PLACE),
        (TABLE, {}, {"ttl": {"enabled": True, "attributeName": "gone_at"}}, IN_PLACE),
        (LIFECYCLE, {}, {"rules": [{"id": "a", "expiration": {"days": 1}}]}, DATA_LOSS),
        (LIFECYCLE, {"rules": [{"id": "a"}]}, {"rules": [{"id": "a", "expiration": {"days": 1}}]}, DATA_LOSS),
        (LIFECYCLE, {"rules": [{"expiration": {"days": 1}}]}, {"rules": [{"expiration": {"days": 9}}]}, IN_PLACE),
        (LIFECYCLE, {"rules": [{"id": "a"}]}, {"rules": [{"id": "a"}, {"id": "b"}]}, IN_PLACE),
        ("aws:kms/key:Key", {"isEnabled": True}, {"isEnabled": False}, DATA_LOSS),
        ("aws:kms/key:Key", {}, {"isEnabled": False}, DATA_LOSS),
        ("aws:sns/topic:Topic", {"displayName": "a"}, {"displayName": "b"}, IN_PLACE),
        ("aws:sns/topic:Topic", {"name": "a"}, {"name": "b"}, "replace"),
        ("aws:s3/bucket:Bucket", {"bucket": "a"}, {"bucket": "b"}, "data-loss"),
        (DATABASE, {"replicateSourceDb": "x", "username": "a"}, {"replicateSourceDb": "x", "username": "b"}, "replace"),
    ],
)
def test_the_effect_of_a_change(token, before, after, expected):
    assert effect(token, before, after) == expected


def test_what_is_replaced_anyway_is_not_refused():
    database = {"engine": "postgres", "allocatedStorage": 60, "storageEncrypted": False}
    assert effect(DATABASE, database, database | {"allocatedStorage": 20, "storageEncrypted": True}) == DATA_LOSS


def test_a_refusal_names_what_why_and_what_to_do():
    before, after = ({"engine": "postgres", "engineVersion": version} for version in ("16", "17"))
    [refusal] = compare(alone(DATABASE, before), alone(DATABASE, after)).refused
    assert refusal.what == "x: engineVersion 16 → 17 is refused by AWS"
    assert "overrides: {x: {allowMajorVersionUpgrade: true}}" in refusal.instead


def test_a_database_that_becomes_a_copy_is_lost():
    database = {"identifier": "a", "username": "a"}
    copy = {"identifier": "a", "replicateSourceDb": "b", "username": "b"}
    assert effect(DATABASE, database, copy) == "data-loss", "what was there counts, not what comes"
    assert effect(DATABASE, copy, database) == "replace"


def test_what_is_made_of_a_name_changes_with_it():
    """The database's identifier is its subnet group's name with another word in it."""
    before = graph(Case("shop", 3, "prod"))
    [subnets], [database] = (
        before.resources_named("shop-database-subnets"),
        before.resources_named("shop-database-primary"),
    )
    renamed = subnets._replace(inputs={**subnets.inputs, "name": "another"})
    changes = compare(before, replace(before, resources={**before.resources, subnets.urn: renamed})).changes
    [change] = [change for change in changes if change.urn == database.urn]
    assert "identifier" in [found.path for found in change.properties] and change.effect == RESTART
