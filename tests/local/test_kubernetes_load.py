"""Load on a service of a simulated cluster: where it goes, and how its pods are shown over time."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tenfold.commands import local
from tenfold.failure import Failure
from tenfold.local.kubernetes import api, clusters, load
from tenfold.render import pods

CLUSTER = clusters.Cluster(Path("/clusters/us-east-1.shop"), 1, 1)
SCALER = "/apis/autoscaling/v2/namespaces/search/horizontalpodautoscalers/search"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An API server that answers what is in it."""
    objects: dict[str, Any] = {
        SCALER: {
            "spec": {"minReplicas": 2, "maxReplicas": 50},
            "status": {
                "currentReplicas": 4,
                "desiredReplicas": 8,
                "currentMetrics": [
                    {"type": "External", "external": {}},
                    {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 160}}},
                ],
            },
        },
        "/apis/autoscaling/v2/horizontalpodautoscalers": {"items": [{"metadata": {"name": "search"}}]},
    }
    monkeypatch.setattr(api, "read", lambda _, path: objects.get(path))
    monkeypatch.setattr(api, "apply", lambda _, path, body: objects.__setitem__(path, body))
    return objects


def test_load_is_what_all_pods_of_the_service_use_together(server: dict[str, Any]) -> None:
    load.put(CLUSTER, "search", "4000m")
    assert server["/api/v1/namespaces/search/configmaps/tenfold-load"]["data"] == {"cpu.search": "4000m"}


def test_a_service_that_is_not_there_is_told_with_those_that_are(server: dict[str, Any]) -> None:
    with pytest.raises(Failure, match="no service find") as refused:
        load.put(CLUSTER, "find", "1")
    assert refused.value.why == "Its services: search."


def test_a_line_says_when_how_busy_how_many_and_where_to(server: dict[str, Any]) -> None:
    first = next(load.watch(CLUSTER, "search", 10))
    assert (first.pods, first.desired, first.least, first.most, first.use) == (4, 8, 2, 50, 160)
    assert pods.line(first) == "   0:00  cpu 160 %     4 pods → 8   ███"


def test_of_a_stack_without_a_cluster_is_said_what_to_do() -> None:
    with pytest.raises(Failure, match="no Kubernetes cluster on this machine"):
        load.of_stack([{"type": "aws:sqs/queue:Queue", "outputs": {"arn": "a:b:c:d:e:f"}}])


@pytest.mark.parametrize("amount", ["4000x", "much", "-1", "1e3"])
def test_an_amount_that_is_none_is_refused_before_anything_starts(amount: str) -> None:
    result = CliRunner().invoke(local.command, ["load", "blueprints/shop.yaml", "search", "--", amount])
    assert result.exit_code == 2
    assert "is not an amount of CPU" in result.output
