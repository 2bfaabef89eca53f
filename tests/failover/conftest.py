import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.serving import make_server

from tenfold.engine.workspace import Place
from tenfold.local import regions, serve
from tenfold.local.server import Server


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    from moto.moto_api._internal.models import moto_api_backend

    server = make_server("127.0.0.1", 0, serve.application("takeover"), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    moto_api_backend.reset()


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """Of what a test makes; afterwards both regions answer again."""
    yield f"shop-{abs(hash(request.node.name)) % 10**8}"
    regions.LOST.clear()


@pytest.fixture
def target(tmp_path: Path, endpoint: str) -> Any:
    cloud = Server(1, int(endpoint.rpartition(":")[2]), "takeover")
    return SimpleNamespace(where=Place("shop-prod", tmp_path, "file://", cloud))
