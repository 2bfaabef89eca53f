"""Makes the local cloud agree with the engine's state again after a run that ended in the middle of a create."""

import functools
from collections.abc import Callable
from typing import Any

from tenfold.local.provider import intents, journal, packages


def remove(
    stack: str, state: journal.Resources, endpoint: str, proceed: Callable[[], None] = lambda: None
) -> list[journal.Entry]:
    """Takes away what the interrupted run made and the state does not know, newest first; answers the journal's lines.

    What was being made when a provider was killed is asked of the cloud, which knows what it answered to an intent.
    `proceed` is called between two of them; where it raises, the next run goes on.
    """
    answers: dict[str, intents.Answer] = {}
    for provider in journal.providers(stack):
        answers |= intents.close(endpoint, provider)
    begun = journal.open_creates(stack)
    if not begun and not journal.unknown(stack, state):
        return []
    handlers = functools.cache(lambda package: packages.handlers(package, endpoint))
    for entry in begun:
        _settle(handlers(packages.of(entry["type"])), entry, answers.get(entry["intent"]))
    left = journal.unknown(stack, state)
    for entry in left:
        proceed()
        identifying = entry.get("also", {})  # older lines lack it
        handlers(packages.of(entry["type"])).remove(entry["type"], entry["id"], identifying, entry["region"])
        journal.write("delete", entry["urn"], entry["type"], entry["id"], entry["region"])
    return left


def _settle(handlers: Any, entry: journal.Entry, answer: intents.Answer | None) -> None:
    """Writes down what an intent came to."""
    place = entry["urn"], entry["type"]
    identifier = handlers.created_id(entry["type"], answer, entry["also"], entry["region"]) if answer else None
    act = "create" if identifier else "settled"
    journal.write(act, *place, identifier or "", entry["region"], entry["also"], intent=entry["intent"])


def forget(stack: str, endpoint: str) -> None:
    """The state agrees with the cloud: neither the journal nor the answers are needed any more."""
    for provider in journal.providers(stack):
        intents.forget(endpoint, provider)
    journal.forget(stack)
