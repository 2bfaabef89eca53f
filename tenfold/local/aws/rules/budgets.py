"""Budgets."""

from collections.abc import Mapping

from tenfold.local.aws.rules.values import Inputs, Violations, absent, all_known


def budget(inputs: Inputs) -> Violations:
    bad: Violations = []
    if absent(inputs, "limitAmount", "plannedLimits", "autoAdjustData"):
        bad.append(("limitAmount", "a limit is needed"))
    if all_known(inputs, "timePeriodStart", "timePeriodEnd") and inputs["timePeriodEnd"] <= inputs["timePeriodStart"]:
        bad.append(("timePeriodEnd", f"{inputs['timePeriodEnd']} is not after timePeriodStart"))  # 2026-12-01_00:00
    notifications = inputs.get("notifications")
    for at, block in enumerate(notifications if isinstance(notifications, list) else ()):
        if isinstance(block, Mapping) and absent(block, "subscriberEmailAddresses", "subscriberSnsTopicArns"):
            bad.append((f"notifications[{at}]", "an e-mail address or a topic is needed, or nobody is notified"))
    return bad
