"""Replicas: read replicas of a database, under one name that spreads over those that are not too far behind."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component
from tenfold.components.parts.log_group import log_group
from tenfold.components.plans import rds

MOST = 15  # read replicas of one instance (RDS User Guide, "Working with DB instance read replicas")
# Seconds that clients keep using an address. Shorter than the minute in which CloudWatch sees a lag: what is added by
# DNS does not matter then.
TTL = 10


class ReplicasArgs(TypedDict):
    primary_identifier: pulumi.Input[str]
    """Identifier of the database that is copied; it keeps backups and its password is not managed by RDS
    (`replicable`). Change: **replaces every replica**."""
    engine: rds.DatabaseEngine
    """`postgres` or `mysql`, as the primary's. Decides logs and insights only. Change: as the primary's."""
    instance_class: str
    """Of each; as large as the primary, or it falls behind when much is written. Change: restart of minutes."""
    count: int
    """Number of replicas, 1 to 15. Change: adds and removes replicas; the primary is not touched."""
    max_lag_seconds: int
    """Seconds behind the primary from which on a replica gets no new clients. Change: in place."""
    zone_names: pulumi.Input[Sequence[str]]
    """Zones of the primary's subnets; replicas stand in them by turns. Change: replaces those that move."""
    storage_up_to_gib: NotRequired[int]
    """As the primary's; a replica whose disk is full stops replicating. Default: none. Change: in place."""
    vpc_id: pulumi.Input[str]
    """Where the reader name is known. Change: **replaces the zone**."""
    security_group_id: pulumi.Input[str]
    """The database's: who may reach it may reach its copies. Change: in place."""
    reader_zone: str
    """Private DNS zone of the reader name, e.g. `shop.internal`. Change: **replaces zone and records**."""
    monitoring_role_arn: pulumi.Input[str]
    """Role of enhanced monitoring (`Database.monitoring_role_arn`). Change: in place."""
    kms_key_arn: pulumi.Input[str]
    """Key of logs and insights; the storage's is the primary's. Change: in place."""
    log_retention_days: NotRequired[pulumi.Input[int]]
    """Days of exported logs. Default: 30. Change: in place."""
    throwaway: NotRequired[bool]
    """No protection of the zone. Replicas are never protected: they hold nothing of their own. Default: false. Change:
    in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Replicas(Component[ReplicasArgs]):
    """`<name>-1` to `<name>-n`, and `reader`: a weighted record for each, out of use while its lag alarm rings.

    When all of them lag, Route 53 answers with all again: an old answer is better than none. What RDS copies from the
    primary (engine, version, user, storage, subnets, encryption, parameters) is not said again. Raises ValueError for
    a number or a lag that does not work.
    """

    reader_name: pulumi.Output[str]
    """One name that spreads over the replicas."""
    identifiers: pulumi.Output[list[str]]
    """Identifiers of the replicas in RDS."""

    def __init__(self, name: str, args: ReplicasArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        check(args["count"], args["max_lag_seconds"])
        region = aws.get_region(opts=self._call()).region
        zone = self._zone()
        reader = f"reader.database.{args['reader_zone']}"
        instances = []
        for ordinal in range(1, args["count"] + 1):
            replica = self._replica(ordinal)
            self._record(ordinal, replica, zone, reader, self._health(ordinal, replica, region))
            instances.append(replica.identifier)
        self.reader_name = pulumi.Output.from_input(reader)
        self.identifiers = pulumi.Output.all(*instances)
        self._register()

    def _zone(self) -> aws.route53.Zone:
        child, throwaway = f"{self._logical}-zone", self._inputs.get("throwaway", False)
        return aws.route53.Zone(
            child,
            name=self._inputs["reader_zone"],
            comment="Names inside the network",
            vpcs=[{"vpc_id": self._inputs["vpc_id"]}],
            force_destroy=throwaway,
            tags=self._tags_in_route53(child),
            opts=self._child(protect=self._keeps),
        )

    def _replica(self, ordinal: int) -> aws.rds.Instance:
        args, child = self._inputs, f"{self._logical}-{ordinal}"
        engine, size = args["engine"], args["instance_class"]
        insights = rds.has_insights(engine, size)
        identifier = pulumi.Output.concat(args["primary_identifier"], f"-replica-{ordinal}")
        zones = pulumi.Output.from_input(args["zone_names"])
        return aws.rds.Instance(
            child,
            identifier=identifier,
            replicate_source_db=args["primary_identifier"],
            instance_class=size,
            # Left out, it would be `false` against the `true` that RDS answers, and replace the replica. The key is not
            # said: in the primary's region RDS takes the primary's, and no other (CreateDBInstanceReadReplica).
            storage_encrypted=True,
            availability_zone=zones.apply(lambda names: names[(ordinal - 1) % len(names)]),
            max_allocated_storage=args.get("storage_up_to_gib"),
            vpc_security_group_ids=[args["security_group_id"]],
            publicly_accessible=False,
            multi_az=False,  # its place is taken by another replica
            iam_database_authentication_enabled=True,
            copy_tags_to_snapshot=True,
            deletion_protection=False,  # replicas come and go
            skip_final_snapshot=True,  # RDS takes none of a replica
            enabled_cloudwatch_logs_exports=list(rds.LOGS[engine]),
            monitoring_interval=60,  # seconds
            monitoring_role_arn=args["monitoring_role_arn"],
            performance_insights_enabled=insights,
            performance_insights_kms_key_id=args["kms_key_arn"] if insights else None,
            performance_insights_retention_period=7 if insights else None,  # days; longer is charged
            apply_immediately=True,  # what a preview has shown happens in that `up`
            tags=self._tags(child),
            # Its name is its own, so the old one goes first; clients are at the others for that time.
            opts=self._child(depends_on=self._log_groups(ordinal, identifier), delete_before_replace=True),
        )

    def _log_groups(self, ordinal: int, identifier: pulumi.Output[str]) -> list[pulumi.Resource]:
        """Before the replica: RDS would make them without encryption and without an end."""
        log_groups: list[pulumi.Resource] = []
        for log in rds.LOGS[self._inputs["engine"]]:
            child = f"{self._logical}-{ordinal}-log-{log}"
            path = pulumi.Output.concat("/aws/rds/instance/", identifier, "/", log)
            log_groups.append(log_group(child, self._inputs, self, name=path))
        return log_groups

    def _health(self, ordinal: int, replica: aws.rds.Instance, region: str) -> aws.route53.HealthCheck:
        """Lag is the only health that a private address can show to Route 53: through an alarm."""
        late, child = f"{self._logical}-{ordinal}-late", f"{self._logical}-{ordinal}-health"
        lag = self._inputs["max_lag_seconds"]
        alarm = aws.cloudwatch.MetricAlarm(
            late,
            alarm_description=f"Replica {ordinal} is more than {lag} s behind: no new clients.",
            namespace="AWS/RDS",
            metric_name="ReplicaLag",  # seconds
            dimensions={"DBInstanceIdentifier": replica.identifier},
            statistic="Maximum",
            period=60,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=float(lag),
            treat_missing_data="breaching",  # a replica that is being made, or has failed, reports nothing
            tags=self._tags(late),
            opts=self._child(),
        )
        return aws.route53.HealthCheck(
            child,
            type="CLOUDWATCH_METRIC",
            cloudwatch_alarm_name=alarm.name,
            cloudwatch_alarm_region=region,
            insufficient_data_health_status="Unhealthy",
            tags=self._tags_in_route53(child),
            opts=self._child(),
        )

    def _record(
        self,
        ordinal: int,
        replica: aws.rds.Instance,
        zone: aws.route53.Zone,
        reader: str,
        health: aws.route53.HealthCheck,
    ) -> None:
        aws.route53.Record(
            f"{self._logical}-{ordinal}-record",
            zone_id=zone.zone_id,
            name=reader,
            type="CNAME",
            ttl=TTL,
            records=[replica.address],
            set_identifier=f"replica-{ordinal}",
            weighted_routing_policies=[{"weight": 1}],
            health_check_id=health.id,
            opts=self._child(),
        )


def check(count: int, max_lag: int) -> None:
    """Raises ValueError for a number of replicas that RDS does not take, and for a lag below the alarm's second."""
    if not 1 <= count <= MOST:
        raise ValueError(f"count: {count} is not between 1 and {MOST}, the most RDS makes of one database")
    if max_lag < 1:
        raise ValueError(f"max_lag_seconds: {max_lag} s; replication always lags a little; set 1 or more")
