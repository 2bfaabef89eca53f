"""Whether keys, and copies of secrets, can be used. Only the region that has them is asked; there is no metric for it.

Sources: Secrets Manager User Guide, "Troubleshoot AWS Secrets Manager replication": a copy that never got a usable
version is removed, one that has versions keeps them; KMS Developer Guide, "Key states of AWS KMS keys".
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.failover import trouble

_SECRET, _KEYS = "aws:secretsmanager/secret:Secret", ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")
GONE = "is not there"
FIT = ("InSync", "Enabled", "there")


class Kind(StrEnum):
    SECRET = "secret"
    KEY = "key"


_RETRY = (
    "while {away} answers, there: Secrets Manager's console, Retry replication (Overwrite, where another secret has"
    " the name)"
)
_CANCEL = "aws kms cancel-key-deletion --region {region} --key-id {key}   then enable-key"
_REMEDIES = {
    (Kind.SECRET, "Failed"): f"{_RETRY}. Where it does not: aws secretsmanager stop-replication-to-replica --region"
    " {region} --secret-id {arn}   keeps the older value, then put-secret-value",
    (Kind.SECRET, GONE): _RETRY,
    (Kind.KEY, "Disabled"): "aws kms enable-key --region {region} --key-id {key}",
    (Kind.KEY, "PendingDeletion"): _CANCEL,
    (Kind.KEY, "PendingReplicaDeletion"): _CANCEL,
    (
        Kind.KEY,
        GONE,
    ): "while {away} answers: tenfold refresh, then tenfold up; it comes back with the same key material",
}


class Replica(Value):
    kind: Kind
    name: str
    arn: str  # in the region that is asked

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]


class Standing(Value):
    """`state` is AWS's word where it has one. `remedy`: how to repair it; empty if nothing is wrong, or unknown."""

    replica: Replica
    state: str
    remedy: str = ""

    @property
    def words(self) -> str:
        return f"{self.replica.kind} {self.replica.name}: {self.state}{f'. {self.remedy}' if self.remedy else ''}"


def of(deployed: Sequence[Mapping[str, Any]], region: str) -> tuple[Replica, ...]:
    """Keys and copies of secrets in the region, from the state."""
    copies = list[Replica]()
    for one in deployed:
        name, outputs = one["urn"].rsplit("::", 1)[-1], one.get("outputs") or {}
        if one["type"] == _SECRET and any(to["region"] == region for to in one["inputs"].get("replicas") or ()):
            parts = outputs["arn"].split(":")
            copies.append(Replica(Kind.SECRET, name, ":".join([*parts[:3], region, *parts[4:]])))
        elif one["type"] in _KEYS and outputs["arn"].split(":")[3] == region:
            copies.append(Replica(Kind.KEY, name, outputs["arn"]))
    return tuple(copies)


def standings(client: Callable[[str, str], Any], replicas: Sequence[Replica], away: str) -> Iterator[Standing]:
    """`client` makes a client of a service in a region; `away` is the region of the originals. Where the call is
    denied, the state is not known; a region that does not answer is asked only once."""
    from botocore.exceptions import BotoCoreError, ClientError

    asked = {Kind.SECRET: ("secretsmanager", _secret_state), Kind.KEY: ("kms", _key_state)}
    clients, silent = dict[tuple[str, str], Any](), dict[str, str]()
    for one in replicas:
        service, ask = asked[one.kind]
        at = service, one.region
        try:
            if one.region not in silent and at not in clients:
                clients[at] = client(*at)
            state = silent.get(one.region) or ask(clients[at], one)
        except (BotoCoreError, ClientError) as wrong:
            state = f"not known: {trouble.explain_error(wrong)}"
            if not isinstance(wrong, ClientError):
                silent[one.region] = state
        remedy = _REMEDIES.get((one.kind, state), "")
        yield Standing(
            one, state, remedy.format(away=away, region=one.region, arn=one.arn, key=one.arn.rpartition("/")[2])
        )


def _secret_state(secrets: Any, replica: Replica) -> str:
    try:
        there = secrets.describe_secret(SecretId=replica.arn)
    except secrets.exceptions.ResourceNotFoundException:
        return GONE
    statuses = (one.get("Status") for one in there.get("ReplicationStatus", ()) if one["Region"] == replica.region)
    return next(statuses, None) or "there"  # one that was taken out of replication has no status


def _key_state(kms: Any, replica: Replica) -> str:
    try:
        return kms.describe_key(KeyId=replica.arn)["KeyMetadata"]["KeyState"]
    except kms.exceptions.NotFoundException:
        return GONE
