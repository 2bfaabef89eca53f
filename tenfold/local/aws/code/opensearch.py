"""Search domains."""

from typing import Any

from tenfold.local.aws.call import Call


def domain_name(call: Call) -> str:
    """The id is the ARN, an import is by the name."""
    return str(call.inputs.get("domainName") or call.id).rpartition("/")[2]


def upgrade(call: Call, old: Any, new: Any) -> None:
    """UpgradeDomain, an operation of its own (opensearch/domain.go of the provider)."""
    if old != new:
        call.send("UpgradeDomain", DomainName=call.inputs["domainName"], TargetVersion=new)
