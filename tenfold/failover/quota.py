"""The vCPUs that a failover starts at once in the standby region, and the account's quota for them."""

from collections.abc import Callable
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.recovery import capacity
from tenfold.blueprints.value import Value


class Capacity(Value):
    """In vCPUs. `quota` is None where AWS does not tell."""

    needed: int
    quota: int | None
    remedy: str = ""


def of(a: Architecture, region: str, client: Callable[[], Any]) -> Capacity:
    """`client` gives one of Service Quotas in the region."""
    needed, quota = capacity.needed_vcpus(a), _quota(client)
    if quota is None or quota >= needed:
        return Capacity(needed, quota)
    call = f"aws service-quotas request-service-quota-increase --region {region} --service-code ec2"
    return Capacity(needed, quota, f"{call} --quota-code {capacity.QUOTA} --desired-value {needed}")


def _quota(client: Callable[[], Any]) -> int | None:
    """The account's quota, raised or default (API reference, GetServiceQuota)."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return int(client().get_service_quota(ServiceCode="ec2", QuotaCode=capacity.QUOTA)["Quota"]["Value"])
    except (BotoCoreError, ClientError):
        return None
