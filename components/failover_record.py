"""FailoverRecord: one of the two records by which a name moves from a region to another, when a switch is thrown."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component

TTL = 60  # seconds; what AWS advises for records with a health check: API reference, ResourceRecordSet
PERIOD = 60  # seconds; Route 53 follows alarms of standard resolution only: API reference, AlarmIdentifier
NAMESPACE, METRIC = "tenfold", "StandbyActive"


class FailoverRecordArgs(TypedDict):
    domain: str
    """The name that moves, e.g. `entry.shop.example.com`; both regions give the same. Change: replaces the record."""
    zone_id: pulumi.Input[str]
    """Hosted zone that holds the name. Change: replaces the record."""
    balancer_dns_name: pulumi.Input[str]
    """DNS name of the region's balancer. Change: in place."""
    switch_region: NotRequired[str]
    """Region of the switch, which is not the record's own: makes it the record that answers until the switch is thrown.
    Default: none; it answers from then on. Change: replaces the switch."""
    left: NotRequired[bool]
    """Whether the other region is the active one, so that the name points there even when the switch has no value.
    Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class FailoverRecord(Component[FailoverRecordArgs]):
    """A failover record of one name: with `switch_region` the primary one, else the secondary.

    Nothing but the switch moves the name: a balancer that fails does not, for the database has to move first. The
    switch is a metric in the region that takes over (1: thrown, 0: taken back), its alarm, and a health check that
    follows the alarm. So it works while the other region and Route 53's control plane, in us-east-1, answer nothing.
    """

    fqdn: pulumi.Output[str]
    """The name, known once this record is there."""
    switch: pulumi.Output[str | None]
    """Name of the switch's alarm, which says which metric throws it; None for the secondary record."""

    def __init__(self, name: str, args: FailoverRecordArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        region = args.get("switch_region")
        alarm = self._alarm(region) if region else None
        self.switch = pulumi.Output.from_input(alarm.name if alarm else None)
        record = aws.route53.Record(
            f"{name}-record",
            zone_id=args["zone_id"],
            name=args["domain"],
            # Not an alias: AWS wants an alias to evaluate its target's health, and that would move the name by itself.
            type="CNAME",
            ttl=TTL,
            records=[args["balancer_dns_name"]],
            set_identifier="primary" if region else "secondary",
            failover_routing_policies=[{"type": "PRIMARY" if region else "SECONDARY"}],
            # Without one the secondary always answers while the primary does not: API reference, Failover.
            health_check_id=self._health(alarm, region).id if alarm and region else None,
            opts=self._child(),
        )
        self.fqdn = record.fqdn
        self._register()

    def _alarm(self, region: str) -> aws.cloudwatch.MetricAlarm:
        child = f"{self._logical}-switch"
        return aws.cloudwatch.MetricAlarm(
            child,
            alarm_description=f"{self._inputs['domain']} points to {region}: 1 was written to {NAMESPACE} {METRIC}.",
            namespace=NAMESPACE,
            metric_name=METRIC,
            dimensions={"Name": self._inputs["domain"]},
            statistic="Maximum",
            period=PERIOD,
            evaluation_periods=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=1.0,
            treat_missing_data="ignore",  # one value is enough: the alarm stays as it is until there is another
            region=region,
            tags=self._tags(child),
            opts=self._child(),
        )

    def _health(self, alarm: aws.cloudwatch.MetricAlarm, region: str) -> aws.route53.HealthCheck:
        child = f"{self._logical}-health"
        return aws.route53.HealthCheck(
            child,
            type="CLOUDWATCH_METRIC",
            cloudwatch_alarm_name=alarm.name,
            cloudwatch_alarm_region=region,
            # A new check that has no last status is healthy: API reference, InsufficientDataHealthStatus.
            insufficient_data_health_status="Unhealthy" if self._inputs.get("left", False) else "LastKnownStatus",
            tags=self._tags_in_route53(child),
            opts=self._child(),
        )
