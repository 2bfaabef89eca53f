"""Roles and their policies."""

import json
from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call

Block = dict[str, Any]
Found = Mapping[str, Any]


def policy_arn(_: Call, arn: str) -> Block:
    return {"PolicyArn": arn}


def boundary(call: Call, _: Any, new: Any) -> None:
    """One that goes has a call of its own."""
    if new is None:
        call.send("DeleteRolePermissionsBoundary", RoleName=call.id)


def client_id(_: Call, audience: str) -> Block:
    return {"ClientID": audience}


def trust_policy(answer: Found) -> str:
    return json.dumps(answer["AssumeRolePolicyDocument"])


def empty_role(call: Call) -> None:
    """A role can only be deleted when nothing is attached to it. The provider takes it out of its instance profiles
    (`deleteRoleInstanceProfiles` in internal/service/iam/role.go), whoever made those."""
    for profile in call.send("ListInstanceProfilesForRole", RoleName=call.id)["InstanceProfiles"]:
        name = profile["InstanceProfileName"]
        call.send("RemoveRoleFromInstanceProfile", RoleName=call.id, InstanceProfileName=name)
    if call.inputs.get("forceDetachPolicies"):
        for policy in call.send("ListAttachedRolePolicies", RoleName=call.id)["AttachedPolicies"]:
            call.send("DetachRolePolicy", RoleName=call.id, PolicyArn=policy["PolicyArn"])
    for name in call.send("ListRolePolicies", RoleName=call.id)["PolicyNames"]:
        call.send("DeleteRolePolicy", RoleName=call.id, PolicyName=name)


def policy_document(answer: Found) -> str:
    document = answer["PolicyDocument"]
    return document if isinstance(document, str) else json.dumps(document)
