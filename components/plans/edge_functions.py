"""The JavaScript of a CDN's edge functions: generated from data, or the team's own. Pure.

Sources, read November 2026: CloudFront Developer Guide, "Quotas", "Restrictions on all edge functions", "JavaScript
runtime 2.0 features", "CloudFront Functions event structure".
"""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NotRequired, TypedDict, cast

BYTES = 10_240  # of one function
RUNTIME = "cloudfront-js-2.0"
# Days that a visitor stays in a variant after the last visit. Own choice: an experiment is over sooner.
COOKIE_DAYS = 90
# Seconds that browsers keep a redirect. Own choice: without a limit they keep it for ever, mistakes too.
REDIRECT_SECONDS = 3600
# Lower-case; functions that add one of them are answered with 502, or CloudFront sets them itself.
_REFUSED_HEADERS = re.compile(
    "connection|expect|keep-alive|proxy-.+|trailer|upgrade|x-accel-.+|x-amz-cf-.+|x-amzn-.+|x-cache|x-edge-.+"
    "|x-forwarded-proto|x-real-ip|content-encoding|content-length|transfer-encoding|warning|via|set-cookie"
)
# What CloudFront's SecurityHeadersPolicy sets already.
_MANAGED_HEADERS = (
    "strict-transport-security", "x-content-type-options", "x-frame-options", "referrer-policy", "x-xss-protection",
)  # fmt: skip
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
# "Restrictions on Lambda@Edge": a numbered version, in us-east-1.
_VERSION = re.compile(r"arn:aws:lambda:us-east-1:\d{12}:function:[\w-]{1,64}:[1-9]\d*")
_COOKIE = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")


class EventType(StrEnum):
    """When a function runs. A behaviour of a distribution has one function for each."""

    REQUEST = "viewer-request"
    """Before the edge looks whether it has the answer."""
    RESPONSE = "viewer-response"
    """Before the visitor gets the answer; not for answers from 400 on."""


class LambdaEvent(StrEnum):
    """When a function of Lambda@Edge runs. A behaviour has one for each."""

    VIEWER_REQUEST = "viewer-request"
    """Before the edge looks whether it has the answer."""
    ORIGIN_REQUEST = "origin-request"
    """Before the origin is asked: only where the edge has no answer."""
    ORIGIN_RESPONSE = "origin-response"
    """Before the edge keeps the origin's answer, errors too."""
    VIEWER_RESPONSE = "viewer-response"
    """Before the visitor gets the answer; not for answers from 400 on."""


LAMBDA_REQUESTS = (LambdaEvent.VIEWER_REQUEST, LambdaEvent.ORIGIN_REQUEST)


class LambdaFunctionsArgs(TypedDict):
    viewer_request: NotRequired[str]
    """ARN of a numbered version of a function in us-east-1, for each request. Default: none. Change: in place,
    minutes."""
    origin_request: NotRequired[str]
    """The same, for each request that the edge has no answer to. Default: none. Change: in place, minutes."""
    origin_response: NotRequired[str]
    """The same, for each answer to these, errors too. Default: none. Change: in place, minutes."""
    viewer_response: NotRequired[str]
    """The same, for each answer below 400. Default: none. Change: in place, minutes."""
    body: NotRequired[bool]
    """Whether functions of requests get the body: the first 40 KB at viewers' events, 1 MB at origins'. Default: false.
    Change: in place, minutes."""


class EdgeFunctionsArgs(TypedDict):
    one_name: NotRequired[bool]
    """Visitors who come by another name than `domain`, such as CloudFront's own, are sent there. Default: false.
    Change: in place."""
    redirects: NotRequired[dict[str, str]]
    """From a path to a path or an https address; with `/*` at the end of both, all below it. Default: none. Change: in
    place."""
    answer_headers: NotRequired[dict[str, str]]
    """Headers of every answer below 400. Default: none. Change: in place."""
    experiments: NotRequired[dict[str, float]]
    """Name of a cookie → fraction of the visitors for whom it is `b`; for the others it is `a`. Default: none. Change:
    in place."""
    request: NotRequired[str]
    """JavaScript of your own instead of `one_name`, `redirects` and `experiments`. Default: none. Change: in place."""
    response: NotRequired[str]
    """JavaScript of your own instead of `answer_headers` and `experiments`. Default: none. Change: in place."""


def codes(args: EdgeFunctionsArgs, domain: str | None) -> dict[EventType, str]:
    """The code of each function that is needed.

    Raises ValueError for what CloudFront refuses, for an event with two functions, for `one_name` without a domain.
    """
    _check(args, domain)
    written = {EventType.REQUEST: args.get("request", ""), EventType.RESPONSE: args.get("response", "")}
    generated = {EventType.REQUEST: _request(args, domain), EventType.RESPONSE: _response(args)}
    by_event = {event: written[event] or generated[event] for event in EventType}
    for event, code in by_event.items():
        if (size := len(code.encode())) > BYTES:
            raise ValueError(f"functions: the {event} function has {size:,} bytes; CloudFront takes {BYTES:,}.")
    return {event: code for event, code in by_event.items() if code}


def lambda_associations(args: LambdaFunctionsArgs) -> list[dict[str, object]]:
    """Of a behaviour, in the provider's form; the body goes to functions of requests only."""
    body = args.get("body", False)
    return [
        {"event_type": event.value, "lambda_arn": arn, "include_body": body and event in LAMBDA_REQUESTS}
        for event, arn in _versions(args).items()
    ]


def check_lambdas(args: LambdaFunctionsArgs, beside: Mapping[EventType, str]) -> None:
    """Raises ValueError for anything except a numbered version in us-east-1, for a body that no function gets, and for
    a function at a viewer's event `beside` functions of CloudFront."""
    versions = _versions(args)
    for event, arn in versions.items():
        if not _VERSION.fullmatch(arn):
            raise ValueError(f"lambdas: {arn} is not a numbered version of a function in us-east-1.")
        if beside and event.value.startswith("viewer-"):
            raise ValueError(f"lambdas: CloudFront runs no Lambda@Edge at {event} beside functions of its own.")
    if args.get("body") and not any(event in LAMBDA_REQUESTS for event in versions):
        raise ValueError("lambdas: body is for functions of requests, and there is none.")


def _versions(args: LambdaFunctionsArgs) -> dict[LambdaEvent, str]:
    fields = cast(Mapping[str, str], args)
    return {event: fields[field] for event in LambdaEvent if (field := event.value.replace("-", "_")) in fields}


def _check(args: EdgeFunctionsArgs, domain: str | None) -> None:
    own = {"request": ("one_name", "redirects", "experiments"), "response": ("answer_headers", "experiments")}
    for code, others in own.items():
        if args.get(code) and (beside := [other for other in others if args.get(other)]):
            raise ValueError(f"{code}: a behaviour has one function for an event; leave {', '.join(beside)} out.")
        if args.get(code) and not has_handler(args[code]):
            raise ValueError(f"{code}: CloudFront calls function handler(event), which is not there.")
    if args.get("one_name") and not domain:
        raise ValueError("one_name: there is no domain to send visitors to.")
    for source, target in args.get("redirects", {}).items():
        if wrong := redirect_problem(source, target):
            raise ValueError(f"redirects: {wrong}")
    for name in args.get("answer_headers", {}):
        if wrong := header_problem(name):
            raise ValueError(f"answer_headers: {wrong}")
    for name, share in args.get("experiments", {}).items():
        if not _COOKIE.fullmatch(name) or not 0 <= share <= 1:
            raise ValueError(f"experiments: {name}: {share} is not a name with a fraction from 0 to 1.")


def has_handler(code: str) -> bool:
    """Whether there is something by the name that CloudFront calls."""
    return bool(re.search(r"\b(function\s+handler\s*\(|(const|let|var)\s+handler\s*=)", code))


def redirect_problem(source: str, target: str) -> str:
    """Why this redirect cannot be, or nothing.

    >>> redirect_problem("/old", "/new"), redirect_problem("/a/*", "/a/b/*")
    ('', '/a/* leads to itself: /a/b/* is below it.')
    """
    if source.endswith("/*") != target.endswith("/*"):
        return f"{source} and {target}: with /* at the end of one, both need it."
    below = source.removesuffix("*")
    if source == target or (source.endswith("/*") and target.startswith(below)):
        return f"{source} leads to itself: {target} is below it."
    return ""


def header_problem(name: str) -> str:
    """Why a function may not set this header, or nothing."""
    if not _HEADER.fullmatch(name):
        return f"{name!r} is not the name of a header."
    if name.lower() in _MANAGED_HEADERS:
        return f"{name} is set on every answer already; the application's own wins where it sends one."
    return f"functions of CloudFront may not set {name}." if _REFUSED_HEADERS.fullmatch(name.lower()) else ""


def _request(args: EdgeFunctionsArgs, domain: str | None) -> str:
    """Redirects first: who is sent on gets no variant yet."""
    redirects, shares = args.get("redirects", {}), args.get("experiments", {})
    name = domain if args.get("one_name") else None
    if not redirects and not shares and not name:
        return ""
    paths = {source: target for source, target in redirects.items() if not source.endswith("/*")}
    below = sorted(((s[:-1], t[:-1]) for s, t in redirects.items() if s.endswith("/*")), key=lambda b: (-len(b[0]), b))
    data = {"NAME": name, "PATHS": paths, "BELOW": below} if redirects or name else {}
    parts = [_REDIRECT] if data else []
    if shares:
        data |= {"SHARES": dict(shares)}
        parts.append(_VARIANT)
    steps = ["  const request = event.request;", *([_TRY_REDIRECT] if redirects or name else [])]
    return _function(data, parts, [*steps, *([_ASSIGN] if shares else []), "  return request;"])


def _response(args: EdgeFunctionsArgs) -> str:
    headers, shares = args.get("answer_headers", {}), args.get("experiments", {})
    if not headers and not shares:
        return ""
    data: dict[str, object] = {"HEADERS": {name.lower(): text for name, text in headers.items()}} if headers else {}
    if shares:
        data |= {"SHARES": dict(shares)}
    steps = ([_SET_HEADERS] if headers else []) + ([_REMEMBER] if shares else [])
    parts = [_VARIANT] if shares else []
    return _function(data, parts, ["  const response = event.response;", *steps, "  return response;"])


def _function(data: Mapping[str, object], parts: list[str], steps: list[str]) -> str:
    lines = [f"const {name} = {json.dumps(value, separators=(',', ':'))};" for name, value in data.items()]
    body = ["function handler(event) {", *steps, "}"]
    return "\n".join(["// Generated by tenfold: change the blueprint, not this.", *lines, *parts, *body, ""])


# The runtime has no for…of and no classes: what is here is ES 5.1 with const, let and arrow functions.
_REDIRECT = f"""\
function addressOf(request) {{
  const host = request.headers.host ? request.headers.host.value : '';
  const uri = request.uri;
  if (Object.prototype.hasOwnProperty.call(PATHS, uri)) return PATHS[uri];
  const pair = BELOW.find((one) => uri.startsWith(one[0]));
  // Without slashes at its beginning: "/" and "/evil.example" would be the address of another site.
  if (pair) return pair[1] + uri.slice(pair[0].length).replace(/^[/\\\\]+/, '');
  return NAME && host !== NAME ? uri : '';
}}
function queryOf(request) {{
  const pairs = [];
  Object.keys(request.querystring).forEach((key) => {{
    const entry = request.querystring[key];
    (entry.multiValue || [entry]).forEach((one) => pairs.push(one.value ? key + '=' + one.value : key));
  }});
  return pairs.length ? '?' + pairs.join('&') : '';
}}
function sentTo(request, address) {{
  // A form that is sent keeps its method and its body by 308.
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const base = NAME && address.startsWith('/') ? 'https://' + NAME : '';
  return {{
    statusCode: reads ? 301 : 308,
    statusDescription: reads ? 'Moved Permanently' : 'Permanent Redirect',
    headers: {{
      location: {{ value: base + address + queryOf(request) }},
      'cache-control': {{ value: 'max-age={REDIRECT_SECONDS}' }},
    }},
  }};
}}"""
_TRY_REDIRECT = """\
  const address = addressOf(request);
  if (address) return sentTo(request, address);"""
# Both functions of one request come to the same variant, whichever of the two cookies the second one is shown: the id
# of the request is the same for its answer.
_VARIANT = """\
const crypto = require('crypto');
function variantOf(name, event) {
  const cookie = event.request.cookies[name];
  if (cookie && (cookie.value === 'a' || cookie.value === 'b')) return cookie.value;
  const digest = crypto.createHash('sha256').update(name + ' ' + event.context.requestId).digest('hex');
  return parseInt(digest.slice(0, 8), 16) / 4294967296 < SHARES[name] ? 'b' : 'a';
}"""
_ASSIGN = """\
  Object.keys(SHARES).forEach((name) => { request.cookies[name] = { value: variantOf(name, event) }; });"""
_SET_HEADERS = """\
  Object.keys(HEADERS).forEach((name) => { response.headers[name] = { value: HEADERS[name] }; });"""
_REMEMBER = f"""\
  Object.keys(SHARES).forEach((name) => {{
    response.cookies[name] = {{
      value: variantOf(name, event),
      attributes: 'Path=/; Max-Age={COOKIE_DAYS * 86_400}; Secure; SameSite=Lax',
    }};
  }});"""
