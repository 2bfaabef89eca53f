"""The second region: another one, that has what the first one has."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.sizes import offerings
from tenfold.blueprints.source.words import nearest, one_of


@rule
def standby_is_another_region(c: Context) -> Findings:
    a, path = c.architecture, "regions.standby.region"
    if a.standby is None:
        return
    known, region = offerings.regions(), a.standby.region
    others = one_of([other for other in nearest(a.region, known, 4) if other != a.region][:3])
    if region not in known:
        near = nearest(region, known, 3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "For example us-west-2, eu-west-1, ap-southeast-2."
        yield Finding("TF-V025", path, f"There is no AWS region `{region}`.", hint)
    elif region == a.region and c.is_set(path):
        message = f"{region} is the first region: both would fail together."
        yield Finding("TF-R200", path, message, f"For example {others}.")
    elif region == a.region:
        message = f"AWS has no second region under the law of {region}, so none is chosen without being told to."
        yield Finding("TF-R200", path, message, f"Set `regions: {{standby: {{region: …}}}}`, for example {others}.")


@rule
def recovery_leaves_time(c: Context) -> Findings:
    recovery = c.architecture.recovery
    if recovery and recovery.decision >= recovery.time:
        took, has = recovery.decision // 60, recovery.time // 60
        message = f"The decision takes {took} min, and all has to be over in {has} min."
        path = c.first_set("regions.recovery.decision", "regions.recovery.time")
        yield Finding("TF-R201", path, message, "Allow more `time`, or decide sooner.")
