"""What the local cloud still holds; `aws` makes a client of a service."""

import json
from pathlib import Path

import jmespath


def networks(aws):
    found = aws("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])
    return found["Vpcs"]


def leftovers(aws):
    """What would cost money or hold data after a destroy."""
    instances = aws("ec2").describe_instances()["Reservations"]
    caches = aws("elasticache").describe_replication_groups()["ReplicationGroups"]
    alive = [i for r in instances for i in r["Instances"] if i["State"]["Name"] not in ("terminated", "shutting-down")]
    return [
        *alive,
        *aws("rds").describe_db_instances()["DBInstances"],
        *aws("elbv2").describe_load_balancers()["LoadBalancers"],
        *aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"],
        *(group for group in caches if group["Status"] != "deleting"),
        *aws("s3").list_buckets()["Buckets"],
        *aws("ec2").describe_addresses()["Addresses"],
        *aws("sns").list_topics()["Topics"],
        *aws("cloudfront").list_distributions()["DistributionList"].get("Items", ()),
        *aws("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"],
        *aws("route53").list_health_checks()["HealthChecks"],
        *aws("cloudwatch").describe_alarms()["MetricAlarms"],
    ]


NAMED = "[?Tags[?Key=='Name']]"  # the account's own bear no name
# {type: (service, the call that lists it, where the ids are that the state has)}
HELD = {
    "autoscaling/group:Group": (
        "autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups[].AutoScalingGroupName"
    ),
    "cloudwatch/dashboard:Dashboard": ("cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName"),
    "cloudwatch/logGroup:LogGroup": ("logs", "describe_log_groups", "logGroups[].logGroupName"),
    "cloudwatch/metricAlarm:MetricAlarm": ("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    "ebs/volume:Volume": ("ec2", "describe_volumes", f"Volumes{NAMED}.VolumeId"),
    "ec2/eip:Eip": ("ec2", "describe_addresses", f"Addresses{NAMED}.AllocationId"),
    "ec2/flowLog:FlowLog": ("ec2", "describe_flow_logs", "FlowLogs[].FlowLogId"),
    "ec2/internetGateway:InternetGateway": (
        "ec2", "describe_internet_gateways", f"InternetGateways{NAMED}.InternetGatewayId"
    ),
    "ec2/launchTemplate:LaunchTemplate": ("ec2", "describe_launch_templates", "LaunchTemplates[].LaunchTemplateId"),
    "ec2/routeTable:RouteTable": (
        "ec2", "describe_route_tables", "RouteTables[?!(Associations[?Main])].RouteTableId"
    ),
    "ec2/securityGroup:SecurityGroup": (
        "ec2", "describe_security_groups", "SecurityGroups[?GroupName!='default'].GroupId"
    ),
    "ec2/subnet:Subnet": ("ec2", "describe_subnets", "Subnets[?!DefaultForAz].SubnetId"),
    "ec2/vpc:Vpc": ("ec2", "describe_vpcs", "Vpcs[?!IsDefault].VpcId"),
    "ec2/vpcEndpoint:VpcEndpoint": ("ec2", "describe_vpc_endpoints", "VpcEndpoints[?State!='deleted'].VpcEndpointId"),
    "iam/instanceProfile:InstanceProfile": ("iam", "list_instance_profiles", "InstanceProfiles[].InstanceProfileName"),
    "iam/role:Role": ("iam", "list_roles", "Roles[?Path=='/'].RoleName"),
    "kms/alias:Alias": ("kms", "list_aliases", "Aliases[?!starts_with(AliasName, 'alias/aws/')].AliasName"),
    "lb/loadBalancer:LoadBalancer": ("elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerArn"),
    "lb/targetGroup:TargetGroup": ("elbv2", "describe_target_groups", "TargetGroups[].TargetGroupArn"),
    "rds/instance:Instance": ("rds", "describe_db_instances", "DBInstances[].DBInstanceIdentifier"),
    "s3/bucket:Bucket": ("s3", "list_buckets", "Buckets[].Name"),
    "secretsmanager/secret:Secret": ("secretsmanager", "list_secrets", "SecretList[?!contains(Name, '!')].ARN"),
    "sns/topic:Topic": ("sns", "list_topics", "Topics[].TopicArn"),
    "ssm/parameter:Parameter": (
        "ssm", "describe_parameters", "Parameters[?!starts_with(Name, '/aws/')].Name"
    ),
}  # fmt: skip


def _listed(client, call, where):
    pages = client.get_paginator(call).paginate() if client.can_paginate(call) else [getattr(client, call)()]
    return sorted(found for page in pages for found in jmespath.search(where, page) or ())


def strangers(aws, tenfold, stack):
    """Where the cloud and the stack's state disagree: held and not known, or known and not held, by type."""
    file = Path(tenfold.environment["TENFOLD_HOME"], f"state/local/backend/.pulumi/stacks/tenfold/{stack}.json")
    latest = json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"] if file.is_file() else {}
    known = [(held["type"], held.get("id")) for held in (latest or {}).get("resources") or []]
    wrong = []
    for kind, (service, call, where) in HELD.items():
        cloud, state = _listed(aws(service), call, where), sorted(i for t, i in known if t == f"aws:{kind}")
        if cloud != state:
            wrong.append(f"{kind}: the cloud holds {cloud}, the state knows {state}")
    return wrong
