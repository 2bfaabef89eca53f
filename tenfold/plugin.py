"""The components as a Pulumi package for programs in any language: what the command `pulumi-resource-tenfold` runs.

The engine starts it, asks for its schema, and has it construct what a program registers. Pulumi's SDK infers the schema
from the types and docstrings of arguments and outputs. docs/other-languages.md shows it in use.
"""

import inspect
import json
import sys
from dataclasses import replace
from typing import Any

from pulumi import InputPropertiesError, InputPropertyError, Inputs, Output
from pulumi.output import Unknown
from pulumi.provider import ConstructResult, main
from pulumi.provider.experimental.analyzer import PropertyDefinition, PropertyType
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

from tenfold.components.parts.component import Component
from tenfold.components.parts.registry import components
from tenfold.releases.template import version

NAME = "tenfold"
DESCRIPTION = "Components of AWS infrastructure: network, database, balancer, fleet and the others of tenfold's stages"


class Components(ComponentProvider):
    """All components but those that go on with another one's resources, which are for Python only."""

    def __init__(self) -> None:
        served = {name: each for name, each in components().items() if not each.goes_on_with}
        super().__init__(list(served.values()), NAME, version=version())
        schema = _unindented(json.loads(self.schema or "{}"))
        for name, each in served.items():
            schema["resources"][f"{NAME}:index:{name}"]["description"] = _description(each)
        self.schema = json.dumps({**schema, "description": DESCRIPTION})

    def construct(self, name: str, resource_type: str, inputs: Inputs, options: Any = None) -> ConstructResult:
        """Raises InputPropertiesError, which has no traceback, with a component's words for a value that it refuses."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except InputPropertyError as error:
            # Said in words alone: the engine (3.274.1) looks the property up to print it, and dies of an output there.
            raise InputPropertiesError(f"{error.property_path}: {error.reason}", []) from error
        except ComponentInitError as error:
            if isinstance(error.inner, ValueError):
                raise InputPropertiesError(str(error.inner), []) from error
            raise

    def map_input_properties(
        self,
        inputs: Inputs,
        properties: dict[str, PropertyDefinition],
        mapping: dict[str, str],
        component_name: str,
        property_path: str,
    ) -> Inputs:
        """As in the SDK, which has every number as a float: the engine's protocol knows no others.

        Raises InputPropertyError for a wrong name or choice, for a fraction where a whole number belongs, and for an
        output where the component decides by the value which resources there are.
        """
        known = inputs if isinstance(inputs, dict) else {}
        arrived = {}
        for name, value in known.items():
            path = f"{property_path}.{name}".lstrip(".")
            if name not in properties:
                raise InputPropertyError(path, f"{component_name} takes {', '.join(sorted(properties))} here")
            self._refuse(value, properties[name], path)
            arrived[name] = _whole(value, properties[name], path)
        # The SDK calls int() on whole numbers, outputs too, which it refuses with a traceback; they are whole by now.
        numbers = {name: _number(each) for name, each in properties.items()}
        return super().map_input_properties(arrived, numbers, mapping, component_name, property_path)

    def _refuse(self, value: Any, property: PropertyDefinition, path: str) -> None:
        if property.plain and isinstance(value, Output | Unknown):
            raise InputPropertyError(path, "must be known before anything is deployed: not an output, not a secret")
        definition = self.get_type_definition(property) if property.ref else None
        if value is not None and definition and definition.enum and value not in [e.value for e in definition.enum]:
            valid = ", ".join(str(each.value) for each in definition.enum)
            raise InputPropertyError(path, f"{value!r} is not one of {valid}")


def _number(property: PropertyDefinition) -> PropertyDefinition:
    return replace(property, type=PropertyType.NUMBER) if property.type == PropertyType.INTEGER else property


def _whole(value: Any, property: PropertyDefinition | None, path: str) -> Any:
    """The value with its whole numbers as such, in lists, maps and outputs too. What is not known yet stays."""
    if isinstance(value, Output):
        return value.apply(lambda known: _whole(known, property, path))
    if isinstance(value, list):
        return [_whole(each, property and property.items, f"{path}[{n}]") for n, each in enumerate(value)]
    if isinstance(value, dict):
        return {
            key: _whole(each, property and property.additional_properties, f"{path}.{key}")
            for key, each in value.items()
        }
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if property and property.type == PropertyType.INTEGER and not isinstance(value, int | Unknown | None):
        raise InputPropertyError(path, f"must be a whole number, not {value!r}")
    return value


def _description(component: type[Component[Any]]) -> str:
    """The first line of its file, after the name; then what the class says."""
    line = (inspect.getdoc(sys.modules[component.__module__]) or "").splitlines()[0].partition(": ")[2]
    return "\n\n".join(filter(None, (line[:1].upper() + line[1:], component.__doc__ and inspect.getdoc(component))))


def _unindented(schema: Any) -> Any:
    """Without the indentation of the source, which the SDK leaves in descriptions."""
    if isinstance(schema, dict):
        return {
            key: inspect.cleandoc(value) if key == "description" and isinstance(value, str) else _unindented(value)
            for key, value in schema.items()
        }
    return [_unindented(each) for each in schema] if isinstance(schema, list) else schema


def serve() -> None:
    """Serves the components to the engine whose address is the command's first argument, until it ends."""
    main(Components(), sys.argv[1:])


if __name__ == "__main__":
    serve()
