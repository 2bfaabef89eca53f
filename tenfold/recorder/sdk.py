"""The reference recorder: the program runs on the real Pulumi SDK, with a monitor that keeps every request instead of
an engine. About 2 ms a resource plus half a second of imports; `light` is the fast one, proved equal to this.

Nothing of it stays behind: a recording has its own event loop and its own context variables, so several can be made
in one process, one after the other.
"""

import asyncio
import contextvars
from collections.abc import Mapping
from typing import Any

import pulumi

from tenfold.graph import (
    STACK_TYPE,
    UNKNOWN,
    Call,
    DuplicateUrn,
    Graph,
    Place,
    Resource,
    make_urn,
    stack_urn,
)
from tenfold.recorder import pulumi_private as private
from tenfold.recorder.answers import call
from tenfold.recorder.errors import ProgramFailed, place_of, short
from tenfold.recorder.run import Run


def record(run: Run) -> Graph:
    """The graph of `run.program`. Raises `ProgramFailed` and `DuplicateUrn`."""
    return contextvars.copy_context().run(_record, run)


def _record(run: Run) -> Graph:
    monitor = _Monitor(run)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(lambda *_: None)  # failures of a failed program's other tasks: the first one is reported
    try:
        private.forget_outputs()
        private.set_mocks(None, run.project, run.stack, preview=True, monitor=monitor)  # pyright: ignore[reportArgumentType]: it takes None
        private.set_all_config(dict(run.config))
        loop.run_until_complete(private.wait_for_rpcs())  # of the stack that set_mocks makes; run_in_stack makes ours
        monitor.clear()
        private.set_root_resource(None)  # pyright: ignore[reportArgumentType]: it takes None
        loop.run_until_complete(private.run_in_stack(lambda: _program(run)))
    except DuplicateUrn:
        raise
    except Exception as error:
        if monitor.refused is not None:
            raise monitor.refused from None
        raise ProgramFailed(error, place_of(error)) from error
    finally:
        close_loop(loop)
    return monitor.graph()


def _program(run: Run) -> None:
    for name, value in (run.program() or {}).items():
        pulumi.export(name, value)


def close_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Ends what a failed program left waiting, so that it neither leaks into the next recording nor warns later."""
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_default_executor())
    asyncio.set_event_loop(None)
    loop.close()


class _Monitor(private.MockMonitor):
    """Keeps each request and answers it: with the inputs, and in token mode with a readable name for each string
    output that the cloud would compute. In `unknown` mode those stay unknown, as in the preview of a first `up`."""

    def __init__(self, run: Run):
        super().__init__(None)  # pyright: ignore[reportArgumentType]: it takes None
        self.run = run
        self.refused: DuplicateUrn | None = None
        self.clear()

    def clear(self) -> None:
        self.requests: dict[str, Any] = {}  # URN -> RegisterResourceRequest or ReadResourceRequest
        self.outputs: dict[str, dict[str, object]] = {}
        self.calls: list[Call] = []
        self.migrations: dict[str, tuple[Any, ...]] = {}

    def _keep(self, request: Any) -> str:
        urn = make_urn(self.run.project, self.run.stack, request.parent, request.type, request.name)
        if urn in self.requests:
            self.refused = DuplicateUrn(urn, _place(self.requests[urn]), _place(request))
            raise self.refused
        self.requests[urn] = request
        return urn

    def RegisterResource(self, request: private.RegisterResourceRequest) -> private.RegisterResourceResponse:
        if request.type == STACK_TYPE:
            return private.RegisterResourceResponse(urn=stack_urn(self.run.project, self.run.stack))
        urn = self._keep(request)
        if request.state_migrations:
            self.migrations[urn] = private.state_migrations(request)
        if not (self.run.tokens and request.custom):
            return private.RegisterResourceResponse(urn=urn, object=request.object)
        state = private.Struct()
        state.CopyFrom(request.object)
        for name in _string_outputs(request.type):
            if name not in state.fields:
                state[name] = f"<{urn}#{name}>"
        return private.RegisterResourceResponse(urn=urn, id=f"<{urn}#id>", object=state)

    def ReadResource(self, request: private.ReadResourceRequest) -> private.ReadResourceResponse:
        identity = "" if request.id == UNKNOWN else request.id  # empty: the SDK's word for unknown
        return private.ReadResourceResponse(urn=self._keep(request), id=identity, properties=request.properties)

    def GetDeploymentInfo(self, request: Any):
        info = super().GetDeploymentInfo(request)
        info.supportedFeatures.append(private.STATE_MIGRATIONS)
        return info

    def RegisterResourceOutputs(self, request: Any):
        self.outputs[request.urn] = private.plain(request.outputs)
        return private.EMPTY

    def Invoke(self, request: Any):
        arguments = private.plain(request.args)
        if request.tok == "pulumi:pulumi:getResource":  # the SDK asks this when it meets a resource as a value
            urn = str(arguments["urn"])
            identity = f"<{urn}#id>" if self.run.tokens else ""
            answer = private.struct_of({"urn": urn, "id": identity})
            answer["state"] = self.requests[urn].object
            return private.invoke_response(answer)
        self.calls.append(Call(request.tok, arguments, request.provider))
        answer = call(request.tok, arguments, self._region(request.provider))
        return private.invoke_response(private.struct_of(answer))

    def _region(self, provider: str) -> str:
        if provider:
            region = self.requests["::".join(provider.split("::")[:4])].object.fields.get("region")
            if region is not None:
                return region.string_value
        return self.run.region

    def graph(self) -> Graph:
        resources: dict[str, Resource] = {}
        for urn, request in self.requests.items():
            above = resources.get(request.parent)
            tier = above.component if above else request.name
            resources[urn] = resource(urn, request, tier)
        stack = stack_urn(self.run.project, self.run.stack)
        return Graph(
            resources,
            outputs=self.outputs.get(stack, {}),
            component_outputs={urn: out for urn, out in self.outputs.items() if out and urn != stack},
            calls=tuple(sorted(self.calls, key=repr)),  # several may be under way at once: their order means nothing
            migrations=self.migrations,
        )


def resource(urn: str, request: Any, tier: str) -> Resource:
    """A `RegisterResourceRequest` or `ReadResourceRequest` as plain data; `tier`: the component it belongs to."""
    if isinstance(request, private.ReadResourceRequest):
        return _read(urn, request, tier)
    return _owned(urn, request, tier)


def _place(request: Any) -> Place | None:
    position = request.sourcePosition
    return Place(short(position.uri.removeprefix("file://")), position.line) if position.line else None


def _common(urn: str, request: Any, tier: str, inputs: Mapping[str, object]) -> dict[str, Any]:
    return {
        "urn": urn,
        "type": request.type,
        "name": request.name,
        "parent": request.parent,
        "component": tier,
        "inputs": inputs,
        "dependencies": tuple(sorted(request.dependencies)),
        "provider": request.provider,
        "version": request.version,
        "place": _place(request),
    }


def _read(urn: str, request: Any, tier: str) -> Resource:
    return Resource(
        **_common(urn, request, tier, private.plain(request.properties)),
        custom=True,
        read=request.id,
    )


def _owned(urn: str, request: Any, tier: str) -> Resource:
    depends = {key: tuple(sorted(value.urns)) for key, value in request.propertyDependencies.items() if value.urns}
    return Resource(
        **_common(urn, request, tier, private.plain(request.object)),
        custom=request.custom,
        property_dependencies=depends,
        protect=request.protect,
        options=_options(request),
    )


_LISTS = (
    "ignoreChanges",
    "additionalSecretOutputs",
    "replaceOnChanges",
    "aliasURNs",
    "hideDiffs",
)
_TEXTS = ("importId", "deletedWith", "pluginDownloadURL", "packageRef")


def _options(request: Any) -> dict[str, object]:
    """The options that were given, by their names in the request."""
    options: dict[str, object] = {name: list(getattr(request, name)) for name in _LISTS if getattr(request, name)}
    options |= {name: getattr(request, name) for name in _TEXTS if getattr(request, name)}
    if request.HasField("protect"):
        options["protect"] = request.protect
    if request.HasField("retainOnDelete"):
        options["retainOnDelete"] = request.retainOnDelete
    if request.deleteBeforeReplaceDefined:
        options["deleteBeforeReplace"] = request.deleteBeforeReplace
    if request.replace_with:
        options["replaceWith"] = list(request.replace_with)
    if request.HasField("customTimeouts"):
        options["customTimeouts"] = private.as_dict(request.customTimeouts)
    if request.aliases:
        options["aliases"] = [private.as_dict(alias) for alias in request.aliases]
    if request.providers:
        options["providers"] = dict(request.providers)
    if request.envVarMappings:
        options["envVarMappings"] = dict(request.envVarMappings)
    if request.HasField("replacement_trigger"):
        options["replacementTrigger"] = private.plain(private.Struct(fields={"": request.replacement_trigger}))[""]
    if request.transforms:
        options["transforms"] = len(request.transforms)
    if request.state_migrations:
        options["stateMigrations"] = len(request.state_migrations)
    return options


_classes: dict[str, type] = {}
_strings: dict[str, tuple[str, ...]] = {}


def _string_outputs(type_: str) -> tuple[str, ...]:
    """The outputs of a resource type that are plain strings, by the SDK's own types of them."""
    if type_ not in _strings:
        if type_ not in _classes:
            _classes.update(_generated(pulumi.CustomResource))
        class_ = _classes.get(type_)
        types = private.resource_types(class_) if class_ else {}
        _strings[type_] = tuple(
            name for name, type_ in types.items() if private.unwrap_optional_type(type_) is str and name != "id"
        )
    return _strings[type_]


def _generated(base: type) -> dict[str, type]:
    classes = {}
    for class_ in base.__subclasses__():
        if token := vars(class_).get("pulumi_type"):
            classes[token] = class_
        classes |= _generated(class_)
    return classes
