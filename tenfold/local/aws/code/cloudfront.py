"""What the code of an edge function is read back as."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call


def code(_: Call, answer: Mapping[str, Any]) -> dict[str, str]:
    """The body of GetFunction is the code itself."""
    body = answer["FunctionCode"]
    return {"FunctionCode": (body.read() if hasattr(body, "read") else body).decode()}
