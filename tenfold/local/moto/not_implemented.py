"""An action that moto lacks is answered as such, instead of by an answer that no client can read."""

from typing import Any

from moto.core.responses import ActionResult, BaseResponse

from tenfold.local.aws.clients import NOT_IMPLEMENTED
from tenfold.local.moto.patching import Response, replace
from tenfold.local.moto.refusal import Refused


@replace(BaseResponse, "call_action")
def call_action(original: Any, self: Response) -> Any:
    try:
        return original(self)
    except NotImplementedError as absent:  # moto raises it for an action it does not have
        return self.serialized(ActionResult(Refused(NOT_IMPLEMENTED, str(absent))))
