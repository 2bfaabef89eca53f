"""Marks in everything that holds data or identity, and whether they are still there: read from the cloud itself."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tenfold.graph import copies, stateful_types

Held = Mapping[str, Any]
Clients = Callable[[str], Any]
MARK = "marker"


def stateful(state: list[Held]) -> dict[str, Held]:
    """URN -> resource, of what would be lost with its resource."""
    return {held["urn"]: held for held in state if held["type"] in stateful_types() and not _copy(held)}


def _copy(held: Held) -> bool:
    copy = copies().get(held["type"])
    return bool(copy and held["inputs"].get(copy["has"]) and not held["inputs"].get(copy["lacks"]))


def put(aws: Clients, held: Held) -> Any:
    """Leaves a mark and returns it, and what `read` must find from now on. Raises KeyError for an unknown type."""
    leave, _ = _MARKS[held["type"]]
    left = leave(aws, held) if leave else None
    return left, read(aws, held, left)


def read(aws: Clients, held: Held, left: Any) -> Any:
    return _MARKS[held["type"]][1](aws, held, left)


def _object(aws: Clients, held: Held) -> str:
    key = f"{MARK}-{held['id']}"  # its own: a bucket's objects are replicated into the other region's, and back
    with _plain_http(aws("s3"), held["id"]):
        aws("s3").put_object(Bucket=held["id"], Key=key, Body=held["urn"].encode())
    return key


def _objects(aws: Clients, held: Held, left: Any) -> Any:
    with _plain_http(aws("s3"), held["id"]):
        return aws("s3").get_object(Bucket=held["id"], Key=left)["Body"].read()


@contextmanager
def _plain_http(s3: Any, bucket: str) -> Iterator[None]:
    """Our buckets refuse what is not encrypted on the way, and so does moto, which speaks HTTP."""
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    yield
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)


def _value(aws: Clients, held: Held) -> None:
    secrets = aws("secretsmanager")
    if "VersionIdsToStages" not in secrets.describe_secret(SecretId=held["id"]):  # empty: somebody else fills it
        secrets.put_secret_value(SecretId=held["id"], SecretString=MARK)


def _secret(aws: Clients, held: Held, left: Any) -> Any:
    found = aws("secretsmanager").get_secret_value(SecretId=held["id"])
    return found["ARN"], found["SecretString"]


def _key(aws: Clients, held: Held, left: Any) -> Any:
    """moto deciphers nothing of a key that can follow to other regions; so: the key itself, and that it is not on its
    way out."""
    found = aws("kms").describe_key(KeyId=held["id"])["KeyMetadata"]
    return found["Arn"], found["CreationDate"], found["KeyState"]


def _snapshot(aws: Clients, held: Held) -> str:
    return aws("ec2").create_snapshot(VolumeId=held["id"])["SnapshotId"]


def _volume(aws: Clients, held: Held, left: Any) -> Any:
    (snapshot,) = aws("ec2").describe_snapshots(SnapshotIds=[left])["Snapshots"]
    (volume,) = aws("ec2").describe_volumes(VolumeIds=[snapshot["VolumeId"]])["Volumes"]
    return volume["VolumeId"], volume["CreateTime"], volume["Size"]


def _address(aws: Clients, held: Held, left: Any) -> Any:
    (address,) = aws("ec2").describe_addresses(AllocationIds=[held["id"]])["Addresses"]
    return address["PublicIp"]


def _identifier(held: Held) -> str:
    return held["outputs"]["identifier"]


def _database_snapshot(aws: Clients, held: Held) -> None:
    name = f"{_identifier(held)}-{MARK}"
    aws("rds").create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier=_identifier(held))


def _database(aws: Clients, held: Held, left: Any) -> Any:
    (found,) = aws("rds").describe_db_instances(DBInstanceIdentifier=_identifier(held))["DBInstances"]
    snapshots = aws("rds").describe_db_snapshots(DBInstanceIdentifier=_identifier(held))["DBSnapshots"]
    return found["DbiResourceId"], found["InstanceCreateTime"], [s["DBSnapshotIdentifier"] for s in snapshots]


def _cache(aws: Clients, held: Held, left: Any) -> Any:
    (found,) = aws("elasticache").describe_replication_groups(ReplicationGroupId=held["id"])["ReplicationGroups"]
    return found["ARN"], found.get("ReplicationGroupCreateTime")


def _record(aws: Clients, held: Held) -> str:
    text = {
        "Name": f"{MARK}.{held['outputs']['name']}",
        "Type": "TXT",
        "TTL": 60,
        "ResourceRecords": [{"Value": '"1"'}],
    }
    change = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": text}]}
    aws("route53").change_resource_record_sets(HostedZoneId=held["id"], ChangeBatch=change)
    return text["Name"]


def _zone(aws: Clients, held: Held, left: Any) -> Any:
    found = aws("route53").list_resource_record_sets(HostedZoneId=held["id"])["ResourceRecordSets"]
    return [record for record in found if record["Type"] == "TXT" or record["Type"] == "NS"]


def _message(aws: Clients, held: Held) -> str:
    single = {"MessageGroupId": MARK, "MessageDeduplicationId": MARK} if held["id"].endswith(".fifo") else {}
    return aws("sqs").send_message(QueueUrl=held["id"], MessageBody=MARK, **single)["MessageId"]


def _queue(aws: Clients, held: Held, left: Any) -> Any:
    """That something waits, not how much: an event that is left in an archive comes to its queues too."""
    names = ["CreatedTimestamp", "ApproximateNumberOfMessages"]
    found = aws("sqs").get_queue_attributes(QueueUrl=held["id"], AttributeNames=names)["Attributes"]
    return found["CreatedTimestamp"], int(found["ApproximateNumberOfMessages"]) > 0


def _event(aws: Clients, held: Held) -> None:
    [kind] = json.loads(held["inputs"]["eventPattern"])["detail-type"]
    bus = held["inputs"]["eventSourceArn"].rpartition("/")[2]
    entry = {"EventBusName": bus, "Source": MARK, "DetailType": kind, "Detail": "{}"}
    assert aws("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def _archive(aws: Clients, held: Held, left: Any) -> Any:
    found = aws("events").describe_archive(ArchiveName=held["id"])
    return found["CreationTime"], found["EventCount"]


def _item(aws: Clients, held: Held) -> dict[str, Any]:
    types = {one["name"]: one["type"] for one in held["inputs"]["attributes"]}
    names = [held["inputs"][key] for key in ("hashKey", "rangeKey") if held["inputs"].get(key)]
    key = {name: {types[name]: "1" if types[name] == "N" else MARK} for name in names}
    aws("dynamodb").put_item(TableName=held["id"], Item=key)
    return key


def _table(aws: Clients, held: Held, left: Any) -> Any:
    found = aws("dynamodb").describe_table(TableName=held["id"])["Table"]
    kept = aws("dynamodb").get_item(TableName=held["id"], Key=left)["Item"]
    return found["TableArn"], found["CreationDateTime"], kept


def _domain(aws: Clients, held: Held, left: Any) -> Any:
    """Nobody answers behind its address: the domain itself is the mark."""
    found = aws("opensearch").describe_domain(DomainName=held["outputs"]["domainName"])["DomainStatus"]
    return found["DomainId"], found["ARN"], found["Endpoints"]


def _vault(aws: Clients, held: Held, left: Any) -> Any:
    found = aws("backup").describe_backup_vault(BackupVaultName=held["id"])
    return found["BackupVaultArn"], found["CreationDate"]


_MARKS: dict[str, tuple[Callable[[Clients, Held], Any] | None, Callable[[Clients, Held, Any], Any]]] = {
    "aws:backup/vault:Vault": (None, _vault),
    "aws:cloudwatch/eventArchive:EventArchive": (_event, _archive),
    "aws:dynamodb/table:Table": (_item, _table),
    "aws:ebs/volume:Volume": (_snapshot, _volume),
    "aws:ec2/eip:Eip": (None, _address),
    "aws:elasticache/replicationGroup:ReplicationGroup": (None, _cache),
    "aws:kms/key:Key": (None, _key),
    "aws:opensearch/domain:Domain": (None, _domain),
    "aws:rds/instance:Instance": (_database_snapshot, _database),
    "aws:route53/zone:Zone": (_record, _zone),
    "aws:s3/bucket:Bucket": (_object, _objects),
    "aws:secretsmanager/secret:Secret": (_value, _secret),
    "aws:sqs/queue:Queue": (_message, _queue),
}
