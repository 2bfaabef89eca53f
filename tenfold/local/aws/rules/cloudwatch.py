"""Alarms; rules and targets of EventBridge."""

from collections.abc import Iterator, Mapping

from tenfold.blueprints.grammar import patterns
from tenfold.local.aws.rules import metrics, schedule
from tenfold.local.aws.rules.values import Inputs, Violations, absent, all_known, complaints


def alarm(inputs: Inputs) -> Violations:
    bad: Violations = []
    if all_known(inputs, "period") and int(inputs["period"]) not in (10, 20, 30) and int(inputs["period"]) % 60:
        bad.append(("period", f"{inputs['period']} s is not 10, 20, 30 or a multiple of 60"))
    if all_known(inputs, "period", "evaluationPeriods"):
        seconds, most = int(inputs["period"]) * int(inputs["evaluationPeriods"]), 604_800
        most = most if int(inputs["period"]) >= 3600 else 86_400  # PutMetricAlarm: EvaluationPeriods
        if seconds > most:
            bad.append(("evaluationPeriods", f"times period are {seconds:,} s, at most {most:,} are allowed"))
    points, periods = inputs.get("datapointsToAlarm"), inputs.get("evaluationPeriods")
    if all_known(inputs, "datapointsToAlarm", "evaluationPeriods") and int(str(points)) > int(str(periods)):
        bad.append(("datapointsToAlarm", f"{points} is above evaluationPeriods {periods}"))
    if inputs.get("metricName") and absent(inputs, "statistic", "extendedStatistic"):
        bad.append(("statistic", "a statistic is needed"))
    if inputs.get("metricName") and not inputs.get("period"):
        bad.append(("period", "is required with metricName"))
    if absent(inputs, "metricName", "metricQueries", "evaluationCriteria"):
        bad.append(("metricName", "a metric, or metricQueries, is needed"))
    if inputs.get("threshold") is None and absent(inputs, "thresholdMetricId", "evaluationCriteria"):
        bad.append(("threshold", "is required"))
    if inputs.get("metricQueries"):
        band = inputs.get("thresholdMetricId")
        bad += metrics.queries(inputs["metricQueries"], "metricQueries", returns="false", band=band)
    return bad


def dashboard(inputs: Inputs) -> Violations:
    """CloudWatch service quotas: of one dashboard."""
    return complaints(inputs, "dashboardBody", _too_much)


def _too_much(body: object) -> Iterator[str]:
    widgets = body.get("widgets") if isinstance(body, Mapping) else None
    listed = [one for one in widgets if isinstance(one, Mapping)] if isinstance(widgets, list) else []
    metrics = sum(len((one.get("properties") or {}).get("metrics") or ()) for one in listed)
    for amount, most, what in ((len(listed), 500, "widgets"), (metrics, 2500, "metrics")):
        if amount > most:
            yield f"has {amount:,} {what}, at most {most:,} are allowed"


def event_rule(inputs: Inputs) -> Violations:
    """PutRule: a schedule is for the default bus; what a pattern may be."""
    bad: Violations = []
    bus = inputs.get("eventBusName")
    if inputs.get("scheduleExpression") and all_known(inputs, "eventBusName") and bus != "default":
        bad.append(("scheduleExpression", f"a schedule is for the default bus only, not for {bus}"))
    if all_known(inputs, "scheduleExpression") and (wrong := schedule.complaint(str(inputs["scheduleExpression"]))):
        bad.append(("scheduleExpression", wrong))
    return [*bad, *event_pattern(inputs)]


def event_pattern(inputs: Inputs) -> Violations:
    """PutRule, CreateArchive: what a pattern may be."""
    return complaints(inputs, "eventPattern", patterns.complaints)


def event_target(inputs: Inputs) -> Violations:
    """PutTargets: a FIFO queue needs the message group."""
    if all_known(inputs, "arn") and str(inputs["arn"]).endswith(".fifo") and absent(inputs, "sqsTarget"):
        return [("sqsTarget", "a FIFO queue needs sqsTarget with a messageGroupId")]
    return []
