"""The way to a service: a rule and a group of its own, and a share of the requests."""

from typing import Any

import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.plans.routing import beside, rules
from tenfold.components.service_route import ServiceRoute, ServiceRouteArgs

APP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/app/0123456789abcdef"


def route(**args: object) -> Graph:
    inputs: Any = {
        "vpc_id": "vpc-1",
        "listener_arn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2",
        "path": "/search/*",
        "priority": 4100,
        "port": 8080,
        "health": {"path": "/healthz"},
        "tags": {"app": "shop"},
        **args,
    }
    return record(lambda: ServiceRoute("shop-search", inputs).target_group_arn)


def test_all_requests_of_the_path_come_to_its_own_group() -> None:
    graph = route()
    assert_house_rules(graph, "shop-search")
    rule = graph["shop-search-rule"].inputs
    assert rule["conditions"] == [{"pathPattern": {"values": ["/search/*"]}}]
    [action] = rule["actions"]
    assert action["type"] == "forward" and "forward" not in action


def test_a_share_leaves_the_rest_to_the_application() -> None:
    [action] = route(share_fraction=0.1, otherwise_arn=APP)["shop-search-rule"].inputs["actions"]
    own, others = action["forward"]["targetGroups"]
    assert (own["weight"], others["weight"], others["arn"]) == (10, 90, APP)
    assert own["arn"] != APP
    [none] = route(share_fraction=0.0, otherwise_arn=APP)["shop-search-rule"].inputs["actions"]
    assert [g["weight"] for g in none["forward"]["targetGroups"]] == [0, 100]


def test_who_goes_around_the_cdn_is_not_let_in() -> None:
    conditions = route(origin_secret="s")["shop-search-rule"].inputs["conditions"]
    assert conditions[1] == {"httpHeader": {"httpHeaderName": "X-Origin-Key", "values": ["s"]}}


def test_no_visitor_is_kept_by_a_cookie() -> None:
    graph = route(target_type="ip")
    [target] = [child for child in graph if child.type == "aws:lb/targetGroup:TargetGroup"]
    assert target.inputs["targetType"] == "ip" and target.inputs["stickiness"]["enabled"] is False


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"share_fraction": 0.125, "otherwise_arn": APP}, "whole per cent"),
        ({"share_fraction": 1.5}, "from 0 to 1"),
        ({"share_fraction": 0.5}, "nobody answers the others"),
        ({"priority": 0}, "1 to 50000"),
        ({"target_type": "lambda"}, "target_type"),
    ],
)
def test_what_cannot_be_is_refused(args: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        route(**args)


def test_another_service_moves_no_route() -> None:
    own = {"api": {"path": "/api/*"}, "v2": {"path": "/api/v2/*"}}
    before = {rule.role: rule.priority for rule in rules(own)}
    one = beside(own, {"search": "/search/*"})
    two = beside(own, {"search": "/search/*", "a": "/media/*"})
    assert two["search"] == one["search"] and not set(two.values()) & set(before.values())


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-search-route-rule" in example("service_route")
    assert documented_arguments("service_route") >= set(ServiceRouteArgs.__annotations__)
