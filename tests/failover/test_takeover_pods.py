"""Pods of services in a takeover: which there are, how many, and a cluster that does not answer."""

import json
from dataclasses import replace
from http.client import IncompleteRead
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tenfold import planning
from tenfold.blueprints.resolve import load
from tenfold.diff import compare
from tenfold.failover import homeward, pods, servers, steps
from tenfold.failover.moves import Moves
from tenfold.failover.pods import Pods, Unreachable
from tenfold.failover.takeover import Takeover, Unfinished, Way
from tenfold.promotion.checks import Asked

HOME, AWAY = "us-east-1", "us-west-2"
BLUEPRINT = """
name: shop
stage: 7
without: [cdn, tokens]
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
kubernetes: {admins: {deploy: "arn:aws:iam::123456789012:role/deploy"}}
services: {search: {image: "ghcr.io/acme/search:1", route: /search/*, runs_on: kubernetes, pods: 3-9}}
environments: {prod: {regions: {active: ACTIVE}}}
"""


def kubeconfig(region: str) -> str:
    user = {"command": "aws", "args": ["eks", "get-token", "--cluster-name", "shop-prod", "--region", region]}
    return json.dumps({"users": [{"user": {"exec": user}}]})


def test_each_region_has_its_pods_with_the_number_that_the_program_says(tmp_path: Path) -> None:
    before, after = (
        planning.record(
            load(tmp_path / "shop.yaml", environment="prod", content=BLUEPRINT.replace("ACTIVE", active).encode()),
            warn=False,
        )
        for active in ("primary", "standby")
    )
    providers = {
        role: {
            "urn": f"urn::pulumi:providers:kubernetes::kubernetes-{role}",
            "type": "pulumi:providers:kubernetes",
            "inputs": {"kubeconfig": kubeconfig(region)},
        }
        for role, region in (("primary", HOME), ("standby", AWAY))
    }
    deployed = [
        *providers.values(),
        *(
            {
                "urn": one.urn,
                "type": one.type,
                "inputs": one.inputs,
                "provider": f"{providers['standby' if '-standby-' in one.name else 'primary']['urn']}::1",
            }
            for one in before.resources.values()
            if one.type in (pods.DEPLOYMENT, pods.SCALER)
        ),
    ]
    services = pods.of(compare(before, after), deployed)
    assert {(one.region, one.name, one.before, one.least) for one in services} == {
        (HOME, "shop-service-search-pods-deployment", 3, 3),
        (AWAY, "shop-standby-service-search-pods-deployment", 2, 3),
    }
    specs: dict[str, Any] = {
        one.name: one.inputs["spec"] for one in after.resources.values() if one.type == pods.DEPLOYMENT
    }
    paused = {name: spec.get("replicas") for name, spec in specs.items()}
    assert paused == {
        "shop-service-search-pods-deployment": 0,  # also where the region was lost when it was left
        "shop-standby-service-search-pods-deployment": None,
    }


def service(region: str) -> Pods:
    name = f"shop-{region}-search"
    return Pods(f"urn::{name}", name, "search", "search", region, kubeconfig(region), least=3, before=2)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Region -> pods of the service; a region that is not in it does not answer."""
    numbers = {HOME: 3, AWAY: 2}

    def number(one: Pods, endpoint: str | None) -> int:
        if one.region not in numbers:
            raise Unreachable(f"the cluster of {one.region} does not answer", silent=True)
        return numbers[one.region]

    def scale(one: Pods, wished: int, endpoint: str | None) -> None:
        number(one, endpoint)
        numbers[one.region] = wished

    monkeypatch.setattr(pods, "scale", scale)
    monkeypatch.setattr(pods, "ready", number)
    monkeypatch.setattr(pods, "running", number)
    return numbers


def takeover(way: Way, here: str, away: str) -> Takeover:
    architecture: Any = SimpleNamespace(region=HOME)
    asked = Asked(architecture, "http://127.0.0.1:1")
    return Takeover(way, asked, Moves((), (), (), ()), here, away, 900, pods=(service(HOME), service(AWAY)))


def test_a_failover_stops_the_pods_that_are_left_and_starts_the_others(cluster: dict[str, int]) -> None:
    at = takeover(Way.FAILOVER, AWAY, HOME)
    assert steps._fence(at) == "shop-us-east-1-search has no pods"
    assert servers.raise_servers(at) == "shop-us-west-2-search has 3 pods"
    assert cluster == {HOME: 0, AWAY: 3}
    at.pods = tuple(replace(one, before=3) for one in at.pods)
    assert "shop-us-east-1-search has 3 pods" in servers.start_again(at)


def test_a_cluster_that_is_lost_is_left_all_the_same(cluster: dict[str, int]) -> None:
    del cluster[HOME]
    at = takeover(Way.FAILOVER, AWAY, HOME)
    assert steps._fence(at).endswith("does not answer; fenced by the first `up` after its return")
    assert servers.raise_servers(at) == "shop-us-west-2-search has 3 pods"


def test_a_failback_promotes_nothing_while_a_pod_may_write(cluster: dict[str, int]) -> None:
    at = takeover(Way.FAILBACK, HOME, AWAY)
    assert not homeward._is_fenced(at)
    homeward._fence(at)
    assert cluster[AWAY] == 0 and homeward._is_fenced(at)
    del cluster[AWAY]
    with pytest.raises(Unfinished, match="does not answer"):
        homeward._is_fenced(at)


@pytest.mark.parametrize("wrong", [ConnectionResetError(), IncompleteRead(b"{"), ValueError("a login page")])
def test_an_answer_that_is_none_of_kubernetes_is_a_cluster_that_does_not_answer(
    wrong: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: Any, **__: Any) -> None:
        raise wrong

    config = json.loads(kubeconfig(HOME))
    config["clusters"] = [{"cluster": {"server": "https://127.0.0.1:1", "certificate-authority-data": ""}}]
    monkeypatch.setattr(pods, "_token", lambda *_: "token")
    monkeypatch.setattr(pods.ssl, "create_default_context", lambda **_: None)
    monkeypatch.setattr(pods.urllib.request, "urlopen", cut_off)
    with pytest.raises(Unreachable, match=f"the cluster of {HOME} does not answer"):
        pods.ready(replace(service(HOME), kubeconfig=json.dumps(config)), None)
