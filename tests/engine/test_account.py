"""A stack belongs to one account: with credentials of another one, nothing runs."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tenfold import exits
from tenfold.engine import account, workspace
from tenfold.failure import Failure
from tenfold.local import server

OURS, OTHER = "111122223333", "123456789012"  # moto's is the other one


def place(cloud: Any = None) -> workspace.Place:
    return workspace.Place("shop-prod", Path("/nowhere"), "file:///nowhere", cloud)


def held(number=OURS):
    provider = {"type": "pulumi:providers:aws", "urn": "urn::aws-primary", "custom": True}
    topic = {"type": "aws:sns/topic:Topic", "urn": "urn::topic", "custom": True}
    foreign = {"type": "aws:acm/certificate:Certificate", "urn": "urn::c", "custom": True, "external": True}
    bucket = {"type": "aws:s3/bucket:Bucket", "urn": "urn::bucket", "custom": True}
    return [
        {**provider, "inputs": {"region": "eu-west-1"}},
        {**bucket, "outputs": {"arn": "arn:aws:s3:::files"}},
        {**topic, "outputs": {"arn": f"arn:aws:sns:eu-west-1:{number}:alarms"}},
        {**foreign, "outputs": {"arn": "arn:aws:acm:eu-west-1:999999999999:certificate/1"}},
    ]


@pytest.fixture
def credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


def test_the_state_says_which_account_and_region():
    assert account.recorded_account(held()) == (OURS, "eu-west-1")
    assert account.recorded_account([]) == ("", "")


def test_another_account_is_refused_with_both_numbers(credentials):
    with mock_aws(), pytest.raises(Failure) as refused:
        account.refuse_another(place(), held())
    assert refused.value.code == exits.REFUSED
    assert OURS in refused.value.what and OTHER in refused.value.what


def test_the_same_account_goes_on(credentials):
    with mock_aws():
        account.refuse_another(place(), held(OTHER))


def test_nobody_is_asked_where_there_is_nothing_to_compare(monkeypatch):
    monkeypatch.setattr(boto3, "client", lambda *a, **k: pytest.fail("asked AWS"))
    account.refuse_another(place(), [])
    account.refuse_another(place(cloud=object()), held())


def test_a_local_cloud_that_has_forgotten_the_stack_is_refused(monkeypatch):
    cloud = server.Server(1, 1, "the second one")
    monkeypatch.setattr(workspace, "remembered_cloud", lambda where: "the first one")
    monkeypatch.setattr(workspace, "deployed_resources", lambda where: held())
    with pytest.raises(Failure, match="has forgotten shop-prod"):
        account.refuse_another(place(cloud), held())


def test_no_credentials_is_a_sentence(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(Failure) as failed:
        account.refuse_another(place(), held())
    assert failed.value.code == exits.FAILED and "credentials" in failed.value.why and failed.value.remedies


@pytest.mark.parametrize("variable", [workspace.PASSPHRASE, f"{workspace.PASSPHRASE}_FILE", workspace.SECRETS_PROVIDER])
def test_an_empty_passphrase_is_none(variable, tmp_path):
    (tmp_path / "empty").write_text("\n")
    value = str(tmp_path / "empty") if variable.endswith("FILE") else ""
    where = workspace.Place("shop-prod", tmp_path, "file:///tmp", None)
    with pytest.raises(Failure, match="No passphrase"):
        workspace.environment(where, {variable: value})
    (tmp_path / "empty").write_text("secret\n")
    workspace.environment(where, {variable: value or "secret"})


def test_what_points_at_an_account_is_left_out_for_the_local_cloud():
    """An address of one service goes before the local cloud's of all; a session token would be mixed with its keys."""
    mine = {"AWS_ENDPOINT_URL_DYNAMODB": "https://example.com", "AWS_REGION": "us-east-1"}
    left_out = server.of_an_account(mine)
    assert {"AWS_ENDPOINT_URL_DYNAMODB", "AWS_SESSION_TOKEN", "AWS_PROFILE"} <= set(left_out)
    assert "AWS_REGION" not in left_out
