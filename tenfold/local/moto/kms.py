"""What moto's KMS lacks: replicas of keys as AWS makes them, and the period of a rotation."""

import uuid
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.kms import models
from moto.kms.models import Key, KmsBackend, kms_backends
from moto.kms.responses import KmsResponse

from tenfold.local.moto.patching import Response, add, keep, refuse_taken, replace
from tenfold.local.moto.refusal import Refused


def _generate_key_id(multi_region: bool = False) -> str:
    """An id of 36 characters, as AWS's are. moto's of many regions have 40, of which a ciphertext keeps 36: no key
    decrypts that."""
    return f"mrk-{uuid.uuid4().hex}" if multi_region else str(uuid.uuid4())


models.generate_key_id = _generate_key_id  # type: ignore[attr-defined]: the patch


@replace(KmsResponse, "_validate_cmk_id")
def validate_cmk_id(original: Any, self: Response, key_id: str) -> None:
    original(self, self._display_arn(key_id) if key_id.startswith("mrk-") else key_id)


def _key(self: Response) -> Any:
    return self.kms_backend.describe_key(self._get_param("KeyId"))


@replace(KmsResponse, "replicate_key")
def replicate_key(_: Any, self: Response) -> ActionResult:
    """Asked in the replica's region, as every resource is here; moto drops description, policy and tags, and lets the
    two keys share what each has of its own."""
    _, _, _, region, _, key_id = self._get_param("KeyId").split(":")
    primaries, here = kms_backends[self.current_account][region], self.kms_backend
    replica = primaries.replicate_key(key_id.removeprefix("key/"), self._get_param("ReplicaRegion"))
    replica.policy = self._get_param("Policy") or replica.generate_default_policy()
    replica.description = self._get_param("Description") or ""
    replica.grants, replica.aliases = {}, {}
    replica.enabled, replica.key_state, replica.deletion_date = True, "Enabled", None
    here.tagger.tag_resource(replica.id, self._get_param("Tags") or [])
    return ActionResult({"ReplicaKeyMetadata": replica.to_dict()["KeyMetadata"], "ReplicaPolicy": replica.policy})


@replace(Key, "to_dict")
def key_to_dict(original: Any, self: Any) -> dict[str, Any]:
    """The keys of many regions share one configuration; which of them is the primary is said there."""
    answer = original(self)
    shared = answer["KeyMetadata"].get("MultiRegionConfiguration")
    if shared:
        kind = "PRIMARY" if shared["PrimaryKey"]["Region"] == self.region else "REPLICA"
        answer["KeyMetadata"]["MultiRegionConfiguration"] = {**shared, "MultiRegionKeyType": kind}
    return answer


@replace(KmsBackend, "schedule_key_deletion")
def schedule_key_deletion(original: Any, self: Any, key_id: str, pending_window_in_days: int) -> Any:
    """A primary key waits for its replicas, and encrypts nothing meanwhile; its own days begin when they are gone."""
    answer, key = original(self, key_id, pending_window_in_days), self.keys[key_id]
    shared = key.multi_region_configuration if key.multi_region else None
    if shared and shared["PrimaryKey"]["Region"] == key.region and shared["ReplicaKeys"]:
        key.key_state = "PendingReplicaDeletion"
    return answer


@add(KmsResponse)
def update_primary_region(self: Response) -> EmptyResult:
    """Asked of the primary key, in its region (API reference, UpdatePrimaryRegion)."""
    key, region = _key(self), self._get_param("PrimaryRegion")
    shared = key.multi_region_configuration if key.multi_region else None
    if not shared or shared["PrimaryKey"]["Region"] != key.region:
        raise Refused("UnsupportedOperationException", f"{key.arn} is not a multi-Region primary key")
    replica = next((one for one in shared["ReplicaKeys"] if one["Region"] == region), None)
    if replica is None:
        raise Refused("NotFoundException", f"{key.arn} has no replica key in {region}")
    rest = [one for one in shared["ReplicaKeys"] if one is not replica]
    shared.update(PrimaryKey=replica, ReplicaKeys=[*rest, shared["PrimaryKey"]])
    return EmptyResult()


keep(KmsResponse, ("enable_key_rotation",), _key, {"RotationPeriodInDays": "rotation_period_in_days"})


@refuse_taken(KmsResponse, "replicate_key", "AlreadyExistsException", "the replica already exists")
def _replica_exists(self: Response) -> bool:
    key = self._get_param("KeyId").rpartition("/")[2]
    replica = kms_backends[self.current_account][self._get_param("ReplicaRegion")].keys.get(key)
    return replica is not None and replica.key_state != "PendingDeletion"
