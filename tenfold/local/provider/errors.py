"""What can go wrong, in words a user can act on."""

from typing import Any


class RequestFailed(Exception):
    """A call was refused; the message names operation, code and reason. Nothing was made or changed by that call."""


class InitFailed(Exception):
    """The resource exists, but a later call failed: it must be kept in the state."""

    def __init__(self, id: str, outputs: dict[str, Any], reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.id, self.outputs, self.reasons = id, outputs, reasons
