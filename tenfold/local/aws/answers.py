"""What an answer of AWS says of the inputs that were given."""

from collections.abc import Container, Mapping
from typing import Any

from tenfold.diff.values import same, unmatched_items, void


def as_given(answered: Any, inputs: Any, kind: Any, path: str, silent: Container[str]) -> Any:
    """An answer in the program's words: what was given where it says the same, and of a block only the given fields.

    `silent` are the paths that no answer holds: what was given there stays."""
    if path in silent or same_answer(answered, inputs, kind):
        return inputs
    if isinstance(kind, Mapping) and isinstance(inputs, Mapping) and isinstance(answered, Mapping):
        fields = {k: as_given(answered.get(k), v, kind.get(k), f"{path}.{k}", silent) for k, v in inputs.items()}
        return {k: v for k, v in fields.items() if v is not None}
    return answered


def same_answer(answered: Any, inputs: Any, kind: Any) -> bool:
    """Whether an answer says what was given: lists without order; a block may carry more, chosen by AWS, a map not."""
    if isinstance(inputs, str) and isinstance(answered, str):
        return same(answered, inputs) or _one_names_the_other(answered, inputs)
    if isinstance(inputs, Mapping) and isinstance(answered, Mapping):
        if isinstance(kind, list):
            return same(answered, inputs)
        types = kind if isinstance(kind, Mapping) else {}
        return all(same_answer(answered.get(k), v, types.get(k)) for k, v in inputs.items())
    if isinstance(inputs, list) and isinstance(answered, list):
        inner = kind[1] if isinstance(kind, list) else None
        return not any(unmatched_items(answered, inputs, lambda x, y: same_answer(x, y, inner)))
    if void(inputs) and void(answered):
        return True
    return same(answered, inputs)


def _one_names_the_other(a: str, b: str) -> bool:
    """An ARN and the id or name at its end mean the same thing; so do a DNS name with and without its last dot."""
    arn, short = (a, b) if a.startswith("arn:") else (b, a)
    if arn.startswith("arn:") and not short.startswith("arn:"):
        return bool(short) and arn.endswith((f"/{short}", f":{short}"))
    return a.rstrip(".") == b.rstrip(".") != ""
