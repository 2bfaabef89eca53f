"""What moto drops of Auto Scaling's groups, policies and lifecycle hooks; notices and refreshes, which it lacks."""

import uuid
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup, LifecycleHook
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult

from tenfold.local.moto.patching import Response, add, keep, refuse_taken, replace
from tenfold.local.moto.refusal import Refused


# ---- groups
def _group(self: Response) -> Any:
    return self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]


keep(
    AutoScalingResponse,
    ("create_auto_scaling_group", "update_auto_scaling_group"),
    _group,
    {
        "DefaultCooldown": "default_cooldown",
        "TerminationPolicies": "termination_policies",
        "CapacityRebalance": "capacity_rebalance",
        "DefaultInstanceWarmup": "default_instance_warmup",
        "MaxInstanceLifetime": "max_instance_lifetime",
        "InstanceMaintenancePolicy": "instance_maintenance_policy",
    },
)


@replace(AutoScalingResponse, "start_instance_refresh")
def start_instance_refresh(_: Any, self: Response) -> ActionResult:
    """Every instance is replaced by one of the current launch template, at once; the old ones leave their balancers."""
    group, backend = _group(self), self.autoscaling_backend
    old = [state.instance.id for state in group.instance_states]
    for key in old:
        for target_group in group.target_group_arns:
            backend.elbv2_backend.deregister_targets(target_group, [{"Id": key}])
        backend.terminate_instance(key, False)
    key = str(uuid.uuid4())
    refreshes = group.__dict__.setdefault("kept_refreshes", [])
    refreshes.insert(0, {"InstanceRefreshId": key, "Status": "Successful", "PercentageComplete": 100})
    return ActionResult({"InstanceRefreshId": key})


@replace(AutoScalingResponse, "describe_instance_refreshes")
def describe_instance_refreshes(_: Any, self: Response) -> ActionResult:
    return ActionResult({"InstanceRefreshes": _group(self).__dict__.get("kept_refreshes", [])})


@refuse_taken(
    AutoScalingResponse, "create_auto_scaling_group", "AlreadyExists", "AutoScalingGroup by this name already exists"
)
def _group_exists(self: Response) -> bool:
    return self._get_param("AutoScalingGroupName") in self.autoscaling_backend.autoscaling_groups


@replace(FakeAutoScalingGroup, "enable_metrics_collection")
def enable_metrics_collection(_: Any, self: Any, metrics: list[str]) -> None:
    """Beside those that are enabled already; moto forgets them."""
    self.metrics = list(dict.fromkeys([*self.metrics, *metrics]))


@add(AutoScalingResponse)
def disable_metrics_collection(self: Response) -> ActionResult:
    group, metrics = _group(self), self._get_param("Metrics")
    group.metrics = [metric for metric in group.metrics if metrics and metric not in metrics]
    return EmptyResult()


# ---- groups of several instance types
@replace(FakeAutoScalingGroup, "update")
def update_group(original: Any, self: Any, **named: Any) -> None:
    """moto forgets the policy whenever another thing is changed."""
    policy = self.mixed_instances_policy
    original(self, **named)
    if not named["mixed_instances_policy"] and not named["launch_template"]:
        self.mixed_instances_policy = policy


@replace(FakeAutoScalingGroup, "set_desired_capacity")
def set_desired_capacity(original: Any, self: Any, new_capacity: int | None) -> Any:
    """moto rounds the on-demand part and the spot part down, and starts a server too few. Without weights a server is a
    server."""
    policy = self.mixed_instances_policy
    if policy and any("WeightedCapacity" in other for other in policy["LaunchTemplate"].get("Overrides", ())):
        return original(self, new_capacity)
    self.mixed_instances_policy = None
    try:
        return original(self, new_capacity)
    finally:
        self.mixed_instances_policy = policy


def _template_alone(self: Any) -> dict[str, Any] | None:
    """moto names the template beside the policy that holds it."""
    return None if self.mixed_instances_policy else _named_template(self)


_moto: Any = FakeAutoScalingGroup  # to the checker a property's own function, and another one in its place, are errors
_named_template = _moto.launch_template.fget
_moto.launch_template = property(_template_alone)


# ---- policies and hooks
def _policy(self: Response) -> Any:
    return self.autoscaling_backend.policies[self._get_param("PolicyName")]


keep(AutoScalingResponse, ("put_scaling_policy",), _policy, {"Enabled": "enabled"})


@replace(LifecycleHook, "__init__")
def lifecycle_hook(original: Any, self: Any, *args: Any, **named: Any) -> None:
    """moto answers with a role and a target that nobody gave."""
    original(self, *args, **named)
    self.role_arn = self.notification_target_arn = None


def _hook(self: Response) -> Any:
    key = f"{self._get_param('AutoScalingGroupName')}_{self._get_param('LifecycleHookName')}"
    return self.autoscaling_backend.lifecycle_hooks[key]


keep(
    AutoScalingResponse,
    ("put_lifecycle_hook",),
    _hook,
    {
        "RoleARN": "role_arn",
        "NotificationTargetARN": "notification_target_arn",
        "NotificationMetadata": "notification_metadata",
    },
)


# ---- notices
# {(group, topic): types} of one account and region
def _notices(self: Response) -> dict[tuple[str, str], list[str]]:
    return self.autoscaling_backend.__dict__.setdefault("kept_notices", {})


@replace(AutoScalingResponse, "put_notification_configuration")
def put_notification_configuration(_: Any, self: Response) -> EmptyResult:
    group = self._get_param("AutoScalingGroupName")
    if group not in self.autoscaling_backend.autoscaling_groups:
        raise Refused("ValidationError", f"AutoScalingGroup name not found - {group}")
    _notices(self)[group, self._get_param("TopicARN")] = self._get_param("NotificationTypes")
    return EmptyResult()


@replace(AutoScalingResponse, "describe_notification_configurations")
def describe_notification_configurations(_: Any, self: Response) -> ActionResult:
    names = self._get_param("AutoScalingGroupNames", [])
    alive = self.autoscaling_backend.autoscaling_groups
    notices = [
        {"AutoScalingGroupName": group, "TopicARN": topic, "NotificationType": kind}
        for (group, topic), kinds in sorted(_notices(self).items())
        for kind in kinds
        if group in alive and (not names or group in names)
    ]
    return ActionResult({"NotificationConfigurations": notices})


@replace(AutoScalingResponse, "delete_notification_configuration")
def delete_notification_configuration(_: Any, self: Response) -> EmptyResult:
    _notices(self).pop((self._get_param("AutoScalingGroupName"), self._get_param("TopicARN")), None)
    return EmptyResult()


# ---- policies and hooks: what their calls answer
@replace(AutoScalingResponse, "put_scaling_policy")
def put_scaling_policy(original: Any, self: Response) -> ActionResult:
    """moto's answer has the ARN under another name, which no client reads. The patch above has kept what it drops."""
    original(self)
    policy = _policy(self)
    tracking = policy.policy_type == "TargetTrackingScaling"
    return ActionResult({"PolicyARN": policy.arn, "Alarms": getattr(policy, "alarms", []) if tracking else []})


@add(AutoScalingResponse)
def record_lifecycle_action_heartbeat(self: Response) -> EmptyResult:
    """A server asks for more time: the hook's time-out begins again. Nothing waits here, so it is enough to refuse a
    hook and an instance that are not there."""
    group = self._get_param("AutoScalingGroupName")
    if f"{group}_{self._get_param('LifecycleHookName')}" not in self.autoscaling_backend.lifecycle_hooks:
        raise Refused("ValidationError", "No Lifecycle Hook found with the name and group given")
    key = self._get_param("InstanceId")
    states = self.autoscaling_backend.autoscaling_groups[group].instance_states
    if key and key not in {state.instance.id for state in states}:
        raise Refused("ValidationError", f"No active Lifecycle Action found with instance ID {key}")
    return EmptyResult()
