"""A question to the cloud, and a refusal."""

from typing import Any

from tenfold.local.aws.call import Call
from tenfold.local.provider.errors import RequestFailed


def ask(call: Call, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    return call.clients.call(service, call.region, operation, parameters)


def refuse(key: str, reason: str) -> None:
    raise RequestFailed(f"{key}: {reason}")
