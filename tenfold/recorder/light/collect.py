"""After the program's last line: everything it noted is worked out, and becomes the graph."""

from collections.abc import Mapping
from typing import Any

from tenfold.graph import Graph, Resource
from tenfold.recorder.errors import Unsupported
from tenfold.recorder.light.assets import Content
from tenfold.recorder.light.dependencies import depends_on, expand, refuse_cycles
from tenfold.recorder.light.outputs import PRIMITIVE, Output
from tenfold.recorder.light.registration import Registration
from tenfold.recorder.light.request_options import request_options
from tenfold.recorder.light.session import Session
from tenfold.recorder.light.shapes import ANY, ObjectValue
from tenfold.recorder.light.values import Registered, serialize


def collect(session: Session) -> Graph:
    exports = {name: _exportable(value) for name, value in session.exports.items()}
    _settle(session)
    outputs_by_urn = {light.urn: _wire(outputs) for light, outputs in session.component_outputs}
    outputs = _wire(exports)
    waits = _Waits()
    resources: dict[str, Resource] = {}
    migrations: dict[str, tuple[Any, ...]] = {}
    for light in session.resources:
        resources[light.urn] = _resource(light, session.stack_urn, waits)
        if light.read is None and light.options.get("state_migrations"):
            migrations[light.urn] = tuple(light.options["state_migrations"])
        light.release()
    if waits.forward:  # only a dependency on something made later can close a cycle
        edges = {urn: [*resource.dependencies, *waits.components.get(urn, ())] for urn, resource in resources.items()}
        refuse_cycles(edges, session.by_urn)
    for light in session.resources:  # parents know children and these their parents: no work for the collector
        light.children = []
    return Graph(
        resources,
        outputs=outputs,
        component_outputs={urn: outputs for urn, outputs in outputs_by_urn.items() if outputs},
        calls=tuple(sorted(session.calls, key=repr)),
        migrations=migrations,
    )


def _settle(session: Session) -> None:
    """Works out every input and runs every callback; a callback may make more resources, and those more outputs."""
    states = outputs = 0
    while states < len(session.resources) or outputs < len(session.pending):
        while states < len(session.resources):
            _state(session.resources[states])
            states += 1
        while outputs < len(session.pending):
            session.pending[outputs].resolve()
            session.pending[outputs] = None  # whoever needs its value has it
            outputs += 1


def _state(light: Registration) -> None:
    """What goes wrong with a value after the program's last line is told with the line of the resource it was for."""
    try:
        light.state()
    except Exception as error:
        if not hasattr(error, "place"):
            error.place = light.place  # pyright: ignore[reportAttributeAccessIssue]: for who shows it
        raise


class _Waits:
    """What is only needed to find cycles."""

    def __init__(self) -> None:
        self.forward = False
        self.components: dict[str, list[str]] = {}

    def expand(self, light: Registration, on: list[Registration]) -> tuple[str, ...]:
        """URNs of the custom resources `light` waits for, sorted."""
        if len(on) == 1 and on[0].custom and on[0].number < light.number:  # by far the most common
            return (on[0].urn,)
        met: list[str] = []
        expanded = expand(on, met)
        if met:
            self.components.setdefault(light.urn, []).extend(met)
        self.forward = self.forward or bool(met) or any(other.number >= light.number for other in expanded)
        return tuple(sorted(other.urn for other in expanded))


def _resource(light: Registration, stack: str, waits: _Waits) -> Resource:
    inputs, sources = light.state()
    by_property = {name: urns for name, on in sources.items() if (urns := waits.expand(light, on))}
    every = set[str]().union(*by_property.values())
    if "depends_on" in light.options:
        every.update(waits.expand(light, depends_on(light.options["depends_on"])))
    read = light.read
    return Resource(
        light.urn,
        light.type,
        light.name,
        light.parent.urn if light.parent else stack,
        light.tier,
        light.custom,
        inputs,
        tuple(sorted(every)),
        by_property if read is None else {},
        protect=bool(light.protect) and read is None,
        provider=light.provider.reference if light.provider else "",
        version=light.options.get("version") or (light.table.version if light.table else ""),
        options=request_options(light) if read is None else {},
        read=None if read is None else serialize(read, ANY, [], "id"),
        place=light.place,
    )


def _exportable(value: Any) -> Any:
    """What `pulumi.export` makes of a value before the program ends."""
    if type(value) in PRIMITIVE or isinstance(value, Content):
        return value
    if isinstance(value, Output):
        return value.apply(_exportable)
    if isinstance(value, Registered):
        raise Unsupported("the export of a whole resource")
    if isinstance(value, ObjectValue):
        wires = value._wires  # what the type does not declare is not exported
        return {wires[name]: _exportable(item) for name, item in value.items() if name in wires and item is not None}
    if isinstance(value, Mapping):
        return {name: _exportable(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_exportable(item) for item in value]
    raise Unsupported(f"the export of a {type(value).__name__}")


def _wire(values: Mapping[str, Any]) -> dict[str, Any]:
    wires = {name: serialize(value, ANY, [], name) for name, value in values.items()}
    return {name: value for name, value in wires.items() if value is not None}
