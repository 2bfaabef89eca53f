"""Web access control lists."""

import json

from tenfold.local.aws.convert import UNKNOWN
from tenfold.local.aws.rules.values import Inputs, Violations, known


def web_acl(inputs: Inputs) -> Violations:
    if known(inputs, "ruleJson"):
        try:
            json.loads(str(inputs["ruleJson"]))
        except ValueError as error:
            return [("ruleJson", f"is not JSON: {error}")]
    if inputs.get("scope") == "CLOUDFRONT" and inputs.get("region") not in ("us-east-1", UNKNOWN):
        return [("scope", f"CLOUDFRONT is for us-east-1; the region is {inputs.get('region')}")]
    return []
