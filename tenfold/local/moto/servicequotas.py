"""What moto lacks of Service Quotas: EC2's quota of vCPUs, as a new account has it, and its increase, which AWS grants
here at once. Nothing is refused by it: instances are simulated.

Sources: API model and API reference of Service Quotas, RequestServiceQuotaIncrease; General Reference, EC2 (defaults).
"""

import json
from typing import Any

from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random
from moto.servicequotas.models import ServiceQuotasBackend
from moto.servicequotas.responses import ServiceQuotasResponse

from tenfold.local.moto.patching import Response, add, replace
from tenfold.local.moto.refusal import Refused

_NAMES = {("ec2", "L-1216C47A"): "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"}
_DEFAULT = 5.0  # vCPUs


@replace(ServiceQuotasBackend, "get_service_quota")
def get_service_quota(original: Any, self: ServiceQuotasBackend, service_code: str, quota_code: str) -> dict[str, Any]:
    quota = service_code, quota_code
    if quota not in _NAMES:
        return original(self, service_code, quota_code)
    return {
        "ServiceCode": service_code,
        "QuotaArn": f"arn:aws:servicequotas:{self.region_name}:{self.account_id}:{service_code}/{quota_code}",
        "QuotaCode": quota_code,
        "QuotaName": _NAMES[quota],
        "Value": _granted(self).get(quota, _DEFAULT),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


@add(ServiceQuotasResponse)
def request_service_quota_increase(self: Response) -> str:
    wish, backend = json.loads(self.body), self.backend
    quota = backend.get_service_quota(wish["ServiceCode"], wish["QuotaCode"])
    if wish["DesiredValue"] <= quota["Value"]:
        raise Refused("IllegalArgumentException", "The desired value must be greater than the current quota value")
    _granted(backend)[wish["ServiceCode"], wish["QuotaCode"]] = float(wish["DesiredValue"])
    now = unix_time()
    request = {"Id": str(mock_random.uuid4()), "Status": "PENDING", "Created": now, "LastUpdated": now}
    kept = {key: quota[key] for key in ("ServiceCode", "QuotaCode", "QuotaName", "QuotaArn", "Unit", "GlobalQuota")}
    return json.dumps({"RequestedQuota": {**request, **kept, "DesiredValue": wish["DesiredValue"]}})


def _granted(backend: ServiceQuotasBackend) -> dict[tuple[str, str], float]:
    return vars(backend).setdefault("granted", {})
