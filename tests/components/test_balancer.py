"""The balancer: the only public entry, encrypted when it can be, routes that stay where they are."""

import json
import re
from typing import Any, cast

import pulumi
import pytest
from examples import documented_arguments, example
from hypothesis import assume, given
from hypothesis import strategies as st
from recording import Graph, assert_house_rules, record

from tenfold.components.balancer import Balancer, BalancerArgs, HealthArgs, RouteArgs
from tenfold.components.plans.routing import PRIORITIES, role, rules
from tenfold.components.plans.target_group import attributes

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/c"
HEALTH = {"path": "/healthz"}


def balancer(name: str = "shop-balancer", **args: Any) -> Graph:
    inputs = {
        "vpc_id": "vpc-1",
        "vpc_cidr": "10.40.0.0/16",
        "subnet_ids": ["subnet-a", "subnet-b"],
        "port": 8080,
        "health": HEALTH,
        "tags": {"app": "shop"},
        **args,
    }
    return record(lambda: Balancer(name, cast(BalancerArgs, inputs)).url)


def listeners(graph: Graph) -> dict[int, dict[str, Any]]:
    return {r.inputs["port"]: r.inputs for r in graph.of("lb/listener:Listener")}


@pytest.mark.parametrize("kind", ["application", "network"])
@pytest.mark.parametrize("certificate", [{}, {"certificate_arn": CERTIFICATE}], ids=["plain", "tls"])
def test_house_rules(kind: str, certificate: dict[str, str]) -> None:
    graph = balancer(kind=kind, **certificate)
    assert_house_rules(graph, "shop-balancer")
    assert graph["shop-balancer-lb"].inputs["loadBalancerType"] == kind
    assert all(r.inputs["tags"]["app"] == "shop" for r in graph if r.custom and "tags" in r.inputs)


def test_with_a_certificate_plain_http_only_redirects() -> None:
    graph = balancer(certificate_arn=CERTIFICATE)
    found = listeners(graph)
    assert set(found) == {80, 443}
    assert found[80]["defaultActions"][0]["redirect"] == {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}
    assert found[443]["certificateArn"] == CERTIFICATE
    assert found[443]["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2")
    assert graph.result == "https://shop-balancer-lb.dnsName"


def test_without_a_certificate_it_serves_plain_http() -> None:
    graph = balancer()
    assert {port: listener["protocol"] for port, listener in listeners(graph).items()} == {80: "HTTP"}
    assert graph.result == "http://shop-balancer-lb.dnsName"


def test_network_kind_passes_connections_through() -> None:
    assert {p: x["protocol"] for p, x in listeners(balancer(kind="network")).items()} == {80: "TCP"}
    graph = balancer(kind="network", certificate_arn=CERTIFICATE)
    assert {p: x["protocol"] for p, x in listeners(graph).items()} == {443: "TLS"}
    assert graph["shop-balancer-lb"].inputs["enableCrossZoneLoadBalancing"] is True
    target = graph["shop-balancer-app"].inputs
    assert target["protocol"] == "TCP" and target["preserveClientIp"] == "true"
    assert target["healthCheck"]["protocol"] == "HTTP", "a connection alone does not prove that the application works"


def test_only_the_ports_that_are_served_are_open_and_only_to_this_network_outwards() -> None:
    def open_ports(graph: Graph) -> set[int]:
        rules_in = graph.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        assert all(rule.inputs["fromPort"] == rule.inputs["toPort"] for rule in rules_in)
        return {rule.inputs["fromPort"] for rule in rules_in}

    assert open_ports(balancer()) == {80}
    assert open_ports(balancer(certificate_arn=CERTIFICATE)) == {80, 443}
    assert open_ports(balancer(kind="network", certificate_arn=CERTIFICATE)) == {443}
    out = balancer().of("vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert [rule.inputs["cidrIpv4"] for rule in out] == ["10.40.0.0/16"]


def test_access_logs_go_to_a_private_bucket_that_the_balancer_may_write() -> None:
    graph = balancer()
    assert graph["shop-balancer-lb"].inputs["accessLogs"] == {"bucket": "shop-balancer-logs.id", "enabled": True}
    assert "shop-balancer-logs-policy" in graph["shop-balancer-lb"].dependencies, "AWS tests the policy at once"
    closed = graph["shop-balancer-logs-closed"].inputs
    assert {value for key, value in closed.items() if key != "bucket"} == {True}
    rule = graph["shop-balancer-logs-encryption"].inputs["rules"][0]
    assert rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "AES256", "the log service takes no other"
    statements = json.loads(graph["shop-balancer-logs-policy"].inputs["policy"])["Statement"]
    assert statements[0]["Resource"].endswith("/AWSLogs/123456789012/*")
    assert statements[-1]["Effect"] == "Deny" and statements[-1]["Condition"] == {
        "Bool": {"aws:SecureTransport": "false"}
    }
    kept = balancer(log_retention_days=7)["shop-balancer-logs-expiry"].inputs["rules"][0]
    assert kept["expiration"] == {"days": 7}


def test_a_network_balancer_without_tls_has_nothing_to_log() -> None:
    assert not balancer(kind="network").of("s3/bucket:Bucket")


def test_protection() -> None:
    graph = balancer()
    assert graph["shop-balancer-logs"].protect and graph["shop-balancer-lb"].inputs["enableDeletionProtection"]
    throwaway = balancer(throwaway=True)
    assert not throwaway["shop-balancer-logs"].protect and throwaway["shop-balancer-logs"].inputs["forceDestroy"]
    assert not throwaway["shop-balancer-lb"].inputs["enableDeletionProtection"]


def test_a_domain_later_changes_listeners_in_place() -> None:
    before, after = balancer(), balancer(certificate_arn=CERTIFICATE)
    assert {r.urn for r in before} < {r.urn for r in after}


def test_short_aws_names_fit_the_longest_blueprint_name() -> None:
    graph = balancer("a-name-of-twenty-four-xx-balancer")
    for token in ("lb/loadBalancer:LoadBalancer", "lb/targetGroup:TargetGroup"):
        assert all(len(name) + 8 <= 32 for name in graph.names(token))


# --- target group ---


@pytest.mark.parametrize("algorithm", ["least_outstanding_requests", "weighted_random"])
def test_slow_start_is_refused_where_aws_has_none(algorithm: str) -> None:
    with pytest.raises(ValueError, match="round_robin only"):
        attributes({"health": HEALTH, "algorithm": algorithm, "slow_start_seconds": 60})


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"algorithm": "random"}, "round_robin"),
        ({"slow_start_seconds": 10}, "30 to 900"),
        ({"sticky_seconds": 0}, "leave it out"),
        ({"health": {"timeout_seconds": 15, "interval_seconds": 15}}, "Make timeout_seconds smaller"),
        ({"kind": "network", "algorithm": "round_robin"}, "kind application"),
        ({"kind": "network", "routes": {"api": {"path": "/api/*"}}}, "kind application"),
    ],
)
def test_combinations_that_aws_refuses(args: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        attributes({"health": HEALTH, **args})


def test_algorithms() -> None:
    weighted = attributes({"health": HEALTH, "algorithm": "weighted_random"})
    assert weighted["load_balancing_anomaly_mitigation"] == "on"
    plain = attributes({"health": HEALTH, "slow_start_seconds": 60, "sticky_seconds": 3600})
    assert plain["slow_start"] == 60
    assert plain["stickiness"] == {"type": "lb_cookie", "enabled": True, "cookie_duration": 3600}
    assert plain["load_balancing_anomaly_mitigation"] == "off"
    assert attributes({"health": HEALTH})["stickiness"]["enabled"] is False


# --- routes ---

SEGMENT = st.text("abcxyz019", min_size=1, max_size=6)
PATHS = st.builds(
    lambda parts, end: "/" + "/".join(parts) + end,
    st.lists(SEGMENT, min_size=1, max_size=4),
    st.sampled_from(["", "/*"]),
)


@given(st.lists(PATHS, min_size=1, max_size=12, unique=True), PATHS)
def test_adding_a_route_renumbers_nothing(paths: list[str], another: str) -> None:
    routes = {path: {"path": path} for path in paths}
    before = {rule.role: rule.priority for rule in rules(routes)}
    after = {rule.role: rule.priority for rule in rules(routes | {another: {"path": another}})}
    assert all(1 <= priority <= PRIORITIES for priority in after.values())
    assume(rules({another: {"path": another}})[0].priority not in before.values() or another in routes)
    assert before.items() <= after.items()


def test_routes_that_meet_at_one_number_give_way() -> None:
    """`/p00/*` and `/p08/*` have the same hash."""
    routes = {path: {"path": path} for path in (f"/p{n:02}/*" for n in range(100))}
    assert len({rule.priority for rule in rules(routes)}) == 100
    assert rules(routes) == rules(dict(reversed(routes.items()))), "the order of the file means nothing"


@given(st.lists(st.one_of(PATHS, st.from_regex(r"[/*][a-z*?.-]{0,6}", fullmatch=True)), unique=True))
def test_no_two_patterns_have_one_name(patterns: list[str]) -> None:
    assert len({role(pattern) for pattern in patterns}) == len(patterns)


@given(SEGMENT, SEGMENT, st.sampled_from(["", "/*"]))
def test_the_more_specific_route_is_tried_first(outer: str, inner: str, end: str) -> None:
    wide, narrow = f"/{outer}/*", f"/{outer}/{inner}{end}"
    assert [rule.path for rule in rules({"a": {"path": wide}, "b": {"path": narrow}})] == [narrow, wide]


def test_routes_become_rules() -> None:
    target = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/search/1"
    routes = {
        "search": {"path": "/search/*", "target_group_arn": target},
        "beta": {"headers": {"X-Version": ["beta", "canary"]}},
    }
    graph = balancer(routes=routes, certificate_arn=CERTIFICATE)
    search, beta = graph["shop-balancer-route-search"].inputs, graph["shop-balancer-route-beta"].inputs
    assert search["actions"] == [{"type": "forward", "targetGroupArn": target}]
    assert search["listenerArn"].endswith("shop-balancer-https"), "rules belong to the listener that serves"
    assert beta["conditions"] == [{"httpHeader": {"httpHeaderName": "X-Version", "values": ["beta", "canary"]}}]
    assert beta["actions"][0]["targetGroupArn"].endswith("shop-balancer-app")


@pytest.mark.parametrize(
    ("route", "text"),
    [
        ({}, "neither path nor host nor headers"),
        ({"path": "api/*"}, "begin with /"),
        ({"path": "/a b"}, "not a path pattern"),
        ({"path": "/" + "a" * 128}, "128"),
        ({"path": "/a", "headers": {"X": ["1", "2", "3", "4", "5"]}}, "takes 5"),
        ({"path": "/*/*/*/*/*/*/*"}, "wildcards"),
        ({"path": "/a", "headers": {"no header": ["1"]}}, "not a header name"),
    ],
)
def test_routes_that_a_balancer_cannot_match_are_refused(route: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        rules({"api": route})


def test_two_routes_at_one_priority_are_refused_with_the_way_out() -> None:
    with pytest.raises(ValueError, match="give one of them a `priority`"):
        rules({"one": {"path": "/same"}, "two": {"path": "/same"}})
    assert [r.role for r in rules({"one": {"path": "/same"}, "two": {"path": "/same", "priority": 7}})] == [
        "two",
        "one",
    ]


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("/api/*", "api"),
        ("/api/v2/*", "api-v2"),
        ("*.png", "any-png"),
        ("/*", "all"),
        ("/a?", "a-one-06d0af14"),
        ("/api", "api-8b516169"),
    ],
)
def test_a_pattern_names_its_role(pattern: str, name: str) -> None:
    assert role(pattern) == name


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match='kind must be "application" or "network", not'):
        balancer(kind="gateway")


def test_documentation() -> None:
    graph = example("balancer")
    assert_house_rules(graph, "shop-balancer")
    arguments = set(BalancerArgs.__annotations__) | set(HealthArgs.__annotations__) | set(RouteArgs.__annotations__)
    assert documented_arguments("balancer") >= arguments


def test_outputs_are_complete() -> None:
    def program() -> Any:
        made = Balancer(
            "shop-balancer",
            {"vpc_id": "v", "vpc_cidr": "10.0.0.0/16", "subnet_ids": ["a", "b"], "port": 80, "health": {}},
        )
        return pulumi.Output.all(**{key: getattr(made, key) for key in Balancer.__annotations__})

    result = record(program).result
    assert result.pop("origin_secret") is None, "everybody may come in, so nobody must say anything"
    assert all(result.values())


KEY = "arn:aws:kms:us-east-1:123456789012:key/k"


@pytest.mark.parametrize("entry", ["both", "cdn"])
def test_house_rules_before_a_cdn(entry: str) -> None:
    assert_house_rules(balancer(entry=entry, kms_key_arn=KEY, certificate_arn=CERTIFICATE), "shop-balancer")


def test_only_the_cdn_comes_in_and_only_with_the_secret() -> None:
    graph = balancer(entry="cdn", kms_key_arn=KEY, certificate_arn=CERTIFICATE, routes={"api": {"path": "/api/*"}})
    [rule] = graph.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert (rule.inputs["prefixListId"], rule.inputs["fromPort"]) == ("pl-edge", 443), "twice would exceed the quota"
    [action] = listeners(graph)[443]["defaultActions"]
    assert action["fixedResponse"]["statusCode"] == "403"
    rules = graph.of("lb/listenerRule:ListenerRule")
    assert len(rules) == 2
    for found in rules:
        headers = [c["httpHeader"] for c in found.inputs["conditions"] if "httpHeader" in c]
        assert headers == [{"httpHeaderName": "X-Origin-Key", "values": ["drawn"]}], "no way around the CDN"
    assert max(found.inputs["priority"] for found in rules) == 50_000
    assert graph["shop-balancer-origin-key-value"].ignore_changes == ("secretString",), "drawn once"


def test_while_names_move_both_ways_are_open() -> None:
    graph = balancer(entry="both", kms_key_arn=KEY)
    [rule] = graph.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert rule.inputs["cidrIpv4"] == "0.0.0.0/0"
    assert listeners(graph)[80]["defaultActions"][0]["type"] == "forward"
    assert "shop-balancer-origin-key" in graph, "the CDN already sends what will be asked for"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"entry": "nobody"}, 'entry must be "everybody", "both" or "cdn", not'),
        ({"entry": "cdn"}, "kms_key_arn"),
        ({"entry": "cdn", "kms_key_arn": KEY, "kind": "network"}, "reads no headers"),
    ],
)
def test_an_entry_that_cannot_be_guarded_is_refused(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        balancer(**args)
