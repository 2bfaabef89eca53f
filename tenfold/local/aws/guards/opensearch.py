"""Search domains. Developer Guide, "Launching your domains within a VPC"."""

from tenfold.local.aws.call import Call
from tenfold.local.aws.guards.asking import ask, refuse


def network(call: Call) -> None:
    """Subnets of one network, each in another zone, and security groups of it."""
    options = call.inputs.get("vpcOptions") or {}
    if not options.get("subnetIds"):
        return
    subnets = ask(call, "ec2", "DescribeSubnets", SubnetIds=options["subnetIds"])["Subnets"]
    if len({subnet["VpcId"] for subnet in subnets}) > 1:
        refuse("vpcOptions.subnetIds", "are of several networks")
    if len({subnet["AvailabilityZone"] for subnet in subnets}) < len(subnets):
        refuse("vpcOptions.subnetIds", "must each be in another zone")
    groups = options.get("securityGroupIds") or []
    described = ask(call, "ec2", "DescribeSecurityGroups", GroupIds=groups)["SecurityGroups"] if groups else []
    if any(group["VpcId"] != subnets[0]["VpcId"] for group in described):
        refuse("vpcOptions.securityGroupIds", f"are not of {subnets[0]['VpcId']}")
