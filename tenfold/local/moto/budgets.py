"""What moto's Budgets lacks: changes, subscribers, tags."""

from typing import Any

from moto.budgets.models import Notification
from moto.budgets.responses import BudgetsResponse
from moto.core.responses import ActionResult

from tenfold.local.moto.patching import Response, replace
from tenfold.local.moto.refusal import Refused


def _missing(what: str) -> Refused:
    return Refused("NotFoundException", f"{what} does not exist")


def _budget(self: Response) -> Any:
    budgets = self.backend.budgets[self._get_param("AccountId")]
    name = self._get_param("BudgetName") or (self._get_param("NewBudget") or {}).get("BudgetName")
    if name not in budgets:
        raise _missing(f"the budget {name}")
    return budgets[name]


@replace(BudgetsResponse, "update_budget")
def update_budget(_: Any, self: Response) -> str:
    existing = _budget(self)
    existing.budget = {**self._get_param("NewBudget"), "TimePeriod": existing.budget["TimePeriod"]} | {
        k: v for k, v in self._get_param("NewBudget").items() if k == "TimePeriod"
    }
    return "{}"


def _notification(self: Response) -> Notification:
    asked = self._get_param("Notification")
    for existing in _budget(self).notifications:
        if all(existing.details.get(k) == v for k, v in asked.items()):
            return existing
    raise _missing("the notification")


@replace(BudgetsResponse, "describe_subscribers_for_notification")
def describe_subscribers_for_notification(_: Any, self: Response) -> ActionResult:
    return ActionResult({"Subscribers": _notification(self).subscribers})


def _budget_tags(self: Response) -> dict[str, str]:
    """Tags lie on the budget's own object: they go when it goes."""
    name = self._get_param("ResourceARN").rpartition("/")[2]
    budgets = self.backend.budgets[self.current_account]
    if name not in budgets:
        raise _missing(f"the budget {name}")
    return budgets[name].__dict__.setdefault("kept_tags", {})


@replace(BudgetsResponse, "tag_resource")
def tag_budget(_: Any, self: Response) -> str:
    _budget_tags(self).update({t["Key"]: t["Value"] for t in self._get_param("ResourceTags")})
    return "{}"


@replace(BudgetsResponse, "untag_resource")
def untag_budget(_: Any, self: Response) -> str:
    for key in self._get_param("ResourceTagKeys"):
        _budget_tags(self).pop(key, None)
    return "{}"


@replace(BudgetsResponse, "list_tags_for_resource")
def list_budget_tags(_: Any, self: Response) -> ActionResult:
    return ActionResult({"ResourceTags": [{"Key": k, "Value": v} for k, v in _budget_tags(self).items()]})
