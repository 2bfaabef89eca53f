"""Cdn: CloudFront in front of the application and of a bucket with static files."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.access_logs import log_bucket
from tenfold.components.parts.certificate import certificate
from tenfold.components.parts.component import Component
from tenfold.components.parts.log_group import log_group
from tenfold.components.parts.order import after
from tenfold.components.parts.physical import unique_name
from tenfold.components.parts.private_bucket import PrivateBucket
from tenfold.components.parts.static_bucket import read_by, static_bucket
from tenfold.components.plans import cdn as cdn_plan
from tenfold.components.plans import edge_functions, firewall
from tenfold.components.plans.choices import check_choice
from tenfold.components.plans.edge_functions import EdgeFunctionsArgs, EventType, LambdaFunctionsArgs
from tenfold.components.plans.regions import cdn_log_region

GLOBAL = "us-east-1"  # where certificates, firewalls and metrics of CloudFront are, whatever the region
TLS = "TLSv1.2_2021"  # the least that viewers may speak; what AWS recommends


class OriginArgs(TypedDict):
    dns_name: pulumi.Input[str]
    """The balancer's name. Change: in place."""
    encrypted: bool
    """Whether it speaks TLS, with a certificate for `domain`. Change: in place."""
    header: str
    """Header by which it knows this CDN. Change: in place."""
    secret: pulumi.Input[str]
    """The header's value. Change: in place."""
    idle_timeout_seconds: NotRequired[int]
    """Seconds after which the balancer closes a quiet connection. Default: 60, AWS's own. Change: in place."""


class CdnArgs(TypedDict):
    origin: OriginArgs
    """The balancer: `dns_name`, `encrypted`, and the `header` with the `secret` by which it knows this CDN. Change: in
    place."""
    static_paths: NotRequired[list[str]]
    """Path patterns that the bucket answers. Default: `/static/*`. Change: in place."""
    static_keep_days: NotRequired[int]
    """Days that replaced and deleted files can be restored. Default: 30. Change: in place."""
    static_copy_region: NotRequired[str]
    """Another region, with a bucket that the edge asks for static files where the first one fails. What is put into the
    first comes there by a `Replication`. Default: none. Change: adds or removes the bucket."""
    dynamic_paths: NotRequired[list[str]]
    """Path patterns that the application answers; one of all patterns must be `*`. Default: `*`. Change: in place."""
    dynamic_cache: NotRequired[cdn_plan.DynamicCache]
    """`headers`: as long as the answer's Cache-Control says. Default: `none`. Change: in place."""
    error_page: NotRequired[str]
    """File of the bucket that is shown while nobody answers (502, 503, 504). Default: none. Change: in place."""
    price_class: NotRequired[cdn_plan.PriceClass]
    """Edges in the Americas and in Europe; `200` adds Asia, Africa and the Middle East; `all`. Default: `100`. Change:
    in place, minutes."""
    waf: NotRequired[bool]
    """A web firewall: known attackers, known attacks, 2,000 requests in five minutes per address; a log of what it
    refuses, without cookies and authorization. Default: true. Change: in place."""
    functions: NotRequired[EdgeFunctionsArgs]
    """What the edge itself does to requests and answers, on every path: `redirects`, `answer_headers`, `experiments`,
    or code of your own. Default: nothing. Change: in place, minutes."""
    lambdas: NotRequired[LambdaFunctionsArgs]
    """Functions of Lambda@Edge on every path, by event, and whether they get the `body`. Somebody else publishes them:
    AWS deletes one only hours after it was detached. Default: none. Change: in place, minutes."""
    domain: NotRequired[str]
    """The name visitors type; without it, CloudFront's own. Default: none. Change: in place."""
    certificate_arn: NotRequired[pulumi.Input[str]]
    """For `domain`, in us-east-1. Default: made here. Change: in place."""
    zone_id: NotRequired[pulumi.Input[str]]
    """Zone of `domain`, where a certificate that is made here is proved. Default: none. Change: in place."""
    prove: NotRequired[bool]
    """False where another certificate for the name has the proof's record already: ACM has one for all regions.
    Default: true. Change: adds or removes the record."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of the firewall's log, in us-east-1, where the log is. Default: a key of AWS. Change: in place."""
    log_retention_days: NotRequired[int]
    """Days of access logs and of the firewall's log. Default: 30. Change: in place."""
    throwaway: NotRequired[bool]
    """No protection; files and logs go with it. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Cdn(Component[CdnArgs]):
    """A distribution, its bucket, access logs, metrics and firewall.

    Raises ValueError for paths that CloudFront does not take (components/plans/cdn.py), for functions that it refuses
    (components/plans/edge_functions.py), for a cache or a price class that does not exist, and for a domain without a
    certificate and a zone to prove one.
    """

    domain_name: pulumi.Output[str]
    """CloudFront's own name of the distribution."""
    zone_id: pulumi.Output[str]
    """Hosted zone of the name, for alias records."""
    distribution_id: pulumi.Output[str]
    """Identity of the distribution, to invalidate what it keeps."""
    bucket_name: pulumi.Output[str]
    """Bucket of the static files."""
    bucket_arn: pulumi.Output[str]
    """Its ARN."""
    copy_name: pulumi.Output[str] | None
    """Bucket of their copies, where there is one."""
    copy_arn: pulumi.Output[str] | None
    """Its ARN."""
    url: pulumi.Output[str]
    """Address of the application at the edge."""
    function_names: dict[str, pulumi.Output[str]]
    """Of each edge function, by `request` and `response`."""

    def __init__(self, name: str, args: CdnArgs, opts: pulumi.ResourceOptions | None = None):
        args = {**args, "origin": {**args["origin"], "secret": pulumi.Output.secret(args["origin"]["secret"])}}
        super().__init__(name, args, opts)
        check(args)
        throwaway, tags = args.get("throwaway", False), args.get("tags")
        functions = self._functions()
        files = static_bucket(f"{name}-files", args.get("static_keep_days", 30), throwaway, tags, self)
        elsewhere = args.get("static_copy_region")
        copy = self._copy(elsewhere) if elsewhere else None
        distribution = self._distribution([each.bucket for each in (files, copy) if each], functions)
        read_by(f"{name}-files-policy", files, distribution.arn, self)
        if copy:
            read_by(f"{name}-files-copy-policy", copy, distribution.arn, self, elsewhere)
        aws.cloudfront.MonitoringSubscription(  # hit rate and origin latency are not measured without it
            f"{name}-metrics",
            distribution_id=distribution.id,
            monitoring_subscription={
                "realtime_metrics_subscription_config": {"realtime_metrics_subscription_status": "Enabled"}
            },
            opts=self._child(),
        )
        self.domain_name, self.zone_id = distribution.domain_name, distribution.hosted_zone_id
        self.distribution_id, self.bucket_name = distribution.id, after(files.bucket.id, *files.closed)
        self.bucket_arn = files.bucket.arn
        self.copy_name = after(copy.bucket.id, *copy.closed) if copy else None
        self.copy_arn = copy.bucket.arn if copy else None
        shown = args.get("domain")
        self.url = pulumi.Output.concat("https://", shown or distribution.domain_name)
        self.function_names = {_role(event): one.name for event, one in functions.items()}
        self._register()

    def _functions(self) -> dict[EventType, aws.cloudfront.Function]:
        args = self._inputs
        codes = edge_functions.codes(args.get("functions", {}), args.get("domain"))
        return {
            event: aws.cloudfront.Function(
                f"{self._logical}-{_role(event)}",
                comment=f"{self._logical}: {event}",
                runtime=edge_functions.RUNTIME,
                code=code,
                publish=True,
                tags=self._tags(f"{self._logical}-{_role(event)}"),
                opts=self._child(),
            )
            for event, code in codes.items()
        }

    def _copy(self, region: str) -> PrivateBucket:
        args, child = self._inputs, f"{self._logical}-files-copy"
        keep_days, throwaway = args.get("static_keep_days", 30), args.get("throwaway", False)
        return static_bucket(child, keep_days, throwaway, args.get("tags"), self, region)

    def _distribution(
        self, files: list[aws.s3.Bucket], functions: dict[EventType, aws.cloudfront.Function]
    ) -> aws.cloudfront.Distribution:
        args, child = self._inputs, f"{self._logical}-distribution"
        cache = args.get("dynamic_cache", "none")
        patterns = cdn_plan.behaviours(args.get("static_paths", ["/static/*"]), args.get("dynamic_paths", ["*"]))
        *ordered, last = patterns
        attached = {event.value: one.arn for event, one in functions.items()}
        copied = len(files) > 1
        target = "files" if copied else "static"
        lambdas = edge_functions.lambda_associations(args.get("lambdas", {}))
        throwaway = args.get("throwaway", False)
        here = aws.get_region(opts=self._call()).region
        place = cdn_log_region(here)
        logs = log_bucket(
            f"{self._logical}-logs",
            "cdn",
            args.get("log_retention_days", 30),
            throwaway,
            args.get("tags"),
            self,
            region=None if place == here else place,
        )
        return aws.cloudfront.Distribution(
            child,
            enabled=True,
            comment=self._logical,
            is_ipv6_enabled=True,
            http_version="http2and3",
            price_class=cdn_plan.PRICE_CLASSES[args.get("price_class", "100")],
            aliases=[args["domain"]] if "domain" in args else [],
            origins=[self._application(), *self._files(files)],
            origin_groups=cdn_plan.origin_groups(copied) or None,
            default_cache_behavior=cdn_plan.settings(last, cache, attached, lambdas, target),
            ordered_cache_behaviors=[
                cdn_plan.settings(b, cache, attached, lambdas, target) | {"path_pattern": b.path} for b in ordered
            ],
            custom_error_responses=cdn_plan.error_responses(args.get("error_page")),
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate=self._certificate(),
            logging_config={"bucket": pulumi.Output.concat(logs, ".s3.amazonaws.com")},
            web_acl_id=self._firewall() if args.get("waf", True) else None,
            tags=self._tags(child),
            opts=self._child(),
        )

    def _application(self) -> Any:
        origin = self._inputs["origin"]
        read, keep = cdn_plan.timeouts(origin.get("idle_timeout_seconds", 60))
        return {
            "origin_id": "dynamic",
            "domain_name": origin["dns_name"],
            "custom_headers": [{"name": origin["header"], "value": origin["secret"]}],
            "custom_origin_config": {
                "http_port": 80,
                "https_port": 443,
                # The viewer's host is passed on, so the balancer's certificate for the domain is what must match.
                "origin_protocol_policy": "https-only" if origin["encrypted"] else "http-only",
                "origin_ssl_protocols": ["TLSv1.2"],
                "origin_read_timeout": read,
                "origin_keepalive_timeout": keep,
            },
        }

    def _files(self, buckets: list[aws.s3.Bucket]) -> Any:
        access = aws.cloudfront.OriginAccessControl(
            f"{self._logical}-access",
            description="Signs requests to the bucket",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=self._child(),
        )
        soon = cdn_plan.CONNECTING if len(buckets) > 1 else {}
        return [
            {
                "origin_id": origin,
                "domain_name": bucket.bucket_regional_domain_name,
                "origin_access_control_id": access.id,
                **soon,
            }
            for origin, bucket in zip(("static", "static-copy"), buckets, strict=False)
        ]

    def _certificate(self) -> Any:
        args = self._inputs
        if "domain" not in args:
            return {"cloudfront_default_certificate": True}
        arn = args.get("certificate_arn")
        if arn is None:
            arn = certificate(
                f"{self._logical}-certificate",
                args["domain"],
                args.get("zone_id", ""),
                tags=args.get("tags"),
                parent=self,
                region=GLOBAL,
                proof=args.get("prove", True),
            )
        return {"acm_certificate_arn": arn, "ssl_support_method": "sni-only", "minimum_protocol_version": TLS}

    def _firewall(self) -> pulumi.Output[str]:
        child = f"{self._logical}-firewall"
        acl = aws.wafv2.WebAcl(
            child,
            scope="CLOUDFRONT",
            region=GLOBAL,
            default_action={"allow": {}},
            rule_json=firewall.rules(),
            visibility_config={
                "cloudwatch_metrics_enabled": True,
                "sampled_requests_enabled": True,
                "metric_name": child,
            },
            tags=self._tags(child),
            opts=self._child(),
        )
        self._firewall_log(acl)
        return acl.arn

    def _firewall_log(self, acl: aws.wafv2.WebAcl) -> None:
        """What was refused or counted, for whoever asks why a visitor was turned away."""
        child = f"{self._logical}-firewall-log"
        name = unique_name(f"{firewall.LOG_PREFIX}{child}", 512)
        group = log_group(child, self._inputs, self, name=name, region=GLOBAL)
        aws.wafv2.WebAclLoggingConfiguration(
            f"{self._logical}-firewall-logging",
            resource_arn=acl.arn,
            region=GLOBAL,
            log_destination_configs=[group.arn],
            **firewall.LOGGED,
            opts=self._child(),
        )


def _role(event: EventType) -> str:
    return event.value.removeprefix("viewer-")


def check(args: CdnArgs) -> None:
    """Everything CloudFront would refuse and that can be known now, before the first child."""
    patterns = cdn_plan.behaviours(args.get("static_paths", ["/static/*"]), args.get("dynamic_paths", ["*"]))
    if "error_page" in args:
        cdn_plan.check_page(args["error_page"], patterns)
    codes = edge_functions.codes(args.get("functions", {}), args.get("domain"))
    if "lambdas" in args:
        edge_functions.check_lambdas(args["lambdas"], codes)
    check_choice("dynamic_cache", args.get("dynamic_cache", "none"), cdn_plan.DynamicCache)
    check_choice("price_class", args.get("price_class", "100"), cdn_plan.PriceClass)
    if "domain" in args and "certificate_arn" not in args and "zone_id" not in args:
        raise ValueError("domain: give certificate_arn (of us-east-1), or zone_id to prove a new one in.")
    if isinstance(arn := args.get("certificate_arn"), str) and arn.startswith("arn:") and arn.split(":")[3] != GLOBAL:
        raise ValueError(
            f"certificate_arn: the certificate is in {arn.split(':')[3]}; CloudFront requires one in {GLOBAL}."
        )
