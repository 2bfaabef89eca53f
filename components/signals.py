"""Signals: the four golden signals of a system as alarms and one dashboard. It observes; nothing depends on it."""

from collections.abc import Mapping
from typing import Any, NamedTuple, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.parts.component import Component
from components.parts.physical import unique_name
from components.plans.catalogue import Kind, Metric, Signal, evaluate, kind, names_in
from components.plans.dashboard import body

COMPARISONS = {
    "above": "GreaterThanThreshold",
    "below": "LessThanThreshold",
    "below_usual": "LessThanLowerThreshold",
}
DESCRIPTION = 1024  # characters: the limit of PutMetricAlarm
GIB = float(2**30)


class Planned(NamedTuple):
    """One signal of one subject, with its threshold in the metric's unit (None when it has no alarm, or learns it)."""

    subject: str
    title: str
    signal: Signal
    identifiers: Mapping[str, Any]
    threshold: float | None

    @property
    def name(self) -> str:
        return f"{self.subject}-{self.signal.name}"

    @property
    def description(self) -> str:
        return f"{self.title}, {self.signal.golden}. {self.signal.why} First look: {self.signal.look}"

    def dimensions(self, metric: Metric) -> dict[str, Any]:
        return {dimension: self.identifiers[dimension] for dimension in metric.dimensions}


def plan(subjects: Mapping[str, Mapping[str, Any]], intent: Mapping[str, float]) -> list[Planned]:
    """Every signal of every subject, in the order given. `intent`: latency (seconds), errors, saturation (fractions).

    Raises ValueError for a kind that is not in the catalogue, and for an identifier or a fact that a signal needs and
    the subject lacks.
    """
    found: list[Planned] = []
    for name, subject in subjects.items():
        try:
            observed = kind(subject["kind"])
        except ValueError as unknown:
            raise ValueError(f"{name}: {unknown}.") from None
        facts = subject.get("facts") or {}
        _require(name, observed, subject["identifiers"])
        values = {**intent, **facts, "GiB": GIB}
        for signal in observed.signals:
            if not signal.when or facts.get(signal.when):
                title, threshold = subject.get("title", observed.title), _threshold(name, signal, values)
                there = signal._replace(region=signal.region or subject.get("region", ""))
                found.append(Planned(name, title, there, subject["identifiers"], threshold))
    return found


def _require(name: str, kind: Kind, identifiers: Mapping[str, Any]) -> None:
    missing = [dimension for dimension in kind.dimensions if dimension not in identifiers]
    if missing:
        raise ValueError(
            f"{name}: a {kind.name} is observed by {', '.join(kind.dimensions)}; missing {', '.join(missing)}."
        )


def _threshold(name: str, signal: Signal, values: Mapping[str, float]) -> float | None:
    if signal.comparison not in ("above", "below"):
        return None
    missing = sorted(names_in(signal.threshold) - values.keys())
    if missing:
        raise ValueError(f"{name}: the alarm {signal.name} needs the fact {', '.join(missing)} ({signal.threshold}).")
    return evaluate(signal.threshold, values)


class SubjectArgs(TypedDict):
    kind: str
    """What it is: server, balancer, network-balancer, fleet, database, replica, proxy, cache or memcached (one node),
    cdn or nat. Change: replaces its alarms by others."""
    identifiers: dict[str, pulumi.Input[str]]
    """CloudWatch dimensions, e.g. `{"DBInstanceIdentifier": …}`; which ones: docs/components/signals.md. Change: in
    place."""
    facts: NotRequired[dict[str, float]]
    """What thresholds are computed from: fleet `servers`; database `storage` and `memory` (GiB), `max_connections`;
    replica `max_lag` (seconds) and `memory`; and 1 or 0 for `burstable`, `postgres`, `sessions`. Default: none. Change:
    in place."""
    title: NotRequired[str]
    """What people call it, in alarms and on the dashboard. Default: the kind's. Change: in place."""
    region: NotRequired[str]
    """Where its metrics are: its alarms are made there, and notify the topics that `other_regions` has there. Default:
    the component's own. Change: replaces its alarms."""


class SignalsArgs(TypedDict):
    subjects: dict[str, SubjectArgs]
    """What is observed, by role; the role is part of every alarm's name. Change: adds and removes alarms."""
    latency_p99: float
    """Seconds that 99 of 100 requests must not exceed. Change: in place."""
    errors: float
    """Fraction of requests that may fail. Change: in place."""
    saturation: float
    """Fraction of anything that may be used up before somebody must know (0.8). Change: in place."""
    topic_arns: pulumi.Input[list[str]]
    """Topics that are notified when an alarm goes off and when it is over. Change: in place."""
    other_regions: NotRequired[dict[str, pulumi.Input[list[str]]]]
    """Topics in other regions, by region, for what is measured there; without them that is only drawn. Default: none.
    Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """On every alarm. Default: none. Change: in place."""


class Signals(Component[SignalsArgs]):
    """Alarms and the dashboard. An alarm is made where its metric is, and tells topics of its own region only: what is
    measured in another region (CloudFront: us-east-1) rings where there are topics, and is drawn in any case."""

    dashboard_name: pulumi.Output[str]
    dashboard_url: pulumi.Output[str]
    """Opens the dashboard in the console."""
    alarm_arns: pulumi.Output[list[str]]

    def __init__(self, name: str, args: SignalsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        child, invoke = self._child(), self._call()
        region = aws.get_region(opts=invoke).region
        partition = aws.get_partition(opts=invoke).partition
        intent = {"latency": args["latency_p99"], "errors": args["errors"], "saturation": args["saturation"]}
        planned = plan(args["subjects"], intent)
        topics = {region: args["topic_arns"], **(args.get("other_regions") or {})}
        shown, arns = list[pulumi.Output[str]](), list[pulumi.Output[str]]()
        for item in planned:
            where = item.signal.region or region
            if not item.signal.alarms or where not in topics:
                continue
            elsewhere: Any = {} if where == region else {"region": where}
            made = aws.cloudwatch.MetricAlarm(
                f"{name}-{item.name}",
                **alarm(item, topics[where], f"arn:{partition}:automate:{where}:ec2"),
                **elsewhere,
                tags=self._tags(f"{name}-{item.name}"),
                opts=child,
            )
            arns.append(made.arn)
            if where == region:  # the dashboard's list shows those of its own
                shown.append(made.arn)
        dashboard = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=unique_name(name, 255),
            dashboard_body=pulumi.Output.json_dumps(body(planned, shown, region)),
            opts=child,
        )
        self.dashboard_name = dashboard.dashboard_name
        self.dashboard_url = pulumi.Output.concat(
            f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/",
            dashboard.dashboard_name,
        )
        self.alarm_arns = pulumi.Output.all(*arns)
        self._register()


def alarm(planned: Planned, topic_arns: pulumi.Input[list[str]], automate: str) -> dict[str, Any]:
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


def _single(planned: Planned) -> dict[str, Any]:
    """An alarm on one metric as it is."""
    [metric] = planned.signal.metrics.values()
    percentile = metric.statistic.startswith("p")
    found: dict[str, Any] = {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": planned.dimensions(metric),
        "period": planned.signal.seconds,
        "extended_statistic" if percentile else "statistic": metric.statistic,
    }
    if percentile:  # the 99th percentile of three requests says nothing
        found["evaluate_low_sample_count_percentiles"] = "ignore"
    return found


def _queries(planned: Planned) -> dict[str, Any]:
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
