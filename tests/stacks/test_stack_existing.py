"""A VPC and a database that are there: used by the whole stack, and in it nowhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.resolve import load
from tenfold.diff import compare
from tenfold.failure import Failure
from tenfold.graph import Graph
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.refusals import losses, permanent

HEAD = """\
name: shop
stage: {stage}
without: [replicas]
app: {{image: "ghcr.io/acme/shop:1.4.2", stateless: true}}
"""
OWN = "network: {cidr: 10.8.0.0/16, zones: 2}\n"
VPC = """\
network:
  cidr: 10.8.0.0/16
  existing:
    vpc: vpc-0a1b2c3d
    subnets:
      us-east-1a: {public: subnet-0000000a, private: subnet-1000000a, database: subnet-2000000a}
      us-east-1b: {public: subnet-0000000b, private: subnet-1000000b, database: subnet-2000000b}
"""
SECRET, KEY = (
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf",
    "arn:aws:kms:us-east-1:123456789012:key/ab",
)
DATABASE = f"""\
database:
  existing:
    {{address: db.example.com, reader: ro.example.com, secret: "{SECRET}", secret_key: "{KEY}",
      security_group: sg-0a1b2c3d}}
"""
Planned = Callable[..., tuple[Architecture, Graph]]


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    def plan(*parts: str, stage: int = 5) -> tuple[Architecture, Graph]:
        file = tmp_path / "shop.yaml"
        file.write_text(HEAD.format(stage=stage) + "".join(parts))
        resolution = load(file)
        assert resolution.architecture, resolution.problems
        return resolution.architecture, record(run_of(resolution.architecture))

    return plan


def test_all_but_the_network_is_as_in_a_network_of_the_stack(planned: Planned) -> None:
    _, own = planned(OWN)
    _, there = planned(VPC)
    assert {one.urn for one in there} == {one.urn for one in own if "tenfold:index:Network" not in one.urn}
    assert not [one.name for one in there if "network" in one.name]


def test_each_tier_is_in_its_subnets_of_all_zones(planned: Planned) -> None:
    _, there = planned(VPC)
    kinds = {"aws:lb/loadBalancer:LoadBalancer": "subnets", "aws:autoscaling/group:Group": "vpcZoneIdentifiers"}
    kinds |= {"aws:rds/subnetGroup:SubnetGroup": "subnetIds", "aws:elasticache/subnetGroup:SubnetGroup": "subnetIds"}
    used = {one.type: one.inputs[kinds[one.type]] for one in there if one.type in kinds}
    digits = dict(zip(kinds, "0122", strict=True))
    assert used == {kind: [f"subnet-{digit}000000a", f"subnet-{digit}000000b"] for kind, digit in digits.items()}
    groups = [one.inputs["vpcId"] for one in there if one.type == "aws:ec2/securityGroup:SecurityGroup"]
    assert groups and set(groups) == {"vpc-0a1b2c3d"}


def test_an_existing_database_is_reached_and_read_and_never_made(planned: Planned) -> None:
    _, there = planned(OWN, DATABASE)
    assert not [one.name for one in there if one.type.startswith("aws:rds/")]
    rules = [one.inputs for one in there if one.inputs.get("securityGroupId") == "sg-0a1b2c3d"]
    assert [(rule["fromPort"], rule["ipProtocol"]) for rule in rules] == [(5432, "tcp")]
    policies = " ".join(str(one.inputs.get("policy")) for one in there if one.type == "aws:iam/rolePolicy:RolePolicy")
    assert SECRET in policies and KEY in policies


def test_a_second_region_of_a_stack_in_an_existing_network_has_one_of_its_own(planned: Planned) -> None:
    _, there = planned(VPC, "balancer: {kind: application}\n", stage=7)
    [vpc] = [one for one in there if one.type == "aws:ec2/vpc:Vpc"]
    assert (vpc.name, vpc.inputs["cidrBlock"]) == ("shop-standby-network-vpc", "10.9.0.0/16")


@pytest.mark.parametrize(
    ("before", "after", "refusal"),
    [
        (OWN, VPC, "The network changes from the stack’s own to vpc-0a1b2c3d."),
        (VPC, OWN, "The network changes from vpc-0a1b2c3d to one of the stack’s own."),
        (VPC, VPC.replace("vpc-0", "vpc-9"), "The network changes from vpc-0a1b2c3d to vpc-9a1b2c3d."),
        (OWN + DATABASE, OWN, "The application would go from the existing database to a new one."),
        (OWN + DATABASE, OWN + DATABASE, ""),
        (VPC, VPC, ""),
        (OWN, OWN, ""),
    ],
)
def test_nothing_goes_between_what_exists_and_what_is_made(
    planned: Planned, before: str, after: str, refusal: str
) -> None:
    _, graph = planned(before)
    target, _ = planned(after)
    refused = [one.what for one in permanent.changed_choices(permanent.as_state(graph), target)]
    assert refused == ([refusal] if refusal else [])


def test_a_database_of_the_stack_goes_for_an_existing_one_only_when_that_is_said(planned: Planned) -> None:
    _, before = planned(OWN)
    target, after = planned(OWN, DATABASE)
    state = [{"urn": one.urn, "protect": one.protect} for one in before]
    with pytest.raises(Failure) as refused:
        losses.refuse_loss(losses.losses(state, compare(before, after)), target, 5)
    assert "shop-database-primary" in refused.value.why
    assert "copy the data to db.example.com, which nothing else does; then" in refused.value.remedies
