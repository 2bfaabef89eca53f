"""Networks, security groups, flow logs."""

import ipaddress
from collections.abc import Mapping

from tenfold.local.aws.rules.values import Inputs, Violations, absent, all_known


def network_size(inputs: Inputs) -> Violations:
    """A VPC or subnet holds 16 to 65,536 addresses: /28 to /16."""
    if not all_known(inputs, "cidrBlock"):
        return []
    try:
        length = ipaddress.IPv4Network(inputs["cidrBlock"]).prefixlen
    except ValueError as wrong:
        return [("cidrBlock", str(wrong))]
    return [] if 16 <= length <= 28 else [("cidrBlock", f"/{length} is not between /16 and /28")]


_PORTLESS = ("-1", "all", "icmp", "icmpv6", "1", "58")


def ports(block: Inputs, protocol: str, path: str) -> Violations:
    if not all_known(block, protocol, "fromPort", "toPort") or str(block[protocol]) in _PORTLESS:
        return []
    first, last = int(block["fromPort"]), int(block["toPort"])
    outside = [(key, port) for key, port in (("fromPort", first), ("toPort", last)) if not 0 <= port <= 65535]
    bad = [(f"{path}{key}", f"{port} is not a port (0 to 65535)") for key, port in outside]
    return bad or ([(f"{path}fromPort", f"{first} is above toPort {last}")] if first > last else [])


def group_ports(inputs: Inputs) -> Violations:
    """The rule blocks of a security group."""
    bad: Violations = []
    for direction in ("ingress", "egress"):
        blocks = inputs.get(direction)
        for at, block in enumerate(blocks if isinstance(blocks, list) else ()):
            if isinstance(block, Mapping):
                bad += ports(block, "protocol", f"{direction}[{at}].")
    return bad


def flow_log_target(inputs: Inputs) -> Violations:
    if inputs.get("logDestinationType", "cloud-watch-logs") == "cloud-watch-logs" and absent(inputs, "iamRoleArn"):
        return [("iamRoleArn", "a role is needed to write to CloudWatch Logs")]
    return []
