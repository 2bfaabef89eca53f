"""Budget: a monthly cost limit of what carries one tag, and word before it is passed."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component

# Of what, and at how many percent of the limit. Money spent is reported early (80 %) and at the limit; a forecast only
# at the limit, for a budget that fits is forecast to be used by four fifths every month.
NOTICES = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))

SUBSCRIBERS = 10  # e-mail addresses of one notice: quota of AWS Budgets


class BudgetArgs(TypedDict):
    monthly_limit_usd: float
    """US dollars a month. Change: in place."""
    tag: dict[str, str]
    """The one tag, `{key: value}`, whose costs count. It must be activated once as a cost allocation tag in the billing
    console (the management account's, in an organisation); until then nothing counts. Change: in place."""
    topic_arn: NotRequired[pulumi.Input[str]]
    """Topic that is notified (its policy must let Budgets publish). Default: none. Change: in place."""
    emails: NotRequired[list[str]]
    """Up to 10 addresses; this or a topic is needed. Default: none. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """On the budget itself. Default: none. Change: in place."""


class Budget(Component[BudgetArgs]):
    budget_name: pulumi.Output[str]
    """Name of the budget."""

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        monthly = aws.budgets.Budget(
            f"{name}-monthly",
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=amount(args["monthly_limit_usd"]),
            limit_unit="USD",
            cost_filters=[{"name": "TagKeyValue", "values": [tag_filter(args["tag"])]}],
            notifications=notices(args),
            tags=self._tags(f"{name}-monthly"),
            opts=self._child(),
        )
        self.budget_name = monthly.name
        self._register()


def amount(limit: float) -> str:
    """Dollars as the API writes them back: `900.0` (the provider compares texts). Raises ValueError at 0 and below."""
    if limit <= 0:
        raise ValueError(
            f"monthly_limit_usd: a budget of {limit} US dollars a month is always passed. Give more than 0."
        )
    return str(round(float(limit), 2))


def tag_filter(tag: dict[str, str]) -> str:
    """`user:<key>$<value>`, the form of AWS Budgets for a tag that a user has set."""
    if len(tag) != 1:
        raise ValueError(
            f"tag: a budget follows exactly one tag, {len(tag)} given. Values of several are added up by AWS."
        )
    [(key, value)] = tag.items()
    return f"user:{key}${value}"


def notices(args: BudgetArgs) -> list[Any]:
    """The notices of NOTICES, each to the topic and the addresses. Raises ValueError when there is nobody to notify."""
    topic, emails = args.get("topic_arn"), sorted(set(args.get("emails") or []))
    if topic is None and not emails:
        raise ValueError("a budget without topic_arn and emails tells nobody. Give at least one.")
    if len(emails) > SUBSCRIBERS:
        raise ValueError(f"emails: {len(emails)} addresses; AWS Budgets tells at most {SUBSCRIBERS}. Use a topic.")
    who: dict[str, Any] = {"subscriber_email_addresses": emails} if emails else {}
    if topic is not None:
        who["subscriber_sns_topic_arns"] = [topic]
    return [
        {
            "notification_type": kind,
            "comparison_operator": "GREATER_THAN",
            "threshold": percent,
            "threshold_type": "PERCENTAGE",
            **who,
        }
        for kind, percent in NOTICES
    ]
