"""Residency: data that leaves the regions of a group of tenants is found in the whole plan, with both lines."""

from pathlib import Path

import pytest

from tenfold import planning
from tenfold.blueprints.resolve import load
from tenfold.blueprints.source.problem import Problem

BOUND = """name: shop
stage: 7
region: eu-central-1
owner: team-shop@example.com
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
cdn: {waf: false}
regions: {standby: {region: eu-west-1}}
queues: {orders: {acceptable_delay: 30s, message_takes: 2s}}
events: {order-placed: {to: [orders]}}
services: {search: {image: "ghcr.io/acme/search:0.9.0", route: /search/*, data: {engine: dynamodb}}}
residency: {eu-users: [eu-central-1, eu-west-1]}
"""
LINE = 11


def problems(path: Path, text: str) -> list[Problem]:
    file = path / "shop.yaml"
    file.write_text(text)
    return [problem for problem in planning.attempt(load(file))[1] if problem.is_error]


def test_two_regions_that_are_allowed_keep_everything(tmp_path: Path) -> None:
    assert problems(tmp_path, BOUND) == []


def test_the_firewall_of_the_edge_logs_elsewhere_and_can_be_left_out(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, BOUND.replace("cdn: {waf: false}", "cdn: {waf: true}"))
    assert (problem.code, problem.line, problem.column, problem.path) == ("TF-R280", 6, 12, "cdn.waf")
    assert "shop-cdn-firewall-log" in problem.message and f"shop.yaml:{LINE})" in problem.message


def test_a_region_without_access_logs_of_the_edge_has_them_elsewhere(tmp_path: Path) -> None:
    there = BOUND.replace("eu-central-1", "eu-central-2")
    [problem] = problems(tmp_path, there.replace("stage: 7", "stage: 6").replace("regions: {standby", "# "))
    assert problem.path == "cdn" and "shop-cdn-logs keeps the objects in eu-central-1" in problem.message.replace(
        "`", ""
    )


@pytest.mark.parametrize(
    ("child", "properties", "words"),
    [
        ("shop-database-primary", "region: us-west-2", "keeps the database in us-west-2"),
        ("shop-service-search-table-table", "replicas: [{regionName: us-west-2}]", "what is in us-west-2"),
        ("shop-database-login", "replicas: [{region: us-west-2}]", "what is in us-west-2"),
        ("shop-network-flow-log", "log_destination: 'arn:aws:logs:us-west-2:123456789012:log-group:all'", "us-west-2"),
        ("shop-events-archive-order-placed", "region: us-west-2", "the events that can be replayed in us-west-2"),
        *(
            (
                "shop-events-target-order-placed-to-orders",
                f"arn: 'arn:aws:{target}'",
                "leads data to what is in us-west-2",
            )
            for target in (
                "lambda:us-west-2:123456789012:function:audit",
                "sns:us-west-2:123456789012:audit",
                "states:us-west-2:123456789012:stateMachine:audit",
            )
        ),
        ("shop-vault-backups", "region: us-west-2", "the backups in us-west-2"),
        ("shop-standby-uploads-bucket", "region: us-west-2", "the objects in us-west-2"),
    ],
)
def test_an_override_that_brings_data_out_is_named_with_the_group(
    tmp_path: Path, child: str, properties: str, words: str
) -> None:
    text = f"{BOUND}overrides:\n  {child}: {{{properties}}}\n"
    reported = problems(tmp_path, text)
    [problem] = [one for one in reported if one.code == "TF-R280"] or [pytest.fail(str(reported))]
    assert problem.line == LINE + 2 and problem.path.startswith(f"overrides.{child}.")
    assert words in problem.message and "`eu-users` is bound to eu-central-1 or eu-west-1 (" in problem.message
    assert f"shop.yaml:{LINE})" in problem.message
