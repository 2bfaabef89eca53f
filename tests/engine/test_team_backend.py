"""A team's backend, as docs/real-account.md sets it up: states in a bucket of S3, their secrets under a key of KMS. The
bucket and the key are the local cloud's; to tenfold it is an account (no `--local`)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import raw
from conftest import boto3_client  # beside this file
from running import Tenfold  # beside this file

from tenfold import exits
from tenfold.commands import ci

BLUEPRINT = """name: shop
stage: 1
owner: me@example.com
app: {image: "ghcr.io/acme/shop:1", secrets: [STRIPE_KEY]}
environments: {dev: {throwaway: true}}
"""


@pytest.fixture(scope="module")
def team(tenfold: Tenfold) -> dict[str, str]:
    """The environment of somebody who deploys: no passphrase."""
    tenfold("local", "reset")  # other tests have stacks of this name there
    tenfold("local", "start")
    s3, kms = boto3_client(tenfold, "s3", "us-east-1"), boto3_client(tenfold, "kms", "us-east-1")
    s3.create_bucket(Bucket="acme-state")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/acme-state", TargetKeyId=key)
    variables = raw.exported(tenfold)
    del variables["PULUMI_CONFIG_PASSPHRASE"]
    at = f"region=us-east-1&endpoint={variables['AWS_ENDPOINT_URL']}"
    return {
        **variables,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{variables['PATH']}",  # as in an environment of Python
        "PULUMI_BACKEND_URL": f"s3://acme-state/team?{at}&s3ForcePathStyle=true",
        "TENFOLD_SECRETS_PROVIDER": f"awskms:///alias/acme-state?{at}",
    }


def test_a_team_deploys_reads_and_looks_for_drift(team: dict[str, str], aws: Callable[[str], Any], tmp_path: Path):
    shop, run = tmp_path / "shop.yaml", Tenfold(team)
    shop.write_text(BLUEPRINT)
    at = (str(shop), "--env", "dev")
    assert run.json("status", *at)["resources"] == 0
    run("preview", *at)  # writes Pulumi.yaml and the stack's file
    key, value = "tenfold:STRIPE_KEY", "sk_live_of_nobody"
    config = ["pulumi", "config", "set", "--secret", key, value, "--stack", "shop-dev"]
    subprocess.run(config, cwd=tmp_path, env=team, check=True)
    printed = run("up", *at, "--yes", "--verbose").stdout
    assert run.json("status", *at)["stage_deployed"] == 1
    assert "server" in run.json("outputs", *at)["outputs"]
    assert "secretsprovider: awskms:///alias/acme-state" in (tmp_path / "Pulumi.shop-dev.yaml").read_text()
    s3 = aws("s3")
    state = s3.get_object(Bucket="acme-state", Key="team/.pulumi/stacks/tenfold/shop-dev.json")["Body"].read()
    assert json.loads(state)["checkpoint"]["latest"]["secrets_providers"]["type"] == "cloud"
    arn = json.loads(run("outputs", *at, "--json").stdout)["outputs"]["secrets"]["STRIPE_KEY"]
    assert aws("secretsmanager").get_secret_value(SecretId=arn)["SecretString"] == value
    assert value not in printed + state.decode() + (tmp_path / "Pulumi.shop-dev.yaml").read_text()
    ec2 = aws("ec2")
    group = ec2.describe_security_groups(Filters=[{"Name": "tag:Name", "Values": ["shop-server-group"]}])
    ec2.authorize_security_group_ingress(
        GroupId=group["SecurityGroups"][0]["GroupId"], IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    assert "tcp 22-22 0.0.0.0/0" in run("drift", *at, code=exits.DIFFERENT).stdout


def test_the_pipeline_s_roles_are_made_by_the_program_that_tenfold_ci_writes(
    team: dict[str, str], aws: Callable[[str], Any], tmp_path: Path
):
    for name, source in ci.templates("github").items():
        ci.put(source, tmp_path / name, overwrite=False)

    def pulumi(*arguments: str) -> str:
        done = subprocess.run(
            ["pulumi", *arguments], cwd=tmp_path / "ci/account", env=team, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    pulumi("stack", "init", "account", "--secrets-provider", team["TENFOLD_SECRETS_PROVIDER"])
    pulumi("up", "--yes", "--skip-preview")
    outputs = json.loads(pulumi("stack", "output", "--json"))
    iam = aws("iam")
    [provider] = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    role = iam.get_role(RoleName=outputs["AWS_ROLE_ARN"]["prod"].rpartition("/")[2])["Role"]
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"]["Federated"] == provider["Arn"]
    assert trust["Condition"]["StringEquals"] == {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:acme/shop:environment:prod",
    }
    pulumi("preview", "--expect-no-changes")
