"""A queue gets another order by a second queue, as docs/queues.md, "Another order", says: no message is lost."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from running import Tenfold  # beside this file

from tenfold import exits

MAIL = """name: mail
stage: 1
with: [queues]
app: {image: "ghcr.io/acme/mail:1.0.0", stateless: true, jobs: {command: [worker]}}
"""
FIRST = "letters: {acceptable_delay: 5m, message_takes: 2s}"
SECOND = "letters-in-order: {acceptable_delay: 5m, message_takes: 2s, order: fifo}"


class Mail:
    def __init__(self, tenfold: Tenfold, sqs: Any, file: Path):
        self.tenfold, self.sqs, self.file = tenfold, sqs, file
        self.where = (str(file), "--env", "dev", "--local")

    def up(self, *queues: str, accept: tuple[str, ...] = (), code: int = exits.DONE) -> str:
        """What it printed, of refusals too."""
        self.file.write_text(MAIL + "".join(["queues:\n", *(f"  {queue}\n" for queue in queues)]))
        named = [word for urn in accept for word in ("--accept-loss", urn)]
        done = self.tenfold("up", *self.where, *named, code=code)
        return done.stdout + done.stderr

    def url(self, queue: str) -> str:
        return self.tenfold.json("outputs", *self.where)["outputs"]["queues"][queue]

    def waiting(self) -> dict[str, int]:
        return {queue["queue"]: queue["waiting"] for queue in self.tenfold.json("queues", *self.where)["queues"]}

    def work_off(self, queue: str) -> list[str]:
        """As a worker does: receive, do, delete, until nothing is there."""
        url, done = self.url(queue), list[str]()
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1).get("Messages"):
            done.append(json.loads(messages[0]["Body"])["letter"])
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
        return done

    def send(self, queue: str, letter: str, **group: str) -> None:
        self.sqs.send_message(QueueUrl=self.url(queue), MessageBody=json.dumps({"letter": letter}), **group)


def test_hard_case_7_another_order_is_refused_while_messages_wait_and_comes_by_a_second_queue(
    fresh: Tenfold, aws: Callable[[str], Any], tmp_path: Path
) -> None:
    mail = Mail(fresh, aws("sqs"), tmp_path / "mail.yaml")
    mail.up(FIRST)
    for letter in ("a", "b"):
        mail.send("letters", letter)
    refused = mail.up(FIRST.replace("2s", "2s, order: fifo"), code=exits.REFUSED)
    assert 'docs/queues.md, "Another order"' in refused and "Nothing was changed" in refused
    assert mail.waiting() == {"letters": 2}

    mail.up(FIRST, SECOND)  # step 1
    for letter in ("c", "d", "e"):  # step 2: senders have moved, workers work on both
        mail.send("letters-in-order", letter, MessageGroupId="7", MessageDeduplicationId=letter)
    assert sorted(mail.work_off("letters")) == ["a", "b"]
    assert mail.waiting() == {"letters": 0, "letters-in-order": 3}  # step 3
    named = re.findall(r"--accept-loss '(\S+)'", mail.up(SECOND, code=exits.REFUSED))  # step 4
    assert [urn.rpartition("::")[2] for urn in sorted(named)] == [
        "mail-queue-letters-dead-letters",
        "mail-queue-letters-queue",
    ]
    mail.up(SECOND, accept=tuple(named))
    assert mail.waiting() == {"letters-in-order": 3}
    assert mail.work_off("letters-in-order") == ["c", "d", "e"]
