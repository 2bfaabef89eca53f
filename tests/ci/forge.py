"""A stand-in for the API of GitHub and GitLab: comments of one pull or merge request, in memory."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

COMMENTS = r"/repos/acme/shop/issues/7/comments|/projects/3/merge_requests/7/notes"
ONE = r"(?:/repos/acme/shop/issues/comments|/projects/3/merge_requests/7/notes)/(\d+)"
ME = {"id": 1, "type": "Bot"}


class Forge:
    """`comments`: as the API gives them. `calls`: (method, path) of what was written."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str]] = []
        self.url = ""
        self.status, self.location = 0, ""  # an answer other than the API's, to everything

    def add(self, body: str, author: dict[str, Any] = ME) -> dict[str, Any]:
        comment = {"id": len(self.comments) + 1, "body": body, "user": author, "author": author}
        self.comments.append(comment)
        return comment

    def answer(self, method: str, url: str, body: str) -> Any:
        path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
        if path == "/user":
            return ME
        if method == "GET":
            assert re.fullmatch(COMMENTS, path), path
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return self.comments[(page - 1) * size : page * size]
        self.calls.append((method, path))
        if method == "POST":
            assert re.fullmatch(COMMENTS, path), path
            return self.add(body)
        number = re.fullmatch(ONE, path)
        assert number and method == ("PATCH" if "/repos/" in path else "PUT"), (method, path)
        comment = self.comments[int(number[1]) - 1]
        comment["body"] = body
        return comment


@contextmanager
def serve(token_header: str, token: str) -> Iterator[Forge]:
    """Answers 401 to who does not send the token."""
    forge = Forge()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status = forge.status or (200 if self.headers.get(token_header) == token else 401)
            answer = (
                forge.answer(self.command, self.path, json.loads(text)["body"] if text else "") if status == 200 else {}
            )
            self.send_response(status)
            if forge.location:
                self.send_header("Location", forge.location)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PUT = do_PATCH = handle_any

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    forge.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
