"""Errors of AWS in a takeover: the remedy first, then AWS's own words."""

from typing import Any

# Codes of errors: AWS's "Common error types", and those of EC2, STS.
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
_SIGNED_OUT = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
_BUSY = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "TooManyRequestsException",
}
_NO_CREDENTIALS = {"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "SSOTokenLoadError"}
_NO_ANSWER = {"EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError"}


def code(wrong: Exception) -> str:
    answer: dict[str, Any] = getattr(wrong, "response", None) or {}
    return answer.get("Error", {}).get("Code", "")


def is_busy(wrong: Exception) -> bool:
    """Whether AWS throttles: the same call succeeds a little later."""
    return code(wrong) in _BUSY


def explain_error(wrong: Exception) -> str:
    """The error in words with a remedy; errors that are not AWS's are only converted to text."""
    call = getattr(wrong, "operation_name", "")
    if code(wrong) in _DENIED:
        return f"the credentials may not call {call}: use a role that may, and run this again. AWS says: {wrong}"
    if code(wrong) in _SIGNED_OUT or type(wrong).__name__ in _NO_CREDENTIALS:
        return f"the credentials are not valid (any more): sign in again, and run this again. AWS says: {wrong}"
    if is_busy(wrong):
        return f"AWS is asked too often: wait a minute, and run this again. AWS says: {wrong}"
    if code(wrong).startswith("5") or type(wrong).__name__ in _NO_ANSWER:
        return f"AWS does not answer there: run this again when it does. {wrong}"
    return str(wrong)
