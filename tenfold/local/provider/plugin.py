"""The local cloud's provider plugins (`pulumi-resource-aws` …): the engine's provider protocol over the handlers of one
package, which is its first argument.

The engine starts one process per provider resource and command, so this starts fast: it prints its port before it
loads a single table or boto client. All calls are concurrent; what is shared is guarded in the handlers.
"""

import functools
import hashlib
import importlib.metadata
import json
import os
import sys
import uuid
from concurrent import futures
from pathlib import Path
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2

from tenfold import exits
from tenfold.local import ENDPOINT_VARIABLE
from tenfold.local.provider import faults, journal, packages, processes
from tenfold.local.provider.errors import InitFailed, RequestFailed
from tenfold.local.provider.protocol import plugin, properties, provider, provider_grpc, struct

MESSAGE_LIMIT = 400 << 20  # the engine's own, sdk/go/common/util/rpcutil


def _type(request: Any) -> str:
    return request.type or request.urn.split("::")[2].split("$")[-1]


def _name(request: Any) -> str:
    return request.name or request.urn.split("::")[-1]


class LocalProvider(provider_grpc.ResourceProviderServicer):
    def __init__(self, package: str, endpoint: str):
        self._name, self._package = package, packages.PACKAGES[package]
        self._endpoint = endpoint
        self._region = self._package.region
        self._faults = faults.Faults(os.environ.get(faults.VARIABLE))

    @functools.cached_property
    def _handlers(self):
        handlers = packages.handlers(self._name, self._endpoint, journal.PROVIDER)
        handlers.clients.acted = self._faults.count_act
        return handlers

    # -- configuration ---------------------------------------------------------------------------------------------

    def Handshake(self, request, context):
        return provider.ProviderHandshakeResponse(supports_autonaming_configuration=True)

    def GetPluginInfo(self, request, context):
        return plugin.PluginInfo(version=importlib.metadata.version(self._package.distribution))

    def CheckConfig(self, request, context):
        return provider.CheckResponse(inputs=request.news)

    def DiffConfig(self, request, context):
        old, new = properties(request.old_inputs), properties(request.news)
        return provider.DiffResponse(
            changes=provider.DiffResponse.DIFF_NONE if old == new else provider.DiffResponse.DIFF_SOME,
            replaces=[key for key in self._package.replacing if old.get(key) != new.get(key)],
        )

    def Configure(self, request, context):
        self._region = dict(request.variables).get(f"{self._name}:config:region") or self._region
        return provider.ConfigureResponse(supportsPreview=True)

    # -- resources -------------------------------------------------------------------------------------------------

    def Check(self, request, context):
        token, new, old = _type(request), properties(request.news), properties(request.olds)
        if not self._handlers.serves(token):
            reason = f"the local cloud does not serve {token} (it serves what `tenfold local coverage` lists)"
            return provider.CheckResponse(failures=[provider.CheckFailure(reason=reason)])

        def autoname(input_name: str, longest: int) -> str:
            if old.get(input_name):
                return old[input_name]
            suffix = hashlib.sha256(request.randomSeed).hexdigest()[:7]
            return request.autonaming.proposed_name[:longest] or f"{_name(request)[: longest - 8]}-{suffix}"

        inputs, failures = self._handlers.check(token, new, self._region, autoname)
        failed = [provider.CheckFailure(property=f.property, reason=f.reason) for f in failures]
        return provider.CheckResponse(inputs=struct(inputs), failures=failed)

    def Diff(self, request, context):
        old, new, state = properties(request.old_inputs), properties(request.news), properties(request.olds)
        changes = self._handlers.diff(_type(request), old, new, state)
        detailed = {}
        for path, (kind, replaces) in changes.items():
            label = kind.upper() + ("_REPLACE" if replaces else "")
            detailed[path] = provider.PropertyDiff(kind=getattr(provider.PropertyDiff, label), inputDiff=True)
        return provider.DiffResponse(
            changes=provider.DiffResponse.DIFF_SOME if changes else provider.DiffResponse.DIFF_NONE,
            diffs=sorted({_top(path) for path in changes}),
            replaces=sorted({_top(path) for path, (_, replaces) in changes.items() if replaces}),
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    def Create(self, request, context):
        token, inputs = _type(request), properties(request.properties)
        if request.preview:
            return provider.CreateResponse(properties=struct(self._handlers.preview_outputs(token, inputs)))
        with _Errors(context), self._faults:
            identifier, outputs = self._create(request.urn, token, inputs)
        return provider.CreateResponse(id=identifier, properties=struct(outputs))

    def _create(self, urn: str, token: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        intent, region = uuid.uuid4().hex, str(inputs.get("region") or self._region)

        def note(act: str, identifier: str, known: dict[str, Any]) -> None:
            also = self._handlers.identifying(token, known)
            journal.write(act, urn, token, identifier, region, also, intent)

        note("creating", "", inputs)
        try:
            identifier, outputs = self._handlers.create(token, inputs, region, intent)
        except InitFailed as half:
            note("create", half.id, inputs)
            raise
        note("create", identifier, {**inputs, **outputs})
        return identifier, outputs

    def Read(self, request, context):
        state, inputs = properties(request.properties) or None, properties(request.inputs) or None
        with _Errors(context):
            answer = self._handlers.read(_type(request), request.id, state, inputs, self._region)
        if answer is None:
            return provider.ReadResponse()
        return provider.ReadResponse(id=request.id, inputs=struct(answer[0]), properties=struct(answer[1]))

    def Update(self, request, context):
        old, new, state = properties(request.old_inputs), properties(request.news), properties(request.olds)
        if request.preview:
            outputs = self._handlers.preview_outputs(_type(request), new, state)
            return provider.UpdateResponse(properties=struct(outputs))
        with _Errors(context), self._faults:
            journal.write("updating", request.urn, _type(request), request.id, self._region)
            outputs = self._handlers.update(_type(request), request.id, old, new, state, self._region)
        return provider.UpdateResponse(properties=struct(outputs))

    def Delete(self, request, context):
        with _Errors(context), self._faults:
            journal.write("deleting", request.urn, _type(request), request.id, self._region)
            self._handlers.delete(_type(request), request.id, properties(request.properties), self._region)
            journal.write("delete", request.urn, _type(request), request.id, self._region)
        return empty_pb2.Empty()

    def Invoke(self, request, context):
        with _Errors(context):
            answer = self._handlers.invoke(request.tok, properties(request.args), self._region)
        return provider.InvokeResponse(**{"return": struct(answer)})

    # -- the rest --------------------------------------------------------------------------------------------------

    def GetSchema(self, request, context):
        return provider.GetSchemaResponse(schema=json.dumps({"name": self._name}))  # asked for by code generation only

    def Cancel(self, request, context):
        return empty_pb2.Empty()


def _top(path: str) -> str:
    return path.split(".")[0].split("[")[0]


class _Errors:
    """Turns what the handlers raise into the protocol's errors: one sentence, no traceback."""

    def __init__(self, context):
        self._context = context

    def __enter__(self):
        pass

    def __exit__(self, kind, error, trace):
        if error is None:
            return
        if isinstance(error, InitFailed):
            self._context.abort_with_status(_partial(error))
        if isinstance(error, RequestFailed | faults.Fault):
            self._context.abort(grpc.StatusCode.UNKNOWN, str(error))
        report = f"the local cloud's provider failed: {kind.__name__}: {error}. This is a defect of tenfold."
        self._context.abort(grpc.StatusCode.INTERNAL, report)


class _Status(grpc.Status):
    def __init__(self, code, details, trailing_metadata):
        self.code, self.details, self.trailing_metadata = code, details, trailing_metadata


def _partial(error: Any) -> grpc.Status:
    """The resource exists but is not what was asked for: the engine keeps it in its state and says why."""
    from google.protobuf import any_pb2
    from google.rpc import status_pb2

    detail = any_pb2.Any()
    state = struct(error.outputs)
    detail.Pack(provider.ErrorResourceInitFailed(id=error.id, properties=state, reasons=error.reasons))
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message="; ".join(error.reasons), details=[detail])
    return _Status(code, status.message, (("grpc-status-details-bin", status.SerializeToString()),))


def _runs(engine: int) -> bool:
    """Whether the engine still is this process's parent. One that died before this process had begun never was: orphans
    are the first process's, which is an engine in few containers only."""
    if os.getppid() != engine:
        return False
    if engine != 1:
        return True
    try:
        return Path("/proc/1/comm").read_text(encoding="utf-8").startswith("pulumi")
    except FileNotFoundError:  # no /proc on this system
        return True


def main(package: str) -> NoReturn:
    exits.prepare()
    endpoint = os.environ.get(ENDPOINT_VARIABLE)
    if not endpoint:
        launcher = f"pulumi-resource-{package} of tenfold's local cloud"
        sys.exit(f"{launcher}: {ENDPOINT_VARIABLE} is not set; see `tenfold local env`")
    options = [("grpc.max_receive_message_length", MESSAGE_LIMIT), ("grpc.max_send_message_length", MESSAGE_LIMIT)]
    server = grpc.server(futures.ThreadPoolExecutor(16), options=options)
    provider_grpc.add_ResourceProviderServicer_to_server(LocalProvider(package, endpoint), server)
    port = server.add_insecure_port("127.0.0.1:0")
    engine = os.getppid()
    processes.enter()  # before the engine can ask for anything
    server.start()
    print(port, flush=True)
    while _runs(engine) and server.wait_for_termination(timeout=1):  # True: the second went by
        pass
    server.stop(grace=10).wait()  # an engine that was killed: what is under way is finished and journalled first
    exits.leave(exits.DONE)


if __name__ == "__main__":
    main(sys.argv[1])
