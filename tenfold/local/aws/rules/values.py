"""What the rules ask of inputs, where a value may not be known yet: then it breaks no rule."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tenfold.local.aws.convert import UNKNOWN, has_unknown

Inputs = Mapping[str, Any]
Violations = list[tuple[str, str]]  # (property, what is wrong with it)


def all_known(inputs: Inputs, *keys: str) -> bool:
    """Whether all are set and known."""
    return all(inputs.get(key) is not None and not has_unknown(inputs[key]) for key in keys)


def is_true(inputs: Inputs, key: str) -> bool:
    return str(inputs.get(key)).lower() == "true"


def is_false(inputs: Inputs, key: str) -> bool:
    """Known not to be true."""
    return inputs.get(key) != UNKNOWN and not is_true(inputs, key)


def complaints(inputs: Inputs, key: str, of: Callable[[Any], Iterable[str]]) -> Violations:
    """What `of` says of the document that is written there in JSON; an empty text is none."""
    if not all_known(inputs, key) or not inputs[key]:
        return []
    try:
        document = json.loads(inputs[key])
    except (TypeError, ValueError):
        return [(key, "is not JSON")]
    return [(key, complaint) for complaint in of(document)]


def other_regions(path: str, regions: Sequence[Any], inputs: Inputs, key: str = "region") -> Iterator[tuple[str, str]]:
    """Copies are in other regions than the resource, and one in each."""
    for at, region in enumerate(regions):
        if region is None or region == UNKNOWN:
            continue
        if region == inputs.get("region"):
            yield f"{path}[{at}].{key}", f"{region} is where it is itself"
        elif region in regions[:at]:
            yield f"{path}[{at}].{key}", f"{region} is there twice"


def absent(inputs: Inputs, *keys: str) -> bool:
    return not any(inputs.get(key) for key in keys)
