"""The name by which the CDN finds the active region, as a simulated AWS has it, and the switch that moves it."""

from collections.abc import Mapping
from typing import Any

from tests.stacks.mocks import Cloud, made_by

ENTRY, HOME, HERE = "entry.news.example.com", "us-east-1", "us-west-2"
BALANCERS = {"PRIMARY": f"lb-1.{HOME}.elb.amazonaws.com", "SECONDARY": f"lb-2.{HERE}.elb.amazonaws.com"}


def program() -> Mapping[str, Any]:
    import pulumi
    import pulumi_aws as aws

    from tenfold.components.failover_record import FailoverRecord

    opts = pulumi.ResourceOptions(provider=aws.Provider("aws-primary", region=HOME))
    zone = aws.route53.Zone("zone", name="news.example.com", opts=opts).zone_id
    both: Any = {"domain": ENTRY, "zone_id": zone}
    first: Any = {**both, "balancer_dns_name": BALANCERS["PRIMARY"], "switch_region": HERE}
    switch = FailoverRecord("news-entry", first, opts).switch
    second: Any = {**both, "balancer_dns_name": BALANCERS["SECONDARY"]}
    FailoverRecord("news-standby-entry", second, opts)
    return {"switch": switch}


def test_the_switch_of_the_second_region_moves_the_name_of_both_balancers() -> None:
    with made_by(program, HOME) as cloud:
        records = records_of(cloud)
        targets = {role: record["ResourceRecords"][0]["Value"] for role, record in records.items()}
        assert targets == BALANCERS
        assert "HealthCheckId" not in records["SECONDARY"], "it answers whenever the other does not"

        check = cloud.client("route53").get_health_check(HealthCheckId=records["PRIMARY"]["HealthCheckId"])
        config, switch = check["HealthCheck"]["HealthCheckConfig"], cloud.outputs["switch"]
        assert config["AlarmIdentifier"] == {"Region": HERE, "Name": switch}
        assert (config["Inverted"], config["InsufficientDataHealthStatus"]) == (False, "LastKnownStatus")
        assert [state(cloud, switch, value) for value in (None, 1, 0)] == ["OK", "ALARM", "OK"]


def records_of(cloud: Cloud) -> dict[str, Any]:
    """By their role."""
    route53 = cloud.client("route53")
    zones = [zone["Id"] for zone in route53.list_hosted_zones()["HostedZones"]]
    found = [r for zone in zones for r in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]]
    return {record["Failover"]: record for record in found if record["Name"].rstrip(".") == ENTRY}


def state(cloud: Cloud, switch: str, value: int | None) -> str:
    """Of the alarm, when this was written to its metric."""
    watch = cloud.client("cloudwatch", HERE)
    if value is not None:
        metric = {"MetricName": "StandbyActive", "Dimensions": [{"Name": "Name", "Value": ENTRY}], "Value": value}
        watch.put_metric_data(Namespace="tenfold", MetricData=[metric])
    [alarm] = watch.describe_alarms(AlarmNames=[switch])["MetricAlarms"]
    return alarm["StateValue"]
