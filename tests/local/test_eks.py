"""A cluster's versions as EKS has them: one minor version a step, never back, and not before the machines are there."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tenfold.local.moto import patches
from tests.local.world import REGION

assert patches
ROLE = "arn:aws:iam::123456789012:role/nodes"


@pytest.fixture
def eks() -> Iterator[Any]:
    with mock_aws():
        ec2, client = boto3.client("ec2", REGION), boto3.client("eks", REGION)
        subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
        services = {"Service": ["eks.amazonaws.com", "ec2.amazonaws.com"]}
        trust = {"Statement": [{"Effect": "Allow", "Principal": services, "Action": "sts:AssumeRole"}]}
        boto3.client("iam").create_role(RoleName="nodes", AssumeRolePolicyDocument=json.dumps(trust))
        client.create_cluster(name="shop", version="1.33", roleArn=ROLE, resourcesVpcConfig={"subnetIds": subnets})
        client.create_nodegroup(
            clusterName="shop", nodegroupName="work", nodeRole=ROLE, subnets=subnets, instanceTypes=["m7g.large"],
            scalingConfig={"minSize": 2, "desiredSize": 2, "maxSize": 4},
        )  # fmt: skip
        yield client


def refused(eks: Any, version: str) -> str:
    with pytest.raises(ClientError) as error:
        eks.update_cluster_version(name="shop", version=version)
    return str(error.value)


def test_two_minor_versions_are_two_steps_and_machines_go_in_between(eks: Any) -> None:
    assert "from 1.33 to 1.35" in refused(eks, "1.35")
    eks.update_cluster_version(name="shop", version="1.34")
    assert "Nodegroups work must be updated to match cluster version 1.34" in refused(eks, "1.35")
    eks.update_nodegroup_version(clusterName="shop", nodegroupName="work", version="1.34")
    eks.update_cluster_version(name="shop", version="1.35")
    assert "from 1.35 to 1.34" in refused(eks, "1.34")
    assert eks.describe_cluster(name="shop")["cluster"]["version"] == "1.35"
