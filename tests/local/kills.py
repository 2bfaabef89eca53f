"""A provider in this process, over HTTP to a local cloud in this process, ended at one call; what the cloud holds."""

import itertools
import threading
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from tenfold.local.aws import Handlers
from tenfold.local.provider import journal, unfinished_creates
from tenfold.local.provider.plugin import LocalProvider
from tenfold.local.serve import application
from tests.local.world import REGION, Made, World

STACK = "shop-dev"


class Killed(BaseException):
    """The process is gone: nothing below catches this."""


@contextmanager
def cloud() -> Iterator[str]:
    """The whole application as the local cloud's process serves it. Its address."""
    server = make_server("127.0.0.1", 0, application("test"), threaded=True, request_handler=MotoRequestHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Provider:
    """One process of the provider after the other. (Its clients are kept: to make them takes most of the time.)"""

    def __init__(self, endpoint: str) -> None:
        self.plugin = LocalProvider("aws", endpoint)
        self.handlers: Handlers = self.plugin._handlers

    def begin(self, region: str, at: int) -> "Provider":
        """A new process. `at`: the call that changes the cloud after whose act it is killed; 0: none."""
        self.plugin._region, self.handlers.clients._provider = region, uuid.uuid4().hex
        journal.PROVIDER = self.handlers.clients._provider
        acts = itertools.count(1)

        def acted() -> None:
            if next(acts) == at:
                raise Killed

        self.handlers.clients.acted = acted
        return self

    def create(self, made: Made) -> tuple[str, dict[str, Any]]:
        return self.plugin._create(urn(made), made.token, made.inputs)


def urn(made: Made) -> str:
    return f"urn:pulumi:{STACK}::tenfold::{made.token}::{made.name}"


def census() -> Counter[tuple[str, str, str]]:
    """How many of everything moto holds, by service, region and kind."""
    found: Counter[tuple[str, str, str]] = Counter()
    instances: Any = BackendDict._instances  # type: ignore[misc]: moto's own
    for service, accounts in {id(b): (b.service_name, b) for b in instances}.values():
        for account in accounts.values():
            for region, backend in account.items():
                for kind, held in vars(backend).items():
                    _count(found, (service, region, kind), held)
    return found


def _count(found: Counter[tuple[str, str, str]], key: tuple[str, str, str], held: Any) -> None:
    if isinstance(held, Mapping):
        found[key] += len(held)
        for inner in held.values():
            if isinstance(inner, Mapping | list):
                found[key] += len(inner)
    elif isinstance(held, list | set):
        found[key] += len(held)


def grown(before: Counter[tuple[str, str, str]]) -> dict[tuple[str, str, str], int]:
    now = census()
    return {key: now[key] - before[key] for key in {*now, *before} if now[key] != before[key]}


class Trial:
    """One resource of the scenario, after those it needs."""

    def __init__(self, world: World, plugin: Provider, endpoint: str, name: str, entry: Mapping[str, Any]) -> None:
        self.world, self.endpoint, self.entry, self._provider = world, endpoint, entry, plugin
        self.region = entry.get("region", REGION)
        self.made = Made(name, entry["type"])
        self.given = world.resolve(entry["inputs"])
        self.made.inputs = self._checked(self.given)

    def _checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        inputs, failures = self.world.handlers.check(self.made.token, given, self.region, self.made.autoname)
        assert not failures, failures
        return inputs

    def changed(self) -> dict[str, Any]:
        wanted = {k: v for k, v in {**self.given, **self.world.resolve(self.entry["update"])}.items() if v is not None}
        keep = {k: v for k, v in self.made.inputs.items() if k not in self.given}
        return self._checked({**keep, **wanted})

    def provider(self, at: int = 0) -> Provider:
        return self._provider.begin(self.region, at)

    def keep(self) -> None:
        """As a run ends that succeeds."""
        unfinished_creates.forget(STACK, self.endpoint)

    def create(self) -> None:
        self.made.id, self.made.outputs = self.provider().create(self.made)

    def take_away(self) -> None:
        """As the next run does with what no state knows."""
        unfinished_creates.remove(STACK, [], self.endpoint)
        self.keep()

    def read(self) -> Any:
        made = self.made
        return self.world.handlers.read(made.token, made.id, made.outputs, made.inputs, self.region)
