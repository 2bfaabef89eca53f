"""Groups, warm pools, scaling policies, scheduled actions."""

import itertools
import zoneinfo
from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.convert import UNKNOWN
from tenfold.local.aws.rules import metrics
from tenfold.local.aws.rules.values import Inputs, Violations, absent, all_known


def group_sizes(inputs: Inputs) -> Violations:
    if not all_known(inputs, "minSize", "maxSize"):
        return []
    least, most = int(inputs["minSize"]), int(inputs["maxSize"])
    bad: Violations = [("minSize", f"{least} is above maxSize {most}")] if least > most else []
    if all_known(inputs, "desiredCapacity") and not bad and not least <= int(inputs["desiredCapacity"]) <= most:
        bad.append(("desiredCapacity", f"{inputs['desiredCapacity']} is not between {least} and {most}"))
    if absent(inputs, "launchTemplate", "launchConfiguration", "mixedInstancesPolicy"):
        bad.append(("launchTemplate", "a launch template is needed"))
    if absent(inputs, "vpcZoneIdentifiers", "availabilityZones"):
        bad.append(("vpcZoneIdentifiers", "subnets are needed"))
    return bad


def maintenance(inputs: Inputs) -> Violations:
    """InstanceMaintenancePolicy and RefreshPreferences, API references."""
    bad: Violations = []
    limits = inputs.get("instanceMaintenancePolicy")
    if isinstance(limits, Mapping) and all_known(limits, "minHealthyPercentage", "maxHealthyPercentage"):
        least, most = int(limits["minHealthyPercentage"]), int(limits["maxHealthyPercentage"])
        if -1 not in (least, most) and most - least > 100:
            bad.append(("instanceMaintenancePolicy.maxHealthyPercentage", f"{most} is more than 100 above {least}"))
    refresh = inputs.get("instanceRefresh")
    preferences = refresh.get("preferences") if isinstance(refresh, Mapping) else None
    if isinstance(preferences, Mapping) and all_known(preferences, "checkpointPercentages"):
        points = [int(point) for point in preferences["checkpointPercentages"]]
        if points != sorted(set(points)):
            bad.append(("instanceRefresh.preferences.checkpointPercentages", f"{points} do not rise"))
    return bad


def warm_pool(inputs: Inputs) -> Violations:
    """PutWarmPool, API reference: prepared capacity counts running servers. Of several instance types since November
    2025, but not of spot."""
    pool = inputs.get("warmPool")
    if not isinstance(pool, Mapping):
        return []
    bad: Violations = []
    mixed = inputs.get("mixedInstancesPolicy")
    spread = mixed.get("instancesDistribution") if isinstance(mixed, Mapping) else None
    if isinstance(spread, Mapping) and str(spread.get("onDemandPercentageAboveBaseCapacity", 100)) not in (
        "100",
        UNKNOWN,
    ):
        bad.append(("warmPool", "a group with spot instances cannot have one"))
    if all_known(pool, "maxGroupPreparedCapacity") and all_known(inputs, "minSize"):
        most = int(pool["maxGroupPreparedCapacity"])
        if most != -1 and most < int(inputs["minSize"]):
            bad.append(("warmPool.maxGroupPreparedCapacity", f"{most} is below minSize {inputs['minSize']}"))
    return bad


# What each type of policy takes and needs (PutScalingPolicy, API reference).
_POLICY_INPUTS = {
    "cooldown": ("SimpleScaling",),
    "scalingAdjustment": ("SimpleScaling",),
    "stepAdjustments": ("StepScaling",),
    "estimatedInstanceWarmup": ("StepScaling", "TargetTrackingScaling"),
    "metricAggregationType": ("StepScaling",),
    "targetTrackingConfiguration": ("TargetTrackingScaling",),
    "predictiveScalingConfiguration": ("PredictiveScaling",),
}

_POLICY_NEEDS = {
    "SimpleScaling": ("adjustmentType", "scalingAdjustment"),
    "StepScaling": ("adjustmentType", "stepAdjustments"),
    "TargetTrackingScaling": ("targetTrackingConfiguration",),
    "PredictiveScaling": ("predictiveScalingConfiguration",),
}


def scaling_policy(inputs: Inputs) -> Violations:
    kind = str(inputs.get("policyType", "SimpleScaling"))
    if kind not in _POLICY_NEEDS:
        return []  # another rule names it, or it is not known yet
    wrong = [key for key, kinds in _POLICY_INPUTS.items() if inputs.get(key) is not None and kind not in kinds]
    missing = [key for key in _POLICY_NEEDS[kind] if inputs.get(key) is None]
    bad: Violations = [(key, f"is not for policies of type {kind}") for key in wrong]
    bad += [(key, f"is required for policies of type {kind}") for key in missing]
    return bad + _steps(inputs.get("stepAdjustments")) + _customized(inputs.get("targetTrackingConfiguration"))


def _customized(tracking: Any) -> Violations:
    """CustomizedMetricSpecification: a metric by its name, or metrics from which one is computed."""
    metric = tracking.get("customizedMetricSpecification") if isinstance(tracking, Mapping) else None
    if not isinstance(metric, Mapping):
        return []
    path = "targetTrackingConfiguration.customizedMetricSpecification"
    if metric.get("metrics"):
        return metrics.queries(metric["metrics"], f"{path}.metrics", returns="true")
    return [(f"{path}.{key}", "is needed") for key in ("metricName", "namespace", "statistic") if not metric.get(key)]


def _steps(steps: Any) -> Violations:
    """Step intervals must not overlap and must not leave a gap."""
    if not isinstance(steps, list) or not all(isinstance(s, Mapping) for s in steps):
        return []
    ends = [(s.get("metricIntervalLowerBound"), s.get("metricIntervalUpperBound")) for s in steps]
    if any(UNKNOWN in pair for pair in ends):
        return []
    inf = float("inf")
    spans = sorted((-inf if a is None else float(a), inf if b is None else float(b)) for a, b in ends)
    for lower, upper in spans:
        if lower >= upper:
            return [("stepAdjustments", f"a step ends at {upper:g} and begins at {lower:g}")]
    for (_, upper), (lower, _) in itertools.pairwise(spans):
        if lower < upper:
            return [("stepAdjustments", f"two steps overlap: one ends at {upper:g}, the next begins at {lower:g}")]
        if lower > upper:
            return [("stepAdjustments", f"there is a gap between the steps, from {upper:g} to {lower:g}")]
    return []


def scheduled_action(inputs: Inputs) -> Violations:
    bad: Violations = []
    inputs = {key: value for key, value in inputs.items() if str(value) != "-1"}  # the provider's word for unset
    if absent(inputs, "minSize", "maxSize", "desiredCapacity"):
        bad.append(("minSize", "a minimum, a maximum or a desired capacity is needed"))
    if absent(inputs, "recurrence", "startTime"):
        bad.append(("recurrence", "a recurrence or a start is needed"))
    if all_known(inputs, "minSize", "maxSize") and int(inputs["minSize"]) > int(inputs["maxSize"]):
        bad.append(("minSize", f"{inputs['minSize']} is above maxSize {inputs['maxSize']}"))
    if all_known(inputs, "desiredCapacity"):
        desired = int(inputs["desiredCapacity"])
        if all_known(inputs, "minSize") and desired < int(inputs["minSize"]):
            bad.append(("desiredCapacity", f"{desired} is below minSize {inputs['minSize']}"))
        if all_known(inputs, "maxSize") and desired > int(inputs["maxSize"]):
            bad.append(("desiredCapacity", f"{desired} is above maxSize {inputs['maxSize']}"))
    if all_known(inputs, "recurrence") and len(str(inputs["recurrence"]).split()) != 5:
        bad.append(("recurrence", f"{inputs['recurrence']!r} does not have the five fields of a cron expression"))
    zone = inputs.get("timeZone")
    if zone not in (None, UNKNOWN) and zone not in zoneinfo.available_timezones():
        bad.append(("timeZone", f"{zone!r} is not a time zone of the IANA database"))
    return bad
