"""The steps of a failback against the simulated AWS, stopped after each, and what the state says afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tenfold.commands.parts import sides, takeover
from tenfold.failover import comparison, copies, drill, exchange, homeward, journal, steps
from tenfold.failover.homeward import FAILBACK
from tenfold.failover.moves import Copied, Database, Fleet, Member, Moves, Pair
from tenfold.failover.takeover import Step, Takeover, Unfinished, Way
from tenfold.promotion.checks import Asked
from tests.failover.simulated import POSTGRES, Regions

HOME, AWAY = "us-east-1", "us-west-2"
NAMES = [step.name for step in FAILBACK]


class World(Regions):
    """After a failover: a database of its own in both regions, the first's with a read replica; the second serves."""

    def __init__(self, endpoint: str, name: str) -> None:
        super().__init__(endpoint, name)
        self.groups = {region: self._subnets(region) for region in (HOME, AWAY)}
        for region in (HOME, AWAY):
            self.ask("rds", region).create_db_instance(
                DBInstanceIdentifier=name, DBSubnetGroupName=self.groups[region], DeletionProtection=True, **POSTGRES
            )
        self.ask("rds", HOME).create_db_instance_read_replica(
            DBInstanceIdentifier=f"{name}-replica-1", SourceDBInstanceIdentifier=name
        )
        self.start_fleet(HOME, 0, most=4)
        self.start_fleet(AWAY, 2, most=4)

    def _subnets(self, region: str) -> str:
        """A group of the default network."""
        subnets = self.ask("ec2", region).describe_subnets()["Subnets"]
        self.ask("rds", region).create_db_subnet_group(
            DBSubnetGroupName=self.name,
            DBSubnetGroupDescription="both zones",
            SubnetIds=[one["SubnetId"] for one in subnets[:2]],
        )
        return self.name

    def databases(self, region: str) -> dict[str, dict[str, Any]]:
        found = self.ask("rds", region).describe_db_instances()["DBInstances"]
        return {one["DBInstanceIdentifier"]: one for one in found if one["DBInstanceIdentifier"].startswith(self.name)}

    def sources(self, region: str) -> dict[str, str]:
        """Identifier -> what it follows, its end: the identifier of that."""
        return {
            name: str(one.get("ReadReplicaSourceDBInstanceIdentifier") or "").rpartition(":")[2]
            for name, one in self.databases(region).items()
        }


@pytest.fixture
def world(endpoint: str, name: str) -> World:
    return World(endpoint, name)


def member(world: World, region: str, suffix: str = "", **inputs: Any) -> Member:
    name = f"{'shop' if region == HOME else 'shop-standby'}-database-primary{suffix}"
    identifier = f"{world.name}{suffix}"
    written = {"instanceClass": "db.t3.micro", "backupRetentionPeriod": 7, "deletionProtection": True, **inputs}
    return Member(f"urn::{name}", name, identifier, identifier, region, written, {})


@pytest.fixture
def at(world: World) -> Takeover:
    home = member(world, HOME, dbSubnetGroupName=world.groups[HOME])
    away = member(world, AWAY, dbSubnetGroupName=world.groups[AWAY])
    replica = member(world, HOME, "-replica-1", backupRetentionPeriod=0, deletionProtection=False)
    fleets = {region: Fleet(f"urn::{region}", f"fleet-{region}", world.name, region, 0, 4) for region in (HOME, AWAY)}
    database = Database(home.urn, home.name, home.identifier, HOME, 7)
    moves = Moves((database,), (replace(fleets[HOME], least=2),), (fleets[AWAY],), ())
    architecture: Any = SimpleNamespace(region=HOME)
    asked = Asked(architecture, world.endpoint)
    pairs = (Pair(home, away, (replica,)),)
    at = Takeover(Way.FAILBACK, asked, moves, HOME, AWAY, 900, pairs=pairs)
    at.refresh = at.write = lambda: "done"
    return at


def begun() -> journal.Journal:
    return journal.Journal(journal.now(), drill=False, way=Way.FAILBACK)


def is_home(world: World) -> None:
    name, former = world.name, f"{world.name}-former"
    assert world.sources(HOME) == {name: "", former: "", f"{name}-replica-1": name}
    assert world.sources(AWAY) == {name: name, former: ""}
    assert (world.servers(HOME), world.servers(AWAY)) == (2, 0)


def test_the_service_is_home_and_the_former_databases_are_kept(world: World, at: Takeover, target: Any) -> None:
    before = {region: world.databases(region)[world.name] for region in (HOME, AWAY)}
    notes, failed = takeover._run(target, at, FAILBACK, begun(), str)
    assert (failed, [entry.step for entry in notes.entries]) == ("", NAMES)
    is_home(world)
    for region in (HOME, AWAY):
        kept, successor = world.databases(region)[f"{world.name}-former"], world.databases(region)[world.name]
        assert kept["DbiResourceId"] == before[region]["DbiResourceId"], "nothing of it was made again"
        assert kept["DeletionProtection"] and successor["DeletionProtection"]
        assert successor["DbiResourceId"] != kept["DbiResourceId"] and successor["BackupRetentionPeriod"] == 7
        assert successor["Endpoint"]["Address"] == before[region]["Endpoint"]["Address"], "settings stay true"


@pytest.mark.parametrize("stopped", NAMES)
def test_what_was_stopped_at_a_step_goes_on_with_it(world: World, at: Takeover, target: Any, stopped: str) -> None:
    """Killed with the step done and not noted: it is done once more, and nothing of it twice."""
    kills = tuple(replace(step, act=killed(step)) if step.name == stopped else step for step in FAILBACK)
    notes, failed = takeover._run(target, at, kills, begun(), str)
    assert failed and [entry.step for entry in notes.entries] == NAMES[: NAMES.index(stopped)]
    notes, failed = takeover._run(target, at, FAILBACK, notes, str)
    assert failed == "" and [entry.step for entry in notes.entries] == NAMES
    is_home(world)


def killed(step: Step) -> Callable[[Takeover], str]:
    def act(at: Takeover) -> str:
        step.act(at)
        raise Unfinished("killed")

    return act


@pytest.mark.parametrize(
    "stopped",
    [
        "copy",
        "promote",
        *(pytest.param(name, marks=pytest.mark.proof) for name in ("compare", "rename", "lag", "fence", "drain")),
    ],
)
def test_what_is_given_up_is_as_it_was(world: World, at: Takeover, target: Any, stopped: str) -> None:
    """Killed in a step that is half done; and the way back, killed after each step, goes on too."""
    before = {region: (world.sources(region), world.servers(region)) for region in (HOME, AWAY)}
    groups = [world.ask("ec2", AWAY).create_security_group(GroupName=world.name, Description="clients")["GroupId"]]
    world.ask("rds", AWAY).modify_db_instance(DBInstanceIdentifier=world.name, VpcSecurityGroupIds=groups)
    [pair] = at.pairs
    at.pairs = (replace(pair, away=replace(pair.away, inputs={**pair.away.inputs, "vpcSecurityGroupIds": groups})),)
    at.stopped = (replace(at.moves.fenced[0], least=2),)
    notes, _ = takeover._run(target, at, FAILBACK[: NAMES.index(stopped)], begun(), str)
    if stopped != "promote":
        FAILBACK[NAMES.index(stopped)].act(at)
    notes = replace(notes, ended="", trying=stopped)
    work = replace(at, restate=lambda: (_ for _ in ()).throw(Unfinished("killed")))
    notes, failed = takeover._undo(target, work, notes, str)
    assert bool(failed) == (stopped != "compare"), "the names are the last that is taken back"
    notes, failed = takeover._undo(target, at, notes, str)
    assert (failed, notes.entries, bool(notes.ended)) == ("", (), True)
    assert {region: (world.sources(region), world.servers(region)) for region in (HOME, AWAY)} == before
    there = world.databases(AWAY)[world.name]["VpcSecurityGroups"]
    assert [one["VpcSecurityGroupId"] for one in there] == groups


def test_who_changes_his_mind_in_the_middle_of_giving_up_goes_home(world: World, at: Takeover, target: Any) -> None:
    at.stopped = (replace(at.moves.fenced[0], least=2),)
    notes, _ = takeover._run(target, at, FAILBACK[: NAMES.index("drain")], begun(), str)
    work = replace(at, restate=lambda: (_ for _ in ()).throw(Unfinished("killed")))
    notes, failed = takeover._undo(target, work, replace(notes, ended=""), str)
    assert failed and world.servers(AWAY) == 2
    notes, failed = takeover._run(target, at, FAILBACK, notes, str)
    assert failed == ""
    is_home(world)


def test_nobody_has_to_wait_before_it_is_asked(world: World, at: Takeover, target: Any) -> None:
    notes, failed = takeover._run(target, at, FAILBACK, begun(), str, cuts=lambda: False)
    assert [entry.step for entry in notes.entries] == NAMES[: NAMES.index("fence")]
    assert "not yet. So far users have noticed nothing" in failed
    assert world.servers(AWAY) == 2
    assert world.sources(AWAY) == {world.name: ""}, "the active database is as it was"


def test_an_active_database_that_is_fenced_lets_nobody_in(world: World, at: Takeover, target: Any) -> None:
    ec2 = world.ask("ec2", AWAY)
    group = ec2.create_security_group(GroupName=world.name, Description="clients")["GroupId"]
    world.ask("rds", AWAY).modify_db_instance(DBInstanceIdentifier=world.name, VpcSecurityGroupIds=[group])
    until_fenced = FAILBACK[: NAMES.index("fence") + 1]
    assert takeover._run(target, at, until_fenced, begun(), str)[1] == ""
    [there] = [one["VpcSecurityGroupId"] for one in world.databases(AWAY)[world.name]["VpcSecurityGroups"]]
    [group] = ec2.describe_security_groups(GroupIds=[there])["SecurityGroups"]
    assert group["GroupName"] == "default"


def test_a_name_that_a_database_of_its_own_has_is_not_taken_from_it(world: World, at: Takeover) -> None:
    arn = world.databases(AWAY)[world.name]["DBInstanceArn"]
    with pytest.raises(Unfinished, match="is a database of its own in us-east-1"):
        copies.copy(at, at.pairs[0].here, arn)


def test_a_read_replica_that_was_promoted_is_not_removed(world: World, at: Takeover) -> None:
    [replica] = at.pairs[0].replicas
    world.ask("rds", HOME).promote_read_replica(DBInstanceIdentifier=replica.identifier)
    with pytest.raises(Unfinished, match="may hold the only copy"):
        copies.remove_replica(at, replica)


def test_two_databases_of_a_region_never_have_one_name(world: World) -> None:
    """As RDS refuses it."""
    rds = world.ask("rds", HOME)
    with pytest.raises(ClientError, match="already exists"):
        rds.modify_db_instance(DBInstanceIdentifier=world.name, NewDBInstanceIdentifier=f"{world.name}-replica-1")


def test_replicas_follow_a_database_under_its_other_name(world: World) -> None:
    """As RDS keeps them."""
    far = world.ask("rds", AWAY)
    source = world.databases(HOME)[world.name]["DBInstanceArn"]
    far.create_db_instance_read_replica(DBInstanceIdentifier=f"{world.name}-far", SourceDBInstanceIdentifier=source)
    world.ask("rds", HOME).modify_db_instance(
        DBInstanceIdentifier=world.name, NewDBInstanceIdentifier=f"{world.name}-former"
    )
    assert world.sources(HOME)[f"{world.name}-replica-1"] == f"{world.name}-former"
    assert world.sources(AWAY)[f"{world.name}-far"] == f"{world.name}-former"


def resource(name: str, identifier: str, **inputs: Any) -> dict[str, Any]:
    written = {"identifier": identifier, **inputs}
    return {
        "urn": f"urn:pulumi:shop-prod::tenfold::tenfold:index:Database$aws:rds/instance:Instance::{name}",
        "id": "db-OLD",
        "protect": True,
        "inputs": dict(written),
        "outputs": {**written, "id": "db-OLD"},
    }


def test_a_state_with_exchanged_databases_keeps_the_former_ones_as_leftovers() -> None:
    before = resource(
        "shop-database-primary", "shop-1", skipFinalSnapshot=False, finalSnapshotIdentifier="shop-1-final"
    )
    one = Member(before["urn"], "shop-database-primary", "shop-1", "db-OLD", HOME, before["inputs"], {})
    successors = {before["urn"]: exchange.Successor(one, "db-NEW", None, left=True)}
    left, after = exchange.replace_by_successors([before], successors)
    assert (left["urn"], left["id"]) == (before["urn"].replace("-primary", "-former"), "db-OLD")
    assert (left["inputs"]["identifier"], left["inputs"]["finalSnapshotIdentifier"], left["protect"]) == (
        "shop-1-former",
        "shop-1-former-old-final",
        True,
    )
    assert (after["urn"], after["id"], after["outputs"]["id"]) == (before["urn"], "db-NEW", "db-NEW")
    assert exchange.replace_by_successors([left, after], successors) == [left, after], "made again, it changes nothing"


def test_what_follows_again_says_so_and_nothing_that_a_replica_may_not_say() -> None:
    before = resource("shop-standby-database-primary", "shop-2", engineVersion="17", finalSnapshotIdentifier="x")
    changes = {"engineVersion": None, "finalSnapshotIdentifier": None, "skipFinalSnapshot": True}
    one = Member(before["urn"], "shop-standby-database-primary", "shop-2", "db-OLD", AWAY, before["inputs"], changes)
    [_, after] = exchange.replace_by_successors(
        [before], {before["urn"]: exchange.Successor(one, "db-NEW", "arn:home", left=True)}
    )
    assert after["inputs"] == {"identifier": "shop-2", "skipFinalSnapshot": True, "replicateSourceDb": "arn:home"}


def test_the_state_knows_read_replicas_that_were_made_again(world: World, at: Takeover) -> None:
    """RDS's own id of a database (db-…) is another one, and a refresh would take the old one for gone."""
    [pair] = at.pairs
    [replica] = pair.replicas
    at.pairs = (replace(pair, replicas=(replace(replica, id="db-OLD"),)),)
    state = [{"urn": replica.urn, "id": "db-OLD", "inputs": {}, "outputs": {"id": "db-OLD"}}]

    def rewrite(change: Callable[[Any], Any], otherwise: str) -> None:
        state[:] = change(state)

    target: Any = SimpleNamespace(driver=SimpleNamespace(rewrite=rewrite))
    sides._restate(target, at)
    assert state[0]["id"] == world.databases(HOME)[replica.identifier]["DbiResourceId"]
    assert state[0]["inputs"]["replicateSourceDb"] == world.name


@pytest.mark.parametrize("stopped", ["fence", "drain", "promote"])
def test_what_was_opened_by_hand_after_the_fence_is_closed_before_anything_is_promoted(
    world: World, at: Takeover, target: Any, stopped: str
) -> None:
    done = FAILBACK[: NAMES.index(stopped) + (stopped == "fence")]
    notes, _ = takeover._run(target, at, done, begun(), str)
    group = world.ask("ec2", AWAY).create_security_group(GroupName=world.name, Description="clients")["GroupId"]
    world.ask("rds", AWAY).modify_db_instance(DBInstanceIdentifier=world.name, VpcSecurityGroupIds=[group])
    world.ask("autoscaling", AWAY).update_auto_scaling_group(
        AutoScalingGroupName=world.name, MinSize=2, MaxSize=2, DesiredCapacity=2
    )
    assert world.servers(AWAY) == 2 and not copies.is_closed(at, at.pairs[0].away)
    until_promoted = FAILBACK[: NAMES.index("promote") + 1]
    _, failed = takeover._run(target, at, until_promoted, replace(notes, ended=""), str)
    assert (failed, world.servers(AWAY)) == ("", 0)
    assert copies.is_closed(at, at.pairs[0].away) and not copies.follows(at, at.pairs[0].here)


@pytest.mark.parametrize(
    ("lags", "near", "all_of_it"),
    [
        ([], False, False),
        ([(60, 0.0)], True, True),
        ([(60, 90.0)], False, False),  # so it has what was written until half a minute before the fence
        ([(120, 90.0)], False, True),
        ([(60, -1.0)], False, False),  # replication has stopped: nothing is known of what it has
        ([(60, 0.0), (120, -1.0)], False, True),
    ],
)
def test_a_replica_that_follows_no_more_has_not_caught_up(
    at: Takeover, monkeypatch: pytest.MonkeyPatch, lags: list[tuple[int, float]], near: bool, all_of_it: bool
) -> None:
    """`lags`: (seconds from the fence to the measured minute, seconds behind)."""
    fence = 1_800_000_000.0
    measured = [(datetime.fromtimestamp(fence + after, UTC), lag) for after, lag in lags]
    monkeypatch.setattr(steps, "lags", lambda *_: measured)
    monkeypatch.setattr(copies, "follows", lambda *_: True)
    here = at.pairs[0].here
    assert (homeward._is_near(at, here), homeward._has_all(at, here, fence)) == (near, all_of_it)


def test_every_object_is_compared_whatever_the_first_region_has_besides(
    world: World, at: Takeover, monkeypatch: pytest.MonkeyPatch
) -> None:
    for region, keys in ((AWAY, "bcdé"), (HOME, "abcdeé")):
        place = {} if region == HOME else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        world.ask("s3", region).create_bucket(Bucket=f"{world.name}-{region}", **place)
        for key in keys:
            world.ask("s3", region).put_object(Bucket=f"{world.name}-{region}", Key=key, Body=b"1")
    copied = Copied(((AWAY, f"{world.name}-{AWAY}", f"{world.name}-{HOME}"),))
    same = comparison.compare(at, copied)
    assert (same.behind, same.words) == ([], "4 objects")
    world.ask("s3", HOME).delete_object(Bucket=f"{world.name}-{HOME}", Key="c")
    world.ask("s3", HOME).put_object(Bucket=f"{world.name}-{HOME}", Key="é", Body=b"older")
    assert comparison.compare(at, copied).behind == [f"2 objects of {world.name}-{AWAY} are not in us-east-1"]
    busy = comparison.compare(at, copied, until=datetime.now(UTC) - homeward.UNDER_WAY)
    under_way = f"4 objects of {world.name}-{AWAY} that may be under way"
    assert (busy.behind, busy.words) == ([], f"nothing to compare; not looked at: {under_way}")
    later = comparison.compare(at, copied, until=datetime.now(UTC) + timedelta(minutes=1))
    assert len(later.behind) == 1, "what is older has to be there"
    monkeypatch.setattr(comparison, "OBJECTS", 3)
    words = comparison.compare(at, copied).words
    assert words == f"3 objects; not looked at: objects of {world.name}-{AWAY} after the first 3"


def test_items_and_both_versions_of_secrets_are_compared(
    world: World, at: Takeover, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, away = (world.ask("dynamodb", region) for region in (HOME, AWAY))
    here.create_table(
        TableName=world.name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    here.update_table(TableName=world.name, ReplicaUpdates=[{"Create": {"RegionName": AWAY}}])
    for number in range(3):
        away.put_item(TableName=world.name, Item={"id": {"S": str(number)}})
    secrets = world.ask("secretsmanager", HOME)
    arn = secrets.create_secret(Name=world.name, SecretString="one", AddReplicaRegions=[{"Region": AWAY}])["ARN"]
    at.outputs = {"database_secret": arn}
    copied = Copied((), (world.name,))
    same = comparison.compare(at, copied)
    assert (same.behind, same.words) == ([], "3 items, 1 secret")
    read = comparison._read
    monkeypatch.setattr(comparison, "_read", lambda *asked: [{**item, "count": {"N": "1"}} for item in read(*asked)])
    assert comparison.compare(at, copied).behind == [f"3 items of {world.name} are not the same in us-east-1"]
    assert not comparison.compare(at, copied, until=datetime.now(UTC)).behind, "they change while users write"
    monkeypatch.setattr(comparison, "_read", lambda *_: [{"id": {"S": "0"}}])
    values = iter([("1", "new"), ("1", "new"), ("0", "old"), ("0", "another")])
    monkeypatch.setattr(comparison, "value", lambda *_: next(values))
    monkeypatch.setattr(comparison, "ITEMS", 2)
    other = comparison.compare(at, copied)
    assert other.behind == [
        f"1 item of {world.name} is not the same in us-east-1",
        "the secret database_secret differs between the regions",
    ]
    assert other.words == f"2 items, 1 secret; not looked at: items of {world.name} after 2"


@pytest.mark.parametrize("kept", [True, False])
def test_a_drill_on_the_way_home_looks_for_its_marks_there(world: World, at: Takeover, kept: bool) -> None:
    outputs = {}
    for role, region in (("", HOME), ("standby_", AWAY)):
        outputs[f"{role}uploads"] = bucket = f"{world.name}-{region}"
        place = {} if region == HOME else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        world.ask("s3", region).create_bucket(Bucket=bucket, **place)
    contents = drill.before(at, outputs)
    assert world.ask("s3", AWAY).get_object(Bucket=outputs["standby_uploads"], Key=drill.KEY)["Body"].read() == b"here"
    if kept:
        world.ask("s3", HOME).put_object(Bucket=outputs["uploads"], Key=drill.KEY, Body=b"here", Tagging="drill=yes")
    assert [mark.kept for mark in drill.after(at, outputs, contents)] == [kept]
    assert "Contents" not in world.ask("s3", HOME).list_objects_v2(Bucket=outputs["uploads"])


def test_what_has_not_arrived_is_said_as_it_is_in_the_end(at: Takeover, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([comparison.Comparison(["3 objects"]), comparison.Comparison(["1 object"])])
    monkeypatch.setattr(comparison, "compare", lambda *_: next(looks))
    clock = SimpleNamespace(monotonic=iter([0.0, 1.0, 10_000.0]).__next__, sleep=lambda _: None)
    monkeypatch.setattr("tenfold.failover.takeover.time", clock)
    with pytest.raises(Unfinished, match="1 object, after"):
        FAILBACK[0].act(at)
