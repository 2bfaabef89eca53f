"""Every statement builder, walked: no wildcard in an action, no resource `*` where AWS defines one."""

import inspect
import json
from typing import Any

import pulumi
from recording import assert_no_wildcard, record

from tenfold.components.encryption import key_policy
from tenfold.components.host.role import host_statements
from tenfold.components.parts import policies
from tenfold.components.parts.volume import snapshot_statements

ARN = "arn:aws:x:us-east-1:123456789012:thing"


def built() -> list[Any]:
    """Each function of the module that makes a statement, called with ARNs."""
    one = [policies.write_logs, policies.read_settings, policies.use_key]
    marked = [policies.complete_lifecycle, policies.hold_lifecycle, policies.leave_group]
    many = [policies.read_secrets, policies.write_secrets]
    found = [make(ARN) for make in one] + [make([ARN]) for make in many]
    found += [make(ARN, {"stack": "shop-prod"}) for make in marked]
    found += [*policies.pull_images([ARN]), policies.put_metrics("CWAgent"), policies.describe_own_tags()]
    found += [policies.session_manager()]
    makers = [n for n, f in inspect.getmembers(policies, inspect.isfunction) if f.__module__ == policies.__name__]
    covered = {m.__name__ for m in one + many + marked}
    covered |= {"pull_images", "put_metrics", "describe_own_tags", "session_manager"}
    assert set(makers) - covered == {"allow", "document", "refuse_plain_text", "text", "trust", "_tagged"}, (
        "a new builder: add it here"
    )
    hosts = {"parameters_arns": ARN, "kms_key_arn": ARN, "log_group_arn": ARN}
    lists = {"secret_arns": [ARN], "repository_arns": [ARN], "writable_secret_arns": [ARN]}
    found += host_statements(**hosts, **lists)
    return [*found, *snapshot_statements(ARN, ARN, "name"), *key_policy("123456789012", "us-east-1")]


def test_no_builder_makes_a_wildcard() -> None:
    def program() -> pulumi.Output[str]:
        return policies.document(*built())

    for statement in json.loads(record(program).result)["Statement"]:
        assert_no_wildcard(statement["Sid"], statement)
        assert statement["Resource"], f"{statement['Sid']} is for nothing"


def test_trust_is_for_one_service_on_behalf_of_one_account() -> None:
    document = json.loads(record(lambda: policies.trust("dlm.amazonaws.com", "123456789012")).result)
    assert document["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "dlm.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        }
    ]


def test_metrics_are_limited_to_the_namespace() -> None:
    assert policies.put_metrics("CWAgent")["Condition"] == {"StringEquals": {"cloudwatch:namespace": "CWAgent"}}
