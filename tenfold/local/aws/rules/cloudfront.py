"""Error pages of a distribution."""

from collections.abc import Mapping

from tenfold.local.aws.convert import has_unknown
from tenfold.local.aws.rules.values import Inputs, Violations

# Codes that CloudFront keeps and may replace (CustomErrorResponse, API reference).
ERROR_CODES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


def error_pages(inputs: Inputs) -> Violations:
    bad: Violations = []
    responses = inputs.get("customErrorResponses")
    for at, given in enumerate(responses if isinstance(responses, list) else ()):
        path = f"customErrorResponses[{at}]."
        if not isinstance(given, Mapping) or has_unknown(given):
            continue
        if int(given.get("errorCode", 0)) not in ERROR_CODES:
            bad.append((f"{path}errorCode", f"{given.get('errorCode')} is none of {', '.join(map(str, ERROR_CODES))}"))
        if bool(given.get("responsePagePath")) != bool(given.get("responseCode")):
            bad.append((f"{path}responsePagePath", "a page and the code it is shown with go together"))
        elif not str(given.get("responsePagePath") or "/").startswith("/"):
            bad.append((f"{path}responsePagePath", f"{given['responsePagePath']} does not start with /"))
    return bad
