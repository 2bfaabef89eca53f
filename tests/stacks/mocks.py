"""Builds a stack in this process, without an engine: the real Pulumi SDK, the local cloud's handlers, and moto.

    with deployed(architecture) as cloud:
        cloud.client("rds").describe_db_instances()

Each resource is checked, created and answered as by the local cloud's provider, so that what boto3 reads back is what
the program asked for. Names end in a suffix as Pulumi's do.
"""

import asyncio
import contextvars
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # moto reads its settings when it is imported
os.environ["MOTO_ACM_VALIDATION_WAIT"] = "0"

import boto3
import pulumi
from moto import mock_aws

from tenfold.blueprints.architecture import Architecture
from tenfold.graph import STACK_TYPE, make_urn, stack_urn
from tenfold.local.aws import Handlers
from tenfold.local.moto import patches  # noqa: F401  to import it is to patch moto
from tenfold.local.provider.protocol import properties, struct
from tenfold.recorder import pulumi_private as private
from tenfold.recorder.program import PROJECT
from tenfold.recorder.sdk import close_loop


@dataclass(frozen=True)
class Made:
    """One resource as the cloud has it."""

    type: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    region: str
    """Of its provider."""


class Refused(Exception):
    """The local cloud would not take these inputs."""


class Cloud(private.MockMonitor):
    """Answers the program's requests by making things in moto."""

    def __init__(self, stack: str, region: str) -> None:
        super().__init__(None)  # pyright: ignore[reportArgumentType]: it takes None
        self.stack, self.region = stack, region
        self.made: dict[str, Made] = {}  # by logical name
        self.outputs: dict[str, Any] = {}
        self.handlers = Handlers(None)
        self._one_at_a_time = threading.Lock()
        self._regions: dict[str, str] = {}  # URN of a provider -> its region

    def client(self, service: str, region: str = "") -> Any:
        """In the first region, unless another one is named."""
        return boto3.client(service, region_name=region or self.region)

    def of_type(self, token: str) -> list[Made]:
        return [made for made in self.made.values() if made.type == f"aws:{token}"]

    # -- what the SDK calls, from several threads ------------------------------------------------------------------

    def RegisterResource(self, request: private.RegisterResourceRequest) -> private.RegisterResourceResponse:
        if request.type == STACK_TYPE:
            return private.RegisterResourceResponse(urn=stack_urn(PROJECT, self.stack))
        urn = make_urn(PROJECT, self.stack, request.parent, request.type, request.name)
        if not request.type.startswith("aws:"):
            identity = request.name if request.custom else ""
            if request.type == "pulumi:providers:aws":
                self._regions[urn] = properties(request.object)["region"]
            return private.RegisterResourceResponse(urn=urn, id=identity, object=request.object)
        with self._one_at_a_time:
            region = self._region(request.provider)
            made = self._make(request.type, request.name, properties(request.object), region)
        return private.RegisterResourceResponse(urn=urn, id=made.id, object=struct(made.outputs))

    def _region(self, provider: str) -> str:
        """A provider is named by its URN and its id."""
        return self._regions.get(provider.rpartition("::")[0], self.region)

    def _make(self, token: str, name: str, given: dict[str, Any], region: str) -> Made:
        def autoname(_: str, longest: int) -> str:
            suffix = hashlib.sha256(f"{self.stack}{name}".encode()).hexdigest()[:7]
            return f"{name[: longest - 8]}-{suffix}"

        inputs, failures = self.handlers.check(token, given, region, autoname)
        if failures:
            raise Refused(f"{name}: " + "; ".join(f"{failure.property} {failure.reason}" for failure in failures))
        identity, outputs = self.handlers.create(token, inputs, region)
        made = self.made[name] = Made(token, identity, inputs, {**inputs, **outputs}, region)
        return made

    def RegisterResourceOutputs(self, request: Any) -> Any:
        if request.urn == stack_urn(PROJECT, self.stack):
            self.outputs = properties(request.outputs)
        return private.EMPTY

    def Invoke(self, request: Any) -> Any:
        with self._one_at_a_time:
            answer = self.handlers.invoke(request.tok, properties(request.args), self._region(request.provider))
        return private.invoke_response(struct(answer))


@contextmanager
def deployed(architecture: Architecture) -> Iterator[Cloud]:
    """The stack in a cloud of its own, which is forgotten at the end."""
    with mock_aws():
        cloud = Cloud(f"{architecture.name}-{architecture.environment}", architecture.region)
        if architecture.domain and architecture.zone != "managed":  # it is somebody else's, and there
            zone = architecture.zone_name or architecture.domain.partition(".")[2]
            cloud.client("route53").create_hosted_zone(Name=zone, CallerReference="ours")
        contextvars.copy_context().run(_run, cloud, lambda: _build(architecture))
        yield cloud


@contextmanager
def made_by(program: Callable[[], Mapping[str, Any]], region: str) -> Iterator[Cloud]:
    """What the program makes, in a cloud of its own; it returns outputs."""
    with mock_aws():
        cloud = Cloud("test", region)
        contextvars.copy_context().run(_run, cloud, program)
        yield cloud


def _build(architecture: Architecture) -> Mapping[str, Any]:
    from tenfold.stacks.compose import build

    return build(architecture)


def _run(cloud: Cloud, build: Callable[[], Mapping[str, Any]]) -> None:
    def program() -> None:
        for name, value in build().items():
            pulumi.export(name, value)

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda *_: None)  # failures of a failed program's other tasks: the first one is told
    try:
        private.forget_outputs()
        private.set_mocks(None, PROJECT, cloud.stack, preview=False, monitor=cloud)  # pyright: ignore[reportArgumentType]: it takes None
        private.set_all_config({})
        loop.run_until_complete(private.wait_for_rpcs())
        private.set_root_resource(None)  # pyright: ignore[reportArgumentType]: it takes None
        loop.run_until_complete(private.run_in_stack(program))
    finally:
        close_loop(loop)
