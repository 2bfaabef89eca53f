"""Relations between inputs that AWS refuses and neither the API models nor moto know. Pure: inputs -> what is wrong.

An input that is not known yet is never wrong. Limits are AWS's documented ones."""

import ipaddress
import itertools
import json
import re
import zoneinfo
from collections.abc import Callable, Mapping
from typing import Any

from tenfold.local.aws import forms
from tenfold.local.aws.convert import UNKNOWN, has_unknown

Inputs = Mapping[str, Any]
Broken = list[tuple[str, str]]


def _known(inputs: Inputs, *keys: str) -> bool:
    """Whether all are given and known."""
    return all(inputs.get(key) is not None and not has_unknown(inputs[key]) for key in keys)


def _true(inputs: Inputs, key: str) -> bool:
    return str(inputs.get(key)).lower() == "true"


def _false(inputs: Inputs, key: str) -> bool:
    """Known not to be true."""
    return inputs.get(key) != UNKNOWN and not _true(inputs, key)


def _absent(inputs: Inputs, *keys: str) -> bool:
    return not any(inputs.get(key) for key in keys)


# ---- networks
def network_size(inputs: Inputs) -> Broken:
    """A VPC or subnet holds 16 to 65,536 addresses: /28 to /16."""
    if not _known(inputs, "cidrBlock"):
        return []
    try:
        length = ipaddress.IPv4Network(inputs["cidrBlock"]).prefixlen
    except ValueError as wrong:
        return [("cidrBlock", str(wrong))]
    return [] if 16 <= length <= 28 else [("cidrBlock", f"/{length} is not between /16 and /28")]


_PORTLESS = ("-1", "all", "icmp", "icmpv6", "1", "58")


def _ports(block: Inputs, protocol: str, path: str) -> Broken:
    if not _known(block, protocol, "fromPort", "toPort") or str(block[protocol]) in _PORTLESS:
        return []
    first, last = int(block["fromPort"]), int(block["toPort"])
    bad = [(f"{path}{key}", f"{p} is not a port (0 to 65535)") for key, p in (("fromPort", first), ("toPort", last)) if not 0 <= p <= 65535]  # fmt: skip # noqa: E501
    return bad or ([(f"{path}fromPort", f"{first} is above toPort {last}")] if first > last else [])


def group_ports(inputs: Inputs) -> Broken:
    """The rule blocks of a security group."""
    bad: Broken = []
    for direction in ("ingress", "egress"):
        blocks = inputs.get(direction)
        for at, block in enumerate(blocks if isinstance(blocks, list) else ()):
            if isinstance(block, Mapping):
                bad += _ports(block, "protocol", f"{direction}[{at}].")
    return bad


def rule_ports(inputs: Inputs) -> Broken:
    """A security group rule of its own: ports in order, and exactly one other side."""
    sides = [k for k in ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId") if inputs.get(k)]
    bad = _ports(inputs, "ipProtocol", "")
    return bad if len(sides) == 1 else [*bad, ("cidrIpv4", "exactly one source or destination is needed")]


def flow_log_target(inputs: Inputs) -> Broken:
    if inputs.get("logDestinationType", "cloud-watch-logs") == "cloud-watch-logs" and _absent(inputs, "iamRoleArn"):
        return [("iamRoleArn", "a role is needed to write to CloudWatch Logs")]
    return []


# ---- databases and caches
def database(inputs: Inputs) -> Broken:
    bad: Broken = []
    if _known(inputs, "backupWindow", "maintenanceWindow"):
        backup, maintenance = str(inputs["backupWindow"]), str(inputs["maintenanceWindow"])
        if forms.overlap(backup, maintenance):
            bad.append(("maintenanceWindow", f"{maintenance} overlaps backupWindow {backup}"))
    if _known(inputs, "password") and len(str(inputs["password"])) < 8:
        bad.append(("password", "must have at least 8 characters"))
    if _known(inputs, "allocatedStorage", "maxAllocatedStorage"):
        least, most = int(inputs["allocatedStorage"]), int(inputs["maxAllocatedStorage"])
        if 0 < most < least:
            bad.append(("maxAllocatedStorage", f"{most} is below allocatedStorage {least}"))
    if _known(inputs, "allocatedStorage") and not 5 <= int(inputs["allocatedStorage"]) <= 65536:
        bad.append(("allocatedStorage", f"{inputs['allocatedStorage']} GiB is not between 5 and 65536"))
    if _true(inputs, "multiAz") and inputs.get("availabilityZone"):
        bad.append(("availabilityZone", "cannot be chosen for a database in several zones (multiAz)"))
    if inputs.get("monitoringInterval") not in (None, 0, "0", UNKNOWN) and _absent(inputs, "monitoringRoleArn"):
        bad.append(("monitoringRoleArn", "is needed for enhanced monitoring (monitoringInterval)"))
    if inputs.get("kmsKeyId") and inputs.get("engine") and _false(inputs, "storageEncrypted"):
        bad.append(("storageEncrypted", "must be true where kmsKeyId is given"))
    return bad


def replication_group(inputs: Inputs) -> Broken:
    bad: Broken = []
    nodes = inputs.get("numCacheClusters")
    plain = _false(inputs, "transitEncryptionEnabled")
    sharded = inputs.get("numNodeGroups") or inputs.get("replicasPerNodeGroup")
    if _known(inputs, "numCacheClusters") and not 1 <= int(str(nodes)) <= 6:
        bad.append(("numCacheClusters", f"{nodes} is not between 1 and 6"))
    if _true(inputs, "automaticFailoverEnabled") and not sharded and str(nodes or 1) == "1":
        bad.append(("automaticFailoverEnabled", "needs a second node (numCacheClusters)"))
    if _true(inputs, "multiAzEnabled") and _false(inputs, "automaticFailoverEnabled"):
        bad.append(("multiAzEnabled", "needs automaticFailoverEnabled"))
    if inputs.get("authToken") and plain:
        bad.append(("authToken", "needs transitEncryptionEnabled"))
    if _known(inputs, "authToken") and not 16 <= len(str(inputs["authToken"])) <= 128:
        bad.append(("authToken", "must have 16 to 128 characters"))
    if inputs.get("userGroupIds") and plain:
        bad.append(("userGroupIds", "needs transitEncryptionEnabled"))
    return bad + _shards(inputs)


def _shards(inputs: Inputs) -> Broken:
    """Of a replication group in cluster mode: CreateReplicationGroup, API reference; 500 nodes with a raised quota."""
    bad: Broken = []
    shards, replicas = inputs.get("numNodeGroups"), inputs.get("replicasPerNodeGroup")
    if _known(inputs, "replicasPerNodeGroup") and int(str(replicas)) > 5:
        bad.append(("replicasPerNodeGroup", f"{replicas} is not between 0 and 5"))
    if _known(inputs, "numNodeGroups") and not 1 <= int(str(shards)) <= 500:
        bad.append(("numNodeGroups", f"{shards} is not between 1 and 500"))
    elif _known(inputs, "numNodeGroups", "replicasPerNodeGroup"):
        nodes = int(str(shards)) * (int(str(replicas)) + 1)
        bad += [("numNodeGroups", f"{nodes} nodes in all, 500 at most")] if nodes > 500 else []
    mode = inputs.get("clusterMode")
    if mode in ("compatible", "enabled") and _false(inputs, "automaticFailoverEnabled"):
        bad.append(("clusterMode", f"{mode} needs automaticFailoverEnabled"))
    if mode in ("compatible", "disabled") and _known(inputs, "numNodeGroups") and int(str(shards)) > 1:
        bad.append(("numNodeGroups", f"{shards} shards need clusterMode enabled"))
    return bad


_NOT_FOR_MEMCACHED = (
    "finalSnapshotIdentifier", "logDeliveryConfigurations", "snapshotArns", "snapshotName", "snapshotRetentionLimit",
    "snapshotWindow",
)  # fmt: skip


def cache_cluster(inputs: Inputs) -> Broken:
    """CreateCacheCluster, API reference: what is for Memcached only, and what is not for it."""
    nodes, bad = inputs.get("numCacheNodes"), list[tuple[str, str]]()
    several = _known(inputs, "numCacheNodes") and int(str(nodes)) != 1
    if inputs.get("engine") != "memcached":
        return [("numCacheNodes", f"{inputs.get('engine')} has one node, not {nodes}")] if several else []
    if several and not 1 <= int(str(nodes)) <= 40:
        bad.append(("numCacheNodes", f"{nodes} is not between 1 and 40"))
    if inputs.get("azMode") == "cross-az" and str(nodes) == "1":
        bad.append(("azMode", "cross-az needs a second node (numCacheNodes)"))
    bad += [(key, "is not for Memcached") for key in _NOT_FOR_MEMCACHED if inputs.get(key)]
    version = str(inputs.get("engineVersion", ""))
    if _known(inputs, "engineVersion") and not re.fullmatch(r"\d+\.\d+\.\d+", version):
        bad.append(("engineVersion", f"{version} is not written as major.minor.patch"))
    elif version != UNKNOWN and version and tuple(map(int, version.split("."))) < (1, 6, 12):
        bad += [("transitEncryptionEnabled", "needs 1.6.12")] if _true(inputs, "transitEncryptionEnabled") else []
    return bad


# ---- the edge
def web_acl(inputs: Inputs) -> Broken:
    if _known(inputs, "ruleJson"):
        try:
            json.loads(str(inputs["ruleJson"]))
        except ValueError as error:
            return [("ruleJson", f"is no JSON: {error}")]
    if inputs.get("scope") == "CLOUDFRONT" and inputs.get("region") not in ("us-east-1", UNKNOWN):
        return [("scope", f"CLOUDFRONT is for us-east-1; the region is {inputs.get('region')}")]
    return []


# Codes that CloudFront keeps and may replace (CustomErrorResponse, API reference).
ERROR_CODES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


def error_pages(inputs: Inputs) -> Broken:
    bad: Broken = []
    responses = inputs.get("customErrorResponses")
    for at, given in enumerate(responses if isinstance(responses, list) else ()):
        path = f"customErrorResponses[{at}]."
        if not isinstance(given, Mapping) or has_unknown(given):
            continue
        if int(given.get("errorCode", 0)) not in ERROR_CODES:
            bad.append((f"{path}errorCode", f"{given.get('errorCode')} is none of {', '.join(map(str, ERROR_CODES))}"))
        if bool(given.get("responsePagePath")) != bool(given.get("responseCode")):
            bad.append((f"{path}responsePagePath", "a page and the code it is shown with go together"))
        elif not str(given.get("responsePagePath") or "/").startswith("/"):
            bad.append((f"{path}responsePagePath", f"{given['responsePagePath']} does not start with /"))
    return bad


# ---- servers and balancers
def group_sizes(inputs: Inputs) -> Broken:
    if not _known(inputs, "minSize", "maxSize"):
        return []
    least, most = int(inputs["minSize"]), int(inputs["maxSize"])
    bad: Broken = [("minSize", f"{least} is above maxSize {most}")] if least > most else []
    if _known(inputs, "desiredCapacity") and not bad and not least <= int(inputs["desiredCapacity"]) <= most:
        bad.append(("desiredCapacity", f"{inputs['desiredCapacity']} is not between {least} and {most}"))
    if _absent(inputs, "launchTemplate", "launchConfiguration", "mixedInstancesPolicy"):
        bad.append(("launchTemplate", "a launch template is needed"))
    if _absent(inputs, "vpcZoneIdentifiers", "availabilityZones"):
        bad.append(("vpcZoneIdentifiers", "subnets are needed"))
    return bad


def warm_pool(inputs: Inputs) -> Broken:
    """PutWarmPool, API reference: prepared capacity counts running servers. Of several instance types since November
    2025, but not of spot."""
    pool = inputs.get("warmPool")
    if not isinstance(pool, Mapping):
        return []
    bad: Broken = []
    mixed = inputs.get("mixedInstancesPolicy")
    spread = mixed.get("instancesDistribution") if isinstance(mixed, Mapping) else None
    if isinstance(spread, Mapping) and str(spread.get("onDemandPercentageAboveBaseCapacity", 100)) not in (
        "100",
        UNKNOWN,
    ):
        bad.append(("warmPool", "a group with spot instances cannot have one"))
    if _known(pool, "maxGroupPreparedCapacity") and _known(inputs, "minSize"):
        most = int(pool["maxGroupPreparedCapacity"])
        if most != -1 and most < int(inputs["minSize"]):
            bad.append(("warmPool.maxGroupPreparedCapacity", f"{most} is below minSize {inputs['minSize']}"))
    return bad


# What each type of policy takes and needs (PutScalingPolicy, API reference).
_POLICY_INPUTS = {
    "cooldown": ("SimpleScaling",),
    "scalingAdjustment": ("SimpleScaling",),
    "stepAdjustments": ("StepScaling",),
    "estimatedInstanceWarmup": ("StepScaling", "TargetTrackingScaling"),
    "metricAggregationType": ("StepScaling",),
    "targetTrackingConfiguration": ("TargetTrackingScaling",),
    "predictiveScalingConfiguration": ("PredictiveScaling",),
}
_POLICY_NEEDS = {
    "SimpleScaling": ("adjustmentType", "scalingAdjustment"),
    "StepScaling": ("adjustmentType", "stepAdjustments"),
    "TargetTrackingScaling": ("targetTrackingConfiguration",),
    "PredictiveScaling": ("predictiveScalingConfiguration",),
}


def scaling_policy(inputs: Inputs) -> Broken:
    kind = str(inputs.get("policyType", "SimpleScaling"))
    if kind not in _POLICY_NEEDS:
        return []  # another rule names it, or it is not known yet
    wrong = [key for key, kinds in _POLICY_INPUTS.items() if inputs.get(key) is not None and kind not in kinds]
    missing = [key for key in _POLICY_NEEDS[kind] if inputs.get(key) is None]
    bad: Broken = [(key, f"is not for policies of type {kind}") for key in wrong]
    bad += [(key, f"is required for policies of type {kind}") for key in missing]
    return bad + _steps(inputs.get("stepAdjustments"))


def _steps(steps: Any) -> Broken:
    """Step intervals must not overlap and must not leave a gap."""
    if not isinstance(steps, list) or not all(isinstance(s, Mapping) for s in steps):
        return []
    ends = [(s.get("metricIntervalLowerBound"), s.get("metricIntervalUpperBound")) for s in steps]
    if any(UNKNOWN in pair for pair in ends):
        return []
    inf = float("inf")
    spans = sorted((-inf if a is None else float(a), inf if b is None else float(b)) for a, b in ends)
    for (_, upper), (lower, _) in itertools.pairwise(spans):
        if lower < upper:
            return [("stepAdjustments", f"two steps overlap: one ends at {upper:g}, the next begins at {lower:g}")]
        if lower > upper:
            return [("stepAdjustments", f"there is a gap between the steps, from {upper:g} to {lower:g}")]
    return []


def scheduled_action(inputs: Inputs) -> Broken:
    bad: Broken = []
    inputs = {key: value for key, value in inputs.items() if str(value) != "-1"}  # the provider's word for unset
    if _absent(inputs, "minSize", "maxSize", "desiredCapacity"):
        bad.append(("minSize", "a minimum, a maximum or a desired capacity is needed"))
    if _absent(inputs, "recurrence", "startTime"):
        bad.append(("recurrence", "a recurrence or a start is needed"))
    if _known(inputs, "minSize", "maxSize") and int(inputs["minSize"]) > int(inputs["maxSize"]):
        bad.append(("minSize", f"{inputs['minSize']} is above maxSize {inputs['maxSize']}"))
    if _known(inputs, "recurrence") and len(str(inputs["recurrence"]).split()) != 5:
        bad.append(("recurrence", f"{inputs['recurrence']!r} has not the five fields of a cron expression"))
    zone = inputs.get("timeZone")
    if zone not in (None, UNKNOWN) and zone not in zoneinfo.available_timezones():
        bad.append(("timeZone", f"{zone!r} is no time zone of the IANA database"))
    return bad


def balancer_subnets(inputs: Inputs) -> Broken:
    subnets = inputs.get("subnets")
    if inputs.get("loadBalancerType", "application") != "application" or not isinstance(subnets, list):
        return []
    return [("subnets", "an application load balancer needs subnets in two zones")] if len(subnets) < 2 else []


def health_check(inputs: Inputs) -> Broken:
    check, bad = inputs.get("healthCheck"), list[tuple[str, str]]()
    if inputs.get("targetType", "instance") != "lambda":
        bad += [(key, f"is required for targets of type {inputs.get('targetType', 'instance')}") for key in ("port", "protocol", "vpcId") if inputs.get(key) is None]  # fmt: skip # noqa: E501
    if not isinstance(check, Mapping):
        return bad
    if _known(check, "interval", "timeout") and int(check["timeout"]) >= int(check["interval"]):
        bad.append(("healthCheck.timeout", f"{check['timeout']} s must be below the interval, {check['interval']} s"))
    if _known(check, "path") and not str(check["path"]).startswith("/"):
        bad.append(("healthCheck.path", f"{check['path']!r} does not start with /"))
    return bad


def listener(inputs: Inputs) -> Broken:
    protocol = str(inputs.get("protocol", "HTTP")).upper()
    if protocol in ("HTTPS", "TLS") and _absent(inputs, "certificateArn"):
        return [("certificateArn", f"is needed for {protocol}")]
    if protocol not in ("HTTPS", "TLS", UNKNOWN.upper()) and not _absent(inputs, "certificateArn", "sslPolicy"):
        return [("certificateArn", f"is only for HTTPS and TLS, not for {protocol}")]
    return []


def volume(inputs: Inputs) -> Broken:
    kind = inputs.get("type", "gp2")
    if kind in ("io1", "io2") and inputs.get("iops") is None:
        return [("iops", f"is required for {kind}")]
    if inputs.get("throughput") and kind not in ("gp3", UNKNOWN):
        return [("throughput", f"is only for gp3, not for {kind}")]
    return [] if inputs.get("size") or inputs.get("snapshotId") else [("size", "a size or a snapshot is needed")]


# ---- watching
def alarm(inputs: Inputs) -> Broken:
    bad: Broken = []
    if _known(inputs, "period") and int(inputs["period"]) not in (10, 20, 30) and int(inputs["period"]) % 60:
        bad.append(("period", f"{inputs['period']} s is not 10, 20, 30 or a multiple of 60"))
    points, periods = inputs.get("datapointsToAlarm"), inputs.get("evaluationPeriods")
    if _known(inputs, "datapointsToAlarm", "evaluationPeriods") and int(str(points)) > int(str(periods)):
        bad.append(("datapointsToAlarm", f"{points} is above evaluationPeriods {periods}"))
    if inputs.get("metricName") and _absent(inputs, "statistic", "extendedStatistic"):
        bad.append(("statistic", "a statistic is needed"))
    if inputs.get("metricName") and not inputs.get("period"):
        bad.append(("period", "is required with metricName"))
    if _absent(inputs, "metricName", "metricQueries", "evaluationCriteria"):
        bad.append(("metricName", "a metric, or metricQueries, is needed"))
    if inputs.get("threshold") is None and _absent(inputs, "thresholdMetricId", "evaluationCriteria"):
        bad.append(("threshold", "is required"))
    return bad


def budget(inputs: Inputs) -> Broken:
    bad: Broken = []
    if _absent(inputs, "limitAmount", "plannedLimits", "autoAdjustData"):
        bad.append(("limitAmount", "a limit is needed"))
    notifications = inputs.get("notifications")
    for at, block in enumerate(notifications if isinstance(notifications, list) else ()):
        if isinstance(block, Mapping) and _absent(block, "subscriberEmailAddresses", "subscriberSnsTopicArns"):
            bad.append((f"notifications[{at}]", "nobody is told: an e-mail address or a topic is needed"))
    return bad


# ---- names, keys, policies
def recovery_window(inputs: Inputs) -> Broken:
    days = inputs.get("recoveryWindowInDays")
    if days in (None, UNKNOWN) or int(str(days)) == 0 or 7 <= int(str(days)) <= 30:
        return []
    return [("recoveryWindowInDays", f"{days} is neither 0 nor between 7 and 30")]


def _policy(key: str) -> Callable[[Inputs], Broken]:
    def rule(inputs: Inputs) -> Broken:
        if not _known(inputs, key):
            return []
        try:
            document = json.loads(inputs[key])
        except (TypeError, ValueError):
            return [(key, "is not JSON")]
        if not isinstance(document, Mapping) or "Statement" not in document:
            return [(key, "has no Statement")]
        return []

    return rule


trust_policy = _policy("assumeRolePolicy")
policy = _policy("policy")


def record(inputs: Inputs) -> Broken:
    bad: Broken = []
    routing = [k for k in inputs if k.endswith(("RoutingPolicies", "RoutingPolicy")) and inputs[k]]
    if routing and _absent(inputs, "setIdentifier"):
        bad.append(("setIdentifier", f"is needed with {routing[0]}"))
    if _absent(inputs, "records", "aliases"):
        bad.append(("records", "records, or an alias, are needed"))
    if inputs.get("records") and inputs.get("ttl") is None:
        bad.append(("ttl", "is required with records"))
    version = {"A": 4, "AAAA": 6}.get(str(inputs.get("type")))
    for at, value in enumerate(inputs["records"] if version and _known(inputs, "records") else ()):
        try:
            right = ipaddress.ip_address(value).version == version
        except ValueError:
            right = False
        if not right:
            bad.append((f"records[{at}]", f"{value!r} is not an address for a record of type {inputs['type']}"))
    return bad


def subscription(inputs: Inputs) -> Broken:
    if (
        inputs.get("protocol") in ("email", "email-json")
        and _known(inputs, "endpoint")
        and "@" not in inputs["endpoint"]
    ):
        return [("endpoint", f"{inputs['endpoint']!r} is not an e-mail address")]
    return []
