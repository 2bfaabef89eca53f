"""The local cloud's server process: moto's AWS behind one loopback port, and `/tenfold/identity` beside it.

Run as `python -m tenfold.local.serve PORT IDENTITY`; `tenfold.local.server` starts and stops it.
"""

import gc
import json
import logging
import os
import sys
import threading
from collections.abc import Iterable
from typing import Any

from tenfold.local.provider.intents import PAGES, Application, Remembering

# Read by moto when it is imported.
os.environ["MOTO_ACM_VALIDATION_WAIT"] = "0"  # certificates are issued at once: nothing here waits for DNS
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # roles attach AWS's own policies; 0.7 s, once
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"  # no web page is to read an answer (tenfold.local.admission)
os.environ.pop("MOTO_ENABLE_RECORDING", None)  # it would write every request into a file

IDENTITY_PAGE = "/tenfold/identity"


def application(identity: str):
    """moto's WSGI application, closed to web pages, with pages of our own: which memory this is, and what was answered
    to a provider that was killed."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    import tenfold.local.moto.patches  # noqa: F401  what moto lacks, by being imported
    from tenfold.local import regions
    from tenfold.local.admission import refusal

    aws = Remembering(regions.Reachable(OneAtATime(DomainDispatcherApplication(create_backend_app))))
    page = json.dumps({"identity": identity, "pid": os.getpid()}).encode()

    def serve(environ, start_response):
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if why := refusal(environ):
            return _answer(start_response, "403 Forbidden", f"refused by the local cloud: {why}\n".encode())
        if path == IDENTITY_PAGE:
            return _answer(start_response, "200 OK", page)
        if path.startswith(PAGES) and method in ("POST", "DELETE"):
            return _answer(start_response, "200 OK", aws.page(method, path.removeprefix(PAGES)))
        if path.startswith(regions.PAGES):
            return _answer(start_response, "200 OK", regions.page(method, path.removeprefix(regions.PAGES)))
        return aws(environ, start_response)

    return serve


class OneAtATime:
    """A WSGI application around moto, which walks over its dictionaries without a lock: a question fails while another
    request makes or deletes something. Only who waits for a message waits beside the others. Nothing is slower: one
    thread of Python runs at a time anyway.
    """

    def __init__(self, moto: Application) -> None:
        self._moto = moto
        self._turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("HTTP_X_AMZ_TARGET", "").endswith(".ReceiveMessage"):
            return self._moto(environ, start_response)
        with self._turn:
            return self._moto(environ, start_response)


def _answer(start_response, status: str, content: bytes) -> list[bytes]:
    kind = "application/json" if content.startswith(b"{") else "text/plain"
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(content)))])
    return [content]


def main(port: int, identity: str) -> None:
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class KeepAlive(MotoRequestHandler):
        protocol_version = "HTTP/1.1"  # connections stay open: a third of a small call's time otherwise

    gc.disable()  # while moto is imported: a third of the start
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # not a line per request
    from tenfold.local.moto.eks import planes

    planes.runs = True  # clusters are real here
    server = make_server("127.0.0.1", port, application(identity), threaded=True, request_handler=KeepAlive)
    gc.freeze()  # what is imported stays
    gc.enable()
    print(f"local cloud {identity} listens on 127.0.0.1:{port}, pid {os.getpid()}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
