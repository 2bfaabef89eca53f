"""Web access control lists."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tenfold.local.aws.convert import UNKNOWN
from tenfold.local.aws.rules.values import Inputs, Violations, all_known


def web_acl(inputs: Inputs) -> Violations:
    if all_known(inputs, "ruleJson"):
        try:
            rules = json.loads(str(inputs["ruleJson"]))
        except ValueError as error:
            return [("ruleJson", f"is not JSON: {error}")]
        if bad := [*_rules(rules)]:
            return bad
    if inputs.get("scope") == "CLOUDFRONT" and inputs.get("region") not in ("us-east-1", UNKNOWN):
        return [("scope", f"CLOUDFRONT is for us-east-1; the region is {inputs.get('region')}")]
    return []


# Statements that run rules of their own: those decide, and the rule may override them (Rule, API reference).
_GROUPS = ("ManagedRuleGroupStatement", "RuleGroupReferenceStatement")


def _rules(rules: Any) -> Iterator[tuple[str, str]]:
    """Rule, API reference: names and priorities differ, one statement, one action."""
    if not isinstance(rules, list) or not all(isinstance(rule, Mapping) for rule in rules):
        yield "ruleJson", "is not a list of rules"
        return
    for at, rule in enumerate(rules):
        place = f"ruleJson[{at}]"
        for key in ("Name", "Priority"):
            if rule.get(key) in [other.get(key) for other in rules[:at]]:
                yield f"{place}.{key}", f"{rule.get(key)!r} is there twice"
        statement = rule.get("Statement")
        if not isinstance(statement, Mapping) or len(statement) != 1:
            yield f"{place}.Statement", "exactly one statement is needed"
            continue
        needed = "OverrideAction" if next(iter(statement)) in _GROUPS else "Action"
        for key in ("Action", "OverrideAction"):
            if key == needed and len(rule.get(key) or ()) != 1:
                yield f"{place}.{key}", f"exactly one is needed for {next(iter(statement))}"
            elif key != needed and key in rule:
                yield f"{place}.{key}", f"is not for {next(iter(statement))}, which takes {needed}"
