"""What the tests of two regions of one account share: the handlers, and what a test makes in either region."""

from typing import Any

from tenfold.local.aws import Handlers
from tests.local.world import autoname

HOME, AWAY = "us-east-1", "us-west-2"
KEY, REPLICA_KEY = "aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"
VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"


class Regions:
    def __init__(self) -> None:
        self.handlers, self.count = Handlers(None), 0

    def inputs(self, token: str, region: str, **inputs: Any) -> dict[str, Any]:
        self.count += 1
        complete, failures = self.handlers.check(token, inputs, region, lambda k, n: f"{autoname(k, n)}{self.count}")
        assert failures == []
        return complete

    def make(self, token: str, region: str, **inputs: Any) -> tuple[str, dict[str, Any]]:
        return self.handlers.create(token, self.inputs(token, region, **inputs), region)

    def ask(self, service: str, region: str, operation: str, **parameters: Any) -> dict[str, Any]:
        return self.handlers.clients.call(service, region, operation, parameters)

    def subnet_group(self, region: str, cidr: str) -> tuple[str, str]:
        """The name of a subnet group, and its VPC's id."""
        vpc, _ = self.make(VPC, region, cidrBlock=f"{cidr}.0.0/16")
        subnets = [
            self.make(SUBNET, region, vpcId=vpc, cidrBlock=f"{cidr}.{at}.0/24", availabilityZone=f"{region}{zone}")[0]
            for at, zone in enumerate("ab")
        ]
        return self.make("aws:rds/subnetGroup:SubnetGroup", region, subnetIds=subnets)[0], vpc
