"""What AWS is asked before something moves or goes, against a simulated one."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from promoting import architecture  # beside this file

from tenfold.promotion import checks

TYPES = {
    "database": "aws:rds/instance:Instance",
    "targets": "aws:lb/targetGroup:TargetGroup",
    "balancer": "aws:lb/loadBalancer:LoadBalancer",
    "certificate": "aws:acm/certificate:Certificate",
    "record": "aws:route53/record:Record",
    "server": "aws:ec2/instance:Instance",
    "fleet": "aws:autoscaling/group:Group",
}
URL = "http://127.0.0.1:9"  # nobody is there: only looked at, or refused at once


def held(kind: str, id_: str = "", **outputs: Any) -> dict[str, Any]:
    return {"urn": f"urn:x::shop-{kind}", "type": TYPES[kind], "id": id_, "outputs": outputs}


@pytest.fixture(scope="module", autouse=True)
def aws():
    """One for all tests, each with names of its own: to begin anew takes longer than a test."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield


@pytest.fixture
def one(request: pytest.FixtureRequest) -> str:
    """A name of the test's own."""
    return "x" + hashlib.sha256(request.node.name.encode()).hexdigest()[:12]


class Here(checks.Asked):
    """Asks moto in this process, whatever the endpoint says of where the deployment is."""

    def client(self, service: str, region: str | None = None, config: Any = None) -> Any:
        return boto3.client(service, region or "us-east-1")


@pytest.fixture
def ask(tmp_path: Path):
    """The answers about one resource, as {about: result} and the reasons."""

    def answers(resource: dict[str, Any], change: dict[str, Any], endpoint: str | None = None, example: str = "shop"):
        asked = Here(architecture(tmp_path, example, change), endpoint)
        return checks.checks(asked, [resource])

    return answers


def results(found: list[checks.Check]) -> list[tuple[str, str]]:
    return [(one.about, one.result) for one in found]


def make_database(identifier: str, version: str = "17.4", **more: Any) -> None:
    boto3.client("rds").create_db_instance(
        DBInstanceIdentifier=identifier, Engine="postgres", EngineVersion=version, DBInstanceClass="db.t4g.small",
        MasterUsername="app", MasterUserPassword="not-a-secret", AllocatedStorage=20, **more,
    )  # fmt: skip


def measured(namespace: str, name: str, dimension: tuple[str, str], *values: float) -> None:
    boto3.client("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": dimension[0], "Value": dimension[1]}],
                "Value": value,
                "Timestamp": datetime.now(UTC) - timedelta(minutes=2),
            }
            for value in values
        ],
    )


@pytest.mark.parametrize(("version", "result"), [("17.4", checks.OK), ("16.4", checks.NOT_YET)])
def test_the_database_is_there_and_of_the_wanted_version(ask, one: str, version: str, result: str):
    make_database(one, version)
    found = ask(held("database", identifier=one), {"stage": 2, "promoting_from": 1})
    assert results(found) == [("data", result)] and version in found[0].why


@pytest.mark.parametrize(("lag", "result"), [(0.4, checks.OK), (30, checks.NOT_YET)])
def test_a_replica_follows(ask, one: str, lag: float, result: str):
    make_database(one)
    measured("AWS/RDS", "ReplicaLag", ("DBInstanceIdentifier", one), lag)
    found = ask(held("database", identifier=one, replicateSourceDb="zero"), {"stage": 4, "promoting_from": 3})
    assert results(found) == [("finish", checks.OK), ("finish", result)] and f"{lag:g} s" in found[1].why


def test_a_replica_that_nothing_is_known_of(ask, one: str):
    make_database(one)
    replica, change = held("database", identifier=one, replicateSourceDb="zero"), {"stage": 4, "promoting_from": 3}
    assert ask(replica, change)[1].result == checks.NOT_YET
    simulated = ask(replica, change, URL)[1]
    assert simulated.result == checks.UNKNOWN and "measures nothing" in simulated.why


def target_group() -> str:
    vpc = boto3.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    made = boto3.client("elbv2").create_target_group(Name="app", Protocol="HTTP", Port=8080, VpcId=vpc)
    return made["TargetGroups"][0]["TargetGroupArn"]


def test_the_fleet_answers(ask):
    arn, change = target_group(), {"stage": 3, "promoting_from": 2}
    found = ask(held("targets", arn=arn), change)
    assert results(found) == [("traffic", checks.NOT_YET)] and "0 of 0 healthy, 2 needed" in found[0].why
    ids = ["i-1", "i-2"]
    boto3.client("elbv2").register_targets(TargetGroupArn=arn, Targets=[{"Id": id_} for id_ in ids])
    assert results(ask(held("targets", arn=arn), change)) == [("traffic", checks.OK)]
    assert "no server runs" in ask(held("targets", arn=arn), change, URL)[0].why


def test_the_fleet_waits_for_the_data(ask):
    found = ask(held("targets", arn="unasked"), {"stage": 3, "promoting_from": 1})
    assert results(found) == [("traffic", checks.NOT_YET)] and "when the data has moved" in found[0].why


def test_a_certificate(ask):
    arn = boto3.client("acm").request_certificate(DomainName="news.example.com", ValidationMethod="DNS")[
        "CertificateArn"
    ]
    found = ask(held("certificate", arn=arn), {"stage": 3, "promoting_from": 2}, example="news")
    assert found[0].about == "traffic" and found[0].result in (checks.OK, checks.NOT_YET)
    assert found[0].why in ("issued", "pending_validation")


@pytest.mark.parametrize(("share", "result"), [(25, checks.OK), (40, checks.NOT_YET)])
def test_weights_are_what_was_said(ask, share: int, result: str):
    route53 = boto3.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference=str(share))["HostedZone"]["Id"]
    weights = {"current": 100 - share, "following": share}
    changes = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": "news.example.com", "Type": "A", "SetIdentifier": name, "Weight": weight, "TTL": 60,
                "ResourceRecords": [{"Value": "192.0.2.1"}],
            },
        }
        for name, weight in weights.items()
    ]  # fmt: skip
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    outputs = {"zoneId": zone, "name": "news.example.com", "type": "A"}
    change = {"stage": 3, "promoting_from": 2, "moved": {"traffic": "25%"}}
    found = ask(held("record", setIdentifier="following", **outputs), change, example="news")
    assert results(found) == [("finish", result)] and f"{share}%" in found[0].why
    assert ask(held("record", setIdentifier="current", **outputs), change, example="news") == []


MOVED = {"stage": 3, "promoting_from": 2, "moved": {"traffic": "100%"}}


@pytest.mark.parametrize(("came", "result"), [(200_000, checks.OK), (50_000_000, checks.NOT_YET)])
def test_the_old_server_is_quiet(ask, one: str, came: int, result: str):
    measured("AWS/EC2", "NetworkIn", ("InstanceId", one), came)
    found = ask(held("server", one), MOVED)
    assert results(found) == [("finish", result)] and "KiB a minute" in found[0].why


def test_the_old_server_while_traffic_moves(ask):
    found = ask(held("server", "i-1"), {**MOVED, "moved": {"traffic": "50%"}})
    assert results(found) == [("finish", checks.NOT_YET)] and "50%" in found[0].why
    assert ask(held("server", "i-1"), MOVED)[0].result == checks.NOT_YET, "no measurement is no proof"
    assert ask(held("server", "i-1"), MOVED, URL)[0].result == checks.UNKNOWN


def test_what_only_the_server_can_tell(ask):
    found = ask(held("server", "i-1"), {"stage": 2, "promoting_from": 1, "moved": {"data": True}})
    assert results(found) == [("finish", checks.UNKNOWN)] and "only the server itself" in found[0].why


def test_the_balancer_behind_the_cdn(ask):
    found = ask(held("balancer"), {"stage": 4, "promoting_from": 3})
    assert results(found) == [("finish", checks.UNKNOWN)] and "access logs" in found[0].why
    assert ask(held("balancer"), MOVED) == []


@pytest.mark.parametrize(
    ("status", "result"), [("InProgress", checks.NOT_YET), ("Successful", checks.OK), (None, checks.OK)]
)
def test_a_rollout_ends_first(tmp_path: Path, status: str | None, result: str):
    told = [{"Status": status, "PercentageComplete": 50}] if status else []

    class Told:
        def describe_instance_refreshes(self, **asked: Any) -> dict[str, Any]:
            assert asked["AutoScalingGroupName"] == "servers"
            return {"InstanceRefreshes": told}

    class Refreshes(checks.Asked):
        def client(self, service: str, region: str | None = None, config: Any = None) -> Any:
            return Told()

    asked = Refreshes(architecture(tmp_path, "shop", {"stage": 5, "promoting_from": 4}), None)
    assert results(checks.checks(asked, [held("fleet", name="servers")])) == [("finish", result)]


def test_what_aws_refuses_is_unknown_and_not_an_error(ask):
    found = ask(held("database", identifier="gone"), {"stage": 2, "promoting_from": 1})
    assert found[0].result == checks.UNKNOWN and "AWS says" in found[0].why


def test_what_has_to_be_well_before_the_next_step(tmp_path: Path):
    def due(**change: Any) -> tuple[str, ...]:
        return checks.due(architecture(tmp_path, "shop", change).promotion)

    assert due(stage=3, promoting_from=1) == ("data",)
    assert due(stage=3, promoting_from=1, moved={"data": True}) == ("data", "traffic")
    assert due(stage=3, promoting_from=1, moved={"data": True, "traffic": "100%"}) == checks.ABOUT
    assert due(stage=5, promoting_from=4) == checks.ABOUT
