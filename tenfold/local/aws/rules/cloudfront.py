"""Error pages and cache behaviours of a distribution."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.convert import UNKNOWN, has_unknown
from tenfold.local.aws.rules.values import Inputs, Violations

# Codes that CloudFront keeps and may replace (CustomErrorResponse, API reference).
ERROR_CODES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


def error_pages(inputs: Inputs) -> Violations:
    bad: Violations = []
    responses = inputs.get("customErrorResponses")
    for at, response in enumerate(responses if isinstance(responses, list) else ()):
        path = f"customErrorResponses[{at}]."
        if not isinstance(response, Mapping) or has_unknown(response):
            continue
        if int(response.get("errorCode", 0)) not in ERROR_CODES:
            bad.append(
                (f"{path}errorCode", f"{response.get('errorCode')} is not one of {', '.join(map(str, ERROR_CODES))}")
            )
        if bool(response.get("responsePagePath")) != bool(response.get("responseCode")):
            bad.append((f"{path}responsePagePath", "a page and the code it is shown with go together"))
        elif not str(response.get("responsePagePath") or "/").startswith("/"):
            bad.append((f"{path}responsePagePath", f"{response['responsePagePath']} does not start with /"))
    return bad


# What a behaviour may pass on (AllowedMethods, API reference).
_METHODS = (
    {"GET", "HEAD"},
    {"GET", "HEAD", "OPTIONS"},
    {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"},
)
_WRITES = {"PUT", "PATCH", "POST", "DELETE"}
# CloudFront's own words: aws-cdk issue 32450. A group fails over for reads alone.
# CloudFront Developer Guide, "Restrictions on all edge functions".
_AGAINST_BOTH = "does not run at viewers' events beside a function of CloudFront; attach it to the origin's"
_AGAINST_GROUPS = "cannot include POST, PUT, PATCH, or DELETE for a cached behavior associated with an origin group"


def behaviours(inputs: Inputs) -> Violations:
    """A behaviour leads to an origin, or a group of them, that there is, and takes one of three sets of methods."""
    listed = inputs.get("orderedCacheBehaviors")
    named = {f"orderedCacheBehaviors[{at}]": one for at, one in enumerate(listed if isinstance(listed, list) else ())}
    blocks = {"defaultCacheBehavior": inputs.get("defaultCacheBehavior"), **named}
    groups = _ids(inputs, "originGroups")
    origins = _ids(inputs, "origins") | groups
    bad: Violations = []
    for path, block in blocks.items():
        if not isinstance(block, Mapping):
            continue
        target, methods = block.get("targetOriginId"), block.get("allowedMethods")
        if origins and UNKNOWN not in origins and target not in (None, UNKNOWN) and target not in origins:
            bad.append((f"{path}.targetOriginId", f"{target} must be one of the origins {', '.join(sorted(origins))}"))
        if isinstance(methods, list) and not has_unknown(methods) and set(methods) not in _METHODS:
            sets = "; ".join(", ".join(sorted(one)) for one in _METHODS)
            bad.append((f"{path}.allowedMethods", f"{', '.join(methods)} must be one of: {sets}"))
        elif target in groups and isinstance(methods, list) and not has_unknown(methods) and set(methods) & _WRITES:
            bad.append((f"{path}.allowedMethods", f"{_AGAINST_GROUPS} ({target})"))
        bad += _two_kinds_of_function(path, block)
    return bad


def _two_kinds_of_function(path: str, block: Mapping[str, Any]) -> Violations:
    attached = block.get("lambdaFunctionAssociations")
    if not block.get("functionAssociations") or not isinstance(attached, list):
        return []
    events = [str(one.get("eventType")) if isinstance(one, Mapping) else "" for one in attached]
    return [
        (f"{path}.lambdaFunctionAssociations[{at}].eventType", f"a function of Lambda@Edge {_AGAINST_BOTH}")
        for at, event in enumerate(events)
        if event.startswith("viewer-")
    ]


def _ids(inputs: Inputs, key: str) -> set[str]:
    blocks = inputs.get(key)
    if isinstance(blocks, str):
        return {UNKNOWN}
    return {str(block.get("originId")) for block in blocks or () if isinstance(block, Mapping)}
