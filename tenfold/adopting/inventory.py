"""Existing resources, in Pulumi's types and property names, read from a state or an account."""

from collections.abc import Iterable, Mapping
from typing import Any

from tenfold.blueprints.value import Value

VPC, SUBNET, INSTANCE = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/instance:Instance"
ROUTE, ROUTING = "aws:ec2/route:Route", "aws:ec2/routeTableAssociation:RouteTableAssociation"
DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
TABLES = ("aws:ec2/routeTable:RouteTable", DEFAULT_TABLE)  # with routes of their own, or none
MAIN_ROUTING = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
DATABASE, SUBNET_GROUP = "aws:rds/instance:Instance", "aws:rds/subnetGroup:SubnetGroup"
BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


class Thing(Value):
    """An existing resource: its id as Pulumi imports it, its name if it has one, its properties; `urn` if it was read
    from a state."""

    type: str
    id: str
    name: str
    facts: Mapping[str, Any]
    urn: str = ""


class Inventory(Value):
    origin: str
    """Where the resources were read: a file, or an account and region."""
    region: str
    things: tuple[Thing, ...]

    def of(self, *types: str) -> list[Thing]:
        return [thing for thing in self.things if thing.type in types]

    def thing_named(self, type: str, identifier: str) -> Thing | None:
        return next((thing for thing in self.of(type) if identifier in (thing.id, thing.name)), None)


def region_of(things: Iterable[Thing]) -> str:
    """By the first ARN that has one; empty where none has."""
    arns = (str(thing.facts.get("arn", "")).split(":") for thing in things)
    return next((arn[3] for arn in arns if len(arn) > 3 and arn[3]), "")
