"""Web firewall: rules come as JSON in the API's own form."""

import json
from typing import Any

from tenfold.local.aws.call import Call
from tenfold.local.aws.convert import UNKNOWN

Block = dict[str, Any]


def with_rules(inputs: Block) -> Block:
    text = inputs.get("ruleJson")
    if text in (None, UNKNOWN):
        return inputs
    try:
        return {**inputs, "apiRules": json.loads(str(text))}
    except ValueError:  # rules/wafv2.py reports it
        return inputs


def own_id(call: Call) -> str:
    """Of an import id (`id/name/scope`) its first part."""
    return str(call.id).partition("/")[0]
