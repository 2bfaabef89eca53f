"""Instances and volumes."""

from tenfold.local.aws.call import Call
from tenfold.local.aws.guards.asking import ask, refuse
from tenfold.local.aws.guards.network import check_groups, single_vpc, subnets_of


def instance_groups(call: Call) -> None:
    """An instance's security groups are of its subnet's VPC."""
    if subnet := call.inputs.get("subnetId"):
        check_groups(call, "vpcSecurityGroupIds", single_vpc("subnetId", subnets_of(call, [subnet])))


def volume_zone(call: Call) -> None:
    """A volume and its instance lie in one zone."""
    volume, instance = call.inputs["volumeId"], call.inputs["instanceId"]
    zone = ask(call, "ec2", "DescribeVolumes", VolumeIds=[volume])["Volumes"][0]["AvailabilityZone"]
    server = ask(call, "ec2", "DescribeInstances", InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    if zone != server["Placement"]["AvailabilityZone"]:
        refuse("volumeId", f"{volume} lies in {zone}, {instance} in {server['Placement']['AvailabilityZone']}")
