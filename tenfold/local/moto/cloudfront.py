"""What moto's CloudFront lacks: the access control of an origin, the metrics subscription, refusals."""

from typing import Any

from moto.cloudfront import urls
from moto.cloudfront.models import CloudFrontBackend, DistributionConfig, Origin
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult, EmptyResult

from tenfold.local.moto.patching import Response, add, replace
from tenfold.local.moto.refusal import Refused


@replace(Origin, "__init__")
def origin(original: Any, self: Any, settings: dict[str, Any]) -> None:
    original(self, settings)
    self.origin_access_control_id = settings.get("OriginAccessControlId", "")


@replace(DistributionConfig, "__init__")
def distribution_config(original: Any, self: Any, config: dict[str, Any]) -> None:
    """A behaviour may lead to a group of origins, too: moto knows origins alone."""
    target = config["DefaultCacheBehavior"]["TargetOriginId"]
    members = next((group["Members"] for group in _groups(config) if group["Id"] == target), None)
    if members:
        config["DefaultCacheBehavior"]["TargetOriginId"] = members["Items"][0]["OriginId"]
    original(self, config)
    self.DefaultCacheBehavior.target_origin_id = target


def _groups(config: dict[str, Any]) -> list[dict[str, Any]]:
    return (config.get("OriginGroups") or {}).get("Items") or []


@replace(CloudFrontBackend, "create_distribution_with_tags")
def create_distribution(original: Any, self: Any, config: dict[str, Any], tags: Any) -> Any:
    _check(self, config)
    _aliases_free(self, config)
    return original(self, config, tags)


@replace(CloudFrontBackend, "update_distribution")
def update_distribution(original: Any, self: Any, dist_config: dict[str, Any], **named: Any) -> Any:
    _check(self, dist_config)
    _aliases_free(self, dist_config, named["_id"])
    return original(self, dist_config=dist_config, **named)


def _aliases_free(backend: Any, config: dict[str, Any], but: str = "") -> None:
    """A domain name belongs to one distribution."""
    names = {name.lower() for name in (config.get("Aliases") or {}).get("Items") or ()}
    for key, other in backend.distributions.items():
        taken = getattr(other.distribution_config, "Aliases", {}).get("Items") or ()
        if key != but and names & {name.lower() for name in taken}:
            why = "One or more of the CNAMEs you provided are already associated with a different resource."
            raise Refused("CNAMEAlreadyExists", why)


def _check(backend: Any, config: dict[str, Any]) -> None:
    """Relations that AWS refuses (API reference, CreateDistribution, errors)."""
    origins = config["Origins"]["Items"]
    for settings in origins:
        control = settings.get("OriginAccessControlId")
        if control and control not in backend.origin_access_controls:
            raise Refused("NoSuchOriginAccessControl", f"the origin access control {control} does not exist")
    known = {settings["Id"] for settings in origins}
    for group in _groups(config):
        strangers = [one["OriginId"] for one in group["Members"]["Items"] if one["OriginId"] not in known]
        if strangers:
            raise Refused("NoSuchOrigin", f"the origin group {group['Id']} has no origin {strangers[0]}")
    behaviours = [config["DefaultCacheBehavior"], *(config.get("CacheBehaviors", {}).get("Items") or ())]
    patterns = [behaviour.get("PathPattern") for behaviour in behaviours[1:]]
    if twice := sorted({pattern for pattern in patterns if patterns.count(pattern) > 1}):
        raise Refused("InvalidArgument", f"the path pattern {twice[0]} is there twice")
    arn = (config.get("ViewerCertificate") or {}).get("ACMCertificateArn")
    if arn and arn.split(":")[3] != "us-east-1":
        raise Refused("InvalidViewerCertificate", f"the certificate {arn} is not in us-east-1")
    if (config.get("Aliases") or {}).get("Items") and not arn:
        raise Refused("InvalidViewerCertificate", "a name of one's own (aliases) needs a certificate for it")


@replace(CloudFrontBackend, "delete_distribution")
def delete_distribution(original: Any, self: Any, distribution_id: str, if_match: Any) -> None:
    distribution = self.distributions.get(distribution_id)
    if distribution and str(distribution.distribution_config.Enabled).lower() == "true":
        raise Refused("DistributionNotDisabled", "a distribution is disabled before it is deleted")
    original(self, distribution_id, if_match)


@replace(CloudFrontBackend, "create_origin_access_control")
def create_origin_access_control(original: Any, self: Any, config: dict[str, Any]) -> Any:
    if any(control.name == config.get("Name") for control in self.origin_access_controls.values()):
        raise Refused("OriginAccessControlAlreadyExists", "an origin access control with this name already exists")
    return original(self, config)


@replace(CloudFrontBackend, "delete_origin_access_control")
def delete_origin_access_control(original: Any, self: Any, control_id: str) -> None:
    for distribution in self.distributions.values():
        config: DistributionConfig = distribution.distribution_config
        if any(o.origin_access_control_id == control_id for o in config.Origins["Items"]):  # type: ignore[attr-defined]: moto sets it
            raise Refused("OriginAccessControlInUse", f"{control_id} is used by {distribution.distribution_id}")
    original(self, control_id)


# ---- metrics
urls.url_paths["{0}/2020-05-31/distributions/(?P<id>[^/]+)/monitoring-subscription/?$"] = CloudFrontResponse.dispatch


def _subscriptions(self: Response) -> dict[str, Any]:
    """Kept on the backend object, so that a reset of moto forgets them."""
    return self.backend.__dict__.setdefault("kept_subscriptions", {})


def _distribution(self: Response) -> str:
    key = self._get_param("DistributionId")
    if key not in self.backend.distributions:
        raise Refused("NoSuchDistribution", f"the distribution {key} does not exist")
    return key


@add(CloudFrontResponse)
def create_monitoring_subscription(self: Response) -> ActionResult:
    _subscriptions(self)[_distribution(self)] = self._get_param("MonitoringSubscription")
    return ActionResult({"MonitoringSubscription": self._get_param("MonitoringSubscription")})


@add(CloudFrontResponse)
def get_monitoring_subscription(self: Response) -> ActionResult:
    subscription = _subscriptions(self).get(_distribution(self))
    if subscription is None:
        raise Refused("NoSuchMonitoringSubscription", "the distribution has no metrics subscription")
    return ActionResult({"MonitoringSubscription": subscription})


@add(CloudFrontResponse)
def delete_monitoring_subscription(self: Response) -> EmptyResult:
    if _subscriptions(self).pop(_distribution(self), None) is None:
        raise Refused("NoSuchMonitoringSubscription", "the distribution has no metrics subscription")
    return EmptyResult()
