"""What moto's Application Auto Scaling lacks: tags of targets, and alarms and policies that go with their target.

Sources: API model (TagResource, DeregisterScalableTarget: its policies and scheduled actions are deleted)."""

import json
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, FakeApplicationAutoscalingPolicy
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from tenfold.local.moto.patching import Response, add, replace
from tenfold.local.moto.refusal import Refused

_key = FakeApplicationAutoscalingPolicy.formulate_key


@replace(ApplicationAutoscalingBackend, "put_scaling_policy")
def put_scaling_policy(
    original: Any,
    self: Any,
    policy_name: str,
    service_namespace: str,
    resource_id: str,
    scalable_dimension: str,
    *args: Any,
    **named: Any,
) -> Any:
    """moto leaves the alarms of the policy before, and gives the same policy another ARN."""
    before = self.policies.get(_key(service_namespace, resource_id, scalable_dimension, policy_name))
    if before:
        before.delete_alarms(self.account_id, self.region_name)
    policy = original(self, policy_name, service_namespace, resource_id, scalable_dimension, *args, **named)
    if before:
        policy.policy_arn = before.policy_arn
    return policy


@replace(ApplicationAutoscalingBackend, "delete_scaling_policy")
def delete_scaling_policy(
    original: Any, self: Any, policy_name: str, service_namespace: str, resource_id: str, scalable_dimension: str
) -> None:
    """moto has another code for one that is not there."""
    if _key(service_namespace, resource_id, scalable_dimension, policy_name) not in self.policies:
        raise Refused("ObjectNotFoundException", f"No scaling policy found for {resource_id}, {policy_name}")
    original(self, policy_name, service_namespace, resource_id, scalable_dimension)


@replace(ApplicationAutoscalingBackend, "deregister_scalable_target")
def deregister_scalable_target(original: Any, self: Any, namespace: str, r_id: str, dimension: str) -> None:
    if r_id not in self.targets.get(dimension, {}):
        raise Refused("ObjectNotFoundException", f"No scalable target found for {r_id}, {dimension}")
    original(self, namespace, r_id, dimension)
    own = [
        key
        for key, policy in self.policies.items()
        if (policy.service_namespace, policy.resource_id, policy.scalable_dimension) == (namespace, r_id, dimension)
    ]
    for key in own:
        self.policies.pop(key).delete_alarms(self.account_id, self.region_name)


@replace(ApplicationAutoScalingResponse, "register_scalable_target")
def register_scalable_target(original: Any, self: Response) -> str:
    answer = original(self)
    if tags := self._get_param("Tags"):
        _target(self, json.loads(answer)["ScalableTargetARN"]).kept_tags = dict(tags)
    return answer


def _target(self: Response, arn: str | None = None) -> Any:
    arn = arn or self._get_param("ResourceARN")
    every = (t for targets in self.applicationautoscaling_backend.targets.values() for t in targets.values())
    target = next((target for target in every if target.arn == arn), None)
    if target is None:
        raise Refused("ResourceNotFoundException", f"No scalable target found for {arn}")
    target.__dict__.setdefault("kept_tags", {})
    return target


@add(ApplicationAutoScalingResponse)
def tag_resource(self: Response) -> str:
    _target(self).kept_tags.update(self._get_param("Tags"))
    return "{}"


@add(ApplicationAutoScalingResponse)
def untag_resource(self: Response) -> str:
    tags = _target(self).kept_tags
    for key in self._get_param("TagKeys"):
        tags.pop(key, None)
    return "{}"


@add(ApplicationAutoScalingResponse)
def list_tags_for_resource(self: Response) -> str:
    return json.dumps({"Tags": _target(self).kept_tags})
