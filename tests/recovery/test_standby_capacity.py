"""What the standby region may start at once, against what the account may run there."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.recovery import capacity
from tenfold.blueprints.recovery.arithmetic import notes
from tenfold.blueprints.resolve import load
from tenfold.failover import quota
from tenfold.render import failover as render

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
HERE = "us-west-2"


@pytest.fixture(scope="module")
def market() -> Architecture:
    """Fleet, workers, and services on servers."""
    architecture = load(BLUEPRINTS / "market.yaml", environment="prod", stage=7).architecture
    assert architecture and architecture.fleet and architecture.workers
    return architecture


def test_everything_that_may_run_at_once_is_counted(market: Architecture) -> None:
    services = [one for one in market.running_services.values() if one.runs_on == "servers"]
    assert len([*capacity.parts(market)]) == 2 + len(services) and services
    assert [*notes(market)][-1].startswith(
        f"capacity: up to {capacity.needed(market)} vCPUs in {HERE}: 20 × c7g.2xlarge"
    )
    assert market.fleet
    more = replace(market.fleet, servers_max=market.fleet.servers_max + 1)
    assert capacity.needed(replace(market, fleet=more)) == capacity.needed(market) + 8  # a c7g.2xlarge has 8


@pytest.mark.parametrize("instance", ["g5.xlarge", "p4d.24xlarge", "x2gd.large", "inf2.xlarge", "trn1.2xlarge"])
def test_a_family_with_a_quota_of_its_own_is_not_counted(market: Architecture, instance: str) -> None:
    assert market.fleet
    alone = replace(market, workers=None, services={}, kubernetes=None)
    assert capacity.needed(alone) > 0
    assert capacity.needed(replace(alone, fleet=replace(market.fleet, instance=instance))) == 0


def line(market: Architecture, value: float | None) -> tuple[quota.Capacity, str]:
    """What `failover status` says where Service Quotas answers that; None: it refuses."""
    client: Any = boto3.client("service-quotas", HERE, aws_access_key_id="test", aws_secret_access_key="test")
    with Stubber(client) as stubber:
        asked = {"ServiceCode": "ec2", "QuotaCode": "L-1216C47A"}
        if value is None:
            stubber.add_client_error("get_service_quota", "AccessDeniedException", expected_params=asked)
        else:
            stubber.add_response("get_service_quota", {"Quota": {"Value": value}}, asked)
        answer = quota.of(market, HERE, lambda: client)
    facts = {"primary": "us-east-1", "standby": HERE, "active": "primary", "deployed": None, "days_since_drill": None}
    facts |= {"unread": None, "at_work": None, "last": None, "replicas": [], "capacity": vars(answer)}
    target: Any = SimpleNamespace(where=SimpleNamespace(stack="shop-prod", where="account"), architecture=market)
    return answer, " ".join(render.standing(target, facts).split())


def test_a_quota_that_is_too_small_is_told_with_the_call_that_raises_it(market: Architecture) -> None:
    needed = capacity.needed(market)
    answer, words = line(market, 5.0)
    assert (answer.needed, answer.quota) == (needed, 5)
    assert f"✗ up to {needed} vCPUs in {HERE}, of a quota of 5: aws service-quotas" in words
    assert f"--quota-code L-1216C47A --desired-value {needed}" in words


@pytest.mark.parametrize(("value", "end"), [(1152.0, ", of a quota of 1152"), (None, "; the quota there is not known")])
def test_a_quota_that_suffices_or_that_nobody_tells_asks_for_nothing(
    market: Architecture, value: float | None, end: str
) -> None:
    answer, words = line(market, value)
    assert answer.remedy == "" and f"capacity up to {capacity.needed(market)} vCPUs in {HERE}{end} last" in words
    assert quota.of(market, HERE, None).quota is None, "the local cloud has no quotas"
