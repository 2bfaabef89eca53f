"""Dead letters back to their queue, by SQS's own message move task: no message passes through this machine, and the
task goes on at AWS when this process is killed.

Sources: SQS API reference, StartMessageMoveTask (1 to 500 messages a second; without a rate SQS chooses one; one task
for a dead-letter queue), ListMessageMoveTasks (the handle only while it runs), CancelMessageMoveTask (what has moved
stays)."""

import time
from collections.abc import Callable
from typing import Any

from tenfold.blueprints.value import Value
from tenfold.failure import Failure
from tenfold.messages.queues import Addresses, answers, attributes
from tenfold.promotion.checks import Asked

POLL_SECONDS = 1.0
UNSEEN_POLLS = 60  # how often a task that has been started may be missing from the list
COMPLETED, CANCELLED, FAILED = "COMPLETED", "CANCELLED", "FAILED"
ENDED = (COMPLETED, CANCELLED, FAILED)


class Move(Value):
    """A task as SQS reports it. `rate`: messages a second; None: SQS's own choice."""

    status: str
    moved: int
    to_move: int
    rate: int | None
    started: int = 0
    handle: str = ""
    reason: str = ""

    @property
    def ended(self) -> bool:
        return self.status in ENDED


class Redrive:
    """Moving the dead letters of one queue."""

    def __init__(self, asked: Asked, queue: Addresses):
        self.name, self.client = queue.name, asked.client("sqs")
        self.handle = ""
        self.before = -1  # when an earlier move of these dead letters was started, in ms
        with answers(f"queue {queue.name}"):
            self.queue_arn = attributes(asked, queue.url)["QueueArn"]
            self.source_arn = attributes(asked, queue.dead_letters_url)["QueueArn"]

    def under_way(self) -> Move | None:
        """A move that somebody began and that has not ended."""
        last = self._last()
        return last if last and not last.ended else None

    def start(self, rate: int | None) -> None:
        """The queue is named as the destination: SQS itself does not know where a letter belongs that an AWS service,
        or a person, has put there."""
        earlier = self._last()
        self.before = earlier.started if earlier else -1
        most = {"MaxNumberOfMessagesPerSecond": rate} if rate else {}
        with answers(f"the dead letters of {self.name}"):
            begun = self.client.start_message_move_task(
                SourceArn=self.source_arn, DestinationArn=self.queue_arn, **most
            )
        self.handle = begun["TaskHandle"]

    def follow(self, tell: Callable[[Move], None]) -> Move:
        """The move when it has ended; `tell` hears of every look at it. Cancels nothing by itself.

        Raises `Failure` where SQS does not list it.
        """
        unseen = 0
        while unseen < UNSEEN_POLLS:
            now = self._last()
            unseen = 0 if now else unseen + 1
            if now:
                tell(now)
                if now.ended:
                    return now
            time.sleep(POLL_SECONDS)
        raise Failure(f"SQS does not list the move of {self.name}'s dead letters.")

    def cancel(self) -> Move:
        """The move when it has been cancelled, or had ended before. What has moved stays moved."""
        now = self._last() or Move(CANCELLED, 0, 0, None, handle=self.handle)
        if not now.handle:
            return now
        from botocore.exceptions import ClientError

        with answers(f"the dead letters of {self.name}"):
            try:
                done = self.client.cancel_message_move_task(TaskHandle=now.handle)
            except ClientError as error:
                if error.response["Error"]["Code"].endswith("ResourceNotFoundException"):  # it ended in between
                    return self._last() or now
                raise
        return Move(CANCELLED, int(done.get("ApproximateNumberOfMessagesMoved", now.moved)), now.to_move, now.rate)

    def _last(self) -> Move | None:
        with answers(f"the dead letters of {self.name}"):
            moves = self.client.list_message_move_tasks(SourceArn=self.source_arn, MaxResults=1).get("Results", ())
        last = _move(moves[0]) if moves else None
        return last if last and last.started != self.before else None


def _move(task: dict[str, Any]) -> Move:
    moved = int(task.get("ApproximateNumberOfMessagesMoved", 0))
    return Move(
        task["Status"],
        moved,
        int(task.get("ApproximateNumberOfMessagesToMove", moved)),
        task.get("MaxNumberOfMessagesPerSecond"),
        int(task.get("StartedTimestamp", 0)),
        task.get("TaskHandle", ""),
        task.get("FailureReason", ""),
    )
