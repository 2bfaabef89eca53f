"""What moto's Secrets Manager lacks: the key of a replica, and a replica that becomes a secret of its own."""

import copy
from typing import Any

from moto.core.responses import ActionResult
from moto.secretsmanager.models import FakeSecret, ReplicaSecret
from moto.secretsmanager.responses import SecretsManagerResponse

from tenfold.local.moto.patching import Response, add, replace
from tenfold.local.moto.refusal import Refused


@replace(FakeSecret, "create_replicas")
def create_replicas(original: Any, self: Any, replica_regions: list[dict[str, str]], force_overwrite: bool) -> Any:
    taken = {replica.region for replica in getattr(self, "replicas", ())}
    if twice := taken & {asked["Region"] for asked in replica_regions}:
        raise Refused("InvalidParameterException", f"the secret is already replicated to {', '.join(sorted(twice))}")
    replicas = original(self, replica_regions, force_overwrite=force_overwrite)
    for replica, asked in zip(replicas, replica_regions, strict=True):
        replica.config["KmsKeyId"] = asked.get("KmsKeyId") or replica.config["KmsKeyId"]
    return replicas


@add(SecretsManagerResponse)
def stop_replication_to_replica(self: Response) -> ActionResult:
    """Asked in the replica's region: from then on it is a secret of its own, with the value it has."""
    replica = self.backend.secrets.get(self._get_param("SecretId"))
    if replica is None:
        raise Refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    if not isinstance(replica, ReplicaSecret):
        raise Refused("InvalidRequestException", "the secret is not a replica")
    source = replica.source
    own = copy.copy(source)
    own.arn, own.region, own.replicas = replica.arn, replica.region, []
    own.versions, own.tags = copy.deepcopy(source.versions), list(source.tags or [])
    own.kms_key_id = replica.config["KmsKeyId"]
    source.replicas = [one for one in source.replicas if one is not replica]
    self.backend.secrets[replica.arn] = own
    return ActionResult({"ARN": own.arn})
