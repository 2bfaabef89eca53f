"""`residency`: regions that the data of a group of tenants may be in. What only a plan knows is found by
tenfold/refusals/residency.py."""

from collections.abc import Iterator

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.sizes import offerings
from tenfold.blueprints.source.document import Route
from tenfold.blueprints.source.words import nearest, one_of


@rule
def groups_name_regions_that_exist(c: Context) -> Findings:
    for group, regions in c.architecture.residency.items():
        for index, region in enumerate(regions):
            if region not in offerings.regions():
                near = one_of(nearest(region, offerings.regions(), 3)) or "eu-central-1"
                route = ("residency", group, str(index))
                yield Finding("TF-V025", route, f"There is no AWS region `{region}`.", f"For example {near}.")


@rule
def one_region_suits_every_group(c: Context) -> Findings:
    """A stack has one region for everything, whoever the tenant is."""
    groups = list(c.architecture.residency.items())
    for number, (group, regions) in enumerate(groups[1:], 1):
        for other, others in groups[:number]:
            if set(regions).isdisjoint(others):
                message = f"No region suits both `{group}` and `{other}` ({_line(c, other)}): {one_of(others)} alone."
                hint = (
                    "Give each an environment of its own, with its `region` and `residency`: "
                    f"{regions[0]}: {{region: {regions[0]}, residency: {{{group}: [{regions[0]}]}}}}."
                )
                yield Finding("TF-R281", ("residency", group), message, hint, key=True)


@rule
def regions_are_allowed(c: Context) -> Findings:
    a = c.architecture
    yield from outside(c, "region", a.region, "This environment's data is")
    if a.standby:
        path = "regions.standby.region"
        yield from outside(c, path, a.standby.region, "The standby region has a copy of all data, and is")


@rule
def the_edge_keeps_no_answers(c: Context) -> Findings:
    """Edges are all over the world; what is passed through them is encrypted, and gone with the answer."""
    a = c.architecture
    if a.residency and a.cdn and a.cdn.dynamic_cache != "none":
        group = next(iter(a.residency))
        message = f"Edges outside {one_of(a.residency[group])} keep answers of the application; `{group}` is bound to "
        message += f"{one_of(a.residency[group])} ({_line(c, group)})."
        yield Finding("TF-R280", "cdn.dynamic.cache", message, "Set it to none: the edge then passes answers on.")


@rule
def functions_run_where_the_data_may_be(c: Context) -> Findings:
    """Lambda@Edge runs, and writes its log, in the region nearest to the visitor ("CloudWatch metrics and logs for
    edge functions", CloudFront Developer Guide)."""
    a = c.architecture
    for event in a.cdn.lambdas.versions if a.residency and a.cdn else ():
        group = next(iter(a.residency))
        message = f"Lambda@Edge runs and writes its log in the region nearest to the visitor; `{group}` is bound to "
        message += f"{one_of(a.residency[group])} ({_line(c, group)})."
        hint = "Use `cdn.functions`, or a path of the application."
        yield Finding("TF-R280", f"cdn.lambdas.{event}", message, hint, key=True)


def outside(c: Context, path: str | Route, region: str, what: str, hint: str = "") -> Iterator[Finding]:
    """A finding where a group is bound to other regions. `what` begins the sentence: `The standby region is`."""
    for group, allowed in c.architecture.residency.items():
        if region not in allowed and region in offerings.regions():
            message = f"{what} in {region}; `{group}` is bound to {one_of(allowed)} ({_line(c, group)})."
            yield Finding("TF-R280", path, message, hint or f"Choose {one_of(allowed)}.")
            return  # one group that forbids it is enough


def _line(c: Context, group: str) -> str:
    """Where the group is bound: the other of the two lines that do not fit together."""
    origin = c.origins[("residency", group)]
    return f"{origin.file}:{origin.line}"
