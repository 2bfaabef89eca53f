"""Application Auto Scaling: RegisterScalableTarget, API reference."""

from tenfold.local.aws.rules.values import Inputs, Violations, known


def target(inputs: Inputs) -> Violations:
    bad: Violations = []
    if known(inputs, "minCapacity", "maxCapacity") and int(inputs["minCapacity"]) > int(inputs["maxCapacity"]):
        bad.append(("minCapacity", f"{inputs['minCapacity']} is above maxCapacity {inputs['maxCapacity']}"))
    if known(inputs, "serviceNamespace", "scalableDimension"):
        namespace, dimension = str(inputs["serviceNamespace"]), str(inputs["scalableDimension"])
        if dimension.partition(":")[0] != namespace:
            bad.append(("scalableDimension", f"{dimension} is not of {namespace}"))
    return bad
