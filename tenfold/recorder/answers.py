"""Offline answers of the provider functions a program may call. No account is asked, so an answer is either a public
fact (zones, partitions) or a stand-in that says what it stands for (`<ssm:/aws/service/…>`).

Both recorders, and test mocks, answer from here.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from tenfold.recorder.errors import NoAnswer

ACCOUNT = "123456789012"  # the account of AWS's own documentation, and of the local cloud

Answer = dict[str, object]
Arguments = Mapping[str, object]


def call(token: str, arguments: Arguments, region: str) -> Answer:
    """What the function `token` returns in `region` (an argument `region` wins). Raises `NoAnswer`."""
    answer = _ANSWERS.get(token)
    if answer is None:
        known = ", ".join(sorted(name.rsplit(":", 1)[1] for name in _ANSWERS))
        raise NoAnswer(f"{token} has no offline answer (there are: {known}); add one to tenfold/recorder/answers.py")
    asked = arguments.get("region")
    return {
        **arguments,
        **answer(arguments, asked if isinstance(asked, str) else region),
    }


def partition(region: str) -> str:
    """AWS's partition of a region. Source: botocore's partitions.json, whose region patterns begin like this."""
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


@cache
def _zones() -> Mapping[str, Mapping[str, str]]:
    return json.loads((Path(__file__).parent / "data" / "zones.json").read_text(encoding="utf-8"))["zones"]


def _availability_zones(arguments: Arguments, region: str) -> Answer:
    zones = _zones().get(region)
    if zones is None:
        raise NoAnswer(f"the availability zones of {region} are not known (tenfold/recorder/data/zones.json)")
    without = arguments.get("excludeNames") or ()
    names = [name for name in zones if isinstance(without, list | tuple) and name not in without]
    ids = [zones[name] for name in names]
    return {
        "id": region,
        "region": region,
        "names": names,
        "zoneIds": ids,
        "groupNames": [region],
    }


def _caller_identity(_: Arguments, region: str) -> Answer:
    arn = f"arn:{partition(region)}:iam::{ACCOUNT}:root"
    return {"id": ACCOUNT, "accountId": ACCOUNT, "arn": arn, "userId": ACCOUNT}


def _region(_: Arguments, region: str) -> Answer:
    endpoint = f"ec2.{region}.{_partition({}, region)['dnsSuffix']}"
    return {
        "id": region,
        "region": region,
        "name": region,
        "description": region,
        "endpoint": endpoint,
    }


def _partition(_: Arguments, region: str) -> Answer:
    name = partition(region)
    suffix = "amazonaws.com.cn" if name == "aws-cn" else "amazonaws.com"
    return {
        "id": name,
        "partition": name,
        "dnsSuffix": suffix,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def _parameter(arguments: Arguments, region: str) -> Answer:
    """Public parameters only (`/aws/service/…`): one of the account's own cannot be known offline."""
    name = str(arguments["name"])
    if not name.startswith("/aws/service/"):
        raise NoAnswer(f"the value of the SSM parameter {name} is not known offline; only AWS's public ones are")
    value = f"<ssm:{name}>"
    return {
        "id": name,
        "arn": f"arn:{partition(region)}:ssm:{region}::parameter{name}",
        "name": name,
        "region": region,
        "type": "String",
        "value": value,
        "insecureValue": value,
        "version": 1,
        "withDecryption": arguments.get("withDecryption", True),
    }


def _zone(arguments: Arguments, region: str) -> Answer:
    name = str(arguments.get("name") or arguments.get("zoneId") or "").rstrip(".")
    zone = str(arguments.get("zoneId") or f"<route53:{name}>")
    servers = [f"<route53:{name}:ns{n}>" for n in (1, 2, 3, 4)]
    return {
        "id": zone,
        "zoneId": zone,
        "arn": f"arn:{partition(region)}:route53:::hostedzone/{zone}",
        "name": name,
        "nameServers": servers,
        "primaryNameServer": servers[0],
        "privateZone": arguments.get("privateZone", False),
        "callerReference": "",
        "comment": "",
        "enableAcceleratedRecovery": False,
        "linkedServiceDescription": "",
        "linkedServicePrincipal": "",
        "resourceRecordSetCount": 2,
        "tags": arguments.get("tags", {}),
        "vpcId": arguments.get("vpcId", ""),
    }


RANDOM_PASSWORD = "<secretsmanager:random-password>"  # each draw is another one


def _random_password(arguments: Arguments, region: str) -> Answer:
    return {"id": region, "region": region, "randomPassword": RANDOM_PASSWORD}


def _managed_prefix_list(arguments: Arguments, region: str) -> Answer:
    name = str(arguments.get("name") or arguments.get("id"))
    key = f"<ec2:prefix-list:{name}>"
    return {
        "id": key,
        "arn": f"arn:{partition(region)}:ec2:{region}:aws:prefix-list/{key}",
        "name": name,
        "region": region,
        "addressFamily": "IPv4",
        "entries": [],
        "filters": arguments.get("filters", []),
        "maxEntries": 0,
        "ownerId": "AWS",
        "tags": {},
        "version": 0,
    }


def _vpc(arguments: Arguments, region: str) -> Answer:
    dns = {"enableDnsHostnames": True, "enableDnsSupport": True, "enableNetworkAddressUsageMetrics": False}
    lists = {"cidrBlockAssociations": [], "ipv6CidrBlockAssociations": []}
    words = ("cidrBlock", "dhcpOptionsId", "instanceTenancy", "ipv6AssociationId", "ipv6CidrBlock", "mainRouteTableId")
    return {**_described("vpc", arguments, region, words), "default": False, **dns, **lists}


def _subnet(arguments: Arguments, region: str) -> Answer:
    off = (
        "assignIpv6AddressOnCreation",
        "defaultForAz",
        "enableDns64",
        "enableResourceNameDnsARecordOnLaunch",
        "enableResourceNameDnsAaaaRecordOnLaunch",
        "ipv6Native",
        "mapCustomerOwnedIpOnLaunch",
        "mapPublicIpOnLaunch",
    )
    words = ("vpcId", "availabilityZone", "availabilityZoneId", "cidrBlock", "customerOwnedIpv4Pool", "ipv6CidrBlock")
    words += ("ipv6CidrBlockAssociationId", "outpostArn", "privateDnsHostnameTypeOnLaunch")
    numbers = {"availableIpAddressCount": 0, "enableLniAtDeviceIndex": 0}
    return {**_described("subnet", arguments, region, words), **dict.fromkeys(off, False), **numbers}


def _described(kind: str, arguments: Arguments, region: str, unknown: tuple[str, ...]) -> Answer:
    """Something of EC2's that is there: only the account knows what it is like."""
    key = str(arguments.get("id"))
    arn = f"arn:{partition(region)}:ec2:{region}:{ACCOUNT}:{kind}/{key}"
    known = {"id": key, "arn": arn, "region": region, "state": "available", "ownerId": ACCOUNT, "tags": {}}
    return {**known, "filters": [], **{word: f"<ec2:{key}:{word}>" for word in unknown}}


_ANSWERS: Mapping[str, Callable[[Arguments, str], Answer]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": _managed_prefix_list,
    "aws:ec2/getSubnet:getSubnet": _subnet,
    "aws:ec2/getVpc:getVpc": _vpc,
    "aws:route53/getZone:getZone": _zone,
    "aws:secretsmanager/getRandomPassword:getRandomPassword": _random_password,
    "aws:ssm/getParameter:getParameter": _parameter,
}
