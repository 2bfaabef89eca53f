"""A second region whose service runs on Kubernetes, on the real engine: a cluster of its own in each region."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import Tenfold  # beside this file

from tenfold.local.kubernetes import programs

HOME, AWAY = "us-east-1", "us-west-2"
BLUEPRINT = """name: shop
stage: 7
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
without: [cdn, replicas, uploads, tokens, vault]
sessions: {store: none}
network: {zones: 2}
kubernetes: {admins: {deploy: "arn:aws:iam::123456789012:role/deploy"}}
services:
  search: {image: "ghcr.io/acme/search:0.9.0", route: /search/*, runs_on: kubernetes, pods: 3-8}
environments: {dev: {throwaway: true}}
"""


@pytest.mark.proof
def test_each_region_has_a_cluster_of_its_own_and_none_is_left(
    fresh: Tenfold, cloud: Callable[[str], Any], tmp_path: Path
) -> None:
    programs.ensure(print)
    path = tmp_path / "shop.yaml"
    path.write_text(BLUEPRINT)
    where = (str(path), "--env", "dev", "--local")
    fresh("up", *where)
    clusters = {region: cloud(region)("eks").list_clusters()["clusters"] for region in (HOME, AWAY)}
    assert clusters[HOME] and clusters[AWAY]
    bindings = {region: groups(cloud, region) for region in (HOME, AWAY)}
    assert {len(one) for one in bindings.values()} == {1}, "one for the service in each region"
    assert fresh.json("up", *where)["changes"] == []
    fresh("destroy", *where, "--yes")
    assert {region: cloud(region)("eks").list_clusters()["clusters"] for region in (HOME, AWAY)} == {HOME: [], AWAY: []}


def groups(cloud: Callable[[str], Any], region: str) -> list[str]:
    """Target groups whose targets are pods."""
    found = cloud(region)("elbv2").describe_target_groups()["TargetGroups"]
    return [group["TargetGroupArn"] for group in found if group["TargetType"] == "ip"]
