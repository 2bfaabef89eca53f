"""Events: one bus, and a subscription for each queue of each event."""

from collections.abc import Mapping

import pulumi

from tenfold.components.event_bus import EventBus, EventBusArgs, SubscriptionArgs, publish_statement, rule_arn
from tenfold.components.plans import contract
from tenfold.components.queue import Queue, SenderArgs
from tenfold.stacks.ground import Ground
from tenfold.stacks.observed import DEAD_EVENTS, subscription
from tenfold.stacks.place import Place, stack_tag
from tenfold.stacks.tier import Tier, subject


def senders(place: Place, queue: str) -> dict[str, SenderArgs]:
    """The rules that send to a queue, for its policy: they come after it, so that none sends before it may."""
    call = pulumi.InvokeOptions(provider=place.provider)
    rules = {event: subscription(event, queue) for event, spec in place.architecture.events.items() if queue in spec.to}
    return {
        event: {
            "service": "events.amazonaws.com",
            "source_arn": rule_arn(stack_tag(place.architecture), rule, call),
        }
        for event, rule in rules.items()
    }


def events(ground: Ground, queues: Mapping[str, Queue]) -> Tier:
    """Whoever runs the application publishes on the bus."""
    specs = ground.place.architecture.events
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
