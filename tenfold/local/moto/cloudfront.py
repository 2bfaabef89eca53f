"""What moto's CloudFront lacks: the access control of an origin, the metrics subscription, functions that are published
and attached, refusals."""

from typing import Any

from moto.cloudfront import urls
from moto.cloudfront.models import (
    CloudFrontBackend,
    CloudFrontFunction,
    DefaultCacheBehaviour,
    DistributionConfig,
    Origin,
    random_id,
)
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult, EmptyResult

from tenfold.local.moto.patching import Response, add, replace
from tenfold.local.moto.refusal import Refused


@replace(Origin, "__init__")
def origin(original: Any, self: Any, settings: dict[str, Any]) -> None:
    original(self, settings)
    self.origin_access_control_id = settings.get("OriginAccessControlId", "")


@replace(DefaultCacheBehaviour, "__init__")
def behaviour(original: Any, self: Any, config: dict[str, Any]) -> None:
    original(self, config)
    self.function_associations = config.get("FunctionAssociations") or {"Quantity": 0}
    self.lambda_function_associations = config.get("LambdaFunctionAssociations") or {"Quantity": 0}


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
    for behaviour in behaviours:
        _check_functions(backend, _attached(behaviour))
        _check_lambdas(_lambdas(behaviour))
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


# ---- functions. A change is of the stage DEVELOPMENT until it is published: LIVE is what visitors meet.
REFUSED_LAMBDA = "InvalidLambdaFunctionAssociation"
MOST_CODE = 10_240  # bytes: CloudFront Developer Guide, "Quotas on CloudFront Functions"
urls.url_paths["{0}/2020-05-31/function/(?P<name>[^/]+)/publish$"] = CloudFrontResponse.dispatch


def _attached(behaviour: dict[str, Any]) -> list[dict[str, Any]]:
    return (behaviour.get("FunctionAssociations") or {}).get("Items") or []


def _lambdas(behaviour: dict[str, Any]) -> list[dict[str, Any]]:
    return (behaviour.get("LambdaFunctionAssociations") or {}).get("Items") or []


def _check_lambdas(attached: list[dict[str, Any]]) -> None:
    """API reference of CreateDistribution: InvalidLambdaFunctionAssociation. Functions are not here: whether there is
    one, and whom its role trusts, is not asked."""
    events = [one["EventType"] for one in attached]
    for one in attached:
        event = one["EventType"]
        if events.count(event) > 1:
            raise Refused(REFUSED_LAMBDA, f"a behaviour has one function for {event}")
        if one.get("IncludeBody") and not event.endswith("-request"):
            raise Refused(REFUSED_LAMBDA, f"a function of {event} gets no body")


def _check_functions(backend: Any, attached: list[dict[str, Any]]) -> None:
    """API reference of CreateDistribution: InvalidFunctionAssociation."""
    events = [one["EventType"] for one in attached]
    for one in attached:
        arn, event = one["FunctionARN"], one["EventType"]
        function = next((f for f in backend.functions.values() if f.arn == arn), None)
        if function is None or not hasattr(function, "live_code"):
            raise Refused("InvalidFunctionAssociation", f"the function {arn} does not exist in the stage LIVE")
        if not event.startswith("viewer-"):
            raise Refused("InvalidFunctionAssociation", f"a function of CloudFront does not run at {event}")
        if events.count(event) > 1:
            raise Refused("InvalidFunctionAssociation", f"a behaviour has one function for {event}")


def _function(self: Response) -> CloudFrontFunction:
    """The one that is asked for. A change names the version that it is about."""
    function = self.backend.describe_function(self._get_param("Name"))
    version = self._get_param("IfMatch")
    if version is not None and version != function.etag:
        raise Refused("PreconditionFailed", f"{function.name} has another version than {version}")
    return function


def _check_code(self: Response) -> None:
    if (size := len(self._get_param("FunctionCode") or b"")) > MOST_CODE:
        raise Refused("FunctionSizeLimitExceeded", f"the function has {size:,} bytes, and {MOST_CODE:,} are allowed")


@replace(CloudFrontResponse, "create_function")
def create_function(original: Any, self: Response) -> Any:
    _check_code(self)
    return original(self)


@replace(CloudFrontResponse, "describe_function")
def describe_function(original: Any, self: Response) -> Any:
    function = self.backend.describe_function(self._get_param("Name"))
    if self._get_param("Stage") == "LIVE" and not hasattr(function, "live_code"):
        raise Refused("NoSuchFunctionExists", f"the function {function.name} is not published")
    return original(self)


@replace(CloudFrontResponse, "get_function")
def get_function(original: Any, self: Response) -> Any:
    function = self.backend.describe_function(self._get_param("Name"))
    if self._get_param("Stage") != "LIVE":
        return original(self)
    if not hasattr(function, "live_code"):
        raise Refused("NoSuchFunctionExists", f"the function {function.name} is not published")
    answer = {"FunctionCode": function.live_code, "ETag": function.etag, "ContentType": "application/octet-stream"}
    return ActionResult(answer)


@add(CloudFrontResponse)
def update_function(self: Response) -> ActionResult:
    _check_code(self)
    function = _function(self)
    function.config, function.code = self._get_param("FunctionConfig"), self._get_param("FunctionCode")
    function.status, function.etag = "UNPUBLISHED", random_id()
    return ActionResult({"FunctionSummary": function.function_summary, "ETag": function.etag})


@add(CloudFrontResponse)
def publish_function(self: Response) -> ActionResult:
    function = _function(self)
    vars(function)["live_code"], function.status = function.code, "UNASSOCIATED"
    return ActionResult({"FunctionSummary": function.function_summary})


@replace(CloudFrontResponse, "delete_function")
def delete_function(original: Any, self: Response) -> Any:
    function = _function(self)
    for distribution in self.backend.distributions.values():
        config: Any = distribution.distribution_config
        behaviours = [config.DefaultCacheBehavior, *config.CacheBehaviors["Items"]]
        if any(
            one["FunctionARN"] == function.arn for b in behaviours for one in b.function_associations.get("Items", ())
        ):
            raise Refused("FunctionInUse", f"{function.name} is used by {distribution.distribution_id}")
    return original(self)
