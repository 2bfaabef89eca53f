"""Security groups: one rule block fans out to four lists of the API."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call

Block = dict[str, Any]
Found = Mapping[str, Any]


_SOURCES = (  # a rule block's list, the API's list of it, and the member in that list
    ("cidrBlocks", "IpRanges", "CidrIp"),
    ("ipv6CidrBlocks", "Ipv6Ranges", "CidrIpv6"),
    ("prefixListIds", "PrefixListIds", "PrefixListId"),
    ("securityGroups", "UserIdGroupPairs", "GroupId"),
)


def permission(call: Call, block: Block) -> Block:
    described = {"Description": block["description"]} if block.get("description") else {}
    entry: Block = {"IpProtocol": str(block["protocol"])}
    for ours, theirs, member in _SOURCES:
        sources = list(block.get(ours) or [])
        if ours == "securityGroups" and block.get("self"):
            sources.append(call.id)
        if sources:
            entry[theirs] = [{member: source, **described} for source in sources]
    if entry["IpProtocol"] != "-1":
        entry |= {"FromPort": int(block["fromPort"]), "ToPort": int(block["toPort"])}
    return entry


def ingress_blocks(answer: Found) -> list[Block]:
    return [_rule_block(p, answer["GroupId"]) for p in answer.get("IpPermissions") or []]


def egress_blocks(answer: Found) -> list[Block]:
    return [_rule_block(p, answer["GroupId"]) for p in answer.get("IpPermissionsEgress") or []]


def _rule_block(permission: Found, own: str) -> Block:
    every = permission["IpProtocol"] == "-1"  # then EC2 has no ports, where moto says -1
    block: Block = {
        "protocol": permission["IpProtocol"],
        "fromPort": 0 if every else permission.get("FromPort", 0),
        "toPort": 0 if every else permission.get("ToPort", 0),
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


def revoke_all_rules(call: Call) -> None:
    [group] = call.send("DescribeSecurityGroups", GroupIds=[call.id])["SecurityGroups"]
    for permissions, operation in (("IpPermissions", "Ingress"), ("IpPermissionsEgress", "Egress")):
        if group.get(permissions):
            call.send(f"RevokeSecurityGroup{operation}", GroupId=call.id, IpPermissions=group[permissions])
