"""Which of many cases every run looks at; `make proof` looks at the others."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def sample(cases: Iterable[Any], now: Collection[Any]) -> list[Any]:
    """The cases in `now` as they are, the others marked for `make proof`. A case is a value, or a tuple of them."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=() if case in now else pytest.mark.proof)
        for case in cases
    ]
