"""Who answers which path at the edge, and by which of CloudFront's managed policies. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
BEHAVIOURS = 75  # per distribution: CloudFront quotas
EVERYTHING = "*"
_PATH = re.compile(r"[/*][A-Za-z0-9_.*$/~\"'@:+&?-]{0,254}")

READ, ALL = ["GET", "HEAD", "OPTIONS"], ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Behaviour:
    """One path pattern and who answers it: `static` (the bucket) or `dynamic` (the application)."""

    path: str
    origin: str


def behaviours(static: Sequence[str], dynamic: Sequence[str]) -> list[Behaviour]:
    """All of them, the more specific first, as CloudFront takes the first that matches; `*` is the last.

    Raises ValueError for what is no pattern, for two that are alike, for too many, and when nothing answers the rest.
    """
    found = [Behaviour(path, "static") for path in static] + [Behaviour(path, "dynamic") for path in dynamic]
    seen: set[str] = set()
    for behaviour in found:
        if not _PATH.fullmatch(behaviour.path):
            raise ValueError(f"paths: {behaviour.path!r} is no path pattern; begin with / or *, like /static/*.")
        if normal(behaviour.path) in seen:
            raise ValueError(f"paths: {behaviour.path} is there twice; the second would never be asked.")
        seen.add(normal(behaviour.path))
    if EVERYTHING not in seen:
        raise ValueError('paths: nothing answers the rest; give "*" to one of static and dynamic.')
    if len(found) > BEHAVIOURS:
        raise ValueError(f"paths: {len(found)} patterns; a distribution takes {BEHAVIOURS}.")
    return sorted(found, key=lambda b: (normal(b.path) == EVERYTHING, -_literal(b.path), b.path))


def normal(path: str) -> str:
    """The same text for patterns that match the same paths: `/*` and `*`, `/a/**` and `/a/*`."""
    text = re.sub(r"\*+", "*", path)
    return EVERYTHING if text == "/*" else text


def _literal(path: str) -> int:
    return len(path) - path.count("*") - path.count("?")


def settings(behaviour: Behaviour, cache: str) -> Any:
    """A behaviour as the provider wants it. `cache` (none | headers) is that of the application's answers."""
    static = behaviour.origin == "static"
    made: dict[str, Any] = {
        "target_origin_id": behaviour.origin,
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": READ if static else ALL,
        "cached_methods": ["GET", "HEAD"],
        "compress": True,
        "cache_policy_id": CACHE["static" if static else cache],
        "response_headers_policy_id": SECURITY_HEADERS,
    }
    if not static:
        made["origin_request_policy_id"] = ALL_VIEWER
    return made
