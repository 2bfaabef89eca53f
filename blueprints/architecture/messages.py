"""Queues and events."""

from collections.abc import Mapping

from tenfold.blueprints.choices import Deduplicate, Order, Way
from tenfold.blueprints.value import Value


class Queue(Value):
    """Times in seconds."""

    message_takes: float
    acceptable_delay: int
    attempts: int
    keep: int
    order: Order
    deduplicate: Deduplicate  # of a FIFO queue
    dead_letters: int
    per_request: float | None = None  # messages for each request; None where it is not known


class Event(Value):
    """What has happened, by the name that is its detail type."""

    to: tuple[str, ...]  # queues
    via: Way
    filters: Mapping[str, str]  # queue -> JSON pattern over the detail
    keep: int | None  # days in the archive of the bus; None without one
