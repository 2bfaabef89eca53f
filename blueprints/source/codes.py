"""The codes of problems. Codes are stable; titles and explanations are data (`codes.yaml`), read when a problem is
shown for the first time."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tenfold.blueprints.source.document import load_data
from tenfold.blueprints.source.problem import Severity

CODES = Path(__file__).with_name("codes.yaml")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Code -> {title, severity, why, wrong, right}, in the order of the file."""
    return load_data(CODES)


def title(code: str) -> str:
    return catalogue()[code]["title"]


def severity(code: str) -> Severity:
    return "warning" if catalogue()[code].get("severity") == "warning" else "error"


def is_hidden(code: str) -> bool:
    """Whether the text that a problem marks is a secret, which no output repeats."""
    return bool(catalogue()[code].get("hidden"))
