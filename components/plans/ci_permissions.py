"""What a pipeline's roles may do: the services that the stages use, and in each what reads its configuration. Pure.

Actions: Service Authorization Reference, "Actions, resources, and condition keys" of each service. That they are enough
for every type of every example is a test (tests/components/test_ci_roles.py), by the calls of the local cloud.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pulumi

from tenfold.components.parts.policies import Statement, allow

# By the service's name in IAM: what tells its configuration. Objects, items, messages and log events are not among it.
# Of IAM and of S3 a stack's own things only may change; the values of secrets and keys are statements of their own.
READ: dict[str, Sequence[str]] = {
    "acm": ("DescribeCertificate", "ListCertificates", "ListTagsForCertificate"),
    "application-autoscaling": ("Describe*", "ListTagsForResource"),
    "autoscaling": ("Describe*",),
    "backup": ("Describe*", "Get*", "List*"),
    "backup-storage": (),  # a vault is not made without it (AWS Backup: CreateBackupVault, dependent actions)
    "budgets": ("ListTagsForResource", "ViewBudget"),
    "cloudfront": ("Describe*", "Get*", "List*"),
    "cloudwatch": ("Describe*", "Get*", "List*"),
    "dlm": ("GetLifecyclePolicies", "GetLifecyclePolicy", "ListTagsForResource"),
    "dynamodb": ("Describe*", "ListTables", "ListTagsOfResource"),
    "ec2": ("Describe*", "GetManagedPrefixListEntries"),
    "eks": ("Describe*", "List*"),
    "elasticache": ("Describe*", "ListTagsForResource"),
    "elasticloadbalancing": ("Describe*",),
    "es": ("Describe*", "GetCompatibleVersions", "List*"),
    "events": ("Describe*", "List*"),
    "kms": ("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "List*"),
    "logs": ("Describe*", "ListTagsForResource"),
    "rds": ("Describe*", "ListTagsForResource"),
    "route53": ("Get*", "List*"),
    "secretsmanager": (
        "DescribeSecret",
        "GetRandomPassword",
        "GetResourcePolicy",
        "ListSecrets",
        "ListSecretVersionIds",
    ),
    "sns": ("GetSubscriptionAttributes", "GetTopicAttributes", "List*"),
    "sqs": ("GetQueueAttributes", "GetQueueUrl", "List*"),
    "ssm": ("DescribeParameters", "GetParameter", "GetParameters", "GetParametersByPath", "ListTagsForResource"),
    "wafv2": ("Get*", "List*"),
}
READ_S3 = (
    "GetAccelerateConfiguration",
    "GetBucket*",
    "GetEncryptionConfiguration",
    "GetLifecycleConfiguration",
    "GetReplicationConfiguration",
    "ListAllMyBuckets",
    "ListBucket",
    "ListBucketVersions",
    "ListTagsForResource",
)
READ_IAM = (
    "GetInstanceProfile",
    "GetPolicy",
    "GetPolicyVersion",
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListInstanceProfile*",
    "ListRole*",
)

# What gives a role its permissions: with a boundary, only to roles that have it.
GRANT = ("AttachRolePolicy", "CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy")
CHANGE_IAM = (
    "AddRoleToInstanceProfile",
    "CreateInstanceProfile",
    "DeleteInstanceProfile",
    "DeleteRole",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "RemoveRoleFromInstanceProfile",
    "TagInstanceProfile",
    "TagRole",
    "UntagInstanceProfile",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
)
ATTACH = ("DisableReplication*", "EnableReplication*", "GetFunction")
USE_KEY = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")


def read_statements(partition: str, account: str, apps: Iterable[str]) -> list[Statement]:
    """Reads what a stack is made of: for `preview`, `drift`, and the pages that ask before they change.

    The values of the stacks' secrets are among it: the provider reads them back, and who may decrypt the state has
    those that a stack makes anyway.
    """
    secrets = [f"arn:{partition}:secretsmanager:*:{account}:secret:{app}-*" for app in apps]
    via = {"StringLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"}}
    services = [*READ.items(), ("s3", READ_S3), ("iam", READ_IAM)]
    return [
        allow("ReadConfiguration", [f"{service}:{action}" for service, actions in services for action in actions], "*"),
        allow("ReadSecrets", ["secretsmanager:GetSecretValue"], secrets),
        allow("DecryptSecrets", ["kms:Decrypt"], f"arn:{partition}:kms:*:{account}:key/*", via),
    ]


def change_statements(partition: str, account: str, apps: Sequence[str], boundary_arn: Any = None) -> list[Statement]:
    """Changes what a stack is made of: everything in the services of the stages; buckets, roles and instance profiles
    only by the names that the stacks of `apps` give them. `boundary_arn`: the permissions boundary without which no
    role may get a permission."""
    iam = f"arn:{partition}:iam::{account}:"
    roles = [f"{iam}role/{app}-*" for app in apps]
    profiles = [f"{iam}instance-profile/{app}-*" for app in apps]
    bounded = {"StringEquals": {"iam:PermissionsBoundary": boundary_arn}} if boundary_arn is not None else None
    return [
        allow("ChangeServices", [f"{service}:*" for service in READ], "*"),
        allow("SeeBuckets", [f"s3:{action}" for action in READ_S3], "*"),
        allow("ChangeBuckets", ["s3:*"], [f"arn:{partition}:s3:::{app}-*" for app in apps]),
        allow("SeeRoles", [f"iam:{action}" for action in READ_IAM], "*"),
        allow("ChangeRoles", [f"iam:{action}" for action in CHANGE_IAM], [*roles, *profiles]),
        allow("GrantToRoles", [f"iam:{action}" for action in GRANT], roles, bounded),
        allow("PassRoles", ["iam:PassRole"], roles),
        # Lambda@Edge: CloudFront attaches a function for whoever may replicate it ("Set up IAM permissions and roles").
        allow(
            "AttachEdgeFunctions",
            [f"lambda:{action}" for action in ATTACH],
            f"arn:{partition}:lambda:us-east-1:{account}:function:*",
        ),
        allow("MakeRolesOfServices", ["iam:CreateServiceLinkedRole"], f"{iam}role/aws-service-role/*"),
    ]


def state_statements(bucket_arn: Any, key_arn: Any, stacks: Sequence[str] = ()) -> list[Statement]:
    """Reads the states in a bucket, and writes those of `stacks`, with their history. ARNs may be Outputs.

    The files of a stack are `.pulumi/…/tenfold/STACK.json` and `.pulumi/…/tenfold/STACK/…` (tenfold/engine/backend.py).
    Who only reads takes no lock. The key is used, and never changed: who ends it ends the states.
    """
    names = [f"/*/tenfold/{stack}{end}" for stack in stacks for end in (".*", "/*")]
    written = [pulumi.Output.concat(bucket_arn, name) for name in ("/*.pulumi/meta.yaml", *names)]
    keep = {"Sid": "KeepKeyOfStates", "Effect": "Deny", "NotAction": list(USE_KEY), "Resource": key_arn}
    return [
        allow("ListStates", ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"], bucket_arn),
        allow("ReadStates", ["s3:GetObject", "s3:GetObjectVersion"], pulumi.Output.concat(bucket_arn, "/*")),
        allow("UseKeyOfStates", list(USE_KEY), key_arn),
        *([allow("WriteStates", ["s3:DeleteObject", "s3:PutObject"], written), keep] if stacks else []),
    ]
