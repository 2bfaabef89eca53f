"""What the web firewall at the edge refuses: AWS's maintained rules and a limit per address. Pure."""

import json
from typing import Any

# Requests of one address in five minutes. Own choice: 7 a second all the time is no person, and an office behind one
# address has room.
RATE = 2000
# In this order. Source: AWS WAF Developer Guide, "AWS Managed Rules rule groups list".
GROUPS = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
)
# Bodies above 8 KB are counted, not refused: every upload is one.
COUNTED = {"AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",)}


# WAF writes only to log groups whose names begin so. Source: AWS WAF Developer Guide, "Sending web ACL traffic logs to
# a CloudWatch Logs log group".
LOG_PREFIX = "aws-waf-logs-"
# Only what was refused or counted: logs cost by volume, and access logs have the rest. Without what signs visitors in.
LOGGED: Any = {
    "logging_filter": {
        "default_behavior": "DROP",
        "filters": [
            {
                "behavior": "KEEP",
                "requirement": "MEETS_ANY",
                "conditions": [{"action_condition": {"action": action}} for action in ("BLOCK", "COUNT")],
            }
        ],
    },
    "redacted_fields": [{"single_header": {"name": name}} for name in ("authorization", "cookie")],
}


def rules() -> str:
    """The rules in the API's own form, as JSON: Pulumi's nested form of them has no place for all that it needs."""
    rules = [_rate(0)] + [_group(name, priority) for priority, name in enumerate(GROUPS, 1)]
    return json.dumps(rules, sort_keys=True)


def visibility(name: str) -> dict[str, Any]:
    return {"CloudWatchMetricsEnabled": True, "SampledRequestsEnabled": True, "MetricName": name}


def _rate(priority: int) -> dict[str, Any]:
    return {
        "Name": "rate",
        "Priority": priority,
        "Statement": {"RateBasedStatement": {"Limit": RATE, "AggregateKeyType": "IP"}},
        "Action": {"Block": {}},
        "VisibilityConfig": visibility("rate"),
    }


def _group(name: str, priority: int) -> dict[str, Any]:
    statement: dict[str, Any] = {"VendorName": "AWS", "Name": name}
    if name in COUNTED:
        counted = [{"Name": rule, "ActionToUse": {"Count": {}}} for rule in COUNTED[name]]
        statement["RuleActionOverrides"] = counted
    return {
        "Name": name,
        "Priority": priority,
        "Statement": {"ManagedRuleGroupStatement": statement},
        "OverrideAction": {"None": {}},
        "VisibilityConfig": visibility(name),
    }
