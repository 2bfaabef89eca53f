"""Notifications: one encrypted topic that alarms and budgets publish to, and the people and systems behind it."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.names import tagged
from components.policies import allow, document

PUBLISHERS = {"Alarms": "cloudwatch.amazonaws.com", "Budgets": "budgets.amazonaws.com"}


@dataclass(frozen=True)
class Target:
    """One entry of `notify`: a subscription of our topic, or (`protocol` is `topic`) a topic that already exists."""

    protocol: str
    endpoint: str

    @property
    def role(self) -> str:
        """What names the subscription: its own address, so that adding another one never renames it. A web hook's path
        may hold a token: its host and a hash stand for it."""
        readable, digest = self.endpoint, ""
        if self.protocol == "https":
            readable = re.sub(r"^https://(?:[^/@]*@)?([^/:]+).*$", r"\1", self.endpoint)
        if self.protocol == "https" or not re.fullmatch(r"[a-z0-9-]+@[a-z0-9]+\.[a-z]+", self.endpoint):
            digest = "-" + hashlib.sha256(self.endpoint.encode()).hexdigest()[:6]  # others may read alike
        return f"{self.protocol}-{re.sub(r'[^A-Za-z0-9]+', '-', readable).strip('-').lower()}{digest}"


def targets(notify: Sequence[str]) -> list[Target]:
    """`email:ops@example.com`, `https://hooks.example.com/…` (or `https:hooks…`) and ARNs of SNS topics, in order,
    each once. Raises ValueError for anything else."""
    found: dict[Target, None] = {}
    for entry in notify:
        kind, _, rest = entry.partition(":")
        if kind == "email" and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", rest):
            found[Target("email", rest)] = None
        elif kind == "https" and rest.strip("/"):
            found[Target("https", "https://" + rest.lstrip("/"))] = None
        elif re.fullmatch(r"arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+(\.fifo)?", entry):
            found[Target("topic", entry)] = None
        else:
            raise ValueError(
                f"notify: {entry!r} cannot be notified. Write email:ops@example.com, https://hooks.example.com/path, "
                "or the ARN of an SNS topic (arn:aws:sns:us-east-1:123456789012:alarms)."
            )
    return list(found)


class NotificationsArgs(TypedDict):
    kms_key_arn: pulumi.Input[str]
    """Key that encrypts messages at rest. Its policy must let CloudWatch and Budgets use it, or alarms are lost in
    silence (`Encryption` does). A change: in place."""
    notify: NotRequired[list[str]]
    """Who is told: `email:…`, `https:…`, or the ARN of an existing SNS topic. Default: nobody, the topic alone.
    A change: adds and removes subscriptions; an e-mail address must be confirmed by its owner."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Added to every resource. A change: in place."""


class Notifications(pulumi.ComponentResource):
    topic_arn: pulumi.Output[str]
    """Our own topic."""
    topic_arns: pulumi.Output[list[str]]
    """Everything an alarm must publish to: our topic, then the existing ones of `notify`."""

    def __init__(self, name: str, args: NotificationsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("tenfold:index:Notifications", name, dict(args), opts)
        child = pulumi.ResourceOptions(parent=self)
        account = aws.get_caller_identity(opts=pulumi.InvokeOptions(parent=self)).account_id
        wanted = targets(args.get("notify") or [])
        topic = aws.sns.Topic(
            f"{name}-topic",
            kms_master_key_id=args["kms_key_arn"],
            tags=tagged(args.get("tags"), f"{name}-topic"),
            opts=child,
        )
        aws.sns.TopicPolicy(f"{name}-policy", arn=topic.arn, policy=publish_policy(topic.arn, account), opts=child)
        for target in wanted:
            if target.protocol != "topic":
                aws.sns.TopicSubscription(
                    f"{name}-{target.role}",
                    topic=topic.arn,
                    protocol=target.protocol,
                    endpoint=target.endpoint,
                    opts=child,
                )
        self.topic_arn = topic.arn
        existing = [target.endpoint for target in wanted if target.protocol == "topic"]
        self.topic_arns = pulumi.Output.all(topic.arn, *existing)
        self.register_outputs({"topic_arn": self.topic_arn, "topic_arns": self.topic_arns})


def publish_policy(topic_arn: pulumi.Input[str], account: str) -> pulumi.Output[str]:
    """Only alarms and budgets of this account may publish."""
    own = {"StringEquals": {"aws:SourceAccount": account}}
    return document(
        *(allow(sid, ["sns:Publish"], topic_arn, own, {"Service": service}) for sid, service in PUBLISHERS.items())
    )
