"""Notifications: one encrypted topic that alarms and budgets publish to, and the people and systems behind it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component
from tenfold.components.parts.names import digest
from tenfold.components.parts.order import after
from tenfold.components.parts.policies import allow, document, refuse_plain_text

PUBLISHERS = {"Alarms": "cloudwatch.amazonaws.com", "Budgets": "budgets.amazonaws.com"}


class Target(NamedTuple):
    """One entry of `notify`: a subscription of our topic, or (`protocol` is `topic`) a topic that already exists."""

    protocol: str
    endpoint: str

    @property
    def region(self) -> str:
        """Of a topic."""
        return self.endpoint.split(":")[3]

    @property
    def role(self) -> str:
        """What names the subscription: its own address, so that adding another one never renames it. A web hook's path
        may hold a token: its host and a hash stand for it."""
        readable, suffix = self.endpoint, ""
        if self.protocol == "https":
            readable = re.sub(r"^https://(?:[^/@]*@)?([^/:]+).*$", r"\1", self.endpoint)
        if self.protocol == "https" or not re.fullmatch(r"[a-z0-9-]+@[a-z0-9]+\.[a-z]+", self.endpoint):
            suffix = f"-{digest(self.endpoint)}"  # others may read alike
        return f"{self.protocol}-{re.sub(r'[^A-Za-z0-9]+', '-', readable).strip('-').lower()}{suffix}"


def targets(notify: Sequence[str]) -> list[Target]:
    """`email:ops@example.com`, `https://hooks.example.com/…` (or `https:hooks…`) and ARNs of SNS topics, in order,
    each once. Raises ValueError for anything else."""
    destinations: dict[Target, None] = {}
    for entry in notify:
        kind, _, rest = entry.partition(":")
        if kind == "email" and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", rest):
            destinations[Target("email", rest)] = None
        elif kind == "https" and rest.strip("/"):
            destinations[Target("https", "https://" + rest.lstrip("/"))] = None
        elif re.fullmatch(r"arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+(\.fifo)?", entry):
            destinations[Target("topic", entry)] = None
        else:
            raise ValueError(
                f"notify: {entry!r} cannot be notified. Write email:ops@example.com, https://hooks.example.com/path, "
                "or the ARN of an SNS topic (arn:aws:sns:us-east-1:123456789012:alarms)."
            )
    return list(destinations)


class OtherRegionArgs(TypedDict):
    role: str
    """What the topic there is called after: `edge`. Change: replaces the topic and its subscriptions."""
    kms_key_arn: pulumi.Input[str]
    """A key of that region: `key_arn_by_region` of Encryption. Change: in place."""


class NotificationsArgs(TypedDict):
    kms_key_arn: pulumi.Input[str]
    """Encrypts messages. Its policy must let CloudWatch and Budgets use it, or alarms vanish without a trace;
    `Encryption` does. Change: in place."""
    notify: NotRequired[list[str]]
    """`email:address`, `https://address`, or the ARN of an SNS topic for all alarms. Default: nobody. Change:
    adds and removes subscriptions."""
    other_regions: NotRequired[dict[str, OtherRegionArgs]]
    """Other regions with alarms, by region. An alarm publishes to topics of its own region only, so each has one more,
    with the same people behind it: an e-mail address confirms once for each. Default: none. Change: adds and removes
    topics."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Notifications(Component[NotificationsArgs]):
    topic_arn: pulumi.Output[str]
    """Our own topic."""
    topic_arns: pulumi.Output[list[str]]
    """Everything an alarm must publish to: our topic, then the existing ones of `notify`, those of its region."""
    topic_arns_by_region: dict[str, pulumi.Output[list[str]]]
    """The same for its own region and for each of `other_regions`."""

    def __init__(self, name: str, args: NotificationsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        invoke = self._call()
        self._account = aws.get_caller_identity(opts=invoke).account_id
        home, recipients = aws.get_region(opts=invoke).region, targets(args.get("notify") or [])
        others = args.get("other_regions") or {}
        if home in others:
            raise ValueError(f"other_regions: {home} is the topic's own region; leave it out.")
        check(recipients, [home, *others])
        self.topic_arn = self._topic(name, args["kms_key_arn"], recipients, {})
        self.topic_arns = pulumi.Output.all(self.topic_arn, *existing(recipients, home))
        self.topic_arns_by_region = {home: self.topic_arns}
        for region, other in others.items():
            at: Any = {"region": region}
            topic = self._topic(f"{name}-{other['role']}", other["kms_key_arn"], recipients, at)
            self.topic_arns_by_region[region] = pulumi.Output.all(topic, *existing(recipients, region))
        self._register()

    def _topic(
        self, name: str, key: pulumi.Input[str], recipients: Sequence[Target], at: Mapping[str, Any]
    ) -> pulumi.Output[str]:
        """A topic with its subscriptions; `at` says the region, where it is not the provider's."""
        child = self._child()
        topic = aws.sns.Topic(
            f"{name}-topic", kms_master_key_id=key, tags=self._tags(f"{name}-topic"), **at, opts=child
        )
        policy = publish_policy(topic.arn, self._account)
        open_to = aws.sns.TopicPolicy(f"{name}-policy", arn=topic.arn, policy=policy, **at, opts=child)
        for target in recipients:
            if target.protocol != "topic":
                aws.sns.TopicSubscription(
                    f"{name}-{target.role}",
                    topic=topic.arn,
                    protocol=target.protocol,
                    endpoint=target.endpoint,
                    **at,
                    opts=child,
                )
        return after(topic.arn, open_to)  # a budget is refused a topic that it must not publish to


def existing(recipients: Sequence[Target], region: str) -> list[str]:
    """The topics among them that alarms of a region can tell."""
    return [target.endpoint for target in recipients if target.protocol == "topic" and target.region == region]


def check(recipients: Sequence[Target], regions: Sequence[str]) -> None:
    """Raises ValueError for a topic that no alarm can tell."""
    for target in recipients:
        if target.protocol == "topic" and target.region not in regions:
            raise ValueError(f"notify: {target.endpoint} is in {target.region}; alarms are in {', '.join(regions)} and "
                             "tell topics of their own region only.")  # fmt: skip


def publish_policy(topic_arn: pulumi.Input[str], account: str) -> pulumi.Output[str]:
    """Only alarms and budgets of this account may publish, and nobody without TLS."""
    own = {"StringEquals": {"aws:SourceAccount": account}}
    return document(
        *(allow(sid, ["sns:Publish"], topic_arn, own, {"Service": service}) for sid, service in PUBLISHERS.items()),
        refuse_plain_text(topic_arn, "sns"),
    )
