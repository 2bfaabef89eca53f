"""EventBus: delivers events to every queue that subscribes to them."""

import json
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.component import Component
from tenfold.components.parts.names import fitting
from tenfold.components.parts.order import after
from tenfold.components.plans.filters import check_filter

# EventBridge's own, and the most it takes (PutTargets, API reference): a queue that does not answer is tried for a day.
RETRY_SECONDS, RETRIES = 86_400, 185
DEAD_LETTERS_SECONDS = 1_209_600  # 14 days, the longest that SQS keeps anything
ARCHIVE_NAME, RULE_NAME, PATTERN = 48, 64, 4_096  # characters: CreateArchive, PutRule, API references


class SubscriptionArgs(TypedDict):
    event: str
    """Which events: the detail type that their publisher gives them. Change: in place."""
    queue_arn: pulumi.Input[str]
    """The queue that receives them, a standard one whose policy lets `rule_arn` send. Change: in place."""
    dead_letters_arn: pulumi.Input[str]
    """The queue for what cannot be delivered, with the same in its policy. Change: in place."""
    filter: NotRequired[str]
    """A pattern over the event's detail, as JSON. Default: all events. Change: in place."""


class ArchiveArgs(TypedDict):
    keep_days: int
    """Days that an event can be replayed, at least 1. Change: in place; fewer days drop what is older."""


class EventBusArgs(TypedDict):
    bus_name: str
    """Physical name of the bus: publishers name it, and policies the rules on it. Change: replaces the bus and all on
    it; the archives are lost."""
    subscriptions: dict[str, SubscriptionArgs]
    """Who receives what, by name, which is the name of the rule. Change: adds and removes rules."""
    archives: NotRequired[dict[str, ArchiveArgs]]
    """Events that are kept to be replayed, by detail type. Default: none. Change: adds archives, and removes them with
    their events."""
    kms_key_arn: pulumi.Input[str]
    """Key for events, patterns and archives; its policy lets this bus use it. Change: in place."""
    throwaway: NotRequired[bool]
    """No protection of archives and dead letters. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child that can have them. Default: none. Change: in place."""


class EventBus(Component[EventBusArgs]):
    """A bus, a rule for each subscription, an archive for each event that is kept, and a queue for what the bus itself
    cannot work on because its key does not answer.

    A rule of its own for each subscription: a rule has at most five targets, and each has its own pattern, its own name
    in metrics, and comes and goes without touching the others.
    """

    bus_name: pulumi.Output[str]
    """Name of the bus, to publish on."""
    bus_arn: pulumi.Output[str]
    """ARN of the bus."""
    rule_names: dict[str, pulumi.Output[str]]
    """Name of each subscription's rule, by the subscription's role."""
    dead_letters_url: pulumi.Output[str]
    """Address of that queue."""
    dead_letters_name: pulumi.Output[str]
    """Queue of what could not be delivered."""

    def __init__(self, name: str, args: EventBusArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        check(args)
        dead, dead_arn = self._dead_letters()
        bus = aws.cloudwatch.EventBus(
            f"{name}-bus",
            name=args["bus_name"],
            kms_key_identifier=args["kms_key_arn"],
            dead_letter_config={"arn": dead_arn},
            tags=self._tags(f"{name}-bus"),
            opts=self._child(),
        )
        for event, archive in (args.get("archives") or {}).items():
            aws.cloudwatch.EventArchive(
                fitting(f"{name}-archive-{event}", ARCHIVE_NAME),
                event_source_arn=bus.arn,
                event_pattern=pattern(event),
                retention_days=archive["keep_days"],
                kms_key_identifier=args["kms_key_arn"],
                opts=self._child(protect=self._keeps),
            )
        self.rule_names = {
            role: self._subscribe(bus, role, subscription) for role, subscription in args["subscriptions"].items()
        }
        self.bus_name, self.bus_arn = bus.name, bus.arn
        self.dead_letters_url, self.dead_letters_name = dead.url, dead.name
        self._register()

    def _dead_letters(self) -> tuple[aws.sqs.Queue, pulumi.Output[str]]:
        """The queue, and its ARN once the bus may send there. Events whose key is disabled or gone would be lost
        otherwise (EventBridge User Guide, "Dead-letter queues to capture encrypted event errors")."""
        name = f"{self._logical}-dead-letters"
        queue = aws.sqs.Queue(
            name,
            message_retention_seconds=DEAD_LETTERS_SECONDS,
            sqs_managed_sse_enabled=True,  # the key is what may have failed
            tags=self._tags(name),
            opts=self._child(protect=self._keeps),
        )
        bus_arn = arn(f"event-bus/{self._inputs['bus_name']}", self._call())
        allowed = aws.sqs.QueuePolicy(
            f"{name}-policy",
            queue_url=queue.url,
            policy=policies.document(
                policies.allow(
                    "SendFromBus",
                    ["sqs:SendMessage"],
                    queue.arn,
                    {"ArnEquals": {"aws:SourceArn": bus_arn}},
                    {"Service": "events.amazonaws.com"},
                ),
                policies.refuse_plain_text(queue.arn, "sqs"),
            ),
            opts=self._child(),
        )
        return queue, after(queue.arn, allowed)

    def _subscribe(self, bus: aws.cloudwatch.EventBus, role: str, to: SubscriptionArgs) -> pulumi.Output[str]:
        """The rule's name. The event arrives whole, as it was published."""
        rule = aws.cloudwatch.EventRule(
            f"{self._logical}-rule-{role}",
            name=role,
            event_bus_name=bus.name,
            event_pattern=pattern(to["event"], to.get("filter")),
            tags=self._tags(f"{self._logical}-rule-{role}"),
            opts=self._child(),
        )
        aws.cloudwatch.EventTarget(
            f"{self._logical}-target-{role}",
            target_id="queue",
            event_bus_name=bus.name,
            rule=rule.name,
            arn=to["queue_arn"],
            dead_letter_config={"arn": to["dead_letters_arn"]},
            retry_policy={"maximum_event_age_in_seconds": RETRY_SECONDS, "maximum_retry_attempts": RETRIES},
            opts=self._child(),
        )
        return rule.name


def pattern(event: str, filter: str | None = None) -> str:
    """Pattern of a rule: events of one detail type whose detail matches `filter` (JSON)."""
    detail = {"detail": json.loads(filter)} if filter else {}
    return json.dumps({"detail-type": [event], **detail}, ensure_ascii=False, separators=(",", ":"))


def arn(resource: str, call: pulumi.InvokeOptions) -> pulumi.Output[str]:
    """Of something of EventBridge in the region and account of `call`, before it exists."""
    account, region = aws.get_caller_identity(opts=call), aws.get_region(opts=call)
    partition = aws.get_partition(opts=call).partition
    return pulumi.Output.from_input(f"arn:{partition}:events:{region.region}:{account.account_id}:{resource}")


def rule_arn(bus_name: str, subscription: str, call: pulumi.InvokeOptions) -> pulumi.Output[str]:
    """Of a subscription's rule, for the policy of its queue, which has to be there before the rule sends."""
    return arn(f"rule/{bus_name}/{subscription}", call)


def publish_statement(bus_arn: pulumi.Input[str]) -> policies.Statement:
    """For a role that publishes, on this bus only."""
    return policies.allow("PublishEvents", ["events:PutEvents"], bus_arn)


def check(args: EventBusArgs) -> None:
    """Raises ValueError, with what is right, for what EventBridge does not take."""
    for event, archive in (args.get("archives") or {}).items():
        if archive["keep_days"] < 1:
            raise ValueError(f"keep_days: {archive['keep_days']} of {event} must be at least 1; or leave {event} out")
    for role, subscription in args["subscriptions"].items():
        if len(role) > RULE_NAME:
            raise ValueError(f"subscriptions: {role!r} is the name of a rule; use at most {RULE_NAME} characters")
        _check_filter(role, subscription)


def _check_filter(role: str, subscription: SubscriptionArgs) -> None:
    check_filter(role, subscription.get("filter"))
    if len(pattern(subscription["event"], subscription.get("filter"))) > PATTERN:
        raise ValueError(f"subscriptions: the pattern of {role} must have at most {PATTERN:,} characters")
