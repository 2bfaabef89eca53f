"""Signals: the four golden signals of a system as alarms and dashboards. It observes; nothing depends on it."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component
from tenfold.components.parts.physical import unique_name
from tenfold.components.plans.dashboard import bodies
from tenfold.components.plans.signals import PlannedSignal, Severity, plan

COMPARISONS = {
    "above": "GreaterThanThreshold",
    "below": "LessThanThreshold",
    "below_usual": "LessThanLowerThreshold",
}
DESCRIPTION = 1024  # characters: the limit of PutMetricAlarm


class SubjectArgs(TypedDict):
    kind: str
    """Its kind, which is the name of a file in components/alarms/, such as `server` or `database`; all of them are in
    docs/components/signals.md. Change: replaces its alarms by others."""
    identifiers: dict[str, pulumi.Input[str]]
    """CloudWatch dimensions, e.g. `{"DBInstanceIdentifier": …}`; which ones: docs/components/signals.md. Change: in
    place."""
    facts: NotRequired[dict[str, float]]
    """What thresholds are computed from: fleet `servers`; database `storage_gib`, `memory_gib`, `max_connections`;
    replica `max_lag_seconds`, `memory_gib`; and 1 or 0 for `burstable`, `postgres`, `sessions`. Default: none. Change:
    in place."""
    title: NotRequired[str]
    """What people call it, in alarms and on the dashboard. Default: the kind's. Change: in place."""
    region: NotRequired[str]
    """Where its metrics are: its alarms are made there, and notify the topics that `other_regions` has there. Default:
    the component's own. Change: replaces its alarms."""
    rests: NotRequired[bool]
    """Whether it is idle until it is needed: its alarms exist, but notify nobody. Default: false. Change: in place."""


class AlarmArgs(TypedDict):
    threshold: NotRequired[float]
    """In the unit of its metric (components/alarms/); of learnt traffic, how many standard deviations below the usual.
    Default: the catalogue's. Change: in place."""
    seconds: NotRequired[int]
    """How long it must be beyond the threshold, without a break: a multiple of its period. Default: the catalogue's.
    Change: in place."""
    severity: NotRequired[Severity]
    """At the start of its description and as a tag, for whoever sorts notices. Default: none. Change: in place."""
    rings: NotRequired[bool]
    """False: it is drawn without an alarm. Default: true. Change: removes or adds the alarm."""


class SignalsArgs(TypedDict):
    subjects: dict[str, SubjectArgs]
    """What is observed, by role; the role is part of every alarm's name. Change: adds and removes alarms."""
    latency_p99_seconds: float
    """Seconds that 99 of 100 requests must not exceed. Change: in place."""
    error_fraction: float
    """Fraction of requests that may fail. Change: in place."""
    saturation_fraction: float
    """Fraction of anything that may be used up before somebody must know (0.8). Change: in place."""
    topic_arns: pulumi.Input[list[str]]
    """Topics that are notified when an alarm goes off and when it is over. Change: in place."""
    other_regions: NotRequired[dict[str, pulumi.Input[list[str]]]]
    """Topics in other regions, by region, for what is measured there; without them that is only drawn. Default: none.
    Change: in place."""
    alarms: NotRequired[dict[str, AlarmArgs]]
    """What is different for single alarms, by name (`database-cpu`). Default: none. Change: in place."""
    more_kinds: NotRequired[dict[str, Any]]
    """Further kinds of subjects by name, and further signals of known ones, as in `components/alarms/`. Default: none.
    Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """On every alarm. Default: none. Change: in place."""


class Signals(Component[SignalsArgs]):
    """Alarms and the dashboard. An alarm is made where its metric is, and tells topics of its own region only: what is
    measured in another region (CloudFront: us-east-1) rings where there are topics, and is drawn in any case."""

    dashboard_name: pulumi.Output[str]
    """Name of the dashboard, of the first where there are more."""
    dashboard_url: pulumi.Output[str]
    """Opens the dashboard in the console."""
    alarm_arns: pulumi.Output[list[str]]
    """ARNs of the alarms."""

    def __init__(self, name: str, args: SignalsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        child, invoke = self._child(), self._call()
        region = aws.get_region(opts=invoke).region
        partition = aws.get_partition(opts=invoke).partition
        intent = {
            "latency": args["latency_p99_seconds"],
            "errors": args["error_fraction"],
            "saturation": args["saturation_fraction"],
        }
        planned = plan(args["subjects"], intent, args.get("alarms"), args.get("more_kinds", {}))
        topics = {region: args["topic_arns"], **(args.get("other_regions") or {})}
        shown, arns = list[pulumi.Output[str]](), list[pulumi.Output[str]]()
        for item in planned:
            where = item.signal.region or region
            if not item.signal.alarms or where not in topics:
                continue
            elsewhere: Any = {} if where == region else {"region": where}
            severity = {"severity": item.severity} if item.severity else {}
            ringing = aws.cloudwatch.MetricAlarm(
                f"{name}-{item.name}",
                **alarm(item, topics[where], f"arn:{partition}:automate:{where}:ec2"),
                **elsewhere,
                actions_enabled=False if item.rests else None,
                tags={**self._tags(f"{name}-{item.name}"), **severity},
                opts=child,
            )
            arns.append(ringing.arn)
            if where == region:  # the dashboard's list shows those of its own
                shown.append(ringing.arn)
        dashboard, *_ = [
            aws.cloudwatch.Dashboard(
                f"{name}-dashboard{number}",
                dashboard_name=unique_name(f"{name}{number}", 255),
                dashboard_body=pulumi.Output.json_dumps(body),
                opts=child,
            )
            for number, body in bodies(planned, shown, region).items()
        ]
        self.dashboard_name = dashboard.dashboard_name
        self.dashboard_url = pulumi.Output.concat(
            f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/",
            dashboard.dashboard_name,
        )
        self.alarm_arns = pulumi.Output.all(*arns)
        self._register()


def alarm(planned: PlannedSignal, topic_arns: pulumi.Input[list[str]], automate: str) -> dict[str, Any]:
    """The arguments of the alarm of one planned signal. `automate`: `arn:aws:automate:<region>:ec2`."""
    signal = planned.signal
    automatic = [f"{automate}:{action}" for action in signal.actions]
    ring = topic_arns
    if automatic:
        ring = pulumi.Output.from_input(topic_arns).apply(lambda topics: [*topics, *automatic])
    arguments: dict[str, Any] = {
        "alarm_description": planned.description,
        "comparison_operator": COMPARISONS[signal.comparison],
        "evaluation_periods": signal.periods,
        "datapoints_to_alarm": signal.breaching,
        "treat_missing_data": signal.missing,
        "alarm_actions": ring,
        "ok_actions": topic_arns,
    }
    if planned.threshold is not None:
        arguments["threshold"] = planned.threshold
    if signal.expression or signal.comparison == "below_usual":
        return arguments | _queries(planned)
    return arguments | _single(planned)


def _single(planned: PlannedSignal) -> dict[str, Any]:
    """An alarm on one metric as it is."""
    [metric] = planned.signal.metrics.values()
    percentile = metric.statistic.startswith("p")
    arguments: dict[str, Any] = {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": planned.dimensions(metric),
        "period": planned.signal.seconds,
        "extended_statistic" if percentile else "statistic": metric.statistic,
    }
    if percentile:  # the 99th percentile of three requests says nothing
        arguments["evaluate_low_sample_count_percentiles"] = "ignore"
    return arguments


def _queries(planned: PlannedSignal) -> dict[str, Any]:
    """An alarm on metric math, or on the band that CloudWatch learns."""
    signal = planned.signal
    queries: list[dict[str, Any]] = [
        {
            "id": key,
            "return_data": not signal.expression,
            "metric": {
                "namespace": metric.namespace,
                "metric_name": metric.name,
                "dimensions": planned.dimensions(metric),
                "period": signal.seconds,
                "stat": metric.statistic,
            },
        }
        for key, metric in signal.metrics.items()
    ]
    if signal.expression:
        queries.append({"id": "result", "expression": signal.expression, "label": planned.name, "return_data": True})
        return {"metric_queries": queries}
    band = f"ANOMALY_DETECTION_BAND(value, {signal.threshold})"
    queries.append({"id": "usual", "expression": band, "label": "usual", "return_data": True})
    return {"metric_queries": queries, "threshold_metric_id": "usual"}
