"""`tenfold local coverage`: what becomes of inputs of AWS types and fields of Kubernetes objects in the local cloud."""

import difflib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tenfold import exits
from tenfold.failure import Failure
from tenfold.local import coverage
from tenfold.local.aws import table
from tenfold.local.coverage import Row
from tenfold.local.kubernetes import coverage as objects

LONGEST = 60  # characters of a column; a longer name moves its own line only
KINDS = ("sent", "recorded", "refused")


def rows(token: str | None) -> list[Row]:
    """Of one type, also by the end of its token (`rds/instance:Instance`, `Instance`); of all without one.

    Raises `Failure` for a type that is not served, with the nearest that are."""
    if token is None:
        return [*coverage.rows(), *objects.rows()]
    served = (*table.tokens(), *objects.kinds())
    matching = [t for t in served if t == token or t.endswith((f":{token}", f"/{token}"))]
    if len(matching) == 1:
        return objects.rows(matching[0]) if matching[0] in objects.kinds() else coverage.rows(matching[0])
    names = {t.rpartition(":")[2]: t for t in served}
    near = matching or [names[n] for n in difflib.get_close_matches(token.rpartition(":")[2], names, n=3, cutoff=0.5)]
    raise Failure(
        f"{token} is {'more than one type' if matching else 'not a type the local cloud serves'}.",
        remedies=(*(f"tenfold local coverage {t}" for t in near), "tenfold local coverage   lists all"),
        code=exits.WRONG_INPUT,
    )


def as_text(token: str | None) -> str:
    return "\n".join(_one_type(rows(token)) if token else _all_types(rows(None)))


def as_json(token: str | None) -> dict[str, Any]:
    inputs = [{"type": r.token, "input": r.input, "where": r.where, "detail": r.detail} for r in rows(token)]
    return {"inputs": inputs}


def _one_type(inputs: list[Row]) -> Iterator[str]:
    yield inputs[0].token
    width = min(LONGEST, max(len(row.input) for row in inputs))
    for kind in KINDS:
        for row in inputs:
            if row.where == kind:
                yield f"  {kind:<8}  {row.input:<{width}}  {row.detail}"


def _all_types(inputs: list[Row]) -> Iterator[str]:
    counted: dict[str, Counter[str]] = {}
    for row in inputs:
        counted.setdefault(row.token, Counter())[row.where] += 1
    width = max(map(len, counted))
    yield f"{'inputs':<{width}}  {'  '.join(f'{kind:>8}' for kind in KINDS)}"
    for token, counts in counted.items():
        yield f"{token:<{width}}  {'  '.join(f'{counts[kind]:>8}' for kind in KINDS)}"
    total = Counter(row.where for row in inputs)
    yield f"{f'{len(counted)} types':<{width}}  {'  '.join(f'{total[kind]:>8}' for kind in KINDS)}"
