"""`events`: queues that exist and can take them, filters of those queues, and what a bus or a topic holds."""

import json
from collections.abc import Collection, Sequence

from tenfold.blueprints.architecture.messages import Event, Queue
from tenfold.blueprints.grammar.patterns import topic_complaints
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.source.words import nearest

# EventBridge quotas. An archive has a rule of its own; of the characters of a pattern AWS allows more on request, up to
# the 4,096 of PutRule.
RULES_OF_A_BUS, PATTERN_OF_A_RULE = 300, 2_048


@rule
def events_go_to_queues_that_can_take_them(c: Context) -> Findings:
    queues = c.architecture.queues
    for event, name, index in _receivers(c):
        route = ("events", event, "to", str(index))
        if name not in queues:
            near = nearest(name, list(queues))
            known = f"The queues are {', '.join(queues)}." if queues else "There are none: describe it under `queues`."
            message = f"There is no queue `{name}`, so `{event}` cannot go there."
            yield Finding("TF-R170", route, message, f"Did you mean {near[0]}?" if near else known)
        elif not takes(queues[name], c.architecture.events[event]):
            yield Finding("TF-R171", route, *_other_order(name, c.architecture.events[event].via))
        elif name in c.architecture.events[event].to[:index]:
            yield Finding("TF-R172", route, f"`{event}` goes to `{name}` twice.", "Name each queue once.")


@rule
def filters_are_of_queues_that_receive(c: Context) -> Findings:
    for event, spec in c.architecture.events.items():
        for name in spec.filters:
            if name not in spec.to:
                route = ("events", event, "filter", name)
                message = f"`{event}` does not go to `{name}`, so nothing is filtered."
                hint = f"Filters are by queue: filter: {{{spec.to[0]}: {{country: [de, at]}}}}."
                yield Finding("TF-R173", route, message, hint, key=True)


@rule
def topics_keep_nothing(c: Context) -> Findings:
    for event, spec in c.architecture.events.items():
        if spec.via != "bus" and c.is_set(f"events.{event}.keep") and c.values[("events", event, "keep")] is not None:
            message = f"`{event}` goes by a topic, which has no archive here: nothing of it can be replayed."
            hint = "Leave `keep` out; or `via: bus`, which keeps events and replays them."
            yield Finding("TF-R245", ("events", event, "keep"), message, hint)


@rule
def topics_take_the_filters(c: Context) -> Findings:
    for event, spec in c.architecture.events.items():
        for queue, text in spec.filters.items() if spec.via != "bus" else ():
            if wrong := list(topic_complaints(json.loads(text))):
                message = f"SNS does not take the filter of `{queue}`: {'; '.join(wrong)}."
                hint = f"Let the worker of `{queue}` skip what it does not need; or `via: bus`, which takes it."
                yield Finding("TF-R246", ("events", event, "filter", queue), message, hint)


@rule
def a_bus_holds_all_rules(c: Context) -> Findings:
    events = c.architecture.bus_events
    subscriptions = sum(len(spec.to) for spec in events.values())
    archives = sum(spec.keep is not None for spec in events.values())
    if subscriptions + archives > RULES_OF_A_BUS:
        message = (
            f"{subscriptions} subscriptions and {archives} archives are {subscriptions + archives} rules; a bus has "
            f"{RULES_OF_A_BUS}."
        )
        hint = "Let fewer queues receive each event, or keep fewer events in the archive (`keep: none`)."
        yield Finding("TF-R174", "events", message, hint, key=True)


@rule
def patterns_are_within_the_quota(c: Context) -> Findings:
    for event, spec in c.architecture.bus_events.items():
        for queue, text in spec.filters.items():
            size = len(f'{{"detail-type":["{event}"],"detail":{text}}}')
            if size > PATTERN_OF_A_RULE:
                message = f"Its pattern has {size:,} characters; the quota of a new account is {PATTERN_OF_A_RULE:,}."
                hint = (
                    f'Have the quota "Event pattern size" raised first, or let the worker of `{queue}` skip the rest.'
                )
                yield Finding("TF-R325", ("events", event, "filter", queue), message, hint, key=True)


def unknown_events(code: str, at: Route, listed: Sequence[str], events: Collection[str]) -> Findings:
    """Of a list of events at `at`: those that are there twice, and those that are not described."""
    for index, event in enumerate(listed):
        route = (*at, str(index))
        if event in listed[:index]:
            yield Finding(code, route, f"`{event}` is listed twice.", "Remove one.")
        elif event not in events:
            near = nearest(event, list(events))
            known = f"The events are {', '.join(events)}." if events else "Describe it under `events`."
            hint = f"Did you mean {near[0]}?" if near else known
            yield Finding(code, route, f"There is no event `{event}`.", hint)


@rule
def services_listen_by_a_queue_of_their_own(c: Context) -> Findings:
    events, queues = c.architecture.events, c.architecture.queues
    for name, service in c.architecture.running_services.items():
        for field, named in (("listens_to", service.listens_to), ("publishes", service.publishes)):
            yield from unknown_events("TF-R175", ("services", name, field), named, events)
        own = service.known_as
        wrong = [events[event].via for event in service.listens_to if event in events and own in queues
                 and not takes(queues[own], events[event])]  # fmt: skip
        if wrong:
            yield Finding("TF-R176", ("services", name, "listens_to"), *_other_order(own, wrong[0]))
        elif service.listens_to and own not in queues:
            message = f"There is no queue `{own}`: `{name}` receives its events in the queue of its own name."
            hint = f"Describe it: queues: {{{own}: {{acceptable_delay: 1m, message_takes: 1s}}}}."
            yield Finding("TF-R176", ("services", name, "listens_to"), message, hint)


def takes(queue: Queue, event: Event) -> bool:
    """A topic in order sends to FIFO queues, with dead letters in order; the bus and other topics to the rest."""
    return (queue.order == "fifo") == (event.via == "fifo-topic")


def _other_order(queue: str, via: str) -> tuple[str, str]:
    """What is wrong where the queue's order is not that of the events, and what to do."""
    if via == "fifo-topic":
        return (
            f"`{queue}` keeps no order, and a topic in order needs dead letters that do.",
            f"Describe it with an order: queues: {{{queue}: {{order: fifo}}}}; or use `via: topic`.",
        )
    why = {
        "bus": "EventBridge gives all messages of a target one group: every event would wait for the one before it",
        "topic": "SNS has no subscription of a FIFO queue to a topic without order",
    }
    return (
        f"`{queue}` keeps an order within message groups, and {why[via]}.",
        "Use `via: fifo-topic`, where the publisher chooses the group; or give the event a queue without order.",
    )


def _receivers(c: Context) -> list[tuple[str, str, int]]:
    """As they are written under `to`."""
    return [
        (event, name, index)
        for event in c.architecture.events
        for index, name in enumerate(c.values[("events", event, "to")])
    ]
