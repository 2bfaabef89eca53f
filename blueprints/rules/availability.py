"""What AWS offers in the region, by the offline tables: types, classes, nodes, versions, zones, services."""

from collections.abc import Collection

from tenfold.blueprints.reading.house import allowed_at
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.sizes import offerings, sizing
from tenfold.blueprints.sizes.needs import Needs
from tenfold.blueprints.source.words import nearest, one_of

_SIZED = "Leave it out and tenfold sizes it from `load`."


@rule
def instance_types_are_offered(c: Context) -> Findings:
    a = c.architecture
    everywhere = offerings.table("ec2")["types"]
    offered = offerings.instance_types(a.region)
    services = [(f"services.{name}", service) for name, service in a.running_services.items()]
    alone = (("server", a.server), ("fleet", a.fleet), ("workers", a.workers))
    for part, section in (*alone, ("kubernetes", a.kubernetes and a.kubernetes.group), *services):
        if section and section.instance not in offered:
            where = f"in {a.region}"
            yield _not_offered(c, f"{part}.instance", section.instance, "EC2", offered, everywhere, where)
        elif section and (why := offerings.unusable("ec2", section.instance)):
            yield Finding("TF-V031", f"{part}.instance", f"{section.instance} cannot be used here: {why}.", _SIZED)
    for index, name in enumerate(a.fleet.alternatives if a.fleet else ()):
        path = ("fleet", "alternatives", str(index))
        if name not in offered:
            near = nearest(name, offered, 2)
            hint = f"Nearest: {one_of(near)}." if near else "Leave it out."
            yield Finding("TF-V012", path, f"EC2 offers no {name} in {a.region}.{_exists(name, everywhere)}", hint)
        elif why := offerings.unusable("ec2", name):
            yield Finding("TF-V031", path, f"{name} cannot be used here: {why}.", "Leave it out.")


@rule
def database_is_offered(c: Context) -> Findings:
    database, region = c.architecture.database, c.architecture.region
    wrong_version = _check_version("database.version", database.engine, database.version)
    if wrong_version:
        yield wrong_version
        if wrong_version.code == "TF-V013":
            return
    if not c.architecture.owns_database:
        return
    offered = offerings.database_classes(database.engine, database.version, region)
    everywhere = offerings.table("rds")["engines"][database.engine]["classes"]
    where = f"for {database.engine} {database.version} in {region}"
    if database.instance not in offered:
        yield _not_offered(c, "database.instance", database.instance, "RDS", offered, everywhere, where)
    path, replicas = "database.replicas.instance", database.replicas
    if replicas and replicas.instance not in offered and c.is_set(path):
        yield _not_offered(c, path, replicas.instance, "RDS", offered, everywhere, where)


@rule
def databases_of_services_are_offered(c: Context) -> Findings:
    for name, service in c.architecture.services.items():
        data, path = service.data, f"services.{name}.data"
        if data is None or data.engine not in sizing.DATABASE_VERSIONS:
            continue
        if wrong_version := _check_version(f"{path}.version", data.engine, data.version):
            yield wrong_version
            continue
        offered = offerings.database_classes(data.engine, data.version, c.architecture.region)
        if data.instance not in offered:
            everywhere = offerings.table("rds")["engines"][data.engine]["classes"]
            where = f"for {data.engine} {data.version} in {c.architecture.region}"
            yield _not_offered(c, f"{path}.instance", data.instance, "RDS", offered, everywhere, where)


def _check_version(path: str, engine: str, version: str) -> Finding | None:
    series, exact = offerings.database_series(engine), offerings.database_versions(engine)
    if version in series or version in exact:
        return None
    newest = one_of(series[-4:])
    if version in offerings.deprecated_versions(engine):
        same = [name for name in exact if offerings.series(engine, name) == offerings.series(engine, version)]
        hint = f"The oldest of its series that can be created today is {same[0]}." if same else f"Current: {newest}."
        message = f"AWS creates no new databases of {engine} {version}; existing ones run until its support ends."
        return Finding("TF-V030", path, message, hint)
    near = nearest(version, [*series, *exact], 2)
    hint = f"Nearest: {one_of(near)}. " if near else ""
    return Finding("TF-V013", path, f"RDS has no {engine} {version}.", f"{hint}Series: {newest}.")


@rule
def cache_is_offered(c: Context) -> Findings:
    cache, region = c.architecture.cache, c.architecture.region
    if not cache:
        return
    versions = offerings.cache_versions(cache.engine)
    if cache.version not in versions:
        message = f"ElastiCache has no {cache.engine} {cache.version}."
        if cache.version in offerings.all_cache_versions(cache.engine):
            lacks = (
                "encryption in transit" if cache.engine == "memcached" else "login by IAM, which the application uses"
            )
            message = f"{cache.engine} {cache.version} has no {lacks}."
        yield Finding("TF-V013", "cache.version", message, f"Valid: {one_of(versions)}.")
    offered = offerings.cache_nodes(region)
    if cache.node not in offered:
        everywhere = offerings.table("elasticache")["types"]
        yield _not_offered(c, "cache.node", cache.node, "ElastiCache", offered, everywhere, f"in {region}")
    elif why := offerings.unusable("elasticache", cache.node):
        yield Finding("TF-V031", "cache.node", f"{cache.node} cannot be used here: {why}.", _SIZED)


@rule
def region_has_the_zones(c: Context) -> Findings:
    a = c.architecture
    zones = offerings.zones(a.region)
    if a.network.zones > zones:
        message = f"{a.network.zones} zones are set; {a.region} has {zones} that can be used."
        yield Finding("TF-V032", "network.zones", message, f"Use {zones}, or leave it out.")


@rule
def region_has_the_services(c: Context) -> Findings:
    a, facts = c.architecture, offerings.region_facts()
    if a.cdn and (why := facts["absent"]["cdn"].get(a.region)):
        yield Finding("TF-R112", "region", f"{why}, and stage {a.stage} has a CDN.", "Write `without: [cdn]`.")
    elif a.cdn and (other := facts["cdn_logs"].get(a.region)):
        message = f"CloudFront writes no access logs to buckets of {a.region}: the bucket for them is in {other}."
        hint = "The logs hold addresses of your users; check that they may be stored there."
        yield Finding("TF-R111", "region", message, hint)
    if a.budget is not None and (why := facts["absent"]["budget"].get(a.region)):
        yield Finding("TF-R113", "budget", f"{why[0].upper()}{why[1:]}.", "Leave `budget` out, and set one there.")


def _not_offered(
    c: Context, path: str, name: str, service: str, offered: Collection[str], everywhere: Collection[str], where: str
) -> Finding:
    near = nearest(name, offered, 2)
    hint = f"Nearest: {one_of(near)}. " if near else ""
    values = {".".join(route): value for route, value in c.values.items()}
    applying = c.draft.house.applying(c.environment, c.architecture.stage)
    allowed = allowed_at(applying, tuple(path.split(".")))
    needs = Needs(values, c.architecture.capabilities, allowed)
    sized = sizing.rules(values)[path](needs).value
    hint += f"Leave it out and tenfold sizes it from `load` ({sized} for {c.architecture.load.users:,} users)."
    return Finding("TF-V012", path, f"{service} offers no {name} {where}.{_exists(name, everywhere)}", hint)


def _exists(name: str, everywhere: Collection[str]) -> str:
    return " It exists in other regions or versions." if name in everywhere else ""
