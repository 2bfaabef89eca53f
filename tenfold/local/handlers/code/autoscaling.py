"""Auto Scaling: its tags name the group and its type."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.handlers.call import Call

Block = dict[str, Any]
Found = Mapping[str, Any]


def group_tags(call: Call, old: list[Block] | None, new: list[Block] | None) -> None:
    def of_group(key: str) -> Block:
        return {"ResourceId": call.id, "ResourceType": "auto-scaling-group", "Key": key}

    gone = {t["key"] for t in old or []} - {t["key"] for t in new or []}
    if new:
        kept = [{**of_group(t["key"]), "Value": t["value"], "PropagateAtLaunch": t["propagateAtLaunch"]} for t in new]
        call.send("CreateOrUpdateTags", Tags=kept)
    if gone:
        call.send("DeleteTags", Tags=[of_group(key) for key in sorted(gone)])
