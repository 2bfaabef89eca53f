"""VPC endpoints: private ways from the network to AWS services."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.names import tags_with_name
from tenfold.components.plans.regions import endpoint_name, has_endpoint

# What a host without a way to the internet needs: Session Manager (ssm, ssmmessages, ec2messages), its secrets and the
# key behind them, logs and metrics, and its image from ECR. Each costs about 7.30 USD a month and zone (us-east-1,
# 2026), so a set over three zones costs as much as six NAT gateways: this is for networks that must not have
# internet, not a saving.
INTERFACE_SERVICES = (
    "ec2messages",
    "ecr.api",
    "ecr.dkr",
    "kms",
    "logs",
    "monitoring",
    "secretsmanager",
    "ssm",
    "ssmmessages",
)


def storage_endpoint(
    name: str,
    *,
    vpc_id: Any,
    region: str,
    route_table_ids: Sequence[Any],
    tags: Mapping[str, Any] | None,
    parent: pulumi.Resource,
) -> aws.ec2.VpcEndpoint:
    """The gateway endpoint for S3. It is free, and keeps packages, image layers and backups off the NAT gateway, which
    charges for every GB."""
    return aws.ec2.VpcEndpoint(
        f"{name}-s3",
        vpc_id=vpc_id,
        service_name=f"com.amazonaws.{region}.s3",
        vpc_endpoint_type="Gateway",
        route_table_ids=list(route_table_ids),
        tags=tags_with_name(tags, f"{name}-s3"),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def service_endpoints(
    name: str,
    *,
    vpc_id: Any,
    region: str,
    cidr: str,
    subnet_ids: Sequence[Any],
    more: Sequence[str],
    tags: Mapping[str, Any] | None,
    parent: pulumi.Resource,
) -> list[pulumi.Resource]:
    """One interface endpoint per service of INTERFACE_SERVICES and `more` that the region has, open to the network's
    own addresses on 443 only. Returns what must exist before a host can use them."""
    opts = pulumi.ResourceOptions(parent=parent)
    group, entrance = _security_group(name, vpc_id, cidr, tags, opts)
    endpoints = [
        aws.ec2.VpcEndpoint(
            f"{name}-{service.replace('.', '-')}",
            vpc_id=vpc_id,
            service_name=endpoint_name(service, region),
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=list(subnet_ids),
            security_group_ids=[group.id],
            tags=tags_with_name(tags, f"{name}-{service.replace('.', '-')}"),
            opts=opts,
        )
        for service in (*INTERFACE_SERVICES, *more)
        if has_endpoint(service, region)
    ]
    return [entrance, *endpoints]


def _security_group(
    name: str, vpc_id: Any, cidr: str, tags: Mapping[str, Any] | None, opts: pulumi.ResourceOptions
) -> tuple[aws.ec2.SecurityGroup, pulumi.Resource]:
    """The group of the endpoints, and the rule that lets the network in."""
    group = aws.ec2.SecurityGroup(
        f"{name}-endpoints",
        vpc_id=vpc_id,
        description="Endpoints of AWS services",
        tags=tags_with_name(tags, f"{name}-endpoints"),
        opts=opts,
    )
    entrance = aws.vpc.SecurityGroupIngressRule(
        f"{name}-endpoints-from-network",
        security_group_id=group.id,
        description="HTTPS from the network",
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4=cidr,
        tags=tags_with_name(tags, f"{name}-endpoints-from-network"),
        opts=opts,
    )
    return group, entrance
