"""IAM policy documents as plain data: statements in, JSON text out.

Every statement names its actions one by one. A resource is `*` only where AWS defines none for the action, and then a
condition narrows it where AWS has one.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pulumi

Statement = dict[str, Any]

# EKS User Guide, "Create IAM role with trust policy required by EKS Pod Identity".
EKS_PODS = "pods.eks.amazonaws.com"


def allow(
    sid: str,
    actions: Sequence[str],
    resources: Any,
    conditions: Mapping[str, Mapping[str, Any]] | None = None,
    principal: Mapping[str, Any] | None = None,
) -> Statement:
    """One statement. `resources` is an ARN, a list of them, or an Output of either; `principal` only in policies that
    are attached to a resource."""
    statement: Statement = {"Sid": sid, "Effect": "Allow"}
    if principal is not None:
        statement["Principal"] = dict(principal)
    statement |= {"Action": list(actions), "Resource": resources}
    if conditions:
        statement["Condition"] = {operator: dict(values) for operator, values in conditions.items()}
    return statement


def document(*statements: Statement) -> pulumi.Output[str]:
    """The policy as JSON text; statements may hold Outputs anywhere."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(
    service: str, account: str | None = None, source_arn: Any = None, *, tags_sessions: bool = False
) -> pulumi.Output[str]:
    """Who may assume a role: one AWS service, and with `account` only on behalf of that account (against the
    confused deputy). `tags_sessions`: the service says in tags for whom it does, as EKS Pod Identity."""
    statement: Statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["sts:AssumeRole", "sts:TagSession"] if tags_sessions else "sts:AssumeRole",
    }
    condition: dict[str, Any] = {}
    if account is not None:
        condition["StringEquals"] = {"aws:SourceAccount": account}
    if source_arn is not None:
        condition["ArnLike"] = {"aws:SourceArn": source_arn}
    if condition:
        statement["Condition"] = condition
    return document(statement)


def write_logs(*log_group_arns: Any) -> Statement:
    """Streams and events of log groups (their ARNs without the trailing `:*`)."""
    streams = [pulumi.Output.concat(arn, ":*") for arn in log_group_arns]
    return allow(
        "WriteLogs",
        ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        streams if len(streams) > 1 else streams[0],
    )


def read_settings(parameters_arn: Any) -> Statement:
    """The settings below a path: `arn:…:parameter/shop/prod/*` (see components/settings.py)."""
    return allow("ReadSettings", ["ssm:GetParametersByPath"], parameters_arn)


def read_secrets(secret_arns: Iterable[Any]) -> Statement:
    return allow("ReadSecrets", ["secretsmanager:GetSecretValue"], list(secret_arns))


def write_secrets(secret_arns: Iterable[Any]) -> Statement:
    """To put a value into an existing secret; not to read, make or delete one."""
    return allow("WriteSecrets", ["secretsmanager:PutSecretValue"], list(secret_arns))


def use_key(key_arn: Any, *, write: bool = False) -> Statement:
    """To decrypt what the key protects; with `write` also to encrypt."""
    actions = ["kms:Decrypt", "kms:GenerateDataKey"] if write else ["kms:Decrypt"]
    return allow("UseKey", actions, key_arn)


def put_metrics(namespace: str) -> Statement:
    """CloudWatch has no resource for metrics: the namespace is what can be limited."""
    return allow(
        "PutMetrics",
        ["cloudwatch:PutMetricData"],
        "*",
        {"StringEquals": {"cloudwatch:namespace": namespace}},
    )


def describe_own_tags() -> Statement:
    """The CloudWatch agent looks up its instance's tags and volumes; EC2 has no resource for either."""
    return allow("DescribeOwnTags", ["ec2:DescribeTags", "ec2:DescribeVolumes"], "*")


def session_manager() -> Statement:
    """Session Manager, and nothing else of AmazonSSMManagedInstanceCore, which also reads every plain parameter of the
    account. Source: Systems Manager User Guide, "Create a custom IAM role for Session Manager"."""
    channels = [f"ssmmessages:{verb}{kind}Channel" for kind in ("Control", "Data") for verb in ("Create", "Open")]
    return allow("SessionManager", ["ssm:UpdateInstanceInformation", *channels], "*")


def complete_lifecycle(group_arn: Any, tags: Mapping[str, Any]) -> Statement:
    """To tell Auto Scaling that a server of the groups with these tags is ready, or may go."""
    return allow("CompleteLifecycle", ["autoscaling:CompleteLifecycleAction"], group_arn, _tagged(tags))


def hold_lifecycle(group_arn: Any, tags: Mapping[str, Any]) -> Statement:
    """To ask for more time in a lifecycle hook, and to keep a server of these groups from being taken away while it
    is busy."""
    actions = ["autoscaling:RecordLifecycleActionHeartbeat", "autoscaling:SetInstanceProtection"]
    return allow("HoldLifecycle", actions, group_arn, _tagged(tags))


def leave_group(group_arn: Any, tags: Mapping[str, Any]) -> Statement:
    """To ask for the end of a server of the groups with these tags, and another one in its place."""
    return allow("LeaveGroup", ["autoscaling:TerminateInstanceInAutoScalingGroup"], group_arn, _tagged(tags))


def _tagged(tags: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The name and `stack` tell a group from all others, where there is a `stack`. More would fill the role, and while
    a tag changes no server could say that it is ready."""
    telling = ("Name", "stack") if "stack" in tags else tags
    return {"StringEquals": {f"aws:ResourceTag/{key}": value for key, value in sorted(tags.items()) if key in telling}}


def refuse_plain_text(arn: Any, service: str = "s3") -> Statement:
    """Nobody may come without TLS: for the policy of a bucket, which covers its objects, of a queue (`sqs`), or of a
    topic (`sns`), whose policies take no `sns:*` (SNS Developer Guide, "Security best practices")."""
    return {
        "Sid": "RefusePlainText",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish" if service == "sns" else f"{service}:*",
        "Resource": [arn, pulumi.Output.concat(arn, "/*")] if service == "s3" else arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def pull_images(repository_arns: Iterable[Any]) -> list[Statement]:
    """To pull container images from private ECR repositories; a login token has no resource."""
    layers = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ]
    return [
        allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
        allow("PullImages", layers, list(repository_arns)),
    ]


def text(statements: Sequence[Statement]) -> str:
    """A policy without Outputs, as JSON text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
