"""The boto clients of the local cloud: one per service and region, made when first needed, shared by all threads."""

import re
import threading
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from tenfold.local.handlers import shapes
from tenfold.local.handlers.errors import RequestFailed

ACCOUNT = "123456789012"  # moto's own account id

# Retries would hide the local cloud's own failures; path-style buckets need no name resolution.
_GENERAL = ("ValidationError", "InvalidRequestException", "InvalidParameterValue")
_CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=32)
_GONE = re.compile(r"^404$|NotFound|NoSuch|DoesNotExist|Non[Ee]xistent|NotExist")
_GONE_MESSAGE = re.compile(r"not found|does not exist|marked deleted")  # where the code says only "ValidationError"


class Clients:
    def __init__(self, endpoint: str | None) -> None:
        """`endpoint`: the local cloud's address; None: AWS's own, to be used below moto's `mock_aws` only."""
        self._endpoint = endpoint
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str, region: str) -> Any:
        with self._lock:
            if (service, region) not in self._made:
                self._made[service, region] = shapes.session().create_client(
                    service, region_name=region, endpoint_url=self._endpoint, config=_CONFIG
                )
            return self._made[service, region]

    def call(self, service: str, region: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """One API call. Raises ClientError as botocore does, RequestFailed for everything else."""
        try:
            return self.get(service, region)._make_api_call(operation, parameters)
        except NotImplementedError:
            raise RequestFailed(f"the local cloud does not have {operation}") from None
        except EndpointConnectionError:
            raise RequestFailed(f"{operation}: the local cloud does not answer at {self._endpoint}") from None
        except ResponseParserError:
            raise RequestFailed(f"{operation} failed inside the local cloud; its log has the reason") from None
        except ClientError as refusal:
            if _absent(refusal):
                raise RequestFailed(f"the local cloud does not have {operation}") from None
            raise
        except BotoCoreError as wrong:
            raise RequestFailed(f"{operation}: {wrong}") from None


NOT_IMPLEMENTED = "LocalCloudNotImplemented"  # set by patches.py in the server's answer


def _absent(refusal: ClientError) -> bool:
    """Whether moto has no such operation: patches.py says so, or its web server has no such path."""
    error = refusal.response["Error"]
    return error["Code"] == NOT_IMPLEMENTED or error.get("Message", "").lower().startswith("<!doctype html")


def gone(refusal: ClientError) -> bool:
    """Whether a refusal means that the thing is not there."""
    error = refusal.response["Error"]
    if _GONE.search(error["Code"]):
        return True
    return error["Code"] in _GENERAL and bool(_GONE_MESSAGE.search(error.get("Message", "")))


def words(refusal: ClientError) -> str:
    error = refusal.response["Error"]
    return f"{refusal.operation_name} was refused: {error.get('Message') or 'no reason given'} ({error['Code']})"
