"""What moto's CloudWatch Logs lacks: the key of a log group changes."""

from typing import Any

from moto.logs.responses import LogsResponse

from tenfold.local.moto.patching import Response, replace
from tenfold.local.moto.refusal import Refused


def _log_group(self: Response) -> Any:
    name = self._get_param("logGroupName")
    if name not in self.logs_backend.groups:
        raise Refused("ResourceNotFoundException", "the log group does not exist")
    return self.logs_backend.groups[name]


@replace(LogsResponse, "associate_kms_key")
def associate_kms_key(_: Any, self: Response) -> str:
    _log_group(self).kms_key_id = self._get_param("kmsKeyId")
    return ""


@replace(LogsResponse, "disassociate_kms_key")
def disassociate_kms_key(_: Any, self: Response) -> str:
    _log_group(self).kms_key_id = None
    return ""
