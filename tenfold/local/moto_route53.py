"""Health checks of Route 53 as they were asked for: moto keeps half of a check on an alarm."""

from typing import Any

from moto.core.responses import ActionResult
from moto.route53.models import HealthCheck
from moto.route53.responses import Route53

from tenfold.local.moto_patching import replace

Response = Any
# What AWS adds to a check of an address (API reference, HealthCheckConfig).
OF_ADDRESSES = {"RequestInterval": 30, "FailureThreshold": 3, "MeasureLatency": False, "EnableSNI": False}
OF_ALL = {"Inverted": False, "Disabled": False}
NOT_CONFIG = {"HealthCheckId", "HealthCheckVersion", "ResetElements"}


@replace(Route53, "create_health_check")
def create_health_check(original: Any, self: Response) -> ActionResult:
    answer = original(self)
    config = self._get_param("HealthCheckConfig")
    by_address = config["Type"] not in ("CLOUDWATCH_METRIC", "CALCULATED")
    answer.result["HealthCheck"].kept = {**OF_ALL, **(OF_ADDRESSES if by_address else {}), **config}
    return answer


@replace(Route53, "update_health_check")
def update_health_check(original: Any, self: Response) -> ActionResult:
    answer = original(self)
    given = {key: value for key, value in self.params.items() if key not in NOT_CONFIG and value is not None}
    answer.result["HealthCheck"].kept |= given
    return answer


HealthCheck.health_check_config = property(lambda self: self.kept)  # type: ignore[assignment]: the patch
