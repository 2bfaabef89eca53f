"""Tables: CreateTable, API reference; what the provider checks in table.go (validateTableAttributes and its like)."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.local.aws.convert import has_unknown
from tenfold.local.aws.rules.values import Inputs, Violations, all_known, is_true, other_regions


def table(inputs: Inputs) -> Violations:
    return [*_keys(inputs), *_capacity(inputs), *_stream(inputs), *_replicas(inputs), *_indexes(inputs)]


def _keys(inputs: Inputs) -> Iterator[tuple[str, str]]:
    if not inputs.get("hashKey"):
        yield "hashKey", "a table has one"
    if any(has_unknown(inputs.get(key)) for key in ("attributes", "hashKey", "rangeKey", *_INDEXES)):
        return
    declared = {
        str(attribute.get("name")) for attribute in inputs.get("attributes") or [] if isinstance(attribute, Mapping)
    }
    used = {str(name) for name in (inputs.get("hashKey"), inputs.get("rangeKey")) if name}
    for _, index in _each_index(inputs):
        used |= {str(index[key]) for key in ("hashKey", "rangeKey") if index.get(key)}
        used |= {str(key.get("attributeName")) for key in index.get("keySchemas") or []}
    if missing := sorted(used - declared):
        yield "attributes", f"lack {', '.join(missing)}, which the table or an index has as a key"
    if extra := sorted(declared - used):
        yield "attributes", f"{', '.join(extra)} is the key of neither the table nor an index"
    if inputs.get("hashKey") and inputs.get("hashKey") == inputs.get("rangeKey"):
        yield "rangeKey", "is the hash key already"


_INDEXES = ("globalSecondaryIndexes", "localSecondaryIndexes")


def _each_index(inputs: Inputs) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in _INDEXES:
        for at, index in enumerate(inputs.get(kind) or []):
            if isinstance(index, Mapping):
                yield f"{kind}[{at}]", index


def _capacity(inputs: Inputs) -> Iterator[tuple[str, str]]:
    mode = inputs.get("billingMode") or "PROVISIONED"
    for key in ("readCapacity", "writeCapacity"):
        if mode == "PAY_PER_REQUEST" and inputs.get(key):
            yield key, "is for billingMode PROVISIONED only"
    if mode == "PROVISIONED" and inputs.get("onDemandThroughput"):
        yield "onDemandThroughput", "is for billingMode PAY_PER_REQUEST only"


def _stream(inputs: Inputs) -> Iterator[tuple[str, str]]:
    if is_true(inputs, "streamEnabled") and not inputs.get("streamViewType"):
        yield "streamViewType", "is needed with streamEnabled"


def _replicas(inputs: Inputs) -> Iterator[tuple[str, str]]:
    """UpdateTable, ReplicationGroupUpdate: each copy in another region, once, fed by the whole of each change."""
    listed = inputs.get("replicas")
    blocks = [block for block in (listed if isinstance(listed, list) else ()) if isinstance(block, Mapping)]
    yield from other_regions("replicas", [block.get("regionName") for block in blocks], inputs, "regionName")
    kind = inputs.get("streamViewType")
    if blocks and kind and all_known(inputs, "streamViewType") and kind != "NEW_AND_OLD_IMAGES":
        yield "streamViewType", f"{kind} does not feed copies in other regions, which need NEW_AND_OLD_IMAGES"


def _indexes(inputs: Inputs) -> Iterator[tuple[str, str]]:
    names: list[Any] = []
    for path, index in _each_index(inputs):
        if index.get("name") in names:
            yield f"{path}.name", f"{index['name']} is the name of another index"
        names.append(index.get("name"))
        projection, extra = index.get("projectionType"), index.get("nonKeyAttributes")
        if all_known(index, "projectionType") and (projection == "INCLUDE") != bool(extra):
            yield f"{path}.nonKeyAttributes", "are for projectionType INCLUDE, which needs them"
    if inputs.get("localSecondaryIndexes") and not inputs.get("rangeKey"):
        yield "localSecondaryIndexes", "need a table with a range key"
