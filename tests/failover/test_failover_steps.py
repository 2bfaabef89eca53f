"""The steps of a failover against the simulated AWS, with the region that is left lost, and stopped after each step."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tenfold.commands.parts import sides, takeover
from tenfold.failover import drill, images, journal, servers, steps
from tenfold.failover.moves import Alarm, Database, Fleet, Moves
from tenfold.failover.steps import FAILOVER
from tenfold.failover.takeover import UNANSWERED, Step, Takeover, Unfinished, Way, wait
from tenfold.local import regions
from tenfold.promotion.checks import Asked
from tests.failover.simulated import POSTGRES, Regions

AWAY, HERE = "us-east-1", "us-west-2"
NAMES = [step.name for step in FAILOVER]
STEP = {step.name: step for step in FAILOVER}


class World(Regions):
    """A database with a replica in the other region, and a fleet in both."""

    def __init__(self, endpoint: str, name: str) -> None:
        super().__init__(endpoint, name)
        source = self.ask("rds", AWAY).create_db_instance(DBInstanceIdentifier=name, **POSTGRES)["DBInstance"]
        self.ask("rds", HERE).create_db_instance_read_replica(
            DBInstanceIdentifier=name, SourceDBInstanceIdentifier=source["DBInstanceArn"]
        )
        self.ask("cloudwatch", HERE).put_metric_alarm(
            AlarmName=f"{name}-switch",
            Namespace="tenfold",
            MetricName="StandbyActive",
            Dimensions=[{"Name": "Name", "Value": f"entry.{name}.example.com"}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            Threshold=1.0,
            TreatMissingData="ignore",
        )
        for region, least in ((AWAY, 2), (HERE, 0)):
            self.start_fleet(region, least, most=least)

    def source_of_the_replica(self) -> str | None:
        [there] = self.ask("rds", HERE).describe_db_instances(DBInstanceIdentifier=self.name)["DBInstances"]
        return there.get("ReadReplicaSourceDBInstanceIdentifier")

    def switched(self) -> bool:
        [alarm] = self.ask("cloudwatch", HERE).describe_alarms(AlarmNames=[f"{self.name}-switch"])["MetricAlarms"]
        return alarm["StateValue"] == "ALARM"


@pytest.fixture
def world(endpoint: str, name: str) -> World:
    return World(endpoint, name)


@pytest.fixture
def at(world: World) -> Takeover:
    name = "shop-standby-database-primary"
    fleets = {region: Fleet(f"urn::{region}", f"fleet-{region}", world.name, region, 0, 0) for region in (AWAY, HERE)}
    raised = replace(fleets[HERE], least=2, most=4)
    moves = Moves((Database(f"urn::{name}", name, world.name, HERE, 7),), (raised,), (fleets[AWAY],), ())
    architecture: Any = SimpleNamespace(region=AWAY)
    asked = Asked(architecture, world.endpoint)
    at = Takeover(Way.FAILOVER, asked, moves, HERE, AWAY, 900, f"{world.name}-switch")
    at.refresh = at.write = lambda: "done"
    return at


def begun() -> journal.Journal:
    return journal.Journal(journal.now(), drill=True)


def test_a_region_that_answers_nothing_keeps_nobody_from_leaving_it(world: World, at: Takeover, target: Any) -> None:
    regions.ask(world.endpoint, "POST", AWAY)
    notes, failed = takeover._run(target, at, FAILOVER, begun(), str)
    assert failed == ""
    assert [entry.step for entry in notes.entries] == NAMES
    assert notes.entries[1].result.startswith("us-east-1 answers nothing")
    assert (world.source_of_the_replica(), world.servers(HERE), world.switched()) == (None, 2, True)
    regions.ask(world.endpoint, "DELETE", AWAY)
    assert world.servers(AWAY) == 2  # untouched: the first `up` after its return stops them


def test_a_region_that_still_answers_stops_its_servers_first(world: World, at: Takeover, target: Any) -> None:
    notes, failed = takeover._run(target, at, FAILOVER, begun(), str)
    assert (failed, notes.entries[1].result, world.servers(AWAY)) == ("", "fleet-us-east-1 has 0 servers", 0)


@pytest.mark.parametrize("stopped", NAMES)
def test_what_was_stopped_at_a_step_goes_on_with_it(world: World, at: Takeover, target: Any, stopped: str) -> None:
    """Killed with the step done and not noted: it is done once more, and nothing of it twice."""
    journal.write(target.where, begun())
    regions.ask(world.endpoint, "POST", AWAY)
    kills = tuple(replace(step, act=killed(step)) if step.name == stopped else step for step in FAILOVER)
    notes, failed = takeover._run(target, at, kills, begun(), str)
    assert failed and [entry.step for entry in notes.entries] == NAMES[: NAMES.index(stopped)]
    read = journal.read(target.where)
    assert read is not None and read.entries == notes.entries and not read.ended
    notes, failed = takeover._run(target, at, FAILOVER, read, str)
    assert failed == "" and [entry.step for entry in notes.entries] == NAMES
    assert (world.source_of_the_replica(), world.servers(HERE), world.switched()) == (None, 2, True)


def killed(step: Step) -> Callable[[Takeover], str]:
    def act(at: Takeover) -> str:
        step.act(at)
        raise Unfinished("killed")

    return act


@pytest.mark.parametrize("stopped", ["fence", "lag", "promote"])
def test_a_failover_is_given_up_until_a_database_is_promoted(
    world: World, at: Takeover, target: Any, stopped: str
) -> None:
    """Killed before it has promoted anything: the servers that were stopped run again."""
    at.stopped = (replace(at.moves.fenced[0], least=2, most=2),)
    before = FAILOVER[: NAMES.index(stopped)]
    notes, _ = takeover._run(target, at, before, begun(), str)
    notes = replace(notes, ended="", trying=stopped)
    assert not steps.is_promoted(at)
    notes, failed = takeover._undo(target, at, notes, str)
    assert (failed, notes.entries, bool(notes.ended)) == ("", (), True)
    assert (world.servers(AWAY), bool(world.source_of_the_replica())) == (2, True)
    steps.promote(at)
    assert steps.is_promoted(at)


def test_a_replica_that_is_not_there_stops_the_failover_and_says_so(world: World, at: Takeover, target: Any) -> None:
    gone = replace(at.moves.databases[0], identifier="nobody")
    at.moves = replace(at.moves, databases=(gone,))
    notes, failed = takeover._run(target, at, FAILOVER, begun(), str)
    assert "nobody not found" in failed
    assert notes.entries == () and not notes.ended
    assert world.servers(AWAY) == 2, "nothing was stopped for it"


def test_no_healthy_region_is_fenced_for_one_that_does_not_answer(world: World, at: Takeover, target: Any) -> None:
    regions.ask(world.endpoint, "POST", HERE)
    notes, failed = takeover._run(target, at, FAILOVER, begun(), str)
    assert "AWS does not answer there: run this again when it does" in failed
    regions.ask(world.endpoint, "DELETE", HERE)
    assert (notes.entries, world.servers(AWAY)) == ((), 2)


def test_a_switch_that_is_not_there_is_not_taken_for_thrown(at: Takeover) -> None:
    at.switch = "nobody"
    with pytest.raises(Unfinished, match="the alarm nobody is not there"):
        steps.throw_switch(at)


def test_the_switch_is_taken_back_in_the_region_where_it_was_thrown(world: World, at: Takeover) -> None:
    steps.throw_switch(at)
    assert world.switched()
    at.way, at.here, at.away = Way.FAILBACK, AWAY, HERE
    assert steps.throw_switch(at).endswith("is quiet: names follow within two minutes")
    assert not world.switched()


def test_without_a_switch_the_address_to_point_to_is_said(at: Takeover) -> None:
    at.switch, at.there = "", "https://lb-1.us-west-2.elb.amazonaws.com"
    assert steps.throw_switch(at).endswith("point yours at https://lb-1.us-west-2.elb.amazonaws.com")


def test_alarms_of_the_region_that_takes_over_tell_somebody(world: World, at: Takeover) -> None:
    """Those of what has stopped nobody any more; where their region answers nothing, from the next `up` on."""
    for region, enabled in ((HERE, False), (AWAY, True)):
        world.ask("cloudwatch", region).put_metric_alarm(
            AlarmName=world.name,
            ActionsEnabled=enabled,
            Namespace="AWS/EC2",
            MetricName="CPUUtilization",
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            ComparisonOperator="GreaterThanThreshold",
            Threshold=70.0,
        )
    alarms = tuple(Alarm(f"urn::{region}", world.name, region, region == HERE) for region in (HERE, AWAY))
    at.moves = replace(at.moves, alarms=alarms)
    regions.ask(world.endpoint, "POST", AWAY)
    rings_here = "1 alarm of us-west-2 notifies somebody"
    assert steps.ring(at) == f"{rings_here}; those of us-east-1 are switched off by the next `up`"
    regions.ask(world.endpoint, "DELETE", AWAY)
    assert [rings(world, region) for region in (HERE, AWAY)] == [True, True]
    assert steps.ring(at) == rings_here
    assert [rings(world, region) for region in (HERE, AWAY)] == [True, False]
    at.way, at.here, at.away = Way.FAILBACK, AWAY, HERE
    at.moves = replace(at.moves, alarms=tuple(replace(one, rings=not one.rings) for one in alarms))
    steps.ring(at)
    assert [rings(world, region) for region in (HERE, AWAY)] == [False, True]


def rings(world: World, region: str) -> bool:
    [alarm] = world.ask("cloudwatch", region).describe_alarms(AlarmNames=[world.name])["MetricAlarms"]
    return alarm["ActionsEnabled"]


def test_a_region_that_refuses_is_not_taken_for_one_that_is_silent(at: Takeover) -> None:
    """Its servers run on, and may write."""
    [fleet] = at.moves.fenced
    at.moves = replace(at.moves, fenced=(replace(fleet, group="nobodys"),))
    answer = STEP["fence"].act(at)
    assert answer.startswith("us-east-1 answers, and refuses: ")
    assert answer.endswith("Its servers may still write: set nobodys to 0 by hand")


@pytest.mark.parametrize("silent", [0, UNANSWERED, UNANSWERED + 1])
def test_a_network_that_fails_for_a_minute_does_not_end_hours_of_waiting(
    at: Takeover, monkeypatch: pytest.MonkeyPatch, silent: int
) -> None:
    clock = SimpleNamespace(monotonic=lambda: 0.0, sleep=lambda _: None)
    monkeypatch.setattr("tenfold.failover.takeover.time", clock)
    looks = iter([False, *[EndpointConnectionError(endpoint_url="rds")] * silent, False, True])

    def done() -> bool:
        look = next(looks)
        if isinstance(look, Exception):
            raise look
        return look

    if silent > UNANSWERED:
        with pytest.raises(EndpointConnectionError):
            wait(at, done, "not yet")
    else:
        wait(at, done, "not yet")
        assert list(looks) == []


def test_a_step_that_was_begun_again_measures_nothing(at: Takeover, target: Any) -> None:
    """The promotion goes on while nobody waits for it: the second time it seems to take no time."""
    quick = tuple(replace(step, act=lambda at: "done") for step in FAILOVER)
    kills = tuple(replace(step, act=killed(step)) if step.name == "promote" else step for step in quick)
    stopped, _ = takeover._run(target, at, kills, begun(), str)
    read = journal.read(target.where)
    assert read == stopped
    notes, _ = takeover._run(target, at, quick, stopped, str)
    notes = replace(notes, entries=tuple(replace(entry, seconds=5.0) for entry in notes.entries))
    assert (notes.took("promote"), notes.took("raise")) == (0.0, 5.0)


@pytest.mark.parametrize(
    ("lags", "words"), [([], "not measured"), ([-1.0], "not measured"), ([2.0, -1.0], "2 s behind")]
)
def test_a_replica_that_follows_no_more_is_not_said_to_be_ahead(
    at: Takeover, monkeypatch: pytest.MonkeyPatch, lags: list[float], words: str
) -> None:
    monkeypatch.setattr(steps, "lags", lambda *_: [(datetime.now(UTC), lag) for lag in lags])
    assert steps._lag(at) == f"shop-standby-database-primary: {words}"


@pytest.mark.parametrize("agrees", [True, False])
def test_a_replica_that_is_too_far_behind_is_promoted_only_by_somebody_who_knows(
    at: Takeover, target: Any, monkeypatch: pytest.MonkeyPatch, agrees: bool
) -> None:
    monkeypatch.setattr(steps, "lags", lambda *_: [(datetime.now(UTC), 1200.0)])
    questions = list[str]()
    at.agrees = lambda question: not questions.append(question) and agrees
    notes, failed = takeover._run(target, at, FAILOVER[: NAMES.index("promote") + 1], begun(), str)
    behind = "shop-standby-database-primary: 1200 s behind, more than the 900 s of regions.recovery.point"
    assert questions == [f"{behind}. What was written since is lost. Promote it?"]
    assert failed == ("" if agrees else f"how far the replicas are behind: {behind}; not promoted")
    assert [entry.step for entry in notes.entries] == ["look", "fence", "lag", "promote"][: 4 if agrees else 2]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("AccessDenied", "the credentials may not call PromoteReadReplica: use a role that may, and run this again."),
        ("ExpiredToken", "the credentials are not valid (any more): sign in again, and run this again."),
        ("Throttling", "AWS is asked too often: wait a minute, and run this again."),
    ],
)
def test_what_aws_refuses_is_read_at_three_in_the_morning(at: Takeover, target: Any, code: str, words: str) -> None:
    wrong = ClientError({"Error": {"Code": code, "Message": "no"}}, "PromoteReadReplica")

    def act(at: Takeover) -> str:
        raise wrong

    lines = list[str]()
    of = (replace(STEP["promote"], act=act),)
    _, failed = takeover._run(target, at, of, begun(), lines.append)
    assert failed == f"{of[0].title}: {words} AWS says: {wrong}"
    assert "✗ promote" in lines[0]


def test_a_call_that_is_throttled_while_something_is_waited_for_is_made_again(
    at: Takeover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenfold.failover.takeover.time", SimpleNamespace(monotonic=lambda: 0.0, sleep=lambda _: None))
    answer: Any = {"Error": {"Code": "Throttling"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    looks: Any = iter([ClientError(answer, "DescribeDBInstances"), True])

    def done() -> bool:
        if isinstance(look := next(looks), Exception):
            raise look
        return True

    wait(at, done, "not yet")


def test_a_group_that_somebody_removed_is_named(at: Takeover) -> None:
    with pytest.raises(Unfinished, match="nobodys is not there in us-west-2"):
        servers.in_group(at, replace(at.moves.raised[0], group="nobodys"))


def test_a_drill_that_was_killed_sets_its_marks_again_though_it_has_left_the_region_lost(
    world: World, at: Takeover, target: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = f"{world.name}-marks"
    world.ask("s3", AWAY).create_bucket(Bucket=bucket)
    monkeypatch.setattr(takeover.workspace, "outputs", lambda _: {"uploads": bucket})
    target.driver = SimpleNamespace(deployed_resources=list)
    regions.ask(world.endpoint, "POST", AWAY)
    with ExitStack() as ending:
        assert takeover._mark(target, at, ending).contents == {"uploads": "here"}
        assert regions.ask(world.endpoint, "GET") == [AWAY], "and is lost again"
    assert regions.ask(world.endpoint, "GET") == []


@pytest.mark.parametrize("kept", [False, True])
def test_a_drill_says_what_was_lost(world: World, at: Takeover, kept: bool) -> None:
    bucket = f"{world.name}-uploads"
    place = {"LocationConstraint": HERE}
    world.ask("s3", HERE).create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    if kept:
        world.ask("s3", HERE).put_object(Bucket=bucket, Key=drill.KEY, Body=b"here", Tagging="drill=yes")
    [mark] = drill.after(at, {"standby_uploads": bucket}, {"uploads": "here"})
    assert mark.kept == kept


def test_a_damaged_journal_says_what_to_do(target: Any) -> None:
    journal.path(target.where).write_text("{}")
    with pytest.raises(Exception, match="is damaged"):
        journal.read(target.where)


def test_what_a_failover_in_an_account_took_is_written_to_be_reckoned_with(at: Takeover, tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text("name: shop\nenvironments:\n  prod: {regions: {recovery: {decision: 5m}}}\n")
    account: Any = SimpleNamespace(
        file=file, where=SimpleNamespace(cloud=None), architecture=SimpleNamespace(environment="prod", leftovers=())
    )
    at.took = {"promote": 370.4, "raise": 121.0}.__getitem__
    today = date.today().isoformat()
    drill = f"{{date: {today}, promote: 6m10s, launch: 2m1s}}"
    assert sides._write(account, at) == f"regions: {{active: standby, recovery: {{drill: {drill}}}}}"
    assert f"{{recovery: {{decision: 5m, drill: {drill}}}, active: standby}}" in file.read_text()
    account.where.cloud = "a local cloud, whose promotions take no time"
    assert sides._measured(account, at) == {}


MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 1, "digest": "sha256:a"},
        "layers": [],
    }
)


@pytest.mark.parametrize("agrees", [True, False])
def test_an_image_that_the_region_s_registry_lacks_is_said_before_anything_stops(
    world: World, at: Takeover, agrees: bool
) -> None:
    """At pilot light no server has fetched it yet."""
    registry, questions = f"123456789012.dkr.ecr.{HERE}.amazonaws.com", list[str]()
    ecr = world.ask("ecr", HERE)
    ecr.create_repository(repositoryName=world.name)
    ecr.put_image(repositoryName=world.name, imageTag="1", imageManifest=MANIFEST)
    at.images = (
        "ghcr.io/acme/shop:1",
        f"{registry}/{world.name}:1",
        f"{registry}/{world.name}:2",
        f"{registry}/other:1",
    )
    at.agrees = lambda question: not questions.append(question) and agrees
    if agrees:
        result = STEP["look"].act(at)
        assert [question.split(" ")[0] for question in questions] == list(at.images[2:])
        assert result.endswith(f"; push {', '.join(at.images[2:])}: no server starts without it"), "also with --yes"
    else:
        with pytest.raises(Unfinished, match=f"{world.name}:2 is not there: push it"):
            STEP["look"].act(at)


def test_a_registry_that_does_not_answer_keeps_nobody_from_taking_over() -> None:
    def lost(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://api.ecr.us-west-2.amazonaws.com")

    ecr = SimpleNamespace(describe_images=lost)
    assert not [*images.missing(ecr, [f"123456789012.dkr.ecr.{HERE}.amazonaws.com/shop:1"])]


def test_a_replica_that_rds_is_busy_with_is_promoted_as_soon_as_it_is_not(
    at: Takeover, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its backup, or with the promotion that a run asked for which was killed."""
    states = iter(["backing-up", "available", "available", "modifying", "own"])
    refuses = {"Error": {"Code": "InvalidDBInstanceState", "Message": "not in available state"}}
    answers, calls = iter([refuses, None, refuses]), list[str]()

    def described(**_: Any) -> dict[str, Any]:
        state = next(states)
        follows = {} if state == "own" else {"ReadReplicaSourceDBInstanceIdentifier": "arn"}
        return {"DBInstances": [{"DBInstanceStatus": "available" if state == "own" else state, **follows}]}

    def promoted(**asked: Any) -> None:
        calls.append(asked["DBInstanceIdentifier"])
        if answer := next(answers):
            raise ClientError(answer, "PromoteReadReplica")

    rds = SimpleNamespace(describe_db_instances=described, promote_read_replica=promoted)
    monkeypatch.setattr(Takeover, "client", lambda *_: rds)
    assert STEP["promote"].act(at).endswith(": takes writes")
    assert calls == [at.moves.databases[0].identifier] * 3
