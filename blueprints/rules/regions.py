"""The second region: another one, that has what the first one has."""

from collections.abc import Collection, Iterator

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.sizes import offerings, sizing
from tenfold.blueprints.source.words import nearest, one_of
from tenfold.blueprints.standby import image_in


@rule
def standby_is_another_region(c: Context) -> Findings:
    a, path = c.architecture, "regions.standby.region"
    if a.standby is None:
        return
    known, region = offerings.regions(), a.standby.region
    alike = [other for other in known if _partition(other) == _partition(a.region)]
    others = one_of([other for other in nearest(a.region, alike, 4) if other != a.region][:3])
    if region not in known:
        near = nearest(region, known, 3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "For example us-west-2, eu-west-1, ap-southeast-2."
        yield Finding("TF-V025", path, f"There is no AWS region `{region}`.", hint)
    elif region == a.region and c.is_set(path):
        message = f"{region} is the first region: both would fail together."
        yield Finding("TF-R200", path, message, f"For example {others}.")
    elif _partition(region) != _partition(a.region):
        message = f"{region} is in another partition of AWS than {a.region}: nothing is copied from one to the other."
        yield Finding("TF-R200", path, message, f"For example {others}." if others else "")
    elif region == a.region:
        message = f"AWS has no second region under the law of {region}, so none is chosen without being told to."
        yield Finding("TF-R200", path, message, f"Set `regions: {{standby: {{region: …}}}}`, for example {others}.")


def _partition(region: str) -> str:
    """AWS GovCloud (US) and China are partitions of their own (AWS General Reference, "ARNs")."""
    return next((prefix for prefix in ("us-gov-", "cn-") if region.startswith(prefix)), "")


@rule
def standby_can_follow(c: Context) -> Findings:
    """Of read replicas and shards TF-R100 and TF-R137 say it. Services' databases have a password of the stack."""
    a = c.architecture
    if a.standby and a.database.password_keeper == "rds" and not a.database.replicas and not a.database.shards:
        message = f"The database of {a.standby.region} is a replica; RDS makes none where it keeps the password itself."
        hint = "Write `keeper: stack` (the password changes once), or `without: [standby-region, recovery]`."
        yield Finding("TF-R204", "database.password.keeper", message, hint)


@rule
def standby_has_the_images(c: Context) -> Findings:
    """Whether it has each release, only its registry knows."""
    a = c.architecture
    if a.standby is None:
        return
    images = {"app.image": a.app.image, **({"app.jobs.image": a.app.jobs.image} if a.app.jobs else {})}
    images |= {f"services.{name}.image": service.image for name, service in a.running_services.items()}
    reported: set[str] = set()
    for path, image in images.items():
        there = image_in(a.standby.region, a.region, image)
        if there != image and there not in reported:
            reported.add(there)
            message = (
                f"Servers of {a.standby.region} fetch {there}: the first region's registry may fail with its region."
            )
            hint = "Push each release to both, or let ECR replicate the repository (docs/stages/7.md, Images)."
            yield Finding("TF-R207", path, message, hint)


@rule
def standby_has_the_sizes(c: Context) -> Findings:
    """The second region carries the same load, so it needs the same types."""
    a = c.architecture
    if a.standby is None or a.standby.region not in offerings.regions() or a.standby.region == a.region:
        return
    region = a.standby.region
    for service, path, name, offered in _types(a, region):
        if name not in offered:
            near = one_of(nearest(name, offered, 2)) or "none that is similar"
            where = path if c.is_set(path) else "regions.standby.region"
            message = f"{service} offers no {name} in {region}, the standby region."
            yield Finding("TF-V012", where, message, f"Set `{path}` to what both regions have; nearest there: {near}.")


def _types(a: Architecture, region: str) -> Iterator[tuple[str, str, str, Collection[str]]]:
    """(AWS service, field, type, those that the region offers) of everything that has one."""
    group = a.kubernetes and a.kubernetes.group
    hosts = {
        "fleet": a.fleet,
        "workers": a.workers,
        "kubernetes": group,
        **{f"services.{n}": s for n, s in a.running_services.items()},
    }
    for part, section in hosts.items():
        if section:
            yield "EC2", f"{part}.instance", section.instance, offerings.instance_types(region)
    database = a.database
    if database.engine in sizing.DATABASE_VERSIONS and database.version in (
        *offerings.database_series(database.engine),
        *offerings.database_versions(database.engine),
    ):
        offered = offerings.database_classes(database.engine, database.version, region)
        yield "RDS", "database.instance", database.instance, offered
    if a.cache:
        yield "ElastiCache", "cache.node", a.cache.node, offerings.cache_nodes(region)
