"""Rules between fields: each a small function that yields what it finds; all of them run.

What AWS offers is judged in `availability.py`, addresses in `addresses.py`, names in `names.py`.
"""

from collections.abc import Callable, Iterator

from blueprints.grammar.declared import field_at
from blueprints.rules.addresses import ADDRESS_RULES
from blueprints.rules.availability import AVAILABILITY_RULES
from blueprints.rules.cache import CACHE_RULES
from blueprints.rules.database import DATABASE_RULES
from blueprints.rules.edge import EDGE_RULES
from blueprints.rules.environments import ENVIRONMENT_RULES
from blueprints.rules.limits import LIMIT_RULES
from blueprints.rules.names import NAME_RULES, reserved
from blueprints.rules.parameters import PARAMETER_RULES
from blueprints.rules.promotion import PROMOTION_RULES
from blueprints.rules.scaling import SCALING_RULES
from blueprints.rules.scene import Finding, Scene
from blueprints.rules.shards import SHARD_RULES
from blueprints.rules.spot import SPOT_RULES
from blueprints.source.problem import Problem, nearest
from blueprints.stages import presets

Rule = Callable[[Scene], Iterator[Finding]]
USER_DATA_ROOM = 1_000  # bytes for what a blueprint says freely


def run(scene: Scene) -> list[Problem]:
    """Every rule's problems, in no particular order."""
    rules = (
        *RULES,
        *NAME_RULES,
        *ADDRESS_RULES,
        *AVAILABILITY_RULES,
        *DATABASE_RULES,
        *PARAMETER_RULES,
        *ENVIRONMENT_RULES,
        *EDGE_RULES,
        *CACHE_RULES,
        *SCALING_RULES,
        *PROMOTION_RULES,
        *SPOT_RULES,
        *SHARD_RULES,
        *LIMIT_RULES,
    )
    made = (scene.problem(found) for rule in rules for found in rule(scene))
    return [problem for problem in made if problem is not None]


def servers_need_a_stateless_application(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.fleet and not a.app.stateless and not (a.balancer and a.balancer.sticky):
        yield Finding(
            "TF-R001",
            "app.stateless",
            f"At stage {a.stage} any server may answer; what one keeps, the others lack.",
            "Move sessions and uploads out and say `stateless: true`; until then `balancer: {sticky: 1h}`.",
        )


def sticky_and_shared_sessions(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.balancer and a.balancer.sticky and a.sessions.store == "cache":
        message = "Sessions live in the cache, where every server finds them: stickiness only spreads load less evenly."
        yield Finding("TF-R002", "balancer.sticky", message, "Remove `sticky`, or `sessions: {store: none}`.")


def storage_can_grow(s: Scene) -> Iterator[Finding]:
    storage = s.architecture.database.storage
    least = -(-storage.size * 11 // 10)
    if "database" in s.architecture.capabilities and storage.up_to < least:
        message = f"RDS wants room of 10 % at least: 1.1 × {storage.size} GiB = {least} GiB, not {storage.up_to} GiB."
        yield Finding("TF-R003", "database.storage.up_to", message, f"Write {least}GiB or more, or leave it out.")


def replicas_need_backups(s: Scene) -> Iterator[Finding]:
    said = any(s.stated(f"database.replicas.{part}") for part in ("count", "instance", "max_lag"))
    if (said or s.architecture.database.replicas) and s.architecture.database.backups.keep == 0:
        message = "A read replica starts from a backup, and backups are off."
        yield Finding("TF-R004", "database.backups.keep", message, "Keep backups for 1d or more.")


def replicas_need_a_password_of_the_stack(s: Scene) -> Iterator[Finding]:
    if s.architecture.database.replicas and s.architecture.database.password_keeper == "rds":
        message = "RDS makes no read replicas of a database whose password it keeps and rotates itself."
        hint = "Write `keeper: stack` (the password changes once), or `without: [replicas]`."
        yield Finding("TF-R100", "database.password.keeper", message, hint)


def health_answers_in_time(s: Scene) -> Iterator[Finding]:
    health = s.architecture.app.health
    if health.timeout >= health.every:
        field = "app.health.timeout" if s.stated("app.health.timeout") else "app.health.every"
        message = f"The next check starts after {health.every} s, while the last may still wait for {health.timeout} s."
        yield Finding("TF-R005", field, message, "`timeout` must be shorter than `every`.")


def two_servers(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.fleet and a.fleet.servers_min < 2 and not a.throwaway:
        message = "With one server every deployment and every failure is an outage."
        yield Finding(
            "TF-R006", "fleet.servers", message, "Two at least, or say `throwaway: true` for this environment."
        )


def statements_only(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.database.pooling.via == "pgbouncer" and a.database.pooling.mode == "statement":
        message = "Pooling by statement refuses transactions of more than one statement."
        yield Finding("TF-R007", "database.pooling.mode", message, "Most applications want `transaction`.")


def pooler_speaks_the_engine(s: Scene) -> Iterator[Finding]:
    database = s.architecture.database
    if database.pooling.via == "pgbouncer" and database.engine != "postgres":
        message = f"PgBouncer speaks PostgreSQL only; the engine is {database.engine}."
        yield Finding("TF-R008", "database.pooling.via", message, "Use `proxy` (RDS Proxy) or `none`.")


def enough_zones(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.network.zones >= 2:
        return
    if "database" in a.capabilities:
        what = "A standby database stands in another zone" if a.database.standby else "RDS wants subnets in two zones"
        yield Finding("TF-R009", "network.zones", f"{what}; the network has one.", "Use 2 zones or more.")
    elif a.balancer:
        yield Finding("TF-R009", "network.zones", "The balancer wants subnets in two zones.", "Use 2 zones or more.")


def certificate_needs_a_domain(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if not a.balancer or a.domain or not s.stated("balancer.certificate"):
        return
    message = "A certificate is made for a name, and the blueprint has no `domain`."
    yield Finding("TF-R010", "balancer.certificate", message, "Give `domain`, or leave `certificate` out.")


def certificate_is_in_the_region(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if not a.balancer or not a.balancer.certificate.startswith("arn:"):
        return
    region = a.balancer.certificate.split(":")[3]
    if region and region != a.region:
        message = f"The certificate is in {region}, the balancer in {a.region}."
        yield Finding("TF-R011", "balancer.certificate", message, f"Request or import it in {a.region}.")


def zone_needs_a_domain(s: Scene) -> Iterator[Finding]:
    if s.stated("zone") and not s.architecture.domain:
        message = "A zone holds the records of a domain, and the blueprint has no `domain`."
        yield Finding("TF-R012", "zone", message, "Give `domain`, or leave `zone` out.")


def layer_four_reads_no_paths(s: Scene) -> Iterator[Finding]:
    balancer = s.architecture.balancer
    if not balancer or balancer.kind != "network":
        return
    message = "A network balancer passes connections on and reads no requests"
    if balancer.routes:
        yield Finding("TF-R013", "balancer.routes", f"{message}: it cannot route.", "Use `kind: application`.")
    if balancer.sticky:
        yield Finding("TF-R013", "balancer.sticky", f"{message}: it sets no cookie.", "Use `kind: application`.")
    if balancer.idle:
        hint = "Leave it out, or use `kind: application`."
        yield Finding("TF-R013", "balancer.idle", f"{message}: it keeps flows for 350 s.", hint)
    if s.stated("balancer.algorithm") and balancer.algorithm != "round-robin":
        hint = "Leave it out, or use `kind: application`."
        yield Finding("TF-R013", "balancer.algorithm", f"{message}: it spreads flows by hash.", hint)


def proxy_has_one_mode(s: Scene) -> Iterator[Finding]:
    database = s.architecture.database
    mode = database.pooling.mode if database.pooling.via == "proxy" else ""
    if mode == "session" and database.engine == "postgres":
        message = "RDS Proxy always shares by transaction, and pins a session by itself where it must."
        yield Finding("TF-R014", "database.pooling.mode", message, "Leave `mode` out, or use `via: pgbouncer`.")
    elif mode == "statement":
        message = "RDS Proxy gives a connection back after a transaction, never within one."
        hint = "Leave `mode` out" + (", or use `via: pgbouncer`." if database.engine == "postgres" else ".")
        yield Finding("TF-R035", "database.pooling.mode", message, hint)


def somebody_hears_of_the_budget(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.budget is not None and not a.signals.notify:
        message = "There is nobody to tell when the budget is reached."
        yield Finding("TF-R015", "budget", message, "Give `owner` an address, or `signals: {notify: [email:…]}`.")


def private_servers_reach_out(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.fleet and a.network.nat == "none":
        message = "The servers are in private subnets and reach nothing outside AWS: no image registry, no API."
        yield Finding(
            "TF-R016", "network.nat", message, "Use `nat: one`, or per-zone, unless everything needed is in AWS."
        )


def sessions_survive_a_full_cache(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.cache and (a.cache.eviction or "").startswith("allkeys"):
        message = f"When memory is full, {a.cache.eviction} throws out sessions that are still valid."
        yield Finding("TF-R017", "cache.eviction", message, "Use volatile-lru and give other entries an expiry.")


def cache_without_use(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if (
        "sessions" in a.capabilities
        and a.cache is None
        and any(r[0] == "cache" and s.stated(".".join(r)) for r in s.values)
    ):
        message = f"Sessions live in `{a.sessions.store}`, and nothing else uses a cache at this stage."
        yield Finding("TF-R018", "cache", message, "Remove `cache`, or use `sessions: {store: cache}`.", key=True)


def backups_are_on(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.database.backups.keep == 0:
        message = "Without backups a mistake cannot be undone, and turning them on later restarts the database."
        yield Finding("TF-R019", "database.backups.keep", message, "Keep 7d; 1d is the least.")


def stage_fits_the_load(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    preset = presets.presets()[a.stage]
    if a.load.users > preset.users[1] and not a.throwaway and s.stated("load.users"):
        better = next((p for p in presets.presets().values() if p.users[1] >= a.load.users), presets.presets()[7])
        message = f"Stage {preset.label} is meant for up to {preset.users[1]:,} users; `load` says {a.load.users:,}."
        ends = "" if better.available else f"; this release ends at {presets.LAST_AVAILABLE}"
        hint = f"Stage {better.label} is meant for them{ends}."
        yield Finding("TF-R020", "load.users", message, hint)


def routes_lead_somewhere(s: Scene) -> Iterator[Finding]:
    balancer = s.architecture.balancer
    for pattern, target in (balancer.routes if balancer else {}).items():
        if target != "app":
            near = " Did you mean app?" if nearest(target, ["app"]) else ""
            message = f"There is no service `{target}` to answer {pattern}; services of their own come with stage 6."
            yield Finding(
                "TF-R022", ("balancer", "routes", pattern), message, f"At this stage everything leads to `app`.{near}"
            )


def data_fits_the_storage(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    size = a.database.storage.size
    if "database" in a.capabilities and a.load.data > size:
        message = f"{a.load.data} GiB of data do not fit into {size} GiB."
        yield Finding("TF-R023", "database.storage.size", message, "Leave `size` out and it follows from `load.data`.")


def backup_window_is_long_enough(s: Scene) -> Iterator[Finding]:
    start, end = (int(t[:2]) * 60 + int(t[3:]) for t in s.architecture.database.backups.window.split("-"))
    length = (end - start) % 1440
    if length < 30:
        message = f"The window is {length} minutes long; RDS wants 30 at least."
        yield Finding("TF-R024", "database.backups.window", message, 'For example "03:00-04:00".')


def connections_stay_encrypted(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    required = reserved()["parameters"][a.database.engine] if "database" in a.capabilities else {}
    for name, value in required.items():
        if a.database.parameters.get(name, value) != value:
            message = f"With this, connections to the database could go unencrypted; it stays {value}."
            yield Finding("TF-R031", ("database", "parameters", name), message, "Leave it out.")


def database_takes_the_pool(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    said = a.database.parameters.get("max_connections", "")
    pools = a.fleet.servers_max if a.fleet and a.database.pooling.via == "pgbouncer" else 1
    opened = a.database.pooling.connections * pools if a.database.pooling.via != "none" else 1
    if "database" in a.capabilities and said.isdigit() and int(said) < opened:
        message = (
            f"The database would take {said} connections; {_pools(pools, a.database.pooling.connections, opened)}."
        )
        hint = "Leave it out: RDS counts it from the memory of the instance. Or make the pool smaller."
        yield Finding("TF-R032", ("database", "parameters", "max_connections"), message, hint)


def _pools(pools: int, each: int, opened: int) -> str:
    return f"{pools} pools open {each} each, {opened}" if pools > 1 else f"{opened} are opened"


def routes_fit_a_balancer(s: Scene) -> Iterator[Finding]:
    """Limits of Application Load Balancers: user guide, "Quotas"."""
    a = s.architecture
    routes = a.balancer.routes if a.balancer else {}
    most = 99 if a.cdn else 100  # a rule of its own lets the CDN in
    if len(routes) > most:
        other = ", and the CDN needs one of them" if a.cdn else ""
        message = f"{len(routes)} routes; a balancer takes 100 rules{other}."
        yield Finding("TF-R033", "balancer.routes", message, "Join some, or let the application route.", key=True)
    for pattern in routes:
        if (wildcards := pattern.count("*") + pattern.count("?")) > 6:
            message = f"{wildcards} wildcards; a balancer takes 6 in a route."
            yield Finding("TF-R033", ("balancer", "routes", pattern), message, "Make it simpler.", key=True)


def user_data_has_room(s: Scene) -> Iterator[Finding]:
    """EC2 takes 16 KB; tests/stacks/test_reserved.py holds that what is left suffices in every stage."""
    app = s.architecture.app
    words = [*(app.jobs.command if app.jobs else ()), app.health.path, s.architecture.domain or ""]
    size = sum(len(word.encode()) + sum(map(word.count, '\\"%$\n\t')) + 3 for word in words)  # escaped, quoted
    if size > USER_DATA_ROOM:
        message = f"Command, health path and domain have {size:,} bytes; the servers' user data has {USER_DATA_ROOM:,}."
        longest = "app.jobs.command" if app.jobs else "app.health.path"
        yield Finding("TF-R034", longest, message, "Put the command into a script of the image.")


def empty_fields_are_no_surprise(s: Scene) -> Iterator[Finding]:
    """`region:` with nothing after it. An environment's says on purpose that the top's value does not count."""
    for route in sorted(s.draft.removed):
        field = field_at(route)
        if route[0] == "environments" or field is None or field.section[0] or s.stated(".".join(route)):
            continue
        holds = f"the default holds: {s.values[route]}" if route in s.values else "it says nothing"
        hint = "Write a value, or remove the line."
        yield Finding("TF-S017", route, f"`{route[-1]}` is empty, so {holds}.", hint, key=True)


RULES: tuple[Rule, ...] = (
    empty_fields_are_no_surprise,
    servers_need_a_stateless_application,
    sticky_and_shared_sessions,
    storage_can_grow,
    replicas_need_backups,
    replicas_need_a_password_of_the_stack,
    health_answers_in_time,
    two_servers,
    statements_only,
    pooler_speaks_the_engine,
    enough_zones,
    certificate_needs_a_domain,
    certificate_is_in_the_region,
    zone_needs_a_domain,
    layer_four_reads_no_paths,
    proxy_has_one_mode,
    somebody_hears_of_the_budget,
    private_servers_reach_out,
    sessions_survive_a_full_cache,
    cache_without_use,
    backups_are_on,
    stage_fits_the_load,
    routes_lead_somewhere,
    data_fits_the_storage,
    backup_window_is_long_enough,
    connections_stay_encrypted,
    database_takes_the_pool,
    routes_fit_a_balancer,
    user_data_has_room,
)
