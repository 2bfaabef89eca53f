"""`tenfold import` of a state: what it is like, what is taken over, what stays outside, and why."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jmespath
import pytest
import yaml
from click.testing import CliRunner
from legacy import KEY, REGION, export  # beside this file

from tenfold import cli, exits, preflight
from tenfold.adopting import account, import_file, network, proposal, state, taking
from tenfold.blueprints.resolve import load
from tenfold.engine.checkpoint import State, faults
from tenfold.failure import Failure
from tenfold.planning import record

Proposed = Callable[..., tuple[proposal.Proposal, Path]]
BALANCER = ("aws:lb/loadBalancer:LoadBalancer", "lb", "arn:lb", {})
FLEET = ("aws:autoscaling/group:Group", "web", "web-1", {})
PRIVATE = [
    ("aws:ec2/subnet:Subnet", f"web-{zone}", f"subnet-2000000{zone}",
     {"vpcId": "vpc-0a1b2c3d", "cidrBlock": f"10.8.{number}.0/24", "availabilityZone": f"eu-central-1{zone}"})
    for number, zone in ((4, "a"), (5, "b"))
] + [
    ("aws:ec2/routeTableAssociation:RouteTableAssociation", f"w-{zone}", f"rtbassoc-w{zone}",
     {"subnetId": f"subnet-2000000{zone}", "routeTableId": "rtb-nat"})
    for zone in "ab"
] + [
    ("aws:ec2/route:Route", "nat", "r-2",
     {"destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-0a1b2c3d", "routeTableId": "rtb-nat"})
]  # fmt: skip


@pytest.fixture
def proposed(tmp_path: Path) -> Proposed:
    def propose(
        *more: Any, database: dict[str, Any] | None = None, choose: str | None = None, **asked: Any
    ) -> tuple[proposal.Proposal, Path]:
        """`database`: what is different of it. `choose`: which one."""
        inventory = state.read("state.json", export([*more], database).encode(), None)
        file = tmp_path / "shop.yaml"
        said = proposal.Asked("shop", "ghcr.io/acme/shop:1.4.2", "prod", database=choose, **asked)
        return proposal.propose(inventory, said, file), file

    return propose


def test_the_blueprint_is_valid_and_as_large_as_what_there_is(proposed: Proposed) -> None:
    found, file = proposed()
    architecture = load(file, environment="prod").architecture
    assert architecture and architecture.stage == found.like.stage == 2
    database = architecture.database
    assert (database.instance, database.storage.size, database.storage.up_to) == ("db.t4g.medium", 50, 55)
    assert (database.standby, database.backups.keep, database.backups.window) == (True, 14, "02:00-02:45")
    assert architecture.network.existing and architecture.network.existing.vpc == "vpc-0a1b2c3d"
    assert [(take.name, take.id) for take in found.takes] == [
        ("shop-database-subnets", "legacy-subnets"),
        ("shop-database-primary", "legacy"),
    ]


def test_nothing_of_what_is_taken_over_is_replaced(proposed: Proposed) -> None:
    found, _ = proposed()
    assert {change.op for change in found.changes} == {"update"}
    primary = next(change for change in found.changes if change.name == "shop-database-primary")
    assert {each.path for each in primary.properties} == {
        "monitoringRoleArn",
        "parameterGroupName",
        "password",
        "vpcSecurityGroupIds[0]",
    }


@pytest.mark.parametrize(
    ("database", "reason"),
    [
        ({"storageEncrypted": False}, "it is not encrypted"),
        ({"engine": "oracle-ee"}, "tenfold has no oracle-ee"),
        ({"dbName": None}, "dbName of it is not known"),
        ({"dbSubnetGroupName": "default"}, "its subnet group is `default`"),
    ],
)
def test_a_database_that_would_be_replaced_stays_outside(proposed: Proposed, database: Any, reason: str) -> None:
    found, file = proposed(database=database)
    assert found.takes == () and "existing:\n    address" not in file.read_text()
    [why] = [why for what, why in found.leaves if what == "legacy"]
    assert reason in why and "--secret ARN" in why


def test_a_database_outside_is_used_where_its_login_is_known(proposed: Proposed) -> None:
    secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-AbCdEf"
    found, file = proposed(database={"storageEncrypted": False}, secret=secret)
    architecture = load(file, environment="prod").architecture
    assert found.takes == () and architecture and architecture.database.existing
    assert architecture.database.existing.secret == secret and not architecture.owns_database


def test_a_password_that_rds_keeps_stays_there(proposed: Proposed) -> None:
    secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds-db-AbCdEf"
    kept = [{"secretArn": secret, "secretStatus": "active"}]
    found, file = proposed(database={"masterUserSecrets": kept, "manageMasterUserPassword": True})
    assert "password: {keeper: rds}" in file.read_text()
    paths = {each.path for change in found.changes for each in change.properties}
    assert "password" not in paths and "manageMasterUserPassword" not in paths


INLINE = [{"cidrBlock": "0.0.0.0/0", "transitGatewayId": "tgw-0a1b2c3d"}]
MAIN = {"vpcId": "vpc-0a1b2c3d", "routeTableId": "rtb-nat"}


@pytest.mark.parametrize(
    "routing",
    [
        [*PRIVATE[2:4], ("aws:ec2/routeTable:RouteTable", "nat", "rtb-nat", {"routes": INLINE})],
        [
            ("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "main", "rtbassoc-m", MAIN),
            ("aws:ec2/routeTable:RouteTable", "nat", "rtb-nat", {"routes": INLINE}),
        ],
        [("aws:ec2/defaultRouteTable:DefaultRouteTable", "nat", "rtb-nat", {**MAIN, "routes": INLINE})],
    ],
    ids=["its own", "the main one", "the default one"],
)
def test_routes_are_read_where_the_program_has_written_them(proposed: Proposed, routing: Any) -> None:
    _, file = proposed(BALANCER, FLEET, *PRIVATE[:2], *routing)
    assert "{public: subnet-0000000b, private: subnet-2000000b, database: subnet-1000000b}" in file.read_text()


def test_of_more_zones_than_a_stack_uses_the_database_keeps_its_subnets(proposed: Proposed) -> None:
    """As in a default VPC. A local zone is none of the region."""
    zones = {letter: f"subnet-3000000{letter}" for letter in "abcdef"}
    more = [
        ("aws:ec2/subnet:Subnet", letter, subnet, {**PRIVATE[0][3], "availabilityZone": f"{REGION}{letter}"})
        for letter, subnet in zones.items()
    ]
    local = ("aws:ec2/subnet:Subnet", "local", "subnet-4", {**PRIVATE[0][3], "availabilityZone": f"{REGION}-ham-1a"})
    inventory = state.read("state.json", export([*more, local]).encode(), None)
    [vpc] = inventory.of("aws:ec2/vpc:Vpc")
    assert list(network.subnets(inventory, vpc, None, ())) == [f"{REGION}{letter}" for letter in "abcd"]
    group = ("aws:rds/subnetGroup:SubnetGroup", "wide", "wide", {"name": "wide", "subnetIds": [*zones.values()]})
    _, file = proposed(*more[:3], group, database={"dbSubnetGroupName": "wide"})
    assert f"{{name: wide, subnetIds: [{', '.join(zones.values())}]}}" in file.read_text()


def test_what_needs_another_leaves_the_other_program_first(proposed: Proposed) -> None:
    found, _ = proposed()
    assert [urn.rsplit("::", 1)[-1] for urn in found.others] == ["db", "data"]


def test_a_later_stage_is_one_that_each_stage_before_has_led_to(proposed: Proposed) -> None:
    queue = ("aws:sqs/queue:Queue", "mails", "https://sqs/mails", {})
    found, _ = proposed(queue)
    assert (found.like.stage, found.like.beyond) == (2, ("queues",))
    found, file = proposed(queue, BALANCER, FLEET, *PRIVATE)
    assert found.like.stage == 3 and "private: subnet-2000000a" in file.read_text()
    cache = ("aws:elasticache/replicationGroup:ReplicationGroup", "c", "c-1", {})
    found, file = proposed(BALANCER, FLEET, cache, *PRIVATE)
    assert found.like.stage == 4 and found.like.lacking == ("cdn", "replicas")
    assert "without: [cdn, replicas]" in file.read_text()


def test_a_database_smaller_than_its_stage_s_users_fill_is_no_mistake(proposed: Proposed) -> None:
    chain = [BALANCER, FLEET, ("aws:elasticache/replicationGroup:ReplicationGroup", "cache", "cache-1", {}), *PRIVATE]
    chain += [("aws:cloudfront/distribution:Distribution", "cdn", "E1", {})]
    chain += [("aws:autoscaling/policy:Policy", "out", "out-1", {})]
    _, file = proposed(*chain, database={"allocatedStorage": 20})
    assert "load: {data: 20GiB}  # what the database has room for" in file.read_text()
    assert load(file, environment="prod").architecture


def test_a_bucket_is_taken_over_as_that_of_uploads(proposed: Proposed) -> None:
    found, file = proposed(BALANCER, FLEET, *PRIVATE, uploads="legacy-files")
    assert ("shop-uploads-bucket", "legacy-files") in [(take.name, take.id) for take in found.takes]
    assert "shop-uploads-bucket: {bucket: legacy-files}" in file.read_text()
    assert {change.op for change in found.changes} == {"update"}


def test_logs_that_rds_has_made_are_taken_over_and_kept_as_long_as_before(proposed: Proposed) -> None:
    log = ("aws:cloudwatch/logGroup:LogGroup", "l", name := "/aws/rds/instance/legacy/postgresql", {"name": name})
    found, file = proposed(log)
    assert ("shop-database-log-postgresql", name) in [(take.name, take.id) for take in found.takes]
    assert "shop-database-log-postgresql: {retentionInDays: 0}" in file.read_text()
    assert not [change for change in found.changes if change.effect == "data-loss"]


def test_the_state_gets_all_that_the_engine_asks_for(proposed: Proposed) -> None:
    found, file = proposed()
    entries = taking.entries(found.takes, record(load(file, environment="prod"), warn=False), [])
    assert list(faults(State(tuple(entries)))) == []
    kept = {one["urn"].rsplit("::", 1)[-1]: one["protect"] for one in entries if one.get("provider")}
    assert kept == {"shop-database-subnets": False, "shop-database-primary": True}
    assert [one["id"] for one in entries if one.get("provider")] == ["legacy-subnets", "legacy"]


def test_a_stack_that_has_not_taken_it_over_makes_none_in_its_place(proposed: Proposed) -> None:
    found, file = proposed()
    resolution = load(file, environment="prod")
    assert resolution.architecture
    with pytest.raises(Failure, match="legacy has not been taken over") as refused:
        preflight.refuse_not_taken_over(resolution.architecture, [])
    assert refused.value.code == exits.REFUSED
    entries = taking.entries(found.takes, record(resolution, warn=False), [])
    preflight.refuse_not_taken_over(resolution.architecture, entries)


def test_the_import_file_is_that_of_pulumi(proposed: Proposed, tmp_path: Path) -> None:
    found, _ = proposed()
    document = json.loads(import_file.text(found.takes, found.graph))
    assert document["nameTable"] == {"aws-primary": "urn:pulumi:shop-prod::tenfold::pulumi:providers:aws::aws-primary"}
    assert document["resources"][0] == {"type": "tenfold:index:Database", "name": "shop-database", "component": True}
    assert document["resources"][2] == {
        "type": "aws:rds/instance:Instance",
        "name": "shop-database-primary",
        "id": "legacy",
        "provider": "aws-primary",
        "parent": "shop-database",
    }
    file = tmp_path / "shop.import.json"
    file.write_text(json.dumps(document))
    assert tuple(import_file.read(file)) == found.takes


@pytest.mark.parametrize("text", ["", "[]", '{"resources": [{"type": "aws:s3/bucket:Bucket"}]}', "{"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    with pytest.raises(Failure, match="is not an import file"):
        import_file.read(file)


def test_several_of_a_kind_have_to_be_chosen_from(proposed: Proposed) -> None:
    other = ("aws:rds/instance:Instance", "other", "db-OTHER", {"identifier": "other", "instanceClass": "db.t4g.small"})
    with pytest.raises(Failure, match="several databases") as refused:
        proposed(other)
    assert refused.value.remedies == ("--database legacy   db.t4g.medium", "--database other   db.t4g.small")
    found, _ = proposed(other, choose="legacy")
    assert [take.id for take in found.takes] == ["legacy-subnets", "legacy"]
    with pytest.raises(Failure, match="There is no database nobody") as refused:
        proposed(other, choose="nobody")
    assert refused.value.why == "there are: legacy, other"
    with pytest.raises(Failure, match="There is no VPC vpc-nobody"):
        proposed(vpc="vpc-nobody")
    with pytest.raises(Failure, match="There is no bucket nobody"):
        proposed(uploads="nobody")


def test_a_state_that_is_none_is_refused() -> None:
    with pytest.raises(Failure, match="is not JSON"):
        state.read("a.json", b"name: shop", None)
    empty = json.dumps({"version": 3, "deployment": {"resources": []}}).encode()
    with pytest.raises(Failure, match="in which region"):
        state.read("a.json", empty, None)


def test_the_command_writes_two_files_and_never_over_others(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text(export())
    words = ["import", "--state", str(file), "--name", "shop", "--image", "a/b:1", "--to", str(tmp_path / "new")]
    said = CliRunner().invoke(cli.tenfold, [*words, "--json"])
    assert said.exit_code == exits.DONE, said.output
    document = json.loads(said.stdout)
    assert document["stage"] == 2 and [one["id"] for one in document["takes"]] == ["legacy-subnets", "legacy"]
    assert KEY in Path(document["files"]["blueprint"]).read_text()
    slash = CliRunner().invoke(cli.tenfold, [*words[:4], "a/b", *words[5:]])
    assert isinstance(slash.exception, Failure) and "cannot be written" in slash.exception.what
    again = CliRunner().invoke(cli.tenfold, words)
    assert isinstance(again.exception, Failure) and "is there already" in again.exception.what


def test_the_region_of_an_account_is_that_of_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    assert account.usual_region() == "us-east-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert account.usual_region() == "eu-west-1"
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert account.usual_region() == "eu-north-1"


def test_an_instance_that_has_ended_is_no_server() -> None:
    calls = yaml.safe_load((Path(account.__file__).with_name("calls.yaml")).read_text())
    [path] = [call["list"] for call in calls if call["call"] == "describe_instances"]
    ended, runs = ({"InstanceId": name, "State": {"Name": name}} for name in ("terminated", "running"))
    assert jmespath.search(path, {"Reservations": [{"Instances": [ended]}, {"Instances": [runs]}]}) == [runs]
