"""The CDN, its firewall, names."""

import json
from collections.abc import Iterator, Sequence

from tenfold.foresight.charges.charge import At, Charge, monthly, unknown, usage_charge
from tenfold.foresight.servers import same
from tenfold.graph import Resource

CDN_METRICS = 8  # additional metrics of a distribution, each as a custom metric (CloudFront Developer Guide, "Estimate
# the cost for the additional CloudFront metrics")


def distributions(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """At the prices for visitors in Europe and North America; elsewhere the edge is up to 40 % dearer."""
    visitors = "eu" if at.architecture.region.startswith("eu-") else "us"
    yield usage_charge(at, "from the edge", "cdn.out", "cdn_out")
    yield usage_charge(at, "requests at the edge", f"cdn.https.{visitors}", "cdn_requests")
    yield usage_charge(at, "from the edge to the balancer", "cdn.origin.us-eu", "cdn_in")
    if at.architecture.cdn and at.architecture.cdn.lambdas.versions:
        yield unknown("functions of Lambda@Edge", "lambda-edge", "by calls, and by the seconds and memory of each")


def functions(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """Each runs for every request; answers from 400 on, for which none runs, are counted too."""
    for _ in resources:
        yield usage_charge(at, "calls of an edge function", "cdn.function", "cdn_requests")


def more_metrics(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    many = len(resources) * CDN_METRICS
    yield monthly("metrics of the CDN", "metric", many)


def walls(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """A group of managed rules counts as one rule."""
    for resource in resources:
        yield monthly("firewall", "waf.acl", 1)
        rules = _rules(resource)
        yield monthly("its rules", "waf.rule", rules) if rules is not None else monthly("its rules", "waf.unread", 1)
        yield usage_charge(at, "requests it reads", "waf.requests", "waf_requests")


def _rules(wall: Resource) -> int | None:
    """How many; None where that is not known before it exists."""
    rules = wall.inputs.get("ruleJson") or wall.inputs.get("rules") or []
    try:
        read = json.loads(rules) if isinstance(rules, str) else rules
    except ValueError:
        return None
    return len(read) if isinstance(read, list | tuple) else None


def zones(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    yield monthly("hosted zone" if len(resources) == 1 else "hosted zones", "route53.zone", len(resources))


def health_checks(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """One that follows an alarm or other checks costs what one of an AWS endpoint does (Route 53 pricing)."""
    own = [r for r in resources if r.inputs.get("type") not in ("CLOUDWATCH_METRIC", "CALCULATED")]
    if len(resources) > len(own):
        yield monthly("health checks", "route53.check.aws", len(resources) - len(own))
    if own:
        yield monthly("health checks of addresses", "route53.check.other", len(own))
    options = sum(_options(resource) for resource in own)
    if options:
        yield monthly("their options", "route53.check.option.other", options)


def _options(check: Resource) -> int:
    """HTTPS, a word to look for, ten seconds, latency: each is one."""
    inputs = check.inputs
    type_ = str(inputs.get("type"))
    return (
        type_.startswith("HTTPS")
        + type_.endswith("STR_MATCH")
        + (str(inputs.get("requestInterval")) == "10")
        + bool(inputs.get("measureLatency"))
    )


def accelerators(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    yield Charge("global accelerator", "accelerator", same(730 * len(resources)), f"{len(resources)} × 730 h")


BILLED = {
    "aws:cloudfront/distribution:Distribution": distributions,
    "aws:cloudfront/function:Function": functions,
    "aws:cloudfront/monitoringSubscription:MonitoringSubscription": more_metrics,
    "aws:wafv2/webAcl:WebAcl": walls,
    "aws:route53/zone:Zone": zones,
    "aws:route53/healthCheck:HealthCheck": health_checks,
    "aws:globalaccelerator/accelerator:Accelerator": accelerators,
}
