"""Tables."""

from tenfold.local.aws.call import Call
from tenfold.local.aws.guards.asking import refuse


def capacity(call: Call) -> None:
    """A new table that is paid by the hour says its units. One that becomes so need not: the provider puts 1 where they
    are left to somebody else (`ignoreChanges`)."""
    if call.id is None and (call.inputs.get("billingMode") or "PROVISIONED") == "PROVISIONED":
        for key in ("readCapacity", "writeCapacity"):
            if not call.inputs.get(key):
                refuse(key, "is needed for billingMode PROVISIONED, at least 1")
