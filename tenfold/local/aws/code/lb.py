"""Load balancing."""

from collections.abc import Mapping
from typing import Any

Block = dict[str, Any]
Found = Mapping[str, Any]


_FIELDS = {
    "hostHeader": "host-header",
    "pathPattern": "path-pattern",
    "httpHeader": "http-header",
    "httpRequestMethod": "http-request-method",
    "queryStrings": "query-string",
    "sourceIp": "source-ip",
}


def with_condition_fields(inputs: Block) -> Block:
    """The API needs the name of the field each condition is about; the provider leaves it out."""
    conditions = inputs.get("conditions")
    if not isinstance(conditions, list):
        return inputs
    named = [{**_field_of(c), **c} if isinstance(c, dict) else c for c in conditions]
    return {**inputs, "conditions": named}


def _field_of(condition: Block) -> Block:
    key = next((k for k in condition if k in _FIELDS), None)
    return {"field": _FIELDS[key]} if key else {}


def load_balancer_suffix(answer: Found) -> str:
    return answer["LoadBalancerArn"].partition(":loadbalancer/")[2]


def target_group_suffix(answer: Found) -> str:
    return answer["TargetGroupArn"].rpartition(":")[2]


def listener_of_rule(answer: Found) -> str:
    return answer["RuleArn"].replace(":listener-rule/", ":listener/").rpartition("/")[0]
