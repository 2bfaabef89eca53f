"""Who answers which path at the edge, and by which of CloudFront's managed policies. Pure."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

# Ids of managed policies, the same in every account. Sources, read November 2026: CloudFront Developer Guide, "Use
# managed cache policies", "… origin request policies", "… response headers policies".
CACHE = {
    "static": "658327ea-f89d-4fab-a63d-7e88639e58f6",  # CachingOptimized: a day, or what the file's headers say
    "none": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",  # CachingDisabled
    "headers": "4cc15a8a-d715-48a4-82b8-cc0b614638fe",  # UseOriginCacheControlHeaders-QueryStrings
}
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"  # the application sees host, cookies and query as they were sent
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"  # SecurityHeadersPolicy: HSTS, nosniff, frames, referrer
PRICE_CLASSES = {"100": "PriceClass_100", "200": "PriceClass_200", "all": "PriceClass_All"}
LONGEST = 120  # seconds of either time-out: CloudFront API reference, CustomOriginConfig
BEHAVIOURS = 75  # per distribution: CloudFront quotas
EVERYTHING = "*"
# Seconds that an error is kept at the edge; CloudFront's own default is 10. Own choice: while no server answers, each
# address is asked every 5 s and not by everybody, and a recovery shows within 5 s. A 500 is about one request and
# nothing about the next, so it is never kept.
ERRORS_KEPT = {500: 0, 502: 5, 503: 5, 504: 5}
# Errors of the bucket after which the edge asks the copy of the files, as it does where it gets no connection within
# CONNECTING: 2 × 5 s in place of CloudFront's 3 × 10 s, while a visitor waits. A file that is missing (404) is missing.
COPY_ASKED_AFTER = (500, 502, 503, 504)
CONNECTING = {"connection_attempts": 2, "connection_timeout": 5}
UNAVAILABLE = (502, 503, 504)  # nobody answered in time; a 500 is the application's own words
_PAGE = re.compile(r"/[A-Za-z0-9/_.~@+-]*[A-Za-z0-9_~@+-]")
_PATH = re.compile(r"[/*][A-Za-z0-9_.*$/~\"'@:+&?-]{0,254}")

READ, ALL = ["GET", "HEAD", "OPTIONS"], ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]


class DynamicCache(StrEnum):
    """Whether the edge keeps the application's answers."""

    NONE = "none"
    HEADERS = "headers"
    """As long as the answer's Cache-Control says."""


class PriceClass(StrEnum):
    """Which edges answer."""

    NEAR = "100"
    """In the Americas and in Europe."""
    MOST = "200"
    """Also in Asia, Africa and the Middle East."""
    ALL = "all"


class Behaviour(NamedTuple):
    """One path pattern and who answers it: `static` (the bucket) or `dynamic` (the application)."""

    path: str
    origin: str


def behaviours(static: Sequence[str], dynamic: Sequence[str]) -> list[Behaviour]:
    """All of them, the more specific first, as CloudFront takes the first that matches; `*` is the last.

    Raises ValueError for an invalid pattern, for two that are alike, for too many, and when nothing answers the rest.
    """
    patterns = [Behaviour(path, "static") for path in static] + [Behaviour(path, "dynamic") for path in dynamic]
    seen: set[str] = set()
    for behaviour in patterns:
        if not _PATH.fullmatch(behaviour.path):
            raise ValueError(f"paths: {behaviour.path!r} is not a path pattern; begin with / or *, like /static/*.")
        if normal(behaviour.path) in seen:
            raise ValueError(f"paths: {behaviour.path} is listed twice; the second would never be used.")
        seen.add(normal(behaviour.path))
    if EVERYTHING not in seen:
        raise ValueError('paths: nothing answers the rest; give "*" to one of static and dynamic.')
    if len(patterns) > BEHAVIOURS:
        raise ValueError(f"paths: {len(patterns)} patterns; a distribution takes {BEHAVIOURS}.")
    return sorted(patterns, key=lambda b: (normal(b.path) == EVERYTHING, -_literal(b.path), b.path))


def answering(path: str, patterns: Sequence[Behaviour]) -> Behaviour:
    """The one of `behaviours` that is asked for a path: the first that matches."""
    return next(b for b in patterns if re.fullmatch(_regex(b.path), path))


def _regex(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def error_responses(page: str | None) -> Any:
    """How long each error is kept at the edge, and what is shown for those that say "nobody is there"."""
    responses: list[dict[str, Any]] = []
    for code, seconds in ERRORS_KEPT.items():
        shown = {"response_page_path": page, "response_code": code} if page and code in UNAVAILABLE else {}
        responses.append({"error_code": code, "error_caching_min_ttl": seconds, **shown})
    return responses


def timeouts(idle: int) -> tuple[int, int]:
    """Seconds that CloudFront waits for an answer, and that it keeps a connection without use, for a balancer that
    closes after `idle`: it waits as long, and lets go first, or a request would meet a closed connection.

    >>> timeouts(60), timeouts(300), timeouts(10)
    ((60, 55), (120, 55), (60, 5))
    """
    return min(LONGEST, max(60, idle)), min(55, max(1, idle - 5, idle // 2))


def normal(path: str) -> str:
    """The same text for patterns that match the same paths: `/*` and `*`, `/a/**` and `/a/*`."""
    text = re.sub(r"\*+", "*", path)
    return EVERYTHING if text == "/*" else text


def check_page(page: str, patterns: Sequence[Behaviour]) -> None:
    """Raises ValueError for an invalid path, and for one that the failing application itself would answer."""
    if not _PAGE.fullmatch(page):
        raise ValueError(f"error_page: {page!r} is not the path of a file; write it like /static/unavailable.html.")
    if (first := answering(page, patterns)).origin != "static":
        raise ValueError(f"error_page: the application answers {first.path}, and it is what fails; put it below a "
                         "static path.")  # fmt: skip


def origin_groups(copied: bool) -> Any:
    """The files' bucket and, where there is one, its copy: the second is asked after errors of the first."""
    members = [{"origin_id": "static"}, {"origin_id": "static-copy"}]
    criteria = {"status_codes": list(COPY_ASKED_AFTER)}
    return [{"origin_id": "files", "failover_criteria": criteria, "members": members}] if copied else []


def _literal(path: str) -> int:
    return len(path) - path.count("*") - path.count("?")


def settings(
    behaviour: Behaviour,
    cache: str,
    functions: Mapping[str, object],
    lambdas: Sequence[Mapping[str, object]] = (),
    static_target: str = "static",
) -> Any:
    """A behaviour in the provider's form. `cache` (none | headers) is that of the application's answers; `functions`
    are ARNs by event, `lambdas` associations of Lambda@Edge; `static_target` is the origin, or the group of them, that
    has the files."""
    static = behaviour.origin == "static"
    fields: dict[str, Any] = {
        "target_origin_id": static_target if static else behaviour.origin,
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": READ if static else ALL,
        "cached_methods": ["GET", "HEAD"],
        "compress": True,
        "cache_policy_id": CACHE["static" if static else cache],
        "response_headers_policy_id": SECURITY_HEADERS,
    }
    if not static:
        fields["origin_request_policy_id"] = ALL_VIEWER
    if functions:
        fields["function_associations"] = [{"event_type": e, "function_arn": arn} for e, arn in functions.items()]
    if lambdas:
        fields["lambda_function_associations"] = list(lambdas)
    return fields
