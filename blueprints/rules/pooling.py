"""`database.pooling`: what a pooler can do, and how many connections the database accepts."""

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.stores import Database
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.sizes import offerings

# Bytes of memory per connection in RDS's default for max_connections, and its limit. Source: RDS User Guide, "Quotas
# and constraints", maximum number of database connections. RDS counts some per cent less memory than the class has.
_PER_CONNECTION = {"postgres": (9_531_392, 5_000), "mysql": (12_582_880, 100_000)}
_NEARLY_FULL = 0.8  # of the limit; the rest is for the engine itself, for people, and for a rollout


@rule
def pooling_by_statement_refuses_transactions(c: Context) -> Findings:
    pooling = c.architecture.database.pooling
    if pooling.via == "pgbouncer" and pooling.mode == "statement":
        message = "Pooling by statement refuses transactions of more than one statement."
        yield Finding("TF-R007", "database.pooling.mode", message, "Most applications need `transaction`.")


@rule
def pgbouncer_is_for_postgres(c: Context) -> Findings:
    database = c.architecture.database
    if database.pooling.via == "pgbouncer" and database.engine != "postgres":
        message = f"PgBouncer speaks PostgreSQL only; the engine is {database.engine}."
        yield Finding("TF-R008", "database.pooling.via", message, "Use `proxy` (RDS Proxy) or `none`.")


@rule
def proxy_pools_by_transaction(c: Context) -> Findings:
    database = c.architecture.database
    mode = database.pooling.mode if database.pooling.via == "proxy" else ""
    if mode == "session" and database.engine == "postgres":
        message = "RDS Proxy always pools by transaction, and keeps a session on one connection where it must."
        yield Finding("TF-R014", "database.pooling.mode", message, "Leave `mode` out, or use `via: pgbouncer`.")
    elif mode == "statement":
        message = "RDS Proxy gives a connection back after a transaction, never within one."
        hint = "Leave `mode` out" + (", or use `via: pgbouncer`." if database.engine == "postgres" else ".")
        yield Finding("TF-R035", "database.pooling.mode", message, hint)


def pool_count(a: Architecture) -> int:
    """PgBouncer has a pool on each server, that of the workers too; RDS Proxy has one for all."""
    if a.fleet is None or a.database.pooling.via != "pgbouncer":
        return 1
    return a.fleet.servers_max + (a.workers.servers_max if a.workers else 0)


def connection_limit(database: Database) -> int | None:
    """Connections that RDS allows by default for the memory of the class, or those that the blueprint sets; None for a
    class whose memory is not known."""
    own = database.parameters.get("max_connections", "")
    if own.isdigit():
        return int(own)
    capacity = offerings.capacity(database.instance.removeprefix("db."))
    per_connection, cap = _PER_CONNECTION[database.engine]
    return min(cap, int(capacity[1] * 2**30 // per_connection)) if capacity else None


@rule
def parameter_allows_the_pools(c: Context) -> Findings:
    """A `max_connections` that the blueprint sets, against the connections that the pools open."""
    database = c.architecture.database
    limit, each, pools = (
        database.parameters.get("max_connections", ""),
        database.pooling.connections,
        pool_count(c.architecture),
    )
    opened = each * pools if database.pooling.via != "none" else 1
    if c.architecture.owns_database and limit.isdigit() and int(limit) < opened:
        need = f"{pools} pools open {each} each, {opened}" if pools > 1 else f"{opened} are opened"
        message = f"The database would accept {limit} connections; {need}."
        hint = "Leave it out: RDS derives it from the instance's memory. Or make the pool smaller."
        yield Finding("TF-R032", ("database", "parameters", "max_connections"), message, hint)


@rule
def class_allows_the_pools(c: Context) -> Findings:
    """RDS's default of `max_connections` for the memory of the class, against the connections that the pools open."""
    a, database = c.architecture, c.architecture.database
    capacity, limit = offerings.capacity(database.instance.removeprefix("db.")), connection_limit(database)
    has_own_limit = database.parameters.get("max_connections", "").isdigit()
    if not a.owns_database or has_own_limit or not capacity or not limit or database.pooling.via == "none":
        return
    per_connection, cap = _PER_CONNECTION[database.engine]
    pools, each = pool_count(c.architecture), database.pooling.connections
    opened = pools * each
    if opened <= limit * _NEARLY_FULL:
        return
    need = f"{pools} servers × {each} connections = {opened}" if pools > 1 else f"The pool opens {opened} connections"
    reason = f"{capacity[1]:g} GiB ÷ {per_connection / 2**20:.1f} MiB" if limit < cap else "RDS's limit"
    message = f"{need}; {database.instance} takes at most {limit} ({reason})."
    fits = max(1, int(limit * _NEARLY_FULL) // pools)
    hint = f"A larger class, or `database.pooling.connections` of {fits} or less."
    field = c.first_set("database.pooling.connections", "database.instance", "fleet.servers")
    yield Finding("TF-R118" if opened > limit else "TF-R117", field, message, hint)
