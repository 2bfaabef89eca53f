"""What somebody added to the resources of a stack: rules, routes, policies that no resource of the state stands for.
Which there are, and how AWS lists them, is in `additions.yaml`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.blueprints.value import Value

Client = Callable[[str, str | None], Any]
"""(service, region, or nothing for the stack's) -> a boto3 client"""


class Addition(Value):
    """`urn` is the resource that it was added to; `identity` is AWS's name of it."""

    urn: str
    what: str
    identity: str
    text: str

    def as_json(self) -> dict[str, str]:
        return {"urn": self.urn, "what": self.what, "identity": self.identity, "text": self.text}


def additions(deployed: Sequence[Mapping[str, Any]], client: Client) -> Iterator[Addition]:
    """In the order of the state. What is not there any more has none. Raises botocore's errors."""
    for resource in deployed:
        for kind in _facts().get(resource["type"], ()):
            inputs = resource.get("inputs") or {}
            if not resource.get("external") and not any(inputs.get(name) for name in kind.get("inline", ())):
                yield from _of(resource, kind, deployed, client)


def _of(
    resource: Mapping[str, Any], kind: Mapping[str, Any], deployed: Iterable[Mapping[str, Any]], client: Client
) -> Iterator[Addition]:
    outputs = _outputs(resource)
    ours = {_search(ours["identity"], _outputs(other)) for other, ours in _belonging(kind, deployed, outputs)}
    for element in _listed(kind, outputs, client(kind["service"], outputs.get("region"))):
        identity = _search(kind["identity"], element)
        if identity not in ours:
            yield Addition(resource["urn"], kind["what"], str(identity), str(_search(kind["text"], element)))


def _belonging(
    kind: Mapping[str, Any], deployed: Iterable[Mapping[str, Any]], outputs: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, str]]]:
    for other in deployed:
        ours = kind["ours"].get(other["type"])
        if ours and _outputs(other).get(ours["of"]) == outputs.get(ours["by"]):
            yield other, ours


def _listed(kind: Mapping[str, Any], outputs: Mapping[str, Any], client: Any) -> Iterator[Any]:
    from botocore import xform_name
    from botocore.exceptions import ClientError

    from tenfold.providers.aws.deletion import is_absent

    operation, parameters = xform_name(kind["operation"]), _filled(kind["parameters"], outputs)
    try:
        pages = (
            client.get_paginator(operation).paginate(**parameters)
            if client.can_paginate(operation)
            else [getattr(client, operation)(**parameters)]
        )
        for page in pages:
            yield from _search(kind["each"], page) or ()
    except ClientError as refusal:
        if not is_absent(refusal):
            raise


def _outputs(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {**(resource.get("outputs") or {}), "id": resource.get("id")}


def _filled(value: Any, outputs: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(inside, outputs) for key, inside in value.items()}
    if isinstance(value, list):
        return [_filled(inside, outputs) for inside in value]
    return outputs[value.strip("{}")] if isinstance(value, str) and value.startswith("{") else value


def _search(expression: str, value: Any) -> Any:
    import jmespath

    return jmespath.search(expression, value)


@cache
def _facts() -> Mapping[str, Any]:
    import yaml

    text = (Path(__file__).with_name("additions.yaml")).read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
