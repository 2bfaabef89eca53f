"""What SQS has and moto does not: the redrive-allow policy, limits of attributes, and moving messages out of a
dead-letter queue.

Sources: API model of SQS (CreateQueue, SetQueueAttributes, StartMessageMoveTask and its like); Developer Guide, "Learn
how to configure a dead-letter queue redrive" (a moved message is a new message with an id of its own)."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import unix_time
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends
from moto.sqs.responses import SQSResponse

from tenfold.local.moto.patching import Response, add, replace
from tenfold.local.moto.refusal import Refused

RANGES = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86400),
    "MaximumMessageSize": (1024, 1048576),
    "MessageRetentionPeriod": (60, 1209600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43200),
}
KEPT = ("Policy", "RedriveAllowPolicy")  # moto drops the policy whenever another attribute is set

Queue.BASE_ATTRIBUTES = [*Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
Queue.redrive_allow_policy = None  # type: ignore[attr-defined]: moto sets attributes by name


# ---- attributes
@replace(Queue, "_set_attributes")
def set_attributes(original: Any, self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
    for name, (least, most) in RANGES.items():
        if attributes.get(name) is not None and not least <= int(attributes[name]) <= most:
            raise Refused("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
    if attributes.get("RedrivePolicy"):
        _check_target(self, attributes)
    kept = {"Policy": self.policy} if "Policy" not in attributes else {}
    original(self, {**kept, **attributes}, now)
    self.redrive_allow_policy = self.redrive_allow_policy or None  # an empty text takes it away


def _check_target(source: Any, attributes: dict[str, Any]) -> None:
    """A dead-letter queue is of its source's type, and allows it as a source."""
    policy = attributes["RedrivePolicy"]
    document = json.loads(policy) if isinstance(policy, str) else policy
    target = _queue(source, document.get("deadLetterTargetArn", ""))
    if target is None:
        return  # moto refuses it
    fifo = str(attributes.get("FifoQueue", source.fifo_queue)).lower() == "true"
    if fifo != bool(target.fifo_queue):
        _invalid_redrive(policy, "Dead-letter queue must be same type of queue as the source.")
    allow = json.loads(target.redrive_allow_policy or "{}")
    permission = allow.get("redrivePermission", "allowAll")
    if permission == "denyAll" or (
        permission == "byQueue" and source.queue_arn not in allow.get("sourceQueueArns", ())
    ):
        _invalid_redrive(policy, "The redrive-allow policy of the dead-letter queue does not permit this queue.")


def _invalid_redrive(policy: Any, reason: str) -> None:
    raise Refused("InvalidParameterValue", f"Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}")


def _queue(near: Any, arn: str) -> Any:
    """The queue of this ARN in the account and region of another queue, or None."""
    return next((q for q in sqs_backends[near.account_id][near.region].queues.values() if q.queue_arn == arn), None)


# ---- moving messages out of a dead-letter queue
@dataclass
class Task:
    """Messages on their way: as many as the rate allows up to now, whenever anybody looks at a queue."""

    source: Any
    destination: Any  # None: each message's own queue
    rate: int | None  # messages a second; None: all at once
    to_move: int
    handle: str = field(default_factory=lambda: uuid.uuid4().hex)
    started: float = field(default_factory=lambda: unix_time())
    status: str = "RUNNING"
    moved: int = 0
    failure: str = ""

    def advance(self) -> None:
        due = self.to_move if self.rate is None else int((unix_time() - self.started) * self.rate)
        while self.status == "RUNNING" and self.moved < min(due, self.to_move):
            message = next(iter(self.source.messages), None)
            if message is None:
                break
            home = self.destination or _queue(self.source, getattr(message, "kept_home", ""))
            if home is None:
                self.status, self.failure = "FAILED", "AWS.SimpleQueueService.NonExistentQueue"
                return
            self.source._messages.remove(message)
            home.add_message(_renewed(message))
            self.moved += 1
        if self.status == "RUNNING" and due >= self.to_move:
            self.status = "COMPLETED"

    def description(self) -> dict[str, Any]:
        fields = {
            "TaskHandle": self.handle if self.status == "RUNNING" else None,
            "Status": self.status,
            "SourceArn": self.source.queue_arn,
            "DestinationArn": self.destination.queue_arn if self.destination else None,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "FailureReason": self.failure or None,
            "StartedTimestamp": int(self.started * 1000),
        }
        return {key: value for key, value in fields.items() if value is not None}


def _renewed(message: Any) -> Any:
    copy: Any = Message(str(uuid.uuid4()), message.body, message.system_attributes)
    copy.message_attributes = message.message_attributes
    copy.group_id, copy.deduplication_id = message.group_id, message.deduplication_id and copy.id
    copy.sequence_number = message.sequence_number
    copy.mark_sent(delay_seconds=0)
    return copy


@replace(Queue, "add_message")
def add_message(original: Any, self: Any, message: Any) -> None:
    """A message remembers the queue it was first sent to."""
    message.__dict__.setdefault("kept_home", self.queue_arn)
    original(self, message)


@replace(Queue, "wait_for_messages")
def wait_for_messages(original: Any, self: Any, timeout: int) -> None:
    _advance(sqs_backends[self.account_id][self.region])
    original(self, timeout)


@replace(SQSBackend, "get_queue")
def get_queue(original: Any, self: Any, queue_name: str) -> Any:
    _advance(self)
    return original(self, queue_name)


def _tasks(backend: Any) -> list[Task]:
    return backend.__dict__.setdefault("kept_tasks", [])


def _advance(backend: Any) -> None:
    for task in _tasks(backend):
        task.advance()


def _by_arn(self: Response, parameter: str) -> Any:
    arn = self._get_param(parameter)
    named = next((queue for queue in self.sqs_backend.queues.values() if queue.queue_arn == arn), None)
    if named is None:
        why = f"The resource that you specified for the {parameter} parameter doesn't exist."
        raise Refused("ResourceNotFoundException", why)
    return named


def _refusals(self: Response, source: Any, destination: Any, rate: int | None) -> Iterator[str]:
    if not any(queue.dead_letter_queue is source for queue in self.sqs_backend.queues.values()):
        yield "Source queue must be configured as a Dead Letter Queue."
    if destination is source:
        yield "Source queue arn and destination queue arn cannot be the same."
    if destination and bool(destination.fifo_queue) != bool(source.fifo_queue):
        yield "Source queue and destination queue must be of the same type."
    if rate is not None and not 1 <= rate <= 500:
        yield "MaxNumberOfMessagesPerSecond must be between 1 and 500."
    if any(task.source is source and task.status == "RUNNING" for task in _tasks(self.sqs_backend)):
        yield "There is already a task running. Only one active task is allowed for a source queue arn at a given time."


@add(SQSResponse)
def start_message_move_task(self: Response) -> ActionResult:
    _advance(self.sqs_backend)
    source = _by_arn(self, "SourceArn")
    destination = _by_arn(self, "DestinationArn") if self._get_param("DestinationArn") else None
    rate = self._get_param("MaxNumberOfMessagesPerSecond")
    for why in _refusals(self, source, destination, rate):
        raise Refused("InvalidParameterValue", why)
    task = Task(source, destination, rate, len(source.messages))
    _tasks(self.sqs_backend).insert(0, task)
    _advance(self.sqs_backend)
    return ActionResult({"TaskHandle": task.handle})


@add(SQSResponse)
def list_message_move_tasks(self: Response) -> ActionResult:
    _advance(self.sqs_backend)
    source, most = _by_arn(self, "SourceArn"), self._get_param("MaxResults") or 1
    if not 1 <= most <= 10:
        raise Refused("InvalidParameterValue", "MaxResults must be between 1 and 10.")
    tasks = [task.description() for task in _tasks(self.sqs_backend) if task.source is source]
    return ActionResult({"Results": tasks[:most]})


@add(SQSResponse)
def cancel_message_move_task(self: Response) -> ActionResult:
    _advance(self.sqs_backend)
    handle = self._get_param("TaskHandle")
    for task in _tasks(self.sqs_backend):
        if task.handle == handle and task.status == "RUNNING":
            task.status = "CANCELLED"
            return ActionResult({"ApproximateNumberOfMessagesMoved": task.moved})
    raise Refused("ResourceNotFoundException", "Task does not exist, or is not running.")
