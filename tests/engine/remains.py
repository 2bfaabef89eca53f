"""What the local cloud still holds; `aws` makes a client of a service."""


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
