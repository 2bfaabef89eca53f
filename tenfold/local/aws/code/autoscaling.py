"""Auto Scaling: its tags name the group and its type."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call

LAUNCH = ("launchTemplate", "mixedInstancesPolicy")
Block = dict[str, Any]
Found = Mapping[str, Any]
SIZES = {"minSize": "MinSize", "maxSize": "MaxSize", "desiredCapacity": "DesiredCapacity"}


def change_launch(call: Call, old: Block | None, new: Block | None) -> None:
    """What servers are started from, one instance type or several; either takes the other's place. It reaches those
    that run only through an instance refresh, where one is asked for."""
    if not new:
        return
    [update] = [operation for operation in call.spec.update if operation.name == "UpdateAutoScalingGroup"]
    call.perform(update, [key for key in LAUNCH if call.inputs.get(key)], call.inputs)
    if refresh := call.inputs.get("instanceRefresh"):
        call.send("StartInstanceRefresh", AutoScalingGroupName=call.id, Strategy=refresh.get("strategy", "Rolling"))


def change_metrics(call: Call, old: list[str] | None, new: list[str] | None) -> None:
    """What goes is disabled: enabling an empty list would enable all of them (EnableMetricsCollection, API
    reference)."""
    gone, come = sorted({*(old or [])} - {*(new or [])}), sorted({*(new or [])} - {*(old or [])})
    if gone:
        call.send("DisableMetricsCollection", AutoScalingGroupName=call.id, Metrics=gone)
    if come:
        granularity = call.inputs.get("metricsGranularity") or "1Minute"
        call.send("EnableMetricsCollection", AutoScalingGroupName=call.id, Metrics=come, Granularity=granularity)


def chosen_termination(answer: Found) -> list[str]:
    """As the provider reads it: what AWS puts where nobody chose is not there."""
    policies = answer.get("TerminationPolicies") or []
    return [] if policies == ["Default"] else policies


def without_unset_sizes(inputs: Block) -> Block:
    """The provider's word for a size that is left alone is -1; the API's is to leave it out."""
    return {key: value for key, value in inputs.items() if not (key in SIZES and str(value) == "-1")}


def with_unset_sizes(_: Call, result: Found) -> Block | None:
    """The way back."""
    action = next(iter(result["ScheduledUpdateGroupActions"]), None)
    return {**dict.fromkeys(SIZES.values(), -1), **action} if action else None


def group_tags(call: Call, old: list[Block] | None, new: list[Block] | None) -> None:
    def of_group(key: str) -> Block:
        return {"ResourceId": call.id, "ResourceType": "auto-scaling-group", "Key": key}

    gone = {t["key"] for t in old or []} - {t["key"] for t in new or []}
    if new:
        kept = [{**of_group(t["key"]), "Value": t["value"], "PropagateAtLaunch": t["propagateAtLaunch"]} for t in new]
        call.send("CreateOrUpdateTags", Tags=kept)
    if gone:
        call.send("DeleteTags", Tags=[of_group(key) for key in sorted(gone)])


def warm_pool(call: Call, old: Block | None, new: Block | None) -> None:
    """Stopped servers that are ready to start; a group has one pool or none."""
    if not new:
        if old:
            call.send("DeleteWarmPool", AutoScalingGroupName=call.id, ForceDelete=True)
        return
    names = {"maxGroupPreparedCapacity": "MaxGroupPreparedCapacity", "minSize": "MinSize", "poolState": "PoolState"}
    pool: Block = {names[k]: v for k, v in new.items() if k in names and v is not None}
    if policy := new.get("instanceReusePolicy"):
        pool["InstanceReusePolicy"] = {"ReuseOnScaleIn": bool(policy.get("reuseOnScaleIn"))}
    call.send("PutWarmPool", AutoScalingGroupName=call.id, **pool)


def notices(call: Call, old: list[str] | None, new: list[str] | None) -> None:
    """One notice a group; called for either input, and each time all groups get what holds now."""
    groups = set(call.inputs["groupNames"])
    for group in {name for name, _ in _kept(call)} - groups:
        call.send("DeleteNotificationConfiguration", AutoScalingGroupName=group, TopicARN=call.inputs["topicArn"])
    for group in sorted(groups):
        call.send(
            "PutNotificationConfiguration",
            AutoScalingGroupName=group,
            TopicARN=call.inputs["topicArn"],
            NotificationTypes=call.inputs["notifications"],
        )


def notices_block(call: Call, result: Found) -> Block | None:
    kept = _kept(call, result)
    if not kept:
        return None
    names, kinds = (sorted(set(column)) for column in zip(*kept, strict=True))
    return {"groupNames": names, "notifications": kinds, "topicArn": call.id}


def delete_notices(call: Call) -> None:
    for group in {name for name, _ in _kept(call)}:
        call.send("DeleteNotificationConfiguration", AutoScalingGroupName=group, TopicARN=call.id)


def _kept(call: Call, result: Found | None = None) -> list[tuple[str, str]]:
    """(group, kind of notice) of this topic and of the groups that the resource names: another resource may give other
    groups' notices to the same topic. Of an import, which names none, all are its own. So the provider reads them."""
    answer = result or call.send("DescribeNotificationConfigurations")
    topic = call.id or call.inputs["topicArn"]
    own = {*(call.state.get("groupNames") or ()), *(call.inputs.get("groupNames") or ())}
    of_topic = [
        (notice["AutoScalingGroupName"], notice["NotificationType"])
        for notice in answer["NotificationConfigurations"]
        if notice["TopicARN"] == topic
    ]
    return [(group, kind) for group, kind in of_topic if not own or group in own]
