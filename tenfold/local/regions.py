"""Regions of the local cloud that answer nothing, so that a disaster can be tried: `tenfold local lose us-east-1`.

Every call that is signed for such a region is answered with 503. What AWS has once in the world keeps answering
questions; its changes are made in us-east-1 (Route 53, CloudFront, IAM: their control planes), and fail with it.
"""

import http.client
import io
import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGES = "/tenfold/regions/"
LOST: set[str] = set()  # in the server's process
_AFTERWARDS: list[Callable[[], None]] = []
_SCOPE = re.compile(r"Credential=[^/]+/\d+/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_GLOBAL = {"iam", "route53", "cloudfront"}  # all signed for us-east-1
_QUESTIONS = ("Get", "List", "Describe", "Simulate")

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Reachable:
    """A WSGI application around the cloud's own, which it keeps from what is for a lost region."""

    def __init__(self, cloud: Application) -> None:
        self._cloud = cloud

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if not LOST or not scope or scope[1] not in LOST or (scope[2] in _GLOBAL and _asks(scope[2], environ)):
            return self._cloud(environ, start_response)
        content = f"<html>{scope[1]} answers nothing: tenfold local lose</html>".encode()  # as a load balancer's page
        head = [("Content-Type", "text/html"), ("Content-Length", str(len(content)))]
        start_response("503 Service Unavailable", head)
        return [content]


def _asks(service: str, environ: dict[str, Any]) -> bool:
    if service != "iam":
        return environ["REQUEST_METHOD"] in ("GET", "HEAD")
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0].startswith(_QUESTIONS)


def when_restored(act: Callable[[], None]) -> Callable[[], None]:
    """Registers what happens when a region answers again: what waited for it arrives."""
    _AFTERWARDS.append(act)
    return act


def page(method: str, region: str) -> bytes:
    """POST loses a region, DELETE restores it; answers which are lost now."""
    if method == "POST":
        LOST.add(region)
    elif method == "DELETE":
        LOST.discard(region)
        for act in _AFTERWARDS:
            act()
    return json.dumps({"lost": sorted(LOST)}).encode()


# ---- the commands' side
def ask(endpoint: str, method: str, region: str = "") -> list[str]:
    """The lost regions after that. Raises OSError where the local cloud does not answer."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=10)
    try:
        connection.request(method, PAGES + region)
        return json.loads(connection.getresponse().read())["lost"]
    finally:
        connection.close()
