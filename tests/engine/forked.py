"""A process that has imported what runs of the engine import, and forks for each: of the six seconds of CPU of an `up`
that changes nothing, importing is three. The child is a process like that of `python -m tenfold`, with environment,
arguments, output and exit code of its own.

So is the provider of its run, which the engine does not start then, but attaches to, as to one under a debugger
(`PULUMI_DEBUG_PROVIDERS`): another second. Runs with a fault have one that the engine starts and ends; so have those in
several regions (SEVERAL), since the engine attaches to one provider alone.

Reads requests from stdin, a line of JSON each; answers with the exit code, negative for the signal that ended it.
"""

import gc
import importlib
import json
import os
import pkgutil
import re
import signal
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pulumi.automation
import pulumi_aws
from google.protobuf import empty_pb2

import tenfold.cli
from tenfold import exits
from tenfold.local import ENDPOINT_VARIABLE, server
from tenfold.local.aws import table
from tenfold.local.aws.handlers import Handlers
from tenfold.local.provider import journal, plugin
from tests import json_documents
from tests.engine.running import SEVERAL

ROOT = Path(__file__).parents[2]
IMPORTED = (pulumi.automation,)
ROOMS = ("blueprints", "commands", "diff", "engine", "foresight", "local.aws", "promotion")
ROOMS += ("refusals", "render", "stacks")
RUNS = ("preview", "up", "refresh", "destroy", "promote", "drift")


def load() -> None:
    """The rooms that a run passes, and the SDK with each class that a component uses: it loads them when asked."""
    for room in ROOMS:
        for module in pkgutil.walk_packages([str(ROOT / "tenfold" / room.replace(".", "/"))], f"tenfold.{room}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    json_documents.watch()
    components = "".join(file.read_text() for file in (ROOT / "components").rglob("*.py"))
    for service, name in set(re.findall(r"\baws\.([a-z0-9]+)\.([A-Z]\w+)", components)):
        getattr(getattr(pulumi_aws, service), name)
    handlers = Handlers("http://127.0.0.1")
    for token in table.tokens():
        handlers.check(token, {}, "us-east-1", lambda *_: "name")  # reads all that is known of the type
    for service in {spec.service for token in table.tokens() if (spec := table.spec(token))}:
        handlers.clients.get(service, "us-east-1")


class Attached(plugin.LocalProvider):
    configured: Any = None

    def Configure(self, request: Any, context: Any) -> Any:
        assert self.configured in (None, request.variables), f"a second provider: set {SEVERAL} for this run"
        self.configured = request.variables
        return super().Configure(request, context)

    def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:
        return empty_pb2.Empty()


@contextmanager
def provider(args: list[str], environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Variables with which a run finds its provider; none where it starts its own."""
    os.environ.clear()
    os.environ.update(environment)
    attaches = args[0] in RUNS and "--local-fault" not in args and SEVERAL not in environment
    cloud = server.running() if attaches else None
    if not cloud:
        yield {}
        return
    reading, writing = os.pipe()
    parent, child = os.getpid(), os.fork()
    if not child:
        os.environ[ENDPOINT_VARIABLE] = cloud.endpoint
        os.dup2(writing, 1)
        plugin.LocalProvider, journal.PROVIDER = Attached, uuid.uuid4().hex
        plugin.processes.enter = lambda: None  # the next run would wait for it: no engine is its parent
        plugin.main("aws")
    os.close(writing)
    with os.fdopen(reading) as port:
        try:
            yield {"PULUMI_DEBUG_PROVIDERS": f"aws:{port.readline().strip()}"}
        finally:
            if os.getpid() == parent:  # the run, which is a child too, comes past here when it ends
                os.kill(child, signal.SIGTERM)
                os.waitpid(child, 0)


def run(args: list[str], environment: dict[str, str], output: str, errors: str) -> None:
    for descriptor, path in ((0, os.devnull), (1, output), (2, errors)):
        opened = os.open(path, os.O_RDWR)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["tenfold", *args]
    tenfold.cli.main()


def serve() -> None:
    exits.prepare()
    load()
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        request = json.loads(line)
        with provider(request["args"], request["environment"]) as variables:
            request["environment"] |= variables
            child = os.fork()
            if not child:
                return run(**request)
            _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
