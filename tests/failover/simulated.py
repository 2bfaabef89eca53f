"""Two simulated regions with a fleet in each, over HTTP: where the steps of failover and failback are tried."""

from typing import Any

import boto3

POSTGRES = {
    "Engine": "postgres",
    "DBInstanceClass": "db.t3.micro",
    "AllocatedStorage": 20,
    "MasterUsername": "adm",
    "MasterUserPassword": "secret1234",
    "BackupRetentionPeriod": 7,
}


class Regions:
    """`ask(service, region)` is a client; `name` is of everything that one test makes."""

    def __init__(self, endpoint: str, name: str) -> None:
        self.endpoint, self.name = endpoint, name

    def ask(self, service: str, region: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region, endpoint_url=self.endpoint, **keys)

    def start_fleet(self, region: str, least: int, most: int) -> None:
        template = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}  # moto knows it everywhere
        self.ask("ec2", region).create_launch_template(LaunchTemplateName=self.name, LaunchTemplateData=template)
        self.ask("autoscaling", region).create_auto_scaling_group(
            AutoScalingGroupName=self.name,
            MinSize=least,
            MaxSize=most,
            LaunchTemplate={"LaunchTemplateName": self.name},
            AvailabilityZones=[f"{region}a"],
        )

    def servers(self, region: str) -> int:
        asked = {"AutoScalingGroupNames": [self.name]}
        [group] = self.ask("autoscaling", region).describe_auto_scaling_groups(**asked)["AutoScalingGroups"]
        return len(group["Instances"])
