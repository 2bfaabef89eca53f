"""Records."""

import ipaddress

from tenfold.local.aws.rules.values import Inputs, Violations, absent, all_known


def record(inputs: Inputs) -> Violations:
    bad: Violations = []
    routing = [k for k in inputs if k.endswith(("RoutingPolicies", "RoutingPolicy")) and inputs[k]]
    if routing and absent(inputs, "setIdentifier"):
        bad.append(("setIdentifier", f"is needed with {routing[0]}"))
    if not routing and all_known(inputs, "setIdentifier"):
        bad.append(("setIdentifier", "is for records with a routing policy only"))
    if absent(inputs, "records", "aliases"):
        bad.append(("records", "records, or an alias, are needed"))
    if inputs.get("records") and inputs.get("ttl") is None:
        bad.append(("ttl", "is required with records"))
    version = {"A": 4, "AAAA": 6}.get(str(inputs.get("type")))
    for at, value in enumerate(inputs["records"] if version and all_known(inputs, "records") else ()):
        try:
            right = ipaddress.ip_address(value).version == version
        except ValueError:
            right = False
        if not right:
            bad.append((f"records[{at}]", f"{value!r} is not an address for a record of type {inputs['type']}"))
    return bad
