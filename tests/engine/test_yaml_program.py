"""A YAML program of components, as docs/other-languages.md shows it, by the real engine on the local cloud."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tenfold.engine import install

PAGE = Path(__file__).parents[2] / "docs" / "other-languages.md"
BIN = Path(sys.executable).parent


@pytest.fixture
def pulumi(fresh, tmp_path):
    """Runs a line of bash in the folder of the page's program, with the local cloud's settings; returns its output."""
    engine = install.ensure(print)
    install.ensure_yaml_host(engine, print)
    [program] = re.findall(r"```yaml\n(name: papers\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "Pulumi.yaml").write_text(program)
    (tmp_path / ".venv").symlink_to(BIN.parent)

    def run(line: str) -> str:
        command = f'eval "$({BIN}/python -m tenfold local env)" && {line}'
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env={**fresh.environment, "PATH": os.environ["PATH"]},
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.mark.proof  # builds the host of YAML programs, unless that was done before
def test_a_yaml_program_has_a_network_a_queue_and_a_database(pulumi, tmp_path, aws):
    pulumi("pulumi stack init dev && pulumi up --yes --skip-preview --non-interactive")
    outputs = json.loads(pulumi("pulumi stack output --json"))
    [vpc] = aws("ec2").describe_vpcs(VpcIds=[outputs["vpc"]])["Vpcs"]
    assert vpc["CidrBlock"] == "10.60.0.0/16"
    subnets = aws("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [outputs["vpc"]]}])["Subnets"]
    assert len({each["AvailabilityZone"] for each in subnets}) == 3
    [database] = aws("rds").describe_db_instances(DBInstanceIdentifier=outputs["database"])["DBInstances"]
    assert (database["AllocatedStorage"], database["DBSubnetGroup"]["VpcId"]) == (20, outputs["vpc"])
    redrive = aws("sqs").get_queue_attributes(QueueUrl=outputs["queue"], AttributeNames=["RedrivePolicy"])
    assert json.loads(redrive["Attributes"]["RedrivePolicy"])["maxReceiveCount"] == 3
    assert json.loads(pulumi("pulumi preview --json"))["changeSummary"].keys() == {"same"}
    states = json.loads(pulumi("pulumi stack export"))["deployment"]["resources"]
    protected = {each["type"] for each in states if each.get("protect")}
    assert {"aws:rds/instance:Instance", "aws:sqs/queue:Queue", "aws:kms/key:Key"} <= protected


@pytest.mark.proof
def test_the_engine_takes_the_schema_and_writes_an_sdk_of_it(pulumi, tmp_path):
    schema = json.loads(pulumi("pulumi package get-schema .venv/bin/pulumi-resource-tenfold"))
    assert {"tenfold:index:Network", "tenfold:index:Database"} <= schema["resources"].keys()
    pulumi("pulumi package gen-sdk .venv/bin/pulumi-resource-tenfold --language python --out sdk")
    network = (tmp_path / "sdk" / "python" / "pulumi_tenfold" / "network.py").read_text()
    assert "kms_key_arn: pulumi.Input[_builtins.str]" in network and "disjoint from every network" in network
