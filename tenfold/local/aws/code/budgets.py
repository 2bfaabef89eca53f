"""Budgets: what is a list here is a map in the API, and dates are written `2026-01-01_00:00`."""

import contextlib
import datetime
from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call
from tenfold.local.aws.convert import UNKNOWN

Block = dict[str, Any]
Found = Mapping[str, Any]


def with_budget_filters(inputs: Block) -> Block:
    """Filters and planned limits are lists here and maps in the API; dates are written `2026-01-01_00:00`."""
    converted = {k: v for k, v in inputs.items() if k not in ("costFilters", "plannedLimits")}
    if isinstance(filters := inputs.get("costFilters"), list):
        converted["costFilterMap"] = {f.get("name"): f.get("values") for f in filters}
    if isinstance(limits := inputs.get("plannedLimits"), list):
        converted["plannedLimitMap"] = {_seconds(x.get("startTime")): _without(x, "startTime") for x in limits}
    for key in ("timePeriodStart", "timePeriodEnd"):
        if converted.get(key) not in (None, UNKNOWN):
            converted[key] = _iso(converted[key])
    return converted


def _without(block: Block, key: str) -> Block:
    return {k: v for k, v in block.items() if k != key}


def _moment(text: Any) -> datetime.datetime | None:
    with contextlib.suppress(ValueError, TypeError):
        return datetime.datetime.strptime(text, "%Y-%m-%d_%H:%M").replace(tzinfo=datetime.UTC)
    return None


def _iso(text: str) -> str:
    """As ISO 8601; what is no moment stays as it is, and is refused as a timestamp."""
    moment = _moment(text)
    return moment.isoformat() if moment else text


def _seconds(text: Any) -> str:
    moment = _moment(text)
    return str(int(moment.timestamp())) if moment else str(text)


def budget_cost_filters(answer: Found) -> list[Block]:
    return [{"Name": k, "Values": v} for k, v in (answer.get("CostFilters") or {}).items()]


def budget_planned_limits(answer: Found) -> list[Block]:
    return [
        {"StartTime": budget_time(int(moment)), **limit}
        for moment, limit in (answer.get("PlannedBudgetLimits") or {}).items()
    ]


def budget_start(answer: Found) -> str | None:
    return budget_time((answer.get("TimePeriod") or {}).get("Start"))


def budget_end(answer: Found) -> str | None:
    return budget_time((answer.get("TimePeriod") or {}).get("End"))


def budget_time(moment: Any) -> str | None:
    if moment is None:
        return None
    if isinstance(moment, int):
        moment = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%d_%H:%M")


def notification_key(_: Call, block: Block) -> Block:
    return {
        "Notification": {
            "NotificationType": block["notificationType"],
            "ComparisonOperator": block["comparisonOperator"],
            "Threshold": float(block["threshold"]),
            "ThresholdType": block["thresholdType"],
        }
    }


def notification(call: Call, block: Block) -> Block:
    kinds = (("subscriberEmailAddresses", "EMAIL"), ("subscriberSnsTopicArns", "SNS"))
    subscribers = [{"SubscriptionType": kind, "Address": a} for key, kind in kinds for a in block.get(key) or []]
    return {**notification_key(call, block), "Subscribers": subscribers}


def budget_notifications(call: Call) -> Block:
    """A budget's notifications with their subscribers, which the API tells one notification at a time."""
    converted = []
    keys = call.with_keys("DescribeNotificationsForBudget", {})
    for notification in call.send("DescribeNotificationsForBudget", **keys).get("Notifications") or []:
        asked = {k: v for k, v in notification.items() if k != "NotificationState"}
        subscribers = call.send("DescribeSubscribersForNotification", **keys, Notification=asked)["Subscribers"]
        for key, kind in (("SubscriberEmailAddresses", "EMAIL"), ("SubscriberSnsTopicArns", "SNS")):
            if addresses := [s["Address"] for s in subscribers if s["SubscriptionType"] == kind]:
                asked[key] = addresses
        converted.append(asked)
    return {"Notifications": converted}
