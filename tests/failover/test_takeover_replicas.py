"""Copies of secrets and keys that are not fit for use are told before anything stops, with what makes them fit."""

import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends

from tenfold.commands.parts import sides
from tenfold.failover import replicas, steps
from tenfold.failover.homeward import FAILBACK
from tenfold.failover.moves import Moves
from tenfold.failover.takeover import Takeover, Unfinished, Way
from tenfold.local import regions
from tenfold.promotion.checks import Asked
from tenfold.render import failover as render
from tests.failover.simulated import Regions

AWAY, HERE = "us-east-1", "us-west-2"
LOOK = steps.FAILOVER[0].act


@pytest.fixture
def world(endpoint: str, name: str) -> Regions:
    return Regions(endpoint, name)


@pytest.fixture
def state(world: Regions) -> list[dict[str, Any]]:
    """A secret and a key in both regions, and one of each that is in the first alone."""
    secrets, keys = world.ask("secretsmanager", AWAY), world.ask("kms", AWAY)
    value = json.dumps({"password": "one"})
    login = secrets.create_secret(
        Name=world.name, SecretString=value, AddReplicaRegions=[{"Region": HERE, "KmsKeyId": "alias/here"}]
    )["ARN"]
    alone = secrets.create_secret(Name=f"{world.name}-alone", SecretString=value)["ARN"]
    key = keys.create_key(MultiRegion=True)["KeyMetadata"]
    copy = keys.replicate_key(KeyId=key["Arn"], ReplicaRegion=HERE)["ReplicaKeyMetadata"]["Arn"]
    secret, replica = "aws:secretsmanager/secret:Secret", "aws:kms/replicaKey:ReplicaKey"
    return [
        {"type": "pulumi:pulumi:Stack", "urn": "urn::stack"},
        {"type": secret, "urn": "urn::login", "inputs": {"replicas": [{"region": HERE}]}, "outputs": {"arn": login}},
        {"type": secret, "urn": "urn::alone", "inputs": {}, "outputs": {"arn": alone}},
        {"type": "aws:kms/key:Key", "urn": "urn::key", "inputs": {}, "outputs": {"arn": key["Arn"]}},
        {"type": replica, "urn": "urn::standby-key", "inputs": {}, "outputs": {"arn": copy}},
    ]


@pytest.fixture
def at(world: Regions, state: list[dict[str, Any]]) -> Takeover:
    architecture: Any = None  # nothing of it is read
    asked = Asked(architecture, world.endpoint)
    nothing = Moves((), (), (), ())
    return Takeover(Way.FAILOVER, asked, nothing, HERE, AWAY, 900, replicas=replicas.of(state, HERE))


def test_only_the_region_that_takes_over_is_asked(world: Regions, at: Takeover) -> None:
    regions.ask(world.endpoint, "POST", AWAY)
    assert LOOK(at) == f"{HERE} answers, and has what takes over: 1 secret, 1 key"
    standings = replicas.standings(world.ask, at.replicas, AWAY)
    assert [(one.replica.name, one.state, one.remedy) for one in standings] == [
        ("login", "InSync", ""),
        ("standby-key", "Enabled", ""),
    ]


def key_id(arn: str) -> str:
    return arn.rpartition("/")[2]


def fail_secret(world: Regions, arn: str) -> None:
    there: Any = secretsmanager_backends[DEFAULT_ACCOUNT_ID][HERE].secrets[arn]
    there.config["Status"] = "Failed"


def drop_secret(world: Regions, arn: str) -> None:
    world.ask("secretsmanager", AWAY).remove_regions_from_replication(SecretId=world.name, RemoveReplicaRegions=[HERE])


def disable_key(world: Regions, arn: str, region: str = HERE) -> None:
    world.ask("kms", region).disable_key(KeyId=key_id(arn))


def delete_key(world: Regions, arn: str, region: str = HERE) -> None:
    world.ask("kms", region).schedule_key_deletion(KeyId=key_id(arn), PendingWindowInDays=7)


@pytest.mark.parametrize(
    ("breaks", "which", "fault", "remedy"),
    [
        (fail_secret, 0, "secret login: Failed", "stop-replication-to-replica --region us-west-2 --secret-id {arn}"),
        (drop_secret, 0, "secret login: is not there", "while us-east-1 answers"),
        (disable_key, 1, "key standby-key: Disabled", "aws kms enable-key --region us-west-2 --key-id {key}"),
        (delete_key, 1, "key standby-key: PendingDeletion", "aws kms cancel-key-deletion --region us-west-2"),
    ],
)
def test_a_copy_that_is_not_fit_stops_before_anything_stops_unless_a_person_insists(
    world: Regions, at: Takeover, breaks: Callable[..., None], which: int, fault: str, remedy: str
) -> None:
    arn = at.replicas[which].arn
    breaks(world, arn)
    with pytest.raises(Unfinished) as stopped:
        LOOK(at)
    assert str(stopped.value).startswith(fault) and remedy.format(arn=arn, key=key_id(arn)) in str(stopped.value)
    questions = list[str]()
    at.insists = lambda question: not questions.append(question)
    assert "what takes over" in LOOK(at)
    assert questions == [f"{stopped.value}. Go on without?"]


def test_what_the_remedies_do_makes_the_copies_fit(world: Regions, at: Takeover) -> None:
    """Each as it is printed, in the region that takes over; the other one is lost."""
    secret, arn = (one.arn for one in at.replicas)
    fail_secret(world, secret)
    delete_key(world, arn)
    regions.ask(world.endpoint, "POST", AWAY)
    with pytest.raises(Unfinished):
        LOOK(at)
    world.ask("kms", HERE).cancel_key_deletion(KeyId=key_id(arn))
    world.ask("kms", HERE).enable_key(KeyId=key_id(arn))
    world.ask("secretsmanager", HERE).stop_replication_to_replica(SecretId=secret)
    world.ask("secretsmanager", HERE).put_secret_value(SecretId=secret, SecretString="two")
    assert "1 secret, 1 key" in LOOK(at)


@pytest.mark.parametrize(
    ("breaks", "region", "which", "fault"),
    [
        (disable_key, AWAY, 0, "key key: Disabled. aws kms enable-key --region us-east-1"),
        (delete_key, AWAY, 0, "key key: PendingReplicaDeletion. aws kms cancel-key-deletion --region us-east-1"),
        (delete_key, HERE, 1, "key standby-key: PendingDeletion. aws kms cancel-key-deletion --region us-west-2"),
    ],
)
def test_a_failback_begins_with_the_keys_of_both_regions(
    world: Regions,
    at: Takeover,
    state: list[dict[str, Any]],
    breaks: Callable[..., None],
    region: str,
    which: int,
    fault: str,
) -> None:
    """A database of each is copied with the key of the other."""
    keys = sides._needed_copies(state, Way.FAILBACK, AWAY, HERE)
    assert [(one.name, one.region) for one in keys] == [("key", AWAY), ("standby-key", HERE)]
    homeward = replace(at, way=Way.FAILBACK, here=AWAY, away=HERE, replicas=keys)
    assert FAILBACK[0].act(homeward).startswith("the same in both regions")
    breaks(world, keys[which].arn, region)
    with pytest.raises(Unfinished) as stopped:
        FAILBACK[0].act(homeward)
    assert str(stopped.value).startswith(fault)


def test_a_region_that_does_not_answer_is_asked_once_and_refuses_nothing(at: Takeover) -> None:
    asked = list[str]()

    def silent(service: str, region: str) -> Any:
        asked.append(service)
        raise EndpointConnectionError(endpoint_url=service)

    standings = [*replicas.standings(silent, at.replicas, AWAY)]
    assert asked == ["secretsmanager"]
    assert [(one.state.split(":")[0], one.remedy) for one in standings] == [("not known", "")] * 2


def test_a_quiet_day_s_status_counts_what_is_fit_and_names_what_is_not() -> None:
    fit = {"kind": "secret", "state": "InSync", "remedy": None}
    copies = [{**fit, "name": "login"}, {**fit, "name": "stripe"}]
    copies += [{"kind": "key", "name": "standby-key", "state": "Disabled", "remedy": "aws kms enable-key"}]
    facts = {"primary": AWAY, "standby": HERE, "active": "primary", "deployed": None, "days_since_drill": None}
    target: Any = SimpleNamespace(
        where=SimpleNamespace(stack="shop-prod", where="account"), architecture=SimpleNamespace(standby=None)
    )
    facts |= {"unread": None, "at_work": None, "last": None, "replicas": copies, "capacity": {"needed": 0}}
    assert render.standing(target, facts).splitlines()[2:4] == [
        "  copies      us-west-2: 2 secrets InSync",
        "  copies      ✗ key standby-key: Disabled. aws kms enable-key",
    ]
    began, ended = "2026-11-28T03:48:00+00:00", "2026-11-28T03:48:06+00:00"
    last = {
        "way": "failover",
        "drill": True,
        "began": began,
        "ended": ended,
        "given_up": False,
        "seconds": 6,
        "steps": [],
    }
    said = render.standing(target, facts | {"last": last})
    assert "  last        drill of a failover, begun 2026-11-28 03:48:00 UTC, ended after 6 s" in said
