"""Scalable targets of tables."""

from botocore.exceptions import ClientError

from tenfold.local.aws.call import Call
from tenfold.local.aws.guards.asking import ask, refuse


def target_is_there(call: Call) -> None:
    """A table that is scaled exists, and has capacity to scale."""
    kind, _, name = str(call.inputs["resourceId"]).partition("/")
    if call.inputs["serviceNamespace"] != "dynamodb" or kind != "table":
        return
    try:
        described = ask(call, "dynamodb", "DescribeTable", TableName=name.partition("/")[0])["Table"]
    except ClientError:
        return refuse("resourceId", f"DynamoDB table does not exist: {name}")
    if described.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST":
        refuse("resourceId", f"{name} is on demand, which has no capacity to scale")
    return None


def target_of_policy(call: Call) -> None:
    """A policy belongs to a target that is registered."""
    described = ask(
        call,
        "application-autoscaling",
        "DescribeScalableTargets",
        ServiceNamespace=call.inputs["serviceNamespace"],
        ResourceIds=[call.inputs["resourceId"]],
        ScalableDimension=call.inputs["scalableDimension"],
    )
    if not described["ScalableTargets"]:
        refuse("resourceId", f"no scalable target is registered for {call.inputs['resourceId']}")
