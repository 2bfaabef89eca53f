"""Queue: work that waits its turn, with a second queue for what cannot be done."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import ceil
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.component import Component
from tenfold.components.parts.order import after
from tenfold.components.plans.choices import check_choice

# SQS, CreateQueue (API reference); Developer Guide, "Visibility timeout": six times the time a message takes, so that a
# worker can retry before somebody else gets the message.
VISIBLE_FACTOR = 6
VISIBILITY_SECONDS = (30, 43_200)
LONGEST_MESSAGE_SECONDS = VISIBILITY_SECONDS[1] // VISIBLE_FACTOR  # 7,200 s = 2 h
KEEP_SECONDS = (60, 1_209_600)
WAIT_SECONDS = 20  # the longest poll: the fewest empty answers, which are paid for
IN_FLIGHT = 120_000  # messages being worked on: SQS quotas, standard and FIFO
DAY = 86_400

SEND = ("GetQueueAttributes", "GetQueueUrl", "SendMessage")
WORK = ("ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage")


class Order(StrEnum):
    NONE = "none"
    FIFO = "fifo"


class Deduplicate(StrEnum):
    BY_ID = "by-id"
    BY_CONTENT = "by-content"


class SenderArgs(TypedDict):
    service: str
    """Who sends, as AWS names it: `events.amazonaws.com`, `sns.amazonaws.com`. Change: in place."""
    source_arn: pulumi.Input[str]
    """On whose behalf: the ARN of the rule, topic or bucket. Change: in place."""


class QueueArgs(TypedDict):
    message_takes_seconds: NotRequired[float]
    """Seconds that a worker needs for one message, at most 7,200. Nobody else sees the message for six times as long,
    from 30 seconds to 12 hours. Default: 5. Change: in place."""
    order: NotRequired[Order]
    """`none`, or `fifo`: in order within each message group, each message once. Default: `none`. Change: replaces the
    queue; its messages are lost."""
    deduplicate: NotRequired[Deduplicate]
    """Of a FIFO queue: what makes a message the same as an earlier one of the last five minutes, `by-id` (the sender's)
    or `by-content` (EventBridge needs it). Default: `by-id`. Change: in place."""
    keep_seconds: NotRequired[int]
    """Seconds that a message waits before SQS drops it, 60 to 1,209,600 (14 days). Default: 345,600 (4 days). Change:
    in place; less of it drops what is older."""
    attempts: NotRequired[int]
    """How often a message is tried before it becomes a dead letter, 1 to 1,000. Default: 5. Change: in place."""
    dead_letters_keep_seconds: NotRequired[int]
    """Seconds that dead letters are kept, 60 to 1,209,600. Default: 1,209,600 (14 days). Change: in place; less of it
    drops what is older."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """A key of your own. SQS's own costs nothing, and AWS services that send can use it. Default: SQS's own key.
    Change: in place."""
    senders: NotRequired[dict[str, SenderArgs]]
    """AWS services that may send, by role; what they cannot deliver they may send to the dead letters. Default: none,
    roles of the account only. Change: in place."""
    throwaway: NotRequired[bool]
    """No protection. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of both queues. Default: none. Change: in place."""


class Queue(Component[QueueArgs]):
    """A queue, its dead-letter queue, and who may use them: nobody without TLS, no service that is not named.

    The dead-letter queue takes messages of this queue only, and keeps them as long as SQS keeps anything.
    """

    url: pulumi.Output[str]
    """Address of the queue, to send and receive."""
    arn: pulumi.Output[str]
    """ARN of the queue."""
    queue_name: pulumi.Output[str]
    """Name of the queue."""
    dead_letters_url: pulumi.Output[str]
    """Address of the dead-letter queue."""
    dead_letters_arn: pulumi.Output[str]
    """ARN of the dead-letter queue."""
    dead_letters_name: pulumi.Output[str]
    """Name of the dead-letter queue."""

    def __init__(self, name: str, args: QueueArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        check(args)
        child, protected = self._child(), self._child(protect=self._keeps)
        common: dict[str, Any] = {"receive_wait_time_seconds": WAIT_SECONDS, **encryption(args), **ordering(args)}
        dead = aws.sqs.Queue(
            f"{name}-dead-letters",
            message_retention_seconds=args.get("dead_letters_keep_seconds", 14 * DAY),
            tags=self._tags(f"{name}-dead-letters"),
            **common,
            opts=protected,
        )
        queue = aws.sqs.Queue(
            f"{name}-queue",
            visibility_timeout_seconds=visibility_seconds(args.get("message_takes_seconds", 5)),
            message_retention_seconds=args.get("keep_seconds", 4 * DAY),
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": dead.arn, "maxReceiveCount": args.get("attempts", 5)}
            ),
            tags=self._tags(f"{name}-queue"),
            **common,
            opts=protected,
        )
        aws.sqs.RedriveAllowPolicy(  # of its own: each of the two queues names the other
            f"{name}-dead-letters-sources",
            queue_url=dead.url,
            redrive_allow_policy=pulumi.Output.json_dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]}
            ),
            opts=child,
        )
        dead_allowed = self._policy(f"{name}-dead-letters-policy", dead)
        allowed = self._policy(f"{name}-policy", queue)
        self.url, self.arn = queue.url, after(queue.arn, allowed)  # nobody sends before the policy lets them
        self.queue_name = queue.name
        self.dead_letters_url, self.dead_letters_name = dead.url, dead.name
        self.dead_letters_arn = after(dead.arn, dead_allowed)
        self._register()

    def _policy(self, name: str, queue: aws.sqs.Queue) -> aws.sqs.QueuePolicy:
        """Dead letters have the same one: what a sender could not deliver itself goes there at once."""
        senders = _senders(queue.arn, self._inputs.get("senders") or {})
        document = policies.document(*senders, policies.refuse_plain_text(queue.arn, "sqs"))
        return aws.sqs.QueuePolicy(name, queue_url=queue.url, policy=document, opts=self._child())


def visibility_seconds(message_takes_seconds: float) -> int:
    """How long nobody else sees a message that is being worked on, in whole seconds: 2 s → 30 s, 60 s → 360 s."""
    return min(max(ceil(VISIBLE_FACTOR * message_takes_seconds), VISIBILITY_SECONDS[0]), VISIBILITY_SECONDS[1])


def check(args: QueueArgs) -> None:
    """Raises ValueError, with what is right, for arguments that SQS does not take or that defeat the queue."""
    takes, attempts = args.get("message_takes_seconds", 5), args.get("attempts", 5)
    if not 0 < takes <= LONGEST_MESSAGE_SECONDS:
        raise ValueError(
            f"message_takes_seconds: {takes} must be above 0 and at most {LONGEST_MESSAGE_SECONDS:,}: a message stays "
            f"invisible for six times as long, and SQS allows 12 hours. Cut the work into smaller messages."
        )
    for key in ("keep_seconds", "dead_letters_keep_seconds"):
        if not KEEP_SECONDS[0] <= args.get(key, DAY) <= KEEP_SECONDS[1]:
            raise ValueError(f"{key}: {args.get(key)} must be from 60 to 1,209,600 (14 days)")
    if not 1 <= attempts <= 1000:
        raise ValueError(f"attempts: {attempts} must be from 1 to 1,000")
    order = check_choice("order", args.get("order", Order.NONE), Order)
    check_choice("deduplicate", args.get("deduplicate", Deduplicate.BY_ID), Deduplicate)
    if order == Order.NONE and "deduplicate" in args:
        raise ValueError('deduplicate: a queue without order delivers a message more than once; set order to "fifo"')


def encryption(args: QueueArgs) -> dict[str, Any]:
    if "kms_key_arn" in args:
        return {"kms_master_key_id": args["kms_key_arn"]}
    return {"sqs_managed_sse_enabled": True}


def ordering(args: QueueArgs) -> dict[str, Any]:
    """High throughput for every FIFO queue: it costs the same, and order is kept within a message group anyway.
    Source: SQS Developer Guide, "High throughput for FIFO queues"."""
    if args.get("order", Order.NONE) == Order.NONE:
        return {}
    return {
        "fifo_queue": True,
        "content_based_deduplication": args.get("deduplicate", Deduplicate.BY_ID) == Deduplicate.BY_CONTENT,
        "deduplication_scope": "messageGroup",
        "fifo_throughput_limit": "perMessageGroupId",
    }


def _senders(queue_arn: pulumi.Input[str], senders: Mapping[str, SenderArgs]) -> list[policies.Statement]:
    """One statement for each service: SQS takes 10 conditions and 20 statements in a policy, and 50 events may come
    (SQS Developer Guide, "Amazon SQS policy quotas")."""
    sources: dict[str, list[pulumi.Input[str]]] = {}
    for sender in senders.values():
        sources.setdefault(sender["service"], []).append(sender["source_arn"])
    return [
        policies.allow(
            f"SendFrom{service.partition('.')[0].title()}",
            ["sqs:SendMessage"],
            queue_arn,
            {"ArnEquals": {"aws:SourceArn": arns}},
            {"Service": service},
        )
        for service, arns in sources.items()
    ]


def send_statement(queue_arns: Sequence[pulumi.Input[str]]) -> policies.Statement:
    """For a role that sends."""
    return policies.allow("SendToQueues", [f"sqs:{action}" for action in SEND], list(queue_arns))


def work_statement(queue_arns: Sequence[pulumi.Input[str]]) -> policies.Statement:
    """For a role that works: it receives, asks for more time, and deletes what is done."""
    return policies.allow("WorkOnQueues", [f"sqs:{action}" for action in WORK], list(queue_arns))


def key_statement(key_arn: pulumi.Input[str]) -> policies.Statement:
    """For either role, where queues have a key of your own."""
    return policies.allow("EncryptMessages", ["kms:Decrypt", "kms:GenerateDataKey"], key_arn)
