"""The CDN: who answers which path, a bucket nobody else reads, an origin that knows it."""

import json
from typing import Any, cast

import pulumi
import pytest
from examples import documented_arguments, example
from hypothesis import given
from hypothesis import strategies as st
from recording import Graph, assert_house_rules, record

from tenfold.blueprints.architecture import edge
from tenfold.blueprints.rules import cdn as cdn_rules
from tenfold.components.cdn import Cdn, CdnArgs
from tenfold.components.plans import cdn as cdn_plan
from tenfold.components.plans import firewall

pytestmark = pytest.mark.usefixtures("computed")

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/c"
ORIGIN = {"dns_name": "lb.example.com", "encrypted": True, "header": "X-Origin-Key", "secret": "kept"}


def cdn(name: str = "shop-cdn", **args: Any) -> Graph:
    inputs = {"origin": ORIGIN, "tags": {"app": "shop"}, **args}

    def program() -> Any:
        made = Cdn(name, cast(CdnArgs, inputs))
        return pulumi.Output.all(**{key: getattr(made, key) for key in Cdn.__annotations__})

    return record(program)


def distribution(graph: Graph) -> dict[str, Any]:
    [found] = graph.of("cloudfront/distribution:Distribution")
    return found.inputs


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"waf": False, "throwaway": True},
        {"domain": "shop.example.com", "certificate_arn": CERTIFICATE},
        {"domain": "shop.example.com", "zone_id": "Z1"},
        {"static_copy_region": "us-west-2"},
    ],
)
def test_house_rules(args: dict[str, Any]) -> None:
    assert_house_rules(cdn(**args), "shop-cdn")


def test_files_come_from_a_bucket_that_only_this_distribution_reads() -> None:
    graph = cdn()
    [static] = [o for o in distribution(graph)["origins"] if o["originId"] == "static"]
    assert static["originAccessControlId"] == "shop-cdn-access.id"
    [read] = [s for name, s in graph.policies() if name == "shop-cdn-files-policy"]
    allowed = [s for s in read if s["Effect"] == "Allow"]
    arn = graph["shop-cdn-distribution"].name
    assert allowed and all(arn in s["Condition"]["StringEquals"]["AWS:SourceArn"] for s in allowed)
    assert all(graph["shop-cdn-files-closed"].inputs[k] for k in ("blockPublicAcls", "restrictPublicBuckets"))
    assert graph["shop-cdn-files-versions"].inputs["versioningConfiguration"]["status"] == "Enabled"


def test_a_copy_of_the_files_answers_where_their_bucket_does_not() -> None:
    graph = cdn(static_copy_region="us-west-2")
    found = distribution(graph)
    [group] = found["originGroups"]
    assert [member["originId"] for member in group["members"]] == ["static", "static-copy"]
    assert 404 not in group["failoverCriteria"]["statusCodes"], "what is missing is missing"
    [files] = [b for b in found["orderedCacheBehaviors"] if b["pathPattern"] == "/static/*"]
    assert files["targetOriginId"] == group["originId"]
    assert found["defaultCacheBehavior"]["targetOriginId"] == "dynamic", "a group takes no POST"
    made = [child for child in graph.names("s3/bucket:Bucket") if "-files-copy" in child]
    assert [graph[child].inputs["region"] for child in made] == ["us-west-2"]
    for part in ("policy", "versions", "closed", "ownership", "encryption", "expiry"):
        assert graph[f"shop-cdn-files-copy-{part}"].inputs["region"] == "us-west-2"
    [read] = [s for name, s in graph.policies() if name == "shop-cdn-files-copy-policy"]
    allowed = [s["Condition"]["StringEquals"]["AWS:SourceArn"] for s in read if s["Effect"] == "Allow"]
    assert allowed and all("shop-cdn-distribution" in arn for arn in allowed)
    assert "originGroups" not in distribution(cdn())


def test_the_application_is_not_cached_and_sees_everything() -> None:
    found = distribution(cdn())["defaultCacheBehavior"]
    assert found["cachePolicyId"] == cdn_plan.CACHE["none"] and found["originRequestPolicyId"] == cdn_plan.ALL_VIEWER
    assert "POST" in found["allowedMethods"]
    assert (
        distribution(cdn(dynamic_cache="headers"))["defaultCacheBehavior"]["cachePolicyId"] == cdn_plan.CACHE["headers"]
    )


def test_lambda_at_edge_runs_on_every_path_beside_functions_of_cloudfront() -> None:
    pages = "arn:aws:lambda:us-east-1:123456789012:function:shop-pages:3"
    graph = cdn(functions={"redirects": {"/old": "/new"}}, lambdas={"origin_request": pages, "body": True})
    found = distribution(graph)
    for behaviour in (found["defaultCacheBehavior"], *found["orderedCacheBehaviors"]):
        attached = {"eventType": "origin-request", "lambdaArn": pages, "includeBody": True}
        assert behaviour["lambdaFunctionAssociations"] == [attached] and behaviour["functionAssociations"]
    assert not graph.of("lambda/function:Function")


def test_everybody_comes_by_tls_and_gets_security_headers() -> None:
    found = distribution(cdn(domain="shop.example.com", certificate_arn=CERTIFICATE))
    behaviours = [found["defaultCacheBehavior"], *found["orderedCacheBehaviors"]]
    assert {b["viewerProtocolPolicy"] for b in behaviours} == {"redirect-to-https"}
    assert {b["responseHeadersPolicyId"] for b in behaviours} == {cdn_plan.SECURITY_HEADERS}
    assert found["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"


def test_what_cloudfront_wants_in_us_east_1_is_there_whatever_the_region() -> None:
    graph = cdn(domain="shop.example.com", zone_id="Z1")
    assert graph["shop-cdn-certificate"].inputs["region"] == "us-east-1"
    assert graph["shop-cdn-firewall"].inputs["region"] == "us-east-1"
    assert "shop-cdn-certificate-proof" in graph
    assert "shop-cdn-certificate-proof" not in cdn(domain="shop.example.com", zone_id="Z1", prove=False)


def test_the_firewall_s_rules_have_priorities_of_their_own() -> None:
    rules = json.loads(firewall.rules())
    assert [rule["Priority"] for rule in rules] == list(range(len(rules)))
    assert all(("Action" in rule) != ("OverrideAction" in rule) for rule in rules), "AWS wants exactly one"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"static_paths": ["static"]}, "not a path pattern"),
        ({"static_paths": ["/a/*", "/a/**"]}, "twice"),
        ({"dynamic_paths": ["/api/*"]}, "the rest"),
        ({"dynamic_cache": "always"}, "dynamic_cache"),
        ({"price_class": "300"}, "price_class"),
        ({"error_page": "/static/*"}, "not the path of a file"),
        ({"error_page": "/static/"}, "not the path of a file"),
        ({"error_page": "/errors/unavailable.html"}, r"answers \*, and it is what fails"),
        ({"domain": "a.example.com"}, "certificate_arn"),
        ({"domain": "a.example.com", "certificate_arn": CERTIFICATE.replace("us-east-1", "eu-west-1")}, "us-east-1"),
    ],
)
def test_what_cloudfront_refuses_is_refused_first(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        cdn(**args)


PATHS = st.lists(st.from_regex(r"/[a-z]{1,4}(/[a-z*]{1,3})?", fullmatch=True), unique_by=cdn_plan.normal, max_size=8)


@given(PATHS)
def test_everything_else_is_asked_last_and_longer_patterns_first(paths: list[str]) -> None:
    static = [path for path in paths if cdn_plan.normal(path) != "*"]
    found = cdn_plan.behaviours(static, ["*"])
    assert found[-1].path == "*" and {b.path for b in found} == {*static, "*"}
    literal = [len(b.path.replace("*", "")) for b in found[:-1]]
    assert literal == sorted(literal, reverse=True)


def test_errors_are_kept_for_seconds_and_a_page_says_that_nobody_is_there() -> None:
    def told(**args: Any) -> dict[int, tuple[int, str | None, int | None]]:
        found = distribution(cdn(**args))["customErrorResponses"]
        return {
            e["errorCode"]: (e["errorCachingMinTtl"], e.get("responsePagePath"), e.get("responseCode")) for e in found
        }

    assert told() == {500: (0, None, None), 502: (5, None, None), 503: (5, None, None), 504: (5, None, None)}
    page = "/static/unavailable.html"
    shown = {code: (5, page, code) for code in (502, 503, 504)}
    assert told(error_page=page) == {500: (0, None, None), **shown}, "the code stays: machines read it"


@given(PATHS, PATHS, st.from_regex(r"/[a-z]{1,4}(/[a-z]{1,3})?", fullmatch=True))
def test_grammar_and_component_agree_on_who_answers(static: list[str], dynamic: list[str], path: str) -> None:
    static = [p for p in static if cdn_plan.normal(p) not in map(cdn_plan.normal, [*dynamic, "*"])]
    cdn = edge.Cdn(tuple(static), 30, (*dynamic, "*"), "none", "100", True, "managed")
    found = cdn_plan.behaviours(cdn.static_paths, cdn.dynamic_paths)
    assert cdn_plan.answering(path, found).path == cdn_rules.matching_pattern(path, cdn)


def test_documentation() -> None:
    assert distribution(example("cdn"))["aliases"] == ["shop.example.com"]
    assert documented_arguments("cdn") >= set(CdnArgs.__annotations__)


def test_the_firewall_logs_what_it_refuses_and_no_credentials() -> None:
    graph = cdn()
    log, logging = graph["shop-cdn-firewall-log"].inputs, graph["shop-cdn-firewall-logging"].inputs
    assert log["name"].startswith("aws-waf-logs-") and log["region"] == logging["region"] == "us-east-1"
    assert logging["loggingFilter"]["defaultBehavior"] == "DROP"
    assert {field["singleHeader"]["name"] for field in logging["redactedFields"]} == {"authorization", "cookie"}
    assert not cdn(waf=False).of("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")


@pytest.mark.parametrize("idle", [2, 5, 6, 10, 59, 60, 61, 120, 300, 4000])
def test_the_edge_lets_go_before_the_balancer_and_waits_as_long(idle: int) -> None:
    read, keep = cdn_plan.timeouts(idle)
    assert 1 <= keep < idle and keep <= 120
    assert read >= min(idle, 120) and read <= 120
