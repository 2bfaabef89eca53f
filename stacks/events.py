"""Events: one bus, a topic for each event that goes by one, and a subscription for each queue of each event."""

from collections.abc import Mapping

import pulumi

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.messages import Event
from tenfold.components.event_bus import EventBus, EventBusArgs, SubscriptionArgs, publish_statement, rule_arn
from tenfold.components.event_topic import (
    EventTopic,
    TopicOrder,
    TopicSubscriptionArgs,
    publish_statements,
    topic_arn,
)
from tenfold.components.plans import contract
from tenfold.components.queue import Queue, SenderArgs
from tenfold.stacks.ground import Ground
from tenfold.stacks.place import Place, stack_tag
from tenfold.stacks.subjects import DEAD_EVENTS, subscription
from tenfold.stacks.tier import Tier, subject

Queues = Mapping[str, Queue]


def senders(place: Place, queue: str) -> dict[str, SenderArgs]:
    """The rules and topics that send to a queue, for its policy: they come after it, so that none sends before it
    may."""
    call = pulumi.InvokeOptions(provider=place.provider)
    received = {event: spec for event, spec in place.architecture.events.items() if queue in spec.to}
    return {event: _sender(place.architecture, event, spec, queue, call) for event, spec in received.items()}


def _sender(a: Architecture, event: str, spec: Event, queue: str, call: pulumi.InvokeOptions) -> SenderArgs:
    if spec.via == "bus":
        rule = rule_arn(stack_tag(a), subscription(event, queue), call)
        return {"service": "events.amazonaws.com", "source_arn": rule}
    return {"service": "sns.amazonaws.com", "source_arn": topic_arn(_topic_name(a, event), _order(spec), call)}


def events(ground: Ground, queues: Queues) -> Tier:
    """Whoever runs the application publishes all of them."""
    return _bus(ground, queues) + _topics(ground, queues)


def _bus(ground: Ground, queues: Queues) -> Tier:
    specs = ground.place.architecture.bus_events
    if not specs:
        return Tier()
    subscriptions = dict[str, SubscriptionArgs]()
    for event, spec in specs.items():
        for name in spec.to:
            to: SubscriptionArgs = {
                "event": event,
                "queue_arn": queues[name].arn,
                "dead_letters_arn": queues[name].dead_letters_arn,
            }
            if name in spec.filters:
                to["filter"] = spec.filters[name]
            subscriptions[subscription(event, name)] = to
    args: EventBusArgs = {
        **ground.place.keeping,
        "bus_name": stack_tag(ground.place.architecture),
        "kms_key_arn": ground.encryption.key_arn,
        "archives": {event: {"keep_days": spec.keep} for event, spec in specs.items() if spec.keep is not None},
        "subscriptions": subscriptions,
    }
    bus = EventBus(ground.place.name("events"), args, ground.place.options)
    subjects = {
        f"event-{role}": subject("subscription", {"EventBusName": bus.bus_name, "RuleName": rule})
        for role, rule in bus.rule_names.items()
    }
    subjects["events-dead-letters"] = subject("dead-letters", {"QueueName": bus.dead_letters_name}, **DEAD_EVENTS)
    return Tier(
        settings=contract.event_bus(bus.bus_name),
        statements=(publish_statement(bus.bus_arn),),
        publishing=(publish_statement(bus.bus_arn),),
        outputs={"event_bus": bus.bus_name, "event_dead_letters": bus.dead_letters_url},
        subjects=subjects,
    )


def _topics(ground: Ground, queues: Queues) -> Tier:
    specs = ground.place.architecture.topic_events
    if not specs:
        return Tier()
    topics = {event: _topic(ground, event, spec, queues) for event, spec in specs.items()}
    arns = {event: topic.topic_arn for event, topic in topics.items()}
    return Tier(
        settings=contract.family("EVENT_<NAME>_TOPIC_ARN", arns),
        statements=tuple(publish_statements(list(arns.values()), ground.encryption.key_arn)),
        topic_arns=arns,
        outputs={"event_topics": arns},
        subjects={f"topic-{event}": subject("topic", {"TopicName": t.topic_name}) for event, t in topics.items()},
    )


def _topic(ground: Ground, event: str, spec: Event, queues: Queues) -> EventTopic:
    subscriptions = dict[str, TopicSubscriptionArgs]()
    for name in spec.to:
        to: TopicSubscriptionArgs = {
            "queue_arn": queues[name].arn,
            "dead_letters_arn": queues[name].dead_letters_arn,
        }
        if name in spec.filters:
            to["filter"] = spec.filters[name]
        subscriptions[f"to-{name}"] = to
    at = ground.place
    return EventTopic(
        at.name(f"topic-{event}"),
        {
            **at.common,
            "topic_name": _topic_name(at.architecture, event),
            "order": _order(spec),
            "kms_key_arn": ground.encryption.key_arn,
            "subscriptions": subscriptions,
        },
        at.options,
    )


def _topic_name(a: Architecture, event: str) -> str:
    return f"{stack_tag(a)}-{event}"


def _order(spec: Event) -> TopicOrder:
    return TopicOrder.FIFO if spec.via == "fifo-topic" else TopicOrder.NONE
