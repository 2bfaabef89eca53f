"""`queues`: times that fit each other, and what only a FIFO queue can do."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"))


@rule
def delays_can_be_kept(c: Context) -> Findings:
    """A worker takes one message at a time: the delay over the time it takes is how many may wait for it."""
    for name, queue in c.architecture.queues.items():
        if queue.acceptable_delay < queue.message_takes:
            ahead = queue.acceptable_delay / queue.message_takes
            message = (
                f"A message takes {_time(queue.message_takes)} and may wait {_time(queue.acceptable_delay)}: "
                f"{ahead:.2g} of a message may be ahead of it, less than one."
            )
            hint = f"Allow {_time(queue.message_takes)} or more, or cut the work into smaller messages."
            yield Finding("TF-R140", ("queues", name, "acceptable_delay"), message, hint)


@rule
def messages_outlive_their_delay(c: Context) -> Findings:
    for name, queue in c.architecture.queues.items():
        if queue.keep < queue.acceptable_delay:
            message = f"Messages are dropped after {_time(queue.keep)} and may wait {_time(queue.acceptable_delay)}."
            hint = f"Keep them for {_time(queue.acceptable_delay)} or more, or allow less delay."
            yield Finding(
                "TF-R141", c.first_set(f"queues.{name}.keep", f"queues.{name}.acceptable_delay"), message, hint
            )


@rule
def dead_letters_outlive_messages(c: Context) -> Findings:
    """Of a standard queue the age of a dead letter counts from its first sending: SQS Developer Guide, "Dead-letter
    queues"."""
    for name, queue in c.architecture.queues.items():
        if queue.order == "none" and queue.dead_letters < queue.keep:
            message = (
                f"A dead letter's age counts from its first sending, up to {_time(queue.keep)} ago: after "
                f"{_time(queue.dead_letters)} it can be deleted before anybody sees it."
            )
            hint = f"Keep dead letters for {_time(queue.keep)} or more, or messages for less."
            yield Finding("TF-R142", c.first_set(f"queues.{name}.dead_letters", f"queues.{name}.keep"), message, hint)


@rule
def only_fifo_removes_duplicates(c: Context) -> Findings:
    for name, queue in c.architecture.queues.items():
        if queue.order == "none" and c.is_set(f"queues.{name}.deduplicate"):
            message = "A queue without order delivers a message at least once, and sometimes twice."
            hint = "Remove `deduplicate` and let the work be done twice without harm, or set `order: fifo`."
            yield Finding("TF-R143", f"queues.{name}.deduplicate", message, hint)


def _time(seconds: float) -> str:
    """As a blueprint writes it: 345600 is `4d`, 90 is `90s`, 0.02 is `20ms`."""
    if seconds % 1:
        return f"{seconds * 1000:g}ms"
    seconds = int(seconds)
    return next((f"{seconds // size}{unit}" for size, unit in _UNITS if seconds % size == 0), f"{seconds}s")
