"""What moto lacks of SNS: topics tell all that they were set to (moto tells eight attributes), and filters by network.

Source: SNS Developer Guide, "String value matching", IP address matching.
"""

import ipaddress
import json
from typing import Any

from moto.core.responses import ActionResult
from moto.sns.models import SNSBackend
from moto.sns.responses import SNSResponse
from moto.sns.utils import FilterPolicyMatcher

from tenfold.local.moto.patching import Response, replace


@replace(SNSResponse, "set_topic_attributes")
def set_topic_attributes(original: Any, self: Response) -> Any:
    answer = original(self)
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    topic.__dict__.setdefault("kept", {})[self._get_param("AttributeName")] = self._get_param("AttributeValue")
    return answer


@replace(SNSResponse, "get_topic_attributes")
def get_topic_attributes(original: Any, self: Response) -> Any:
    answer = original(self).result["Attributes"]
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    kept = {name: value for name, value in topic.__dict__.get("kept", {}).items() if value}
    return ActionResult({"Attributes": {**kept, **answer}})


# ---- {"cidr": "10.0.0.0/24"} in a filter
@replace(SNSBackend, "_validate_filter_policy")
def validate_filter_policy(original: Any, self: Any, value: Any, scope: str | None) -> None:
    original(self, json.loads(json.dumps(value).replace('{"cidr":', '{"prefix":')), scope)


_field_match = FilterPolicyMatcher._field_match


def field_match(field: str, rules: list[Any], dict_body: Any, attributes_based_check: bool = True) -> bool:
    networks = [rule["cidr"] for rule in rules if isinstance(rule, dict) and "cidr" in rule]
    value = dict_body.get(field, {}).get("Value") if attributes_based_check else dict_body.get(field)
    try:
        if any(ipaddress.ip_address(value) in ipaddress.ip_network(one, strict=False) for one in networks):
            return True
    except ValueError:
        pass
    others = [rule for rule in rules if not (isinstance(rule, dict) and "cidr" in rule)]
    return _field_match(field, others, dict_body, attributes_based_check)


FilterPolicyMatcher._field_match = staticmethod(field_match)
