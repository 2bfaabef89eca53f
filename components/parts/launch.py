"""What every Auto Scaling group of servers launches: the template, and facts that fleets and workers share."""

import base64
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from tenfold.components.host.image import image_parameter
from tenfold.components.host.role import metadata_hops
from tenfold.components.parts.names import tags_with_name

# Seconds from launch to the container's start: boot, packages, image.
BOOT = 180
# A server older than this is replaced, so that none runs an image without the fixes of the last month.
LIFETIME = 30 * 24 * 3600
GROUP_METRICS: tuple[Any, ...] = (
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupMaxSize",
    "GroupMinSize",
    "GroupPendingInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
)


def launch_template(
    name: str,
    args: Mapping[str, Any],
    profile_arn: pulumi.Input[str],
    security_group_id: pulumi.Input[str],
    parent: pulumi.Resource,
) -> aws.ec2.LaunchTemplate:
    """`<name>-template`: a private, encrypted server without SSH. `args` are a fleet's or the workers' arguments:
    `instance_type`, `user_data`, `kms_key_arn`, `disk_gib` (default 20), `statements`, `tags`."""
    instance_type, tags = args["instance_type"], args.get("tags")
    server, disk = tags_with_name(tags, f"{name}-server"), root_disk(args.get("disk_gib", 20), args["kms_key_arn"])
    return aws.ec2.LaunchTemplate(
        f"{name}-template",
        # Resolved by AWS at each launch: a newer image does not show as a difference, and new servers have it.
        image_id=f"resolve:ssm:{image_parameter(instance_type)}",
        instance_type=instance_type,
        iam_instance_profile={"arn": profile_arn},
        user_data=pulumi.Output.from_input(args["user_data"]).apply(encode_user_data),
        network_interfaces=[
            {
                "device_index": 0,
                "associate_public_ip_address": "false",
                "delete_on_termination": "true",
                "security_groups": [security_group_id],
            }
        ],
        block_device_mappings=[{"device_name": "/dev/xvda", "ebs": disk}],
        metadata_options={
            "http_endpoint": "enabled",
            "http_tokens": "required",  # version 1, without a token, is off
            "http_put_response_hop_limit": metadata_hops(args),
        },
        monitoring={"enabled": True},  # metrics every minute: alarms and scaling need them
        instance_initiated_shutdown_behavior="terminate",
        tag_specifications=[
            {"resource_type": kind, "tags": server} for kind in ("instance", "volume", "network-interface")
        ],
        update_default_version=True,
        tags=tags_with_name(tags, f"{name}-template"),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def root_disk(gib: int, kms_key_arn: pulumi.Input[str]) -> Any:
    """Encrypted, gone with its server."""
    return {
        "volume_type": "gp3",
        "volume_size": gib,
        "encrypted": "true",
        "kms_key_id": kms_key_arn,
        "delete_on_termination": "true",
    }


def latest(template: aws.ec2.LaunchTemplate) -> Any:
    """The template as a group names it, with the number instead of $Latest: a rollout shows in the diff."""
    return {"id": template.id, "version": template.latest_version.apply(lambda number: str(int(number)))}


def group_tags(tags: Mapping[str, Any]) -> list[Any]:
    """A group's own tags; its servers have theirs from the template."""
    return [{"key": key, "value": value, "propagate_at_launch": False} for key, value in sorted(tags.items())]


def groups_called(name: str, invoke: pulumi.InvokeOptions) -> str:
    """The ARN of groups with this logical name: one that does not exist yet gets seven random digits. Another
    environment's group of the same account begins with the same name, so tags have to decide."""
    partition = aws.get_partition(opts=invoke).partition
    account, region = aws.get_caller_identity(opts=invoke).account_id, aws.get_region(opts=invoke).region
    return f"arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/{name}-*"


def encode_user_data(user_data: str) -> str:
    """Base64, as launch templates need it."""
    return base64.b64encode(user_data.encode()).decode()
