"""Application Auto Scaling: RegisterScalableTarget, API reference."""

from collections.abc import Mapping

from tenfold.local.aws.rules.values import Inputs, Violations, all_known


def target(inputs: Inputs) -> Violations:
    bad: Violations = []
    if all_known(inputs, "minCapacity", "maxCapacity") and int(inputs["minCapacity"]) > int(inputs["maxCapacity"]):
        bad.append(("minCapacity", f"{inputs['minCapacity']} is above maxCapacity {inputs['maxCapacity']}"))
    if all_known(inputs, "serviceNamespace", "scalableDimension"):
        namespace, dimension = str(inputs["serviceNamespace"]), str(inputs["scalableDimension"])
        if dimension.partition(":")[0] != namespace:
            bad.append(("scalableDimension", f"{dimension} is not of {namespace}"))
    return bad


def policy(inputs: Inputs) -> Violations:
    """PutScalingPolicy: the configuration of its type; of a table's capacity 20 to 90 % (DynamoDB Developer Guide,
    "Managing throughput capacity automatically")."""
    kinds = {
        "TargetTrackingScaling": "targetTrackingScalingPolicyConfiguration",
        "StepScaling": "stepScalingPolicyConfiguration",
    }
    bad: Violations = []
    if own := kinds.get(str(inputs.get("policyType") or "StepScaling")):
        bad += [
            (other, f"is not for policyType {inputs.get('policyType')}")
            for other in kinds.values()
            if other != own and inputs.get(other)
        ]
        if not inputs.get(own):
            bad.append((own, "is needed for this policyType"))
    tracked = inputs.get(kinds["TargetTrackingScaling"])
    target = tracked.get("targetValue") if isinstance(tracked, Mapping) else None
    of_a_table = inputs.get("serviceNamespace") == "dynamodb" and isinstance(target, int | float)
    if of_a_table and not 20 <= float(str(target)) <= 90:
        bad.append((f"{kinds['TargetTrackingScaling']}.targetValue", f"{target} is not between 20 and 90"))
    return bad
