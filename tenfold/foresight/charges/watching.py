"""Alarms, dashboards and logs."""

from collections.abc import Iterator, Sequence

from tenfold.foresight.charges.charge import At, Charge, monthly, unknown
from tenfold.foresight.servers import same
from tenfold.graph import Resource
from tenfold.wording import quantity

FAST = 60  # seconds; an alarm on a shorter period is of high resolution
BAND = 3  # metrics that an alarm on an anomaly band is billed for (CloudWatch pricing, "Anomaly detection alarm")
PACKED = 0.15  # of what comes in: logs are kept compressed, as AWS's own calculator has it
LOGS = {
    "network": "logs.flow",
    "database": "logs.database",
    "server": "logs.app",
    "fleet": "logs.app",
    "cdn": "logs.firewall",
}


def alarms(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """By the metrics they look at."""
    fast = [alarm for alarm in resources if isinstance(p := alarm.inputs.get("period"), int | float) and p < FAST]
    for what, key, some in (
        ("alarm", "alarm", [alarm for alarm in resources if alarm not in fast]),
        ("alarm of high resolution", "alarm.fast", fast),
    ):
        if some:
            metrics = sum(map(_metrics, some))
            yield Charge(quantity(len(some), what), key, same(metrics), quantity(metrics, "metric"))


def _metrics(alarm: Resource) -> int:
    queries = alarm.inputs.get("metricQueries")
    if not isinstance(queries, list | tuple):
        return 1
    if any("ANOMALY_DETECTION_BAND" in str(query.get("expression")) for query in queries):
        return BAND
    return sum(1 for query in queries if query.get("metric")) or 1


def dashboards(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    yield monthly("dashboard" if len(resources) == 1 else "dashboards", "dashboard", len(resources))


def log_groups(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """All of a tier together: they are of one kind, or hardly anything is in them."""
    name = LOGS.get(at.tier)
    if name is None:
        if at.tier.endswith("-fleet") and not at.waiting:  # of a service
            yield unknown("logs of a service", "logs.in", "`load` does not say how many requests come to it")
        if at.tier == "cluster":
            yield unknown("logs of the control plane", "logs.in", "`load` does not say who asks Kubernetes how often")
            yield unknown("logs of pods", "logs.in", "`load` does not say how much they print")
        return
    use = at.usage[name]
    if not use.amount:
        return
    yield Charge("logs", "logs.in", same(use.amount), use.how, by_use=True)
    days = max((int(d) for r in resources if isinstance(d := r.inputs.get("retentionInDays"), int | float)), default=30)
    kept = use.amount * PACKED * days / 30
    yield Charge(
        "keeping them", "logs.kept", same(kept), f"{use.amount:.3g} GiB × {PACKED:.0%} × {days} days", by_use=True
    )


def addons(at: At, resources: Sequence[Resource]) -> Iterator[Charge]:
    """Add-ons are free; what one of them counts is billed by observation (CloudWatch pricing, Container Insights)."""
    if any(addon.inputs.get("addonName") == "amazon-cloudwatch-observability" for addon in resources):
        why = "by observation: the more pods and nodes there are, the more"
        yield unknown("counts of pods and nodes", "insights", why)


BILLED = {
    "aws:eks/addon:Addon": addons,
    "aws:cloudwatch/metricAlarm:MetricAlarm": alarms,
    "aws:cloudwatch/dashboard:Dashboard": dashboards,
    "aws:cloudwatch/logGroup:LogGroup": log_groups,
}
