"""AWS's own protections against deletion, which Pulumi's does not know of: which are on, and switching them off. A run
that meets one stops in the middle, after whatever came before it. The facts are in `deletion.yaml`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

Held = Iterable[Mapping[str, Any]]
Client = Callable[[str, str | None], Any]
"""(service, region, or nothing for the stack's) -> a boto3 client"""
Inputs = dict[str, dict[str, Any]]
"""URN -> the inputs that permit its deletion."""


def blocking_inputs(type_: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a resource with these values that have to change before AWS deletes it, as they must be."""
    return {
        name: _permitting(protection, values[name])
        for name, protection in _facts()["protections"].get(type_, {}).items()
        if _refusing(protection, values.get(name)) and not values.get(protection.get("unless"))
    }


def _refusing(protection: Mapping[str, Any], value: Any) -> list[Any]:
    """What of it keeps the resource: the value, or those blocks of a list whose `each` does."""
    if each := protection.get("each"):
        return [block for block in value or [] if block.get(each) in protection["refuses"]]
    return [value] if value in protection["refuses"] else []


def _permitting(protection: Mapping[str, Any], value: Any) -> Any:
    each = protection.get("each")
    return [{**block, each: protection["permits"]} for block in value] if each else protection["permits"]


def leaving_blocks(type_: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Of an update in which protected blocks of a list go (a table's copy in another region): the list as it is, with
    their protection off."""
    lists = {}
    for name, protection in _facts()["protections"].get(type_, {}).items():
        stay = {block.get(_key(protection)) for block in after.get(name) or ()} if "each" in protection else set()
        refusing = _refusing(protection, before.get(name)) if "each" in protection else []
        if leaving := [block for block in refusing if block.get(_key(protection)) not in stay]:
            off = {protection["each"]: protection["permits"]}
            lists[name] = [{**block, **off} if block in leaving else block for block in before[name]]
    return lists


def _key(protection: Mapping[str, Any]) -> str:
    """What tells the blocks of a list apart: the region of each."""
    return protection["call"]["region"].strip("{}")


def values(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Of a resource of the state: its inputs, and what was read back."""
    return {**(resource.get("inputs") or {}), **(resource.get("outputs") or {})}


def thrown_away(deployed: Held) -> Inputs:
    """Of every resource in the state, what lets it go at once with nothing left behind: no last snapshot, no files."""
    by_urn = {}
    for resource in deployed:
        type_, now = resource["type"], values(resource)
        thrown_away = _facts()["thrown_away"].get(type_, {})
        inputs = {
            **blocking_inputs(type_, now),
            **{key: value for key, value in thrown_away.items() if now.get(key) != value},
        }
        if inputs:
            by_urn[resource["urn"]] = inputs
    return by_urn


def emptying_input(type_: str) -> dict[str, Any]:
    """The input with which the provider empties a resource of this type before it deletes it."""
    content = _facts()["contents"].get(type_)
    return {content["input"]: True} if content else {}


def content(type_: str) -> str:
    """What inside a resource of this type keeps it from being deleted: `files`; nothing for most types."""
    return _facts()["contents"].get(type_, {}).get("what", "")


def switch_off(deployed: Held, inputs: Inputs, client: Client) -> None:
    """At AWS, by the API, those of `inputs` that are protections: nothing else changes. What is not there any more is
    in nobody's way. Raises botocore's errors."""
    for resource in deployed:
        if resource["urn"] in inputs:
            for call in _calls(resource, inputs[resource["urn"]]):
                region = call.get("region") or (resource.get("outputs") or {}).get("region")
                _ask(client(call["service"], region), call["operation"], _filled(call["parameters"], resource))


def without_a_call(deployed: Held, inputs: Inputs) -> list[str]:
    """URNs of what is locked, and is opened by an `up` with other inputs only."""
    return [
        resource["urn"]
        for resource in deployed
        if blocking_inputs(resource["type"], values(resource)).keys() & inputs.get(resource["urn"], {}).keys()
        and not list(_calls(resource, inputs[resource["urn"]]))
    ]


def _calls(resource: Mapping[str, Any], inputs: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    now = values(resource)
    on = blocking_inputs(resource["type"], now)
    for name, protection in _facts()["protections"].get(resource["type"], {}).items():
        if name not in on or name not in inputs or "call" not in protection:
            continue
        if "each" not in protection:
            yield protection["call"]
            continue
        key = _key(protection)
        off = {block[key] for block in inputs[name] if block[protection["each"]] == protection["permits"]}
        for block in _refusing(protection, now[name]):
            if block[key] in off:
                yield {**protection["call"], "region": block[key]}


# DBInstanceNotFound, LoadBalancerNotFound, InvalidInstanceID.NotFound, ResourceNotFoundException: AWS's API references.
_ABSENT = re.compile(r"NotFound|NoSuch|DoesNotExist")


def _ask(client: Any, operation: str, parameters: Mapping[str, Any]) -> None:
    from botocore import xform_name
    from botocore.exceptions import ClientError

    try:
        getattr(client, xform_name(operation))(**parameters)
    except ClientError as refusal:
        if not is_absent(refusal):
            raise


def is_absent(refusal: Any) -> bool:
    """Whether a botocore ClientError says that the resource is not there."""
    return bool(_ABSENT.search(refusal.response["Error"]["Code"]))


def _filled(value: Any, resource: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(inside, resource) for key, inside in value.items()}
    if isinstance(value, list):
        return [_filled(inside, resource) for inside in value]
    if isinstance(value, str) and value.startswith("{"):
        return values({**resource, "outputs": {**resource["outputs"], "id": resource["id"]}})[value.strip("{}")]
    return value


@cache
def _facts() -> Mapping[str, Any]:
    import yaml

    text = (Path(__file__).with_name("deletion.yaml")).read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
