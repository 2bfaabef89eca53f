"""The state of somebody's program: a VPC, a server, a database with its subnets, a bucket."""

import json
from collections.abc import Mapping
from typing import Any

REGION, KEY = "eu-central-1", "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DATABASE = {
    "identifier": "legacy",
    "arn": "arn:aws:rds:eu-central-1:123456789012:db:legacy",
    "address": "legacy.c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com",
    "engine": "postgres",
    "engineVersion": "17",
    "engineVersionActual": "17.4",
    "instanceClass": "db.t4g.medium",
    "allocatedStorage": 50,
    "storageType": "gp3",
    "storageEncrypted": True,
    "kmsKeyId": KEY,
    "multiAz": True,
    "backupRetentionPeriod": 14,
    "backupWindow": "02:00-02:45",
    "dbName": "orders",
    "username": "postgres",
    "dbSubnetGroupName": "legacy-subnets",
    "vpcSecurityGroupIds": ["sg-0a1b2c3d"],
    "deletionProtection": True,
}


def _subnet(number: int, zone: str) -> dict[str, Any]:
    return {"vpcId": "vpc-0a1b2c3d", "cidrBlock": f"10.8.{number}.0/24", "availabilityZone": f"{REGION}{zone}"}


def things() -> list[tuple[str, str, str, dict[str, Any]]]:
    """Type, name, id, properties."""
    out = {"destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-0a1b2c3d", "routeTableId": "rtb-0a1b2c3d"}
    routed = [
        (f"subnet-0000000{zone}", {"subnetId": f"subnet-0000000{zone}", "routeTableId": "rtb-0a1b2c3d"})
        for zone in "ab"
    ]
    return [
        ("aws:ec2/vpc:Vpc", "main", "vpc-0a1b2c3d", {"cidrBlock": "10.8.0.0/16"}),
        ("aws:ec2/subnet:Subnet", "public-a", "subnet-0000000a", _subnet(0, "a")),
        ("aws:ec2/subnet:Subnet", "public-b", "subnet-0000000b", _subnet(1, "b")),
        ("aws:ec2/subnet:Subnet", "data-a", "subnet-1000000a", _subnet(2, "a")),
        ("aws:ec2/subnet:Subnet", "data-b", "subnet-1000000b", _subnet(3, "b")),
        ("aws:ec2/route:Route", "out", "r-1", out),
        *(
            ("aws:ec2/routeTableAssociation:RouteTableAssociation", f"to-{key}", f"rtbassoc-{key}", facts)
            for key, facts in routed
        ),
        ("aws:ec2/instance:Instance", "web", "i-0a1b2c3d", {"subnetId": "subnet-0000000a"}),
        (
            "aws:rds/subnetGroup:SubnetGroup",
            "data",
            "legacy-subnets",
            {"name": "legacy-subnets", "description": "by hand", "subnetIds": ["subnet-1000000a", "subnet-1000000b"]},
        ),
        ("aws:rds/instance:Instance", "db", "db-ABCDEF", DATABASE),
        ("aws:s3/bucket:Bucket", "files", "legacy-files", {"bucket": "legacy-files"}),
    ]


def export(
    more: list[tuple[str, str, str, dict[str, Any]]] | None = None, database: Mapping[str, Any] | None = None
) -> str:
    """As `pulumi stack export` writes it. `database`: what is different of it."""
    resources = [
        {
            "urn": f"urn:pulumi:prod::web::{type_}::{name}",
            "type": type_,
            "custom": True,
            "id": key,
            "outputs": {**facts},
        }
        for type_, name, key, facts in [*things(), *(more or [])]
    ]
    for one in resources:
        if one["type"] == "aws:rds/instance:Instance" and database:
            one["outputs"] = {key: value for key, value in {**DATABASE, **database}.items() if value is not None}
    return json.dumps({"version": 3, "deployment": {"resources": resources}}, indent=1)
