"""Parameter Store while many write at once: moto walks over its parameters and trips when one comes or goes."""

import threading
from typing import Any

from moto.ssm.models import SimpleSystemManagerBackend

from tenfold.local.moto.patching import replace

_ONE_AT_A_TIME = threading.RLock()


def _alone(action: str) -> None:
    @replace(SimpleSystemManagerBackend, action)
    def alone(original: Any, self: Any, *args: Any, **named: Any) -> Any:
        with _ONE_AT_A_TIME:
            return original(self, *args, **named)


for _action in (
    "put_parameter",
    "delete_parameter",
    "delete_parameters",
    "describe_parameters",
    "get_parameters_by_path",
):
    _alone(_action)
