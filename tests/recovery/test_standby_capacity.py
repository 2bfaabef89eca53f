"""What the standby region may start at once, against what the account may run there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.recovery import capacity
from tenfold.blueprints.recovery.arithmetic import notes
from tenfold.blueprints.resolve import load
from tenfold.failover import quota
from tenfold.local.moto import patches  # noqa: F401  to import it is to patch moto
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
        f"capacity: up to {capacity.needed_vcpus(market)} vCPUs in {HERE}: 20 × c7g.2xlarge"
    )
    assert market.fleet
    more = replace(market.fleet, servers_max=market.fleet.servers_max + 1)
    assert (
        capacity.needed_vcpus(replace(market, fleet=more)) == capacity.needed_vcpus(market) + 8
    )  # a c7g.2xlarge has 8


@pytest.mark.parametrize("instance", ["g5.xlarge", "p4d.24xlarge", "x2gd.large", "inf2.xlarge", "trn1.2xlarge"])
def test_a_family_with_a_quota_of_its_own_is_not_counted(market: Architecture, instance: str) -> None:
    assert market.fleet
    alone = replace(market, workers=None, services={}, kubernetes=None)
    assert capacity.needed_vcpus(alone) > 0
    assert capacity.needed_vcpus(replace(alone, fleet=replace(market.fleet, instance=instance))) == 0


def status(market: Architecture, client: Any) -> tuple[quota.Capacity, str]:
    """What `failover status` knows and says."""
    answer = quota.of(market, HERE, lambda: client)
    facts = {"primary": "us-east-1", "standby": HERE, "active": "primary", "deployed": None, "days_since_drill": None}
    facts |= {"unread": None, "at_work": None, "last": None, "replicas": [], "capacity": vars(answer)}
    target: Any = SimpleNamespace(where=SimpleNamespace(stack="shop-prod", where="account"), architecture=market)
    return answer, " ".join(render.standing(target, facts).split())


@pytest.fixture
def client() -> Iterator[Any]:
    """Service Quotas of a new account, as the local cloud has it."""
    with mock_aws():
        yield boto3.client("service-quotas", HERE, aws_access_key_id="test", aws_secret_access_key="test")


def test_the_quota_of_a_new_account_is_too_small_until_it_is_raised_as_told(market: Architecture, client: Any) -> None:
    needed = capacity.needed_vcpus(market)
    answer, words = status(market, client)
    assert (answer.needed, answer.quota) == (needed, 5)
    assert f"✗ up to {needed} vCPUs in {HERE}, of a quota of 5: {answer.remedy}" in words
    service, code, desired = answer.remedy.partition("--service-code ")[2].split(" ")[0:5:2]
    raised = {"ServiceCode": service, "QuotaCode": code, "DesiredValue": float(desired)}
    with pytest.raises(client.exceptions.IllegalArgumentException):
        client.request_service_quota_increase(**{**raised, "DesiredValue": 5.0})
    client.request_service_quota_increase(**raised)
    answer, words = status(market, client)
    assert answer.remedy == "" and f"capacity up to {needed} vCPUs in {HERE}, of a quota of {needed} last" in words


def test_a_quota_that_nobody_tells_asks_for_nothing(market: Architecture, client: Any) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("get_service_quota", "AccessDeniedException")
        answer, words = status(market, client)
    assert answer.remedy == ""
    assert " drill none was measured yet: practise capacity " in words
    assert f"up to {capacity.needed_vcpus(market)} vCPUs in {HERE}; the quota there is not known last" in words
