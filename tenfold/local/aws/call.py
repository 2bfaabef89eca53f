"""One request of the engine being carried out: the resource at hand, and the calls made for it."""

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import jmespath

from tenfold.local.aws import accepts, dest, shapes
from tenfold.local.aws.clients import ACCOUNT, Clients
from tenfold.local.aws.convert import UNKNOWN, Conversion, Failure, text
from tenfold.local.aws.spec import Operation, Spec
from tenfold.local.provider.errors import RequestFailed

_FIELD = re.compile(r"\{(\w+)\}")


class Call:
    """`inputs` are prepared (see `prepare` in table.py); `state` is what is known of the resource."""

    def __init__(
        self,
        clients: Clients,
        spec: Spec,
        region: str,
        inputs: Mapping[str, Any],
        id: str | None = None,
        state: Mapping[str, Any] | None = None,
        asking: bool = True,
    ) -> None:
        self.clients, self.spec, self.region, self.id = clients, spec, region, id
        self.inputs = prepare_inputs(spec, inputs)
        self.state = dict(state or {})
        self.blocks: dict[str, dict[str, Any]] = {}  # as read last, those that outputs hold whole
        self._asking = asking  # False: nothing may be called, and what would have to be asked is not known
        self._looked_up: dict[str, Any] = {}

    def send(self, operation: str, **parameters: Any) -> dict[str, Any]:
        result = self.clients.call(self.spec.service, self.region, operation, parameters)
        result.pop("ResponseMetadata", None)
        return result

    def fill(self, template: Any) -> Any:
        """A template with its `{names}` filled in. Raises KeyError for a name that is not known."""
        if isinstance(template, list):
            return [self.fill(x) for x in template]
        if isinstance(template, Mapping):
            return {k: self.fill(v) for k, v in template.items()}
        if not isinstance(template, str) or "{" not in template:
            return template
        if whole := re.fullmatch(_FIELD, template):
            return self._named(whole[1])
        return re.sub(_FIELD, lambda field: str(self._named(field[1])), template)

    def _named(self, name: str) -> Any:
        if name in ("id", "region"):
            return getattr(self, name)
        if name == "arn" and str(self.id).startswith("arn:"):
            return self.id
        if name == "account":
            return ACCOUNT
        if name == "uuid":
            return uuid.uuid4().hex
        if name in self.spec.lookup and not self._asking:
            return UNKNOWN
        if name in self.spec.lookup:
            if name not in self._looked_up:
                self._looked_up[name] = self.spec.lookup[name](self)
            return self._looked_up[name]
        return self.inputs[name] if name in self.inputs else self.state[name]

    def with_keys(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """`parameters` with the resource's keys added where the operation has the member."""
        shape = shapes.input_of(self.spec.service, operation)
        for member, template in self.spec.keys.items() if shape else ():
            several = member not in shape.members and member + "s" in shape.members
            if (member not in shape.members and not several) or (several and member + "s" in parameters):
                continue
            value = self.fill(template)
            if value is None or member in parameters:
                continue
            if several:
                parameters[member + "s"] = [value]
            elif shape.members[member].type_name == "list" and not isinstance(value, list):
                parameters[member] = [value]
            else:
                parameters[member] = value
        return parameters

    def build(
        self, operation: Operation, keys: Iterable[str], values: Mapping[str, Any], strict: bool = True
    ) -> tuple[dict[str, Any], Conversion]:
        """The parameters of one operation for these inputs, and how their conversion went."""
        conversion = Conversion(self.spec, operation, strict)
        chosen = {k: values[k] for k in values if k in keys and k not in operation.takes}
        if operation.pair:
            conversion.used |= set(chosen)
            return {operation.pair[2]: _entries(operation, chosen)}, conversion
        parameters = conversion.parameters(chosen)
        for place, value in operation.default.items():
            dest.put(parameters, place, self.fill(value), keep=True)
        for place, value in operation.const.items():
            dest.put(parameters, place, self.fill(value))
        return parameters, conversion

    def perform(self, operation: Operation, keys: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one table operation for these inputs; answers the last result."""
        groups = [[k] for k in sorted(keys)] if operation.one else [sorted(keys)]
        result: dict[str, Any] = {}
        for group in groups:
            parameters, conversion = self.build(operation, group, values)
            failures = [Failure(p, f"is not served: {operation.name} has no such member") for p in conversion.missed]
            if failures or conversion.bad:
                raise RequestFailed("; ".join(f"{bad.property}: {bad.reason}" for bad in [*failures, *conversion.bad]))
            self.with_keys(operation.name, parameters)
            self._required(operation, parameters)
            for place, (source, path) in operation.fetch.items():
                dest.put(parameters, place, jmespath.search(path, self.send(source, **self.with_keys(source, {}))))
            result = self._send(operation, parameters)
        return result

    def _required(self, operation: Operation, parameters: dict[str, Any]) -> None:
        """Required members that are plain inputs of the resource (RouteTableId, …)."""
        shape = shapes.input_of(self.spec.service, operation.name)
        for member in shape.required_members if shape else ():
            if member not in parameters:
                sources = (p for p in self.inputs if shapes.member(shape, p, self.spec.nouns) == member)
                if source := next(sources, None):
                    parameters[member] = self.inputs[source]

    def _send(self, operation: Operation, parameters: dict[str, Any]) -> dict[str, Any]:
        if operation.pair:
            name, value, entries = operation.pair
            for key, content in parameters.pop(entries, {}).items():
                self.send(operation.name, **parameters, **{name: key, value: content})
            return {}
        if operation.around:
            self.send(operation.around[0], **self.with_keys(operation.around[0], {}))
        result = self.send(operation.name, **parameters)
        if operation.around:
            self.send(operation.around[1], **self.with_keys(operation.around[1], {}))
        if result.get("Unsuccessful"):  # EC2 answers some refusals inside a success
            raise RequestFailed(f"{operation.name} was refused: {result['Unsuccessful']}")
        return result

    def holds(self, operation: Operation, values: Mapping[str, Any]) -> bool:
        """Whether the operation's conditions hold for these inputs."""
        if operation.unless and self._true(operation.unless, values):
            return False
        return not operation.when or self._true(operation.when, values)

    def _true(self, condition: Any, values: Mapping[str, Any]) -> bool:
        return bool(condition(self, values) if callable(condition) else value_or_default(self.spec, values, condition))

    def accepted_inputs(self, operation: Operation) -> frozenset[str]:
        return accepts.inputs_of(self.spec, operation)


def _entries(operation: Operation, chosen: Mapping[str, Any]) -> dict[str, str]:
    """{entry of the API's map: text} for inputs whose place is such an entry."""
    parameters = {}
    for key, value in chosen.items():
        place = operation.rules[key].to
        if value is not None and place:
            parameters[str(getattr(place[1], "name", place[1]))] = value if isinstance(value, str) else text(value)
    return parameters


def prepare_inputs(spec: Spec, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return spec.prepare(dict(inputs)) if spec.prepare else dict(inputs)


def value_or_default(spec: Spec, values: Mapping[str, Any], key: str) -> Any:
    """The input's value, or the provider's own default."""
    from tenfold.providers.aws import input_facts

    value = values.get(key)
    return input_facts.default(spec.token, key) if value is None else value
