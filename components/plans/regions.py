"""What differs by region, beyond what a region offers. Pure.

Sources, read November 2026: AWS General Reference, "Managing AWS Regions"; CloudFront Developer Guide, "Configure
standard logging (legacy)"; Systems Manager User Guide, "ec2messages, ssmmessages, and other API operations"; the AWS
CDK's table of endpoints (aws-ec2, vpc-endpoint.ts), which comes from DescribeVpcEndpointServices.
"""

# On in every account. All others have to be turned on (opt-in): every region since March 2019 is one of them.
ALWAYS_ON = frozenset(
    (
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    )
)
# Where CloudFront's logs go from a region that has to be turned on: into the same part of the world, if one is there.
_NEAREST = {"ap": "ap-southeast-1", "ca": "ca-central-1", "eu": "eu-central-1"}
# Begun in 2024 or later: Session Manager works without this endpoint there, and there is none.
_WITHOUT_EC2_MESSAGES = ("ap-east-2", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "mx-central-1")
_REVERSED_IN_CHINA = ("ecr.api", "ecr.dkr", "monitoring")


def cdn_log_region(region: str) -> str:
    """The region of the bucket for CloudFront's access logs: it writes them to no bucket of an opt-in region."""
    return region if region in ALWAYS_ON else _NEAREST.get(region.partition("-")[0], "us-east-1")


def has_endpoint(service: str, region: str) -> bool:
    """Whether a network of the region can have an interface endpoint of a service."""
    return service != "ec2messages" or region not in _WITHOUT_EC2_MESSAGES


def endpoint_name(service: str, region: str) -> str:
    """The name of an interface endpoint: `com.amazonaws.eu-west-1.ssm`, `cn.com.amazonaws.cn-north-1.ecr.api`."""
    china = region.startswith("cn-") and service in _REVERSED_IN_CHINA
    return f"{'cn.' if china else ''}com.amazonaws.{region}.{service}"
