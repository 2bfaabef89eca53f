"""Instances, routes, flow logs."""

import base64
import contextlib
from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call
from tenfold.local.aws.convert import UNKNOWN
from tenfold.local.provider.errors import RequestFailed

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


def with_launch_form(inputs: Block) -> Block:
    """The form RunInstances takes: one list of devices, and user data as it is (the API's client encodes it)."""
    encoded = inputs.get("userDataBase64")
    if encoded in (None, UNKNOWN):
        return _with_devices(inputs)
    left = {k: v for k, v in inputs.items() if k != "userDataBase64"}
    try:
        return _with_devices({**left, "userData": base64.b64decode(str(encoded), validate=True)})
    except ValueError:
        return _with_devices(left)  # the checks of the input itself name it


def _with_devices(inputs: Block) -> Block:
    """Three blocks of an instance are one list of the API. `/dev/sda1` stands for the root device."""
    if not any(k in inputs for k in _DEVICES):
        return inputs
    left = {k: v for k, v in inputs.items() if k not in _DEVICES}
    root = inputs.get("rootBlockDevice")
    listed = [{"deviceName": "/dev/sda1", **root}] if isinstance(root, dict) else []
    for key in _DEVICES[1:]:
        listed += inputs[key] if isinstance(inputs.get(key), list) else []
    return {**left, "blockDeviceMappings": listed}


def change_profile(call: Call, old: str | None, new: str | None) -> None:
    """An instance has at most one profile: the old association goes before the new one is made."""
    where = [{"Name": "instance-id", "Values": [call.id]}]
    for association in call.send("DescribeIamInstanceProfileAssociations", Filters=where)[
        "IamInstanceProfileAssociations"
    ]:
        call.send("DisassociateIamInstanceProfile", AssociationId=association["AssociationId"])
    if new:
        call.send("AssociateIamInstanceProfile", InstanceId=call.id, IamInstanceProfile={"Name": new})


_VOLUME = {"volumeSize": "Size", "volumeType": "VolumeType", "iops": "Iops", "throughput": "Throughput"}


def change_root_volume(call: Call, old: Block | None, new: Block | None) -> None:
    """Size, type and speed of the root volume change in place; everything else replaces the instance."""
    changed = {k: v for k, v in (new or {}).items() if v != (old or {}).get(k)}
    if set(changed) - {*_VOLUME, "deleteOnTermination", "tags"}:
        raise RequestFailed(f"rootBlockDevice: {', '.join(sorted(set(changed) - set(_VOLUME)))} cannot change in place")
    where = [{"Name": "attachment.instance-id", "Values": [call.id]}]
    [instance] = call.send("DescribeInstances", InstanceIds=[call.id])["Reservations"][0]["Instances"]
    for volume in call.send("DescribeVolumes", Filters=where)["Volumes"]:
        parameters = {_VOLUME[k]: v for k, v in changed.items() if k in _VOLUME}
        if parameters and volume["Attachments"][0]["Device"] == instance.get("RootDeviceName"):
            call.send("ModifyVolume", VolumeId=volume["VolumeId"], **parameters)


def root_device(answer: Found) -> list[Block] | None:
    return _volumes(answer, True)


def other_devices(answer: Found) -> list[Block] | None:
    return _volumes(answer, False)


def _volumes(answer: Found, root: bool) -> list[Block] | None:
    """Only DescribeVolumes tells an instance's volumes; the root is the one at the root device name."""
    converted = []
    for volume in answer.get("Volumes") or []:
        attachment = volume["Attachments"][0]
        if (attachment["Device"] == answer.get("RootDeviceName")) is root:
            converted.append({"DeviceName": attachment["Device"], **attachment, **volume, "VolumeSize": volume["Size"]})
    return converted or None


def prefix_list(call: Call) -> Block:
    """The prefix list of a gateway endpoint's service, which security group rules refer to."""
    [endpoint] = call.send("DescribeVpcEndpoints", VpcEndpointIds=[call.id])["VpcEndpoints"]
    if endpoint["VpcEndpointType"] != "Gateway":
        return {}
    where = [{"Name": "prefix-list-name", "Values": [endpoint["ServiceName"]]}]
    lists = call.send("DescribePrefixLists", Filters=where)["PrefixLists"]
    return {"PrefixListId": lists[0]["PrefixListId"], "CidrBlocks": lists[0].get("Cidrs", [])} if lists else {}


def set_default_version(call: Call) -> None:
    """With `updateDefaultVersion` the newest version of a launch template becomes the default one."""
    if not call.inputs.get("updateDefaultVersion"):
        return
    [template] = call.send("DescribeLaunchTemplates", LaunchTemplateIds=[call.id])["LaunchTemplates"]
    latest = template["LatestVersionNumber"]
    if latest != template["DefaultVersionNumber"]:
        call.send("ModifyLaunchTemplate", LaunchTemplateId=call.id, DefaultVersion=str(latest))


def profile_name(answer: Found) -> str | None:
    arn = (answer.get("IamInstanceProfile") or {}).get("Arn")
    return arn.rpartition("/")[2] if arn else None


def user_data(answer: Found) -> str | None:
    """User data as text; None when it is not text."""
    with contextlib.suppress(ValueError):
        return base64.b64decode(answer["UserData"]).decode() if answer.get("UserData") else None
    return None
