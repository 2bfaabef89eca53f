"""What moto lacks of CloudWatch: alarms that ring. Those with one period, of one metric with a fixed threshold, do at
once; AWS evaluates them once a minute. All others keep the state that they have."""

import operator
from typing import Any

from moto.cloudwatch.models import Alarm, CloudWatchBackend

from tenfold.local.moto.patching import replace

COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}


@replace(CloudWatchBackend, "put_metric_data")
def put_metric_data(original: Any, self: Any, namespace: str, metric_data: list[dict[str, Any]]) -> None:
    original(self, namespace, metric_data)
    for one in metric_data:
        for alarm in self.alarms.values():
            if "Value" in one and alarm.evaluation_periods == 1 and _is_about(alarm, namespace, one):
                _evaluate(alarm, float(one["Value"]))


def _is_about(alarm: Alarm, namespace: str, one: dict[str, Any]) -> bool:
    dimensions = {dimension.name: dimension.value for dimension in alarm.dimensions}
    metric = (namespace, one["MetricName"], {each["Name"]: each["Value"] for each in one.get("Dimensions") or ()})
    return (alarm.namespace, alarm.metric_name, dimensions) == metric and alarm.comparison_operator in COMPARISONS


def _evaluate(alarm: Alarm, value: float) -> None:
    crossed = COMPARISONS[alarm.comparison_operator](value, float(alarm.threshold))
    state = "ALARM" if crossed else "OK"
    if alarm.state_value != state:
        alarm.update_state(f"Threshold Crossed: 1 datapoint [{value}]", "{}", state)
