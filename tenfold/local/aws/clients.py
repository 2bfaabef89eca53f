"""The boto clients of the local cloud: one per service and region, made when first needed, shared by all threads."""

import re
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore import parsers
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from tenfold.local.aws import shapes
from tenfold.local.provider import intents
from tenfold.local.provider.errors import RequestFailed

ACCOUNT = "123456789012"  # moto's own account id

# Retries would hide the local cloud's own failures; path-style buckets need no name resolution.
_GENERAL = ("ValidationError", "InvalidRequestException", "InvalidParameterValue", "InvalidChangeBatch")
_CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=32)
_FAILED = "failed inside the local cloud; its log has the reason"
_READS = ("Describe", "Get", "List", "Head")
_GONE = re.compile(r"^404$|NotFound|NoSuch|DoesNotExist|Non[Ee]xistent|NotExist|NotAttached")
_THERE = re.compile(r"Duplicate|AlreadyExists|AlreadyAssociated")
_GONE_MESSAGE = re.compile(r"not found|does not exist|marked deleted")  # where the code says only "ValidationError"


class Clients:
    def __init__(self, endpoint: str | None, provider: str = "") -> None:
        """`endpoint`: the local cloud's address; None: AWS's own, to be used below moto's `mock_aws` only. `provider`:
        the name under which all calls are made (tenfold.local.provider.intents)."""
        self._endpoint, self._provider = endpoint, provider
        self._now = threading.local()
        self.acted: Callable[[], None] = lambda: None  # called after each call that changes something
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str, region: str) -> Any:
        with self._lock:
            if (service, region) not in self._clients:
                client = shapes.session().create_client(
                    service, region_name=region, endpoint_url=self._endpoint, config=_CONFIG
                )
                client.meta.events.register("before-call", self._sign)
                self._clients[service, region] = client
            return self._clients[service, region]

    @contextmanager
    def meaning(self, intent: str, operation: str) -> Iterator[None]:
        """Within, on this thread, the call of this operation is the one that makes the intended resource."""
        self._now.meant = (intent, operation)
        try:
            yield
        finally:
            self._now.meant = ("", "")

    def _sign(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        intent, operation = getattr(self._now, "meant", ("", ""))
        if self._provider:
            params["headers"][intents.PROVIDER] = self._provider
        if intent and model.name == operation:
            params["headers"][intents.INTENT] = f"{intent} {operation}"

    def call(self, service: str, region: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """One API call. Raises ClientError as botocore does, RequestFailed for everything else."""
        try:
            answer = self.get(service, region)._make_api_call(operation, parameters)
            if not operation.startswith(_READS):
                self.acted()
            return answer
        except NotImplementedError:
            raise RequestFailed(f"the local cloud does not have {operation}") from None
        except EndpointConnectionError:
            raise RequestFailed(f"{operation}: the local cloud does not answer at {self._endpoint}") from None
        except ResponseParserError:
            raise RequestFailed(f"{operation} {_FAILED}") from None
        except ClientError as refusal:
            if _absent(refusal):
                raise RequestFailed(f"the local cloud does not have {operation}") from None
            if _is_page(refusal):
                raise RequestFailed(f"{operation} {_FAILED}") from None
            raise
        except BotoCoreError as wrong:
            raise RequestFailed(f"{operation}: {wrong}") from None


def parse_answer(service: str, answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a call would have returned for this answer (tenfold.local.provider.intents); None for a refusal."""
    if answer["status"] >= 300:
        return None
    heard = {"status_code": answer["status"], "headers": answer["headers"], "body": b64decode(answer["body"])}
    model = shapes.operation(service, answer["operation"])
    return parsers.create_parser(model.service_model.resolved_protocol).parse(heard, model.output_shape)


NOT_IMPLEMENTED = "LocalCloudNotImplemented"  # set by tenfold.local.moto.not_implemented in the server's answer


def _absent(refusal: ClientError) -> bool:
    """Whether moto has no such operation: its answer says so, or its web server has no such path."""
    if refusal.response["Error"]["Code"] == NOT_IMPLEMENTED:
        return True
    return _is_page(refusal) and refusal.response["ResponseMetadata"]["HTTPStatusCode"] < 500


def _is_page(refusal: ClientError) -> bool:
    """Whether moto's web server answered, and no service behind it."""
    return refusal.response["Error"].get("Message", "").lower().startswith("<!doctype html")


def is_gone(refusal: ClientError) -> bool:
    """Whether a refusal means that the thing is not there."""
    error = refusal.response["Error"]
    if _GONE.search(error["Code"]):
        return True
    return error["Code"] in _GENERAL and bool(_GONE_MESSAGE.search(error.get("Message", "")))


def is_there(refusal: ClientError) -> bool:
    """Whether a refusal means that the thing is there already."""
    return bool(_THERE.search(refusal.response["Error"]["Code"]))


def words(refusal: ClientError) -> str:
    error = refusal.response["Error"]
    return f"{refusal.operation_name} was refused: {error.get('Message') or 'no reason given'} ({error['Code']})"
