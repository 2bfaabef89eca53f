"""The components as a Pulumi package for programs in any language: what the command `pulumi-resource-tenfold` runs.

The engine starts it, asks for its schema, and has it construct what a program registers. Pulumi's SDK infers the schema
from the types and docstrings of arguments and outputs. docs/other-languages.md shows it in use.
"""

import inspect
import json
import sys
from typing import Any

from pulumi import InputPropertiesError, InputPropertyError, Inputs
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

        Raises InputPropertyError for a fraction where a whole number belongs.
        """
        known = inputs if isinstance(inputs, dict) else {}
        paths = {name: f"{property_path}.{name}".lstrip(".") for name in known}
        for name in sorted(known.keys() - properties.keys()):
            raise InputPropertyError(paths[name], f"{component_name} takes {', '.join(sorted(properties))} here")
        whole = {name: _whole(value, properties[name], paths[name]) for name, value in known.items()}
        return super().map_input_properties(whole, properties, mapping, component_name, property_path)


def _whole(value: Any, property: PropertyDefinition | None, path: str) -> Any:
    """The value with its whole numbers as such, in lists and maps too. What is not known yet stays as it is."""
    if isinstance(value, list):
        return [_whole(each, property and property.items, f"{path}[{n}]") for n, each in enumerate(value)]
    if isinstance(value, dict):
        return {
            key: _whole(each, property and property.additional_properties, f"{path}.{key}")
            for key, each in value.items()
        }
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, float) and property and property.type == PropertyType.INTEGER:
        raise InputPropertyError(path, f"must be a whole number, not {value}")
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
