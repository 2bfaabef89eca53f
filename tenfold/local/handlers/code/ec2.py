"""Instances, routes, flow logs."""

import base64
import contextlib
from collections.abc import Mapping
from typing import Any

from tenfold.local.handlers.call import Call

Block = dict[str, Any]
Found = Mapping[str, Any]


def route_destination(call: Call) -> str | None:
    """A route's destination is one of three inputs; its id holds it."""
    keys = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    return next((call.inputs[k] for k in keys if call.inputs.get(k)), None)


_LOGGED = {  # what a flow log is about: the input, and the API's name for its type
    "vpcId": "VPC",
    "subnetId": "Subnet",
    "eniId": "NetworkInterface",
    "transitGatewayId": "TransitGateway",
    "transitGatewayAttachmentId": "TransitGatewayAttachment",
    "regionalNatGatewayId": "RegionalNatGateway",
}


def with_flow_log_resource(inputs: Block) -> Block:
    key = next((k for k in _LOGGED if inputs.get(k)), None)
    left = {k: v for k, v in inputs.items() if k not in _LOGGED}
    return {**left, "resourceIds": [inputs[key]], "resourceType": _LOGGED[key]} if key else left


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
