"""Load balancers, target groups, listeners."""

from collections.abc import Mapping

from tenfold.local.aws.convert import UNKNOWN, has_unknown
from tenfold.local.aws.rules.values import Inputs, Violations, absent, all_known


def balancer_subnets(inputs: Inputs) -> Violations:
    subnets = inputs.get("subnets")
    if inputs.get("loadBalancerType", "application") != "application" or not isinstance(subnets, list):
        return []
    return [("subnets", "an application load balancer needs subnets in two zones")] if len(subnets) < 2 else []


def health_check(inputs: Inputs) -> Violations:
    check, bad = inputs.get("healthCheck"), list[tuple[str, str]]()
    if (target := inputs.get("targetType", "instance")) != "lambda":
        missing = [key for key in ("port", "protocol", "vpcId") if inputs.get(key) is None]
        bad += [(key, f"is required for targets of type {target}") for key in missing]
    if not isinstance(check, Mapping):
        return bad
    if all_known(check, "interval", "timeout") and int(check["timeout"]) >= int(check["interval"]):
        bad.append(("healthCheck.timeout", f"{check['timeout']} s must be below the interval, {check['interval']} s"))
    if all_known(check, "path") and not str(check["path"]).startswith("/"):
        bad.append(("healthCheck.path", f"{check['path']!r} does not start with /"))
    return bad


def listener(inputs: Inputs) -> Violations:
    protocol = str(inputs.get("protocol", "HTTP")).upper()
    if protocol in ("HTTPS", "TLS") and absent(inputs, "certificateArn"):
        return [("certificateArn", f"is needed for {protocol}")]
    if protocol not in ("HTTPS", "TLS", UNKNOWN.upper()) and not absent(inputs, "certificateArn", "sslPolicy"):
        return [("certificateArn", f"is only for HTTPS and TLS, not for {protocol}")]
    return []


_MOST_VALUES = 5  # of a rule in all: Quotas for your Application Load Balancers, "Condition values per rule"
_ONCE = ("hostHeader", "httpRequestMethod", "pathPattern", "sourceIp")


def conditions(inputs: Inputs) -> Violations:
    """RuleCondition, API reference: at most one of each of four kinds, and a limit on the values of all together."""
    listed = inputs.get("conditions")
    blocks = [block for block in listed if isinstance(block, Mapping)] if isinstance(listed, list) else []
    twice = [kind for kind in _ONCE if sum(bool(block.get(kind)) for block in blocks) > 1]
    if twice:
        return [("conditions", f"{twice[0]} is given twice: a condition may hold several values")]
    kinds = [kind for block in blocks for kind in block.values() if kind]
    values = [value for kind in kinds for value in (kind.get("values") or [] if isinstance(kind, Mapping) else kind)]
    wrong = len(values) > _MOST_VALUES and not has_unknown(listed)
    return [("conditions", f"{len(values)} values given, at most {_MOST_VALUES} are allowed")] if wrong else []
