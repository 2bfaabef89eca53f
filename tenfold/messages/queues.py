"""The queues of a deployed stack: how much waits in each, how long, and what could not be done."""

import difflib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tenfold import exits
from tenfold.blueprints.value import Value
from tenfold.deployment import Deployment
from tenfold.engine import account, workspace
from tenfold.failure import Failure
from tenfold.promotion.checks import Asked
from tenfold.refusals.lifting import asked_by

# SQS counts approximately, for a minute after the last message (API reference, GetQueueAttributes).
WAITING, DELAYED, IN_FLIGHT = (f"ApproximateNumberOfMessages{kind}" for kind in ("", "Delayed", "NotVisible"))


class Addresses(Value):
    """A queue of the stack, as its outputs name it."""

    name: str
    url: str
    dead_letters_url: str


class Standing(Value):
    """Messages of a queue; `oldest` in seconds as CloudWatch last measured it, None where it measured nothing."""

    name: str
    waiting: int
    in_flight: int
    oldest: float | None
    dead_letters: int
    dead_letters_in_flight: int

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "queue": self.name,
            "waiting": self.waiting,
            "in_flight": self.in_flight,
            "oldest_seconds": self.oldest,
            "dead_letters": self.dead_letters,
            "dead_letters_in_flight": self.dead_letters_in_flight,
        }


def asked_about(target: Deployment, deployed: list[dict[str, Any]]) -> Asked:
    """Raises `Failure` where the credentials are another account's."""
    account.refuse_another(target.where, deployed)
    return asked_by(target)


def outputs_of(target: Deployment, deployed: list[dict[str, Any]]) -> dict[str, Any]:
    """Raises `Failure` where nothing is deployed."""
    if outputs := workspace.outputs(deployed):
        return outputs
    remedy = f"tenfold up {target.flags}"
    raise Failure(f"Nothing is deployed as {target.where.stack}.", remedies=(remedy,), code=exits.WRONG_INPUT)


def addresses(target: Deployment, deployed: list[dict[str, Any]]) -> list[Addresses]:
    """By name. Raises `Failure` where nothing is deployed."""
    outputs = outputs_of(target, deployed)
    dead = outputs.get("dead_letters") or {}
    return [Addresses(name, url, dead[name]) for name, url in sorted((outputs.get("queues") or {}).items())]


def queue_named(name: str, among: list[Addresses], stack: str) -> Addresses:
    """Raises `Failure` for a queue that the stack has not, with the nearest names."""
    return among[nearest(name, [one.name for one in among], stack, "queue")]


def nearest(name: str, known: list[str], owner: str, kind: str) -> int:
    """The queue with this name. Raises `Failure` with the nearest name where there is no such queue."""
    if name in known:
        return known.index(name)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    remedy = f"The nearest of its {kind}s: {', '.join(near)}." if near else f"Its {kind}s: {', '.join(known)}."
    raise Failure(
        f"{owner} has no {kind} {name!r}." if known else f"{owner} has no {kind}s.",
        remedies=(remedy if known else f"`{kind}s:` in the blueprint makes some: docs/stages/6.md",),
        code=exits.WRONG_INPUT,
    )


def dead_letters(asked: Asked, url: str, about: str) -> int:
    """How many wait there. Raises `Failure` where AWS refuses the question."""
    with answers(about):
        return int(attributes(asked, url)[WAITING])


def standing(asked: Asked, queue: Addresses) -> Standing:
    """Raises `Failure` where AWS refuses the question."""
    with answers(f"queue {queue.name}"):
        own, dead = attributes(asked, queue.url), attributes(asked, queue.dead_letters_url)
        name = queue.url.rpartition("/")[2]
        ages = asked.metric("AWS/SQS", "ApproximateAgeOfOldestMessage", ("QueueName", name), "Maximum")
    return Standing(
        queue.name,
        int(own[WAITING]) + int(own[DELAYED]),
        int(own[IN_FLIGHT]),
        ages[-1] if ages else None,
        int(dead[WAITING]),
        int(dead[IN_FLIGHT]),
    )


def attributes(asked: Asked, url: str) -> Mapping[str, str]:
    names = ["QueueArn", WAITING, DELAYED, IN_FLIGHT]
    return asked.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]


@contextmanager
def answers(about: str) -> Iterator[None]:
    """What AWS refuses inside, and no answer, become a `Failure`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        gone = code.endswith(("NonExistentQueue", "QueueDoesNotExist", "ResourceNotFoundException"))
        way = "It was removed by hand: `tenfold refresh` says what else is gone." if gone else ""
        raise Failure(f"AWS does not answer about {about}.", why=str(error), remedies=(way,) if way else ()) from error
    except BotoCoreError as error:
        raise Failure(f"AWS cannot be asked about {about}.", why=str(error)) from error
