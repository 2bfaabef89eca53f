"""Services deliver to a queue only where its policy allows it. moto does not ask: an event or notice that AWS would
drop arrives all the same."""

import copy
import fnmatch
import json
from collections.abc import Mapping
from typing import Any

from moto.sns.models import Subscription
from moto.sqs.models import sqs_backends

from tenfold.local.moto.patching import replace


def queue_of(account: str, arn: str) -> Any:
    """The queue of an ARN, or None."""
    region = arn.split(":")[3]
    return next((q for q in sqs_backends[account][region].queues.values() if q.queue_arn == arn), None)


def may_send(queue: Any, service: str, source: str) -> bool:
    """Whether `service` may send to the queue on behalf of `source`, an ARN. Conditions other than those on the source
    are taken to hold."""
    statements = json.loads(queue.policy or "{}").get("Statement", [])
    effects = [s["Effect"] for s in _listed(statements) if _applies(s, service, source)]
    return "Allow" in effects and "Deny" not in effects


def _applies(statement: Mapping[str, Any], service: str, source: str) -> bool:
    principal = statement.get("Principal", {})
    named = ["*"] if principal == "*" else [*_listed(principal.get("Service")), *_listed(principal.get("AWS"))]
    actions = [action.lower() for action in _listed(statement.get("Action"))]
    return (
        bool({"*", service} & set(named))
        and any(fnmatch.fnmatch("sqs:sendmessage", action) for action in actions)
        and all(_holds(test, keys, source) for test, keys in statement.get("Condition", {}).items())
    )


def _holds(test: str, keys: Mapping[str, Any], source: str) -> bool:
    known = {"aws:sourcearn": source, "aws:sourceaccount": source.split(":")[4], "aws:securetransport": "true"}
    for key, values in keys.items():
        value = known.get(key.lower())
        if value is not None:
            matches = any(fnmatch.fnmatchcase(value, str(one)) for one in _listed(values))
            if matches == ("Not" in test):
                return False
    return True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


@replace(Subscription, "publish")
def publish(original: Any, self: Any, *args: Any, **named: Any) -> None:
    """SNS: to a queue that is there and allows the topic; else to the subscription's dead letters, where these allow
    it."""
    if self.protocol != "sqs":
        return original(self, *args, **named)
    redrive = json.loads(self.attributes.get("RedrivePolicy") or "{}")
    for arn in (self.endpoint, redrive.get("deadLetterTargetArn")):
        queue = arn and queue_of(self.account_id, arn)
        if queue and may_send(queue, "sns.amazonaws.com", self.topic.arn):
            there = copy.copy(self)
            there.endpoint = arn
            return original(there, *args, **named)
    return None
