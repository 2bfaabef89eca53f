"""What guards ask about subnets and security groups."""

from collections.abc import Iterable, Mapping
from typing import Any

from tenfold.local.aws.call import Call
from tenfold.local.aws.guards.asking import ask, refuse


def subnets_of(call: Call, ids: Iterable[str]) -> list[Mapping[str, Any]]:
    known_ids = list(ids)
    return ask(call, "ec2", "DescribeSubnets", SubnetIds=known_ids)["Subnets"] if known_ids else []


def check_groups(call: Call, key: str, vpc: str) -> None:
    groups = call.inputs.get(key)
    if not groups:
        return
    for group in ask(call, "ec2", "DescribeSecurityGroups", GroupIds=list(groups))["SecurityGroups"]:
        if group["VpcId"] != vpc:
            refuse(key, f"{group['GroupId']} belongs to {group['VpcId']}, not to {vpc}")


def single_vpc(key: str, subnets: list[Mapping[str, Any]]) -> str:
    vpcs = sorted({s["VpcId"] for s in subnets})
    if len(vpcs) > 1:
        refuse(key, f"the subnets belong to several VPCs: {', '.join(vpcs)}")
    return vpcs[0] if vpcs else ""


def check_zones(key: str, subnets: list[Mapping[str, Any]]) -> None:
    zones = sorted({s["AvailabilityZone"] for s in subnets})
    if len(zones) < 2:
        refuse(key, f"all subnets lie in {zones[0] if zones else 'no zone'}: two zones are needed")
