"""Error pages of a distribution."""

from collections.abc import Mapping

from tenfold.local.aws.convert import has_unknown
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
