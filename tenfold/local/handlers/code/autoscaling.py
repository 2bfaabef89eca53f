"""Auto Scaling: its tags name the group and its type."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.handlers.call import Call
from tenfold.local.handlers.errors import RequestFailed

Block = dict[str, Any]
Found = Mapping[str, Any]


def change_template(call: Call, old: Block | None, new: Block | None) -> None:
    """A new launch template reaches running instances only through an instance refresh, where one is asked for."""
    names = {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
    template = {names[k]: str(v) for k, v in (new or {}).items() if v and k in names}
    if not template:
        raise RequestFailed("launchTemplate: the local cloud cannot take it away from a group")
    call.send("UpdateAutoScalingGroup", AutoScalingGroupName=call.id, LaunchTemplate=template)
    if refresh := call.inputs.get("instanceRefresh"):
        call.send("StartInstanceRefresh", AutoScalingGroupName=call.id, Strategy=refresh.get("strategy", "Rolling"))


def group_tags(call: Call, old: list[Block] | None, new: list[Block] | None) -> None:
    def of_group(key: str) -> Block:
        return {"ResourceId": call.id, "ResourceType": "auto-scaling-group", "Key": key}

    gone = {t["key"] for t in old or []} - {t["key"] for t in new or []}
    if new:
        kept = [{**of_group(t["key"]), "Value": t["value"], "PropagateAtLaunch": t["propagateAtLaunch"]} for t in new]
        call.send("CreateOrUpdateTags", Tags=kept)
    if gone:
        call.send("DeleteTags", Tags=[of_group(key) for key in sorted(gone)])
