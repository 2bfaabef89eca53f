"""What the local cloud remembers of the providers that call it, so that a create whose answer nobody heard is found.

A provider is killed at any moment. Its journal then says what it was about to make, not whether that was made nor as
what: an id is the cloud's to give. So each provider calls under a name, and each create under an intent. The cloud
keeps what it answered to an intent. The next run closes the name: what that provider had sent is finished first, what
arrives later is refused, and the answers are final.
"""

import base64
import http.client
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

PROVIDER = "X-Tenfold-Provider"  # of every call: the process that sends it
INTENT = "X-Tenfold-Intent"  # of the one call that makes a resource: "INTENT OPERATION"
PAGES = "/tenfold/providers/"

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
Answer = Mapping[str, Any]  # operation, status, headers, body (base64)


class Remembering:
    """A WSGI application around the cloud's own, and the pages `close` and `forget` ask for."""

    def __init__(self, cloud: Application) -> None:
        self._cloud = cloud
        self._answers: dict[str, dict[str, Answer]] = {}
        self._under_way: dict[str, int] = {}
        self._closed = set[str]()
        self._changed = threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        provider = environ.get("HTTP_X_TENFOLD_PROVIDER", "")
        if not provider:
            return self._cloud(environ, start_response)
        with self._changed:
            if provider in self._closed:
                start_response("409 Conflict", [("Content-Type", "text/plain"), ("Content-Length", "0")])
                return []
            self._under_way[provider] = self._under_way.get(provider, 0) + 1
        try:
            return self._answered(provider, environ, start_response)
        finally:
            with self._changed:
                self._under_way[provider] -= 1
                self._changed.notify_all()

    def _answered(self, provider: str, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The whole answer, so that the act is over when the request no longer counts as under way."""
        from werkzeug.test import run_wsgi_app

        body, status, headers = run_wsgi_app(self._cloud, environ, buffered=True)
        content = b"".join(body)
        intent, _, operation = environ.get("HTTP_X_TENFOLD_INTENT", "").partition(" ")
        if intent:
            answer = {
                "operation": operation,
                "status": int(status.split()[0]),
                "headers": dict(headers),
                "body": base64.b64encode(content).decode(),
            }
            self._answers.setdefault(provider, {})[intent] = answer
        start_response(status, list(headers))
        return [content]

    def page(self, method: str, provider: str) -> bytes:
        """POST closes, and answers what was answered to each intent; DELETE closes and forgets that."""
        with self._changed:
            self._closed.add(provider)
            self._changed.wait_for(lambda: not self._under_way.get(provider))
            if method == "DELETE":
                self._answers.pop(provider, None)
            return json.dumps(self._answers.get(provider, {})).encode()


# ---- the next run's side
def close(endpoint: str, provider: str) -> dict[str, Answer]:
    """No call of this provider has an effect any more; what was answered to its intents.

    Raises OSError where the local cloud does not answer.
    """
    return _ask(endpoint, "POST", provider)


def forget(endpoint: str, provider: str) -> None:
    """The same, when its answers are of no more use."""
    _ask(endpoint, "DELETE", provider)


def _ask(endpoint: str, method: str, provider: str) -> dict[str, Answer]:
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=60)
    try:
        connection.request(method, PAGES + provider)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
