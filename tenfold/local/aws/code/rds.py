"""Database proxies."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call

Block = dict[str, Any]
Found = Mapping[str, Any]


def proxy_target(call: Call) -> str:
    """The end of a proxy target's id: the kind and the name of the database."""
    for key, kind in (("dbInstanceIdentifier", "RDS_INSTANCE"), ("dbClusterIdentifier", "TRACKED_CLUSTER")):
        if call.inputs.get(key):
            return f"{kind}/{call.inputs[key]}"
    return str(call.state.get("target", ""))


def proxy_target_resource(call: Call) -> str:
    return proxy_target(call).rpartition("/")[2]
