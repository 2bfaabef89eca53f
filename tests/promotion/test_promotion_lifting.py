"""What AWS itself keeps from going, and what is in the way: buckets with files, queues with messages."""

from pathlib import Path
from time import time

import boto3
import pytest
from moto import mock_aws
from moto.backup.models import backup_backends
from promoting import architecture, graph, resolution, state  # beside this file

from tenfold.diff import compare
from tenfold.local.moto.backup import recovery_points
from tenfold.promotion import checks
from tenfold.refusals import lifting, locked_vaults


@pytest.fixture
def leaving(tmp_path: Path):
    """What would go from stage 5 to stage 2."""
    before, after = (graph(architecture(tmp_path, "shop", {"stage": stage})) for stage in (5, 2))
    return compare(before, after)


def named(found) -> set[str]:
    return {urn.rsplit("::", 1)[-1] for urn in found}


def test_protections_are_lifted_and_only_logs_are_emptied(leaving):
    found = lifting.to_lift([], leaving, (), logs=True)
    assert {"shop-balancer-lb", "shop-balancer-logs", "shop-cdn-logs"} == named(found)
    uploads = next(c.urn for c in leaving.changes if c.name == "shop-uploads-bucket")
    assert "shop-uploads-bucket" in named(lifting.to_lift([], leaving, {uploads}, logs=True))
    assert lifting.to_lift([], leaving, {uploads}, logs=True)[uploads] == {"forceDestroy": True}


def test_nothing_goes_and_nothing_is_lifted(tmp_path: Path):
    same = graph(architecture(tmp_path, "shop", {"stage": 5}))
    assert lifting.to_lift([], compare(same, same), (), logs=True) == {}


def test_a_bucket_with_files_is_in_the_way_until_they_are_given_up(leaving, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    held = [{"urn": c.urn, "id": c.name} for c in leaving.changes if c.type == "aws:s3/bucket:Bucket"]
    with mock_aws():
        s3 = boto3.client("s3", "us-east-1")
        for bucket in held:
            s3.create_bucket(Bucket=bucket["id"])
        asked = checks.Asked(architecture(tmp_path, "shop", {"stage": 5}), None)
        assert lifting.not_empty(asked, held, leaving, ()) == []
        for name in ("shop-uploads-bucket", "shop-balancer-logs"):
            s3.put_object(Bucket=name, Key="a", Body=b"b")
        refused = lifting.not_empty(asked, held, leaving, ())
        assert len(refused) == 1 and "shop-uploads-bucket holds files" in refused[0].what
        urn = refused[0].instead.split("'")[1]
        assert lifting.not_empty(asked, held, leaving, {urn}) == []


def test_a_queue_with_messages_is_in_the_way_until_they_are_given_up(tmp_path: Path, monkeypatch):
    """SQS would delete them with the queue; nothing else asks where a promotion goes back with what it brought."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    now, before = (
        graph(architecture(tmp_path, "shop", {"stage": stage, **more}))
        for stage, more in ((6, {"queues": {"mail": {"acceptable_delay": "1m", "message_takes": "1s"}}}), (5, {}))
    )
    leaving = compare(now, before)
    with mock_aws():
        sqs = boto3.client("sqs", "eu-west-1")  # of a standby region, as its outputs say
        (urn,) = (c.urn for c in leaving.changes if c.name == "shop-queue-mail-queue")
        url = sqs.create_queue(QueueName="mail")["QueueUrl"]
        held = [{"urn": urn, "id": url, "outputs": {"region": "eu-west-1"}}]
        asked = checks.Asked(architecture(tmp_path, "shop", {"stage": 5}), None)
        assert lifting.not_empty(asked, held, leaving, ()) == []
        sqs.send_message(QueueUrl=url, MessageBody="an order")
        (refused,) = lifting.not_empty(asked, held, leaving, ())
        assert refused.what == "shop-queue-mail-queue holds messages." and f"--accept-loss '{urn}'" in refused.instead
        assert lifting.not_empty(asked, held, leaving, {urn}) == []


def test_a_vault_with_backups_is_in_the_way_until_they_are_given_up(tmp_path: Path, monkeypatch):
    """AWS Backup deletes no vault that is not empty; the run would stop at it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    leaving = compare(*(graph(architecture(tmp_path, "shop", {"stage": stage})) for stage in (7, 6)))
    with mock_aws():
        boto3.client("backup", "us-west-2").create_backup_vault(BackupVaultName="there")
        (urn,) = (c.urn for c in leaving.changes if c.name == "shop-standby-vault-backups")
        held = [{"urn": urn, "id": "there", "outputs": {"region": "us-west-2"}}]
        asked = checks.Asked(architecture(tmp_path, "shop", {"stage": 6}), None)
        assert lifting.not_empty(asked, held, leaving, ()) == []
        recovery_points(backup_backends["123456789012"]["us-west-2"], "there").append({"RecoveryPointArn": "a"})
        (refused,) = lifting.not_empty(asked, held, leaving, ())
        assert refused.what == "shop-standby-vault-backups holds backups." and f"'{urn}'" in refused.instead
        assert lifting.not_empty(asked, held, leaving, {urn}) == []


def test_a_table_s_copy_in_the_region_that_goes_is_let_go(tmp_path: Path):
    """From stage 7 back to 6 the table stays, and its copy has a protection of its own."""
    now, before = (graph(architecture(tmp_path, "market", {"stage": stage})) for stage in (7, 6))
    leaving = compare(now, before)
    (urn,) = (c.urn for c in leaving.changes if c.name == "market-service-baskets-table-table")
    (copy,) = lifting.blocked_deletions([], leaving)[urn]["replicas"]
    assert copy["deletionProtectionEnabled"] is False
    assert urn not in lifting.blocked_deletions([], compare(now, now))


LOCKED = {"stage": 7, "regions": {"vault": {"lock": "compliance"}}}


@pytest.mark.parametrize(
    ("vault", "is_final", "is_refused"),
    [
        ({"keep": "40d", "lock": "compliance"}, True, True),
        ({}, True, True),
        ({"keep": "40d", "lock": "compliance"}, False, False),
        ({"lock": "compliance"}, True, False),
    ],
    ids=["keep", "governance", "within-three-days", "same"],
)
def test_a_lock_that_is_for_ever_stays_as_it_is(
    tmp_path: Path, monkeypatch, vault: dict, is_final: bool, is_refused: bool
):
    """AWS refuses another one, in the middle of the run."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    held = state(architecture(tmp_path, "shop", LOCKED))[1]
    wanted = resolution(tmp_path, "shop", {"stage": 7, "regions": {"vault": vault}})
    now = wanted.architecture
    assert now
    difference = compare(graph(architecture(tmp_path, "shop", LOCKED)), graph(now))
    with mock_aws():
        for lock in (one for one in held if one["type"].endswith(":VaultLockConfiguration")):
            lock["outputs"]["region"] = region = "us-west-2" if "standby" in lock["urn"] else "us-east-1"
            backup = boto3.client("backup", region)
            backup.create_backup_vault(BackupVaultName=lock["id"])
            backup.put_backup_vault_lock_configuration(
                BackupVaultName=lock["id"], MinRetentionDays=14, ChangeableForDays=3
            )
            if is_final:
                backup_backends["123456789012"][region].vaults[lock["id"]].lock_date = time() - 1
        asked = checks.Asked(now, None)
        refused = locked_vaults.find_refusals(asked, held, difference, wanted.origins)
    assert [one.what for one in refused] == [
        "shop-vault-lock and shop-standby-vault-lock cannot change any more."
    ] * is_refused
    for one in refused:
        assert "keep: 14d, lock: compliance" in one.instead
        assert ("shop.yaml:" in one.why) == bool(vault), "a default has no line"
