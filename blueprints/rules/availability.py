"""Instance types, classes, nodes and versions that AWS offers in the region, by the offline tables."""

from collections.abc import Callable, Collection, Iterator

from blueprints.rules.scene import Finding, Scene
from blueprints.sizes import offerings, sizing
from blueprints.source.problem import nearest, one_of

_SIZED = "Leave it out and tenfold sizes it from `load`."


def servers_exist(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    everywhere = offerings.table("ec2")["types"]
    offered = offerings.instance_types(a.region)
    for part, section in (("server", a.server), ("fleet", a.fleet)):
        if section and section.instance not in offered:
            yield _missing(s, f"{part}.instance", section.instance, "EC2", offered, everywhere, f"in {a.region}")
        elif section and (why := offerings.unusable("ec2", section.instance)):
            yield Finding("TF-V031", f"{part}.instance", f"{section.instance} cannot be used here: {why}.", _SIZED)
    for at, name in enumerate(a.fleet.alternatives if a.fleet else ()):
        path = ("fleet", "alternatives", str(at))
        if name not in offered:
            exists = " It exists, but not there." if name in everywhere else ""
            near = nearest(name, offered, 2)
            hint = f"Nearest: {one_of(near)}." if near else "Leave it out."
            yield Finding("TF-V012", path, f"EC2 offers no {name} in {a.region}.{exists}", hint)
        elif why := offerings.unusable("ec2", name):
            yield Finding("TF-V031", path, f"{name} cannot be used here: {why}.", "Leave it out.")


def database_exists(s: Scene) -> Iterator[Finding]:
    database, region = s.architecture.database, s.architecture.region
    refused = _version(s)
    if refused:
        yield refused
        if refused.code == "TF-V013":
            return
    if "database" not in s.architecture.capabilities:
        return
    offered = offerings.database_classes(database.engine, database.version, region)
    everywhere = offerings.table("rds")["engines"][database.engine]["classes"]
    if database.instance not in offered:
        where = f"for {database.engine} {database.version} in {region}"
        yield _missing(s, "database.instance", database.instance, "RDS", offered, everywhere, where)
    if database.replicas and database.replicas.instance not in offered and s.stated("database.replicas.instance"):
        where = f"for {database.engine} {database.version} in {region}"
        name = database.replicas.instance
        yield _missing(s, "database.replicas.instance", name, "RDS", offered, everywhere, where)


def _version(s: Scene) -> Finding | None:
    database = s.architecture.database
    engine, version = database.engine, database.version
    series, exact = offerings.database_series(engine), offerings.database_versions(engine)
    if version in series or version in exact:
        return None
    newest = one_of(series[-4:])
    if version in offerings.deprecated_versions(engine):
        same = [known for known in exact if offerings.series(engine, known) == offerings.series(engine, version)]
        hint = f"The oldest of its series that can be made today is {same[0]}." if same else f"Current: {newest}."
        message = f"AWS makes no new databases of {engine} {version}; one that runs goes on until its support ends."
        return Finding("TF-V030", "database.version", message, hint)
    near = nearest(version, [*series, *exact], 2)
    hint = f"Nearest: {one_of(near)}. " if near else ""
    return Finding("TF-V013", "database.version", f"RDS has no {engine} {version}.", f"{hint}Series: {newest}.")


def cache_exists(s: Scene) -> Iterator[Finding]:
    cache, region = s.architecture.cache, s.architecture.region
    if not cache:
        return
    versions = offerings.cache_versions(cache.engine)
    if cache.version not in versions:
        known = cache.version in offerings.all_cache_versions(cache.engine)
        message = f"ElastiCache has no {cache.engine} {cache.version}."
        if known:
            lacks = "nobody can log in by IAM, as the application does"
            lacks = "nothing is encrypted on the way" if cache.engine == "memcached" else lacks
            message = f"In {cache.engine} {cache.version} {lacks}."
        yield Finding("TF-V013", "cache.version", message, f"Valid: {one_of(versions)}.")
    offered = offerings.cache_nodes(region)
    if cache.node not in offered:
        everywhere = offerings.table("elasticache")["types"]
        yield _missing(s, "cache.node", cache.node, "ElastiCache", offered, everywhere, f"in {region}")
    elif why := offerings.unusable("elasticache", cache.node):
        yield Finding("TF-V031", "cache.node", f"{cache.node} cannot be used here: {why}.", _SIZED)


def zones_exist(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    has = offerings.zones(a.region)
    if a.network.zones > has:
        message = f"{a.network.zones} zones are wanted; {a.region} has {has} that can be used."
        yield Finding("TF-V032", "network.zones", message, f"Use {has}, or leave it out.")


def region_has_it(s: Scene) -> Iterator[Finding]:
    a, known = s.architecture, offerings.region_facts()
    if a.cdn and (why := known["absent"]["cdn"].get(a.region)):
        yield Finding("TF-R112", "region", f"{why}, and stage {a.stage} has a CDN.", "Write `without: [cdn]`.")
    elif a.cdn and (other := known["cdn_logs"].get(a.region)):
        message = f"CloudFront writes no access logs to buckets of {a.region}: the bucket for them is in {other}."
        yield Finding(
            "TF-R111", "region", message, "The logs hold addresses of your users; see that they may lie there."
        )
    if a.budget is not None and (why := known["absent"]["budget"].get(a.region)):
        yield Finding("TF-R113", "budget", f"{why[0].upper()}{why[1:]}.", "Leave `budget` out, and set one there.")


def _missing(
    s: Scene, path: str, name: str, service: str, offered: Collection[str], everywhere: Collection[str], where: str
) -> Finding:
    exists = " It exists, but not there." if name in everywhere else ""
    near = nearest(name, offered, 2)
    hint = f"Nearest: {one_of(near)}. " if near else ""
    flat = {".".join(route): value for route, value in s.values.items()}
    sized = sizing.RULES[path](
        sizing.Needs(flat, s.architecture.capabilities, s.draft.house.limits.get("instances") or ())
    ).value
    hint += f"Leave it out and tenfold sizes it from `load` ({sized} for {s.architecture.load.users:,} users)."
    return Finding("TF-V012", path, f"{service} offers no {name} {where}.{exists}", hint)


AVAILABILITY_RULES: tuple[Callable[[Scene], Iterator[Finding]], ...] = (
    servers_exist,
    database_exists,
    cache_exists,
    zones_exist,
    region_has_it,
)
