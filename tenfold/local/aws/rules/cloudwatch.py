"""Alarms."""

from tenfold.local.aws.rules.values import Inputs, Violations, absent, known


def alarm(inputs: Inputs) -> Violations:
    bad: Violations = []
    if known(inputs, "period") and int(inputs["period"]) not in (10, 20, 30) and int(inputs["period"]) % 60:
        bad.append(("period", f"{inputs['period']} s is not 10, 20, 30 or a multiple of 60"))
    points, periods = inputs.get("datapointsToAlarm"), inputs.get("evaluationPeriods")
    if known(inputs, "datapointsToAlarm", "evaluationPeriods") and int(str(points)) > int(str(periods)):
        bad.append(("datapointsToAlarm", f"{points} is above evaluationPeriods {periods}"))
    if inputs.get("metricName") and absent(inputs, "statistic", "extendedStatistic"):
        bad.append(("statistic", "a statistic is needed"))
    if inputs.get("metricName") and not inputs.get("period"):
        bad.append(("period", "is required with metricName"))
    if absent(inputs, "metricName", "metricQueries", "evaluationCriteria"):
        bad.append(("metricName", "a metric, or metricQueries, is needed"))
    if inputs.get("threshold") is None and absent(inputs, "thresholdMetricId", "evaluationCriteria"):
        bad.append(("threshold", "is required"))
    return bad
