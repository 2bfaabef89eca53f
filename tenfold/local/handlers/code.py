"""The few conversions of the table that are code, each named from a YAML entry (`code.<name>`)."""

import base64
import contextlib
import json
from collections.abc import Mapping
from typing import Any

from tenfold.local.handlers.call import Call
from tenfold.local.handlers.convert import UNKNOWN

Block = dict[str, Any]
Found = Mapping[str, Any]

_SOURCES = (  # a rule block's list, the API's list of it, and the member in that list
    ("cidrBlocks", "IpRanges", "CidrIp"),
    ("ipv6CidrBlocks", "Ipv6Ranges", "CidrIpv6"),
    ("prefixListIds", "PrefixListIds", "PrefixListId"),
    ("securityGroups", "UserIdGroupPairs", "GroupId"),
)


# ---- security groups: one rule block fans out to four lists
def permission(call: Call, block: Block) -> Block:
    described = {"Description": block["description"]} if block.get("description") else {}
    made: Block = {"IpProtocol": str(block["protocol"])}
    for ours, theirs, member in _SOURCES:
        sources = list(block.get(ours) or [])
        if ours == "securityGroups" and block.get("self"):
            sources.append(call.id)
        if sources:
            made[theirs] = [{member: source, **described} for source in sources]
    if made["IpProtocol"] != "-1":
        made |= {"FromPort": int(block["fromPort"]), "ToPort": int(block["toPort"])}
    return made


def ingress_blocks(found: Found) -> list[Block]:
    return [_rule_block(p, found["GroupId"]) for p in found.get("IpPermissions") or []]


def egress_blocks(found: Found) -> list[Block]:
    return [_rule_block(p, found["GroupId"]) for p in found.get("IpPermissionsEgress") or []]


def _rule_block(permission: Found, own: str) -> Block:
    block: Block = {
        "protocol": permission["IpProtocol"],
        "fromPort": permission.get("FromPort", 0),
        "toPort": permission.get("ToPort", 0),
    }
    for ours, theirs, member in _SOURCES:
        entries = permission.get(theirs) or []
        sources = [x[member] for x in entries]
        if ours == "securityGroups" and own in sources:
            block["self"] = True
            sources.remove(own)
        if sources:
            block[ours] = sources
        if descriptions := [x["Description"] for x in entries if x.get("Description")]:
            block["description"] = descriptions[0]
    return block


# ---- EC2
def with_destination(inputs: Block) -> Block:
    """A route's destination is one of three inputs; its id holds it."""
    keys = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    return {**inputs, "destination": next((inputs[k] for k in keys if inputs.get(k)), None)}


_DEVICES = ("rootBlockDevice", "ebsBlockDevices", "ephemeralBlockDevices")


def devices(inputs: Block) -> Block:
    """Three blocks of an instance are one list of the API. `/dev/sda1` stands for the root device."""
    if not any(k in inputs for k in _DEVICES):
        return inputs
    left = {k: v for k, v in inputs.items() if k not in _DEVICES}
    root = inputs.get("rootBlockDevice")
    listed = [{"deviceName": "/dev/sda1", **root}] if isinstance(root, dict) else []
    for key in _DEVICES[1:]:
        listed += inputs[key] if isinstance(inputs.get(key), list) else []
    return {**left, "blockDeviceMappings": listed}


def root_device(found: Found) -> list[Block] | None:
    return _volumes(found, True)


def other_devices(found: Found) -> list[Block] | None:
    return _volumes(found, False)


def _volumes(found: Found, root: bool) -> list[Block] | None:
    """Only DescribeVolumes tells an instance's volumes; the root is the one at the root device name."""
    made = []
    for volume in found.get("Volumes") or []:
        attachment = volume["Attachments"][0]
        if (attachment["Device"] == found.get("RootDeviceName")) is root:
            made.append({"DeviceName": attachment["Device"], **attachment, **volume, "VolumeSize": volume["Size"]})
    return made or None


def profile_name(found: Found) -> str | None:
    arn = (found.get("IamInstanceProfile") or {}).get("Arn")
    return arn.rpartition("/")[2] if arn else None


def user_data(found: Found) -> str | None:
    """User data as text; None when it is not text."""
    with contextlib.suppress(ValueError):
        return base64.b64decode(found["UserData"]).decode() if found.get("UserData") else None
    return None


# ---- Auto Scaling: its tags name the group and its type
def group_tags(call: Call, old: list[Block] | None, new: list[Block] | None) -> None:
    def of_group(key: str) -> Block:
        return {"ResourceId": call.id, "ResourceType": "auto-scaling-group", "Key": key}

    gone = {t["key"] for t in old or []} - {t["key"] for t in new or []}
    if new:
        kept = [{**of_group(t["key"]), "Value": t["value"], "PropagateAtLaunch": t["propagateAtLaunch"]} for t in new]
        call.send("CreateOrUpdateTags", Tags=kept)
    if gone:
        call.send("DeleteTags", Tags=[of_group(key) for key in sorted(gone)])


# ---- load balancing
_FIELDS = {
    "hostHeader": "host-header",
    "pathPattern": "path-pattern",
    "httpHeader": "http-header",
    "httpRequestMethod": "http-request-method",
    "queryStrings": "query-string",
    "sourceIp": "source-ip",
}


def with_condition_fields(inputs: Block) -> Block:
    """The API wants the name of the field each condition is about; the provider leaves it out."""
    conditions = inputs.get("conditions")
    if not isinstance(conditions, list):
        return inputs
    named = [{**_field_of(c), **c} if isinstance(c, dict) else c for c in conditions]
    return {**inputs, "conditions": named}


def _field_of(condition: Block) -> Block:
    key = next((k for k in condition if k in _FIELDS), None)
    return {"field": _FIELDS[key]} if key else {}


def load_balancer_suffix(found: Found) -> str:
    return found["LoadBalancerArn"].partition(":loadbalancer/")[2]


def target_group_suffix(found: Found) -> str:
    return found["TargetGroupArn"].rpartition(":")[2]


def listener_of_rule(found: Found) -> str:
    return found["RuleArn"].replace(":listener-rule/", ":listener/").rpartition("/")[0]


# ---- IAM, SNS, SQS, Secrets Manager
def policy_arn(_: Call, arn: str) -> Block:
    return {"PolicyArn": arn}


def trust_policy(found: Found) -> str:
    return json.dumps(found["AssumeRolePolicyDocument"])


def empty_role(call: Call) -> None:
    """A role can only be deleted when nothing is attached to it."""
    if call.inputs.get("forceDetachPolicies"):
        for policy in call.send("ListAttachedRolePolicies", RoleName=call.id)["AttachedPolicies"]:
            call.send("DetachRolePolicy", RoleName=call.id, PolicyArn=policy["PolicyArn"])
    for name in call.send("ListRolePolicies", RoleName=call.id)["PolicyNames"]:
        call.send("DeleteRolePolicy", RoleName=call.id, PolicyName=name)


def queue_name(found: Found) -> str:
    return found["QueueArn"].rpartition(":")[2]


def topic_name(found: Found) -> str:
    return found["TopicArn"].rpartition(":")[2]


def replica_region(_: Call, replica: Block) -> str:
    return replica["region"]


# ---- S3
def outside_default_region(call: Call, _: Found) -> bool:
    """us-east-1 is the one region S3 does not want named."""
    return call.region not in ("us-east-1", UNKNOWN)


def empty_bucket(call: Call) -> None:
    if not call.inputs.get("forceDestroy"):
        return
    listed = call.send("ListObjectVersions", Bucket=call.id)
    for version in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
        call.send("DeleteObject", Bucket=call.id, Key=version["Key"], VersionId=version["VersionId"])
