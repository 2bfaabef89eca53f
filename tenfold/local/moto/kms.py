"""What moto's KMS lacks: replicas of keys as AWS makes them, and the period of a rotation."""

from typing import Any

from moto.core.responses import ActionResult
from moto.kms.models import kms_backends
from moto.kms.responses import KmsResponse

from tenfold.local.moto.patching import Response, keep, refuse_taken, replace


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


keep(KmsResponse, ("enable_key_rotation",), _key, {"RotationPeriodInDays": "rotation_period_in_days"})


@refuse_taken(KmsResponse, "replicate_key", "AlreadyExistsException", "the replica already exists")
def _replica_exists(self: Response) -> bool:
    key = self._get_param("KeyId").rpartition("/")[2]
    replica = kms_backends[self.current_account][self._get_param("ReplicaRegion")].keys.get(key)
    return replica is not None and replica.key_state != "PendingDeletion"
