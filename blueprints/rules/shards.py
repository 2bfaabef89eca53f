"""`database.shards`: the required fields, which fields belong together, and what a map cannot hold or balance."""

from collections.abc import Mapping

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.shards import balance, intent
from tenfold.blueprints.shards.shard_map import Unfit, steps

# What comes before shards, with the reason; the first is the cheapest.
FIRST: Mapping[str, str] = {
    "queries": "the slowest five and their indexes",
    "machine": "the next instance class: minutes of restart",
    "replicas": "reads leave the primary",
    "cache": "what is read often is not asked again",
    "archive": "old rows go to a bucket or a table of their own",
    "pooling": "connections are shared",
}
_NEEDED = {"key": "key: user_id", "count": "count: 2", "i_have_tried": f"i_have_tried: [{', '.join(FIRST)}]"}
# Fields that only mean something with one strategy.
_OF_STRATEGY = {"regions": "geographic", "months": "range"}


@rule
def shards_are_described(c: Context) -> Findings:
    if not c.architecture.has("shards"):
        return
    missing = [field for field in _NEEDED if not c.is_set(f"database.shards.{field}")]
    taken_early = "shards" in (c.values.get(("with",)) or ())
    if not missing or not (taken_early or c.is_set("database.shards")):
        return
    message = f"Shards need {', '.join(f'`{field}`' for field in missing)}: they are a one-way door."
    hint = f"Add {'; '.join(_NEEDED[field] for field in missing)}."
    yield Finding("TF-R130", "database.shards", message, hint, key=True)


@rule
def other_ways_come_first(c: Context) -> Findings:
    shards = c.architecture.database.shards
    left = [name for name in FIRST if shards and name not in shards.tried]
    if shards and shards.tried and left:
        listed = "; ".join(f"{name} ({FIRST[name]})" for name in left)
        message = f"Not tried yet: {listed}. Each can be taken back; shards cannot."
        yield Finding("TF-R131", "database.shards.i_have_tried", message, "Try them first, then add them here.")


@rule
def strategies_have_their_fields(c: Context) -> Findings:
    shards = c.architecture.database.shards
    if not shards:
        return
    for field, strategy in _OF_STRATEGY.items():
        is_set = c.is_set(f"database.shards.{field}")
        if is_set and shards.strategy != strategy:
            message = f"`{field}` belongs to the strategy {strategy}; this is {shards.strategy}."
            yield Finding(
                "TF-R132", f"database.shards.{field}", message, f"Remove it, or write `strategy: {strategy}`.", key=True
            )
        if shards.strategy == strategy and not is_set and shards.count > 1:
            message = f"The strategy {strategy} needs `{field}`: without it, everything is on the primary."
            example = "regions: {eu: 1}" if field == "regions" else 'months: {"2027-01": 1}'
            yield Finding("TF-R132", "database.shards.strategy", message, f"Add {example}.")


@rule
def shards_exist(c: Context) -> Findings:
    shards = c.architecture.database.shards
    for field in ("pins", "regions", "months") if shards else ():
        for route, number in c.values.items():
            if shards and route[:3] == ("database", "shards", field) and number >= shards.count:
                message = f"There is no shard {number}: {shards.count} are numbered 0 to {shards.count - 1}."
                yield Finding("TF-R133", route, message, f"Write 0 to {shards.count - 1}, or a larger `count`.")


@rule
def the_map_fits(c: Context) -> Findings:
    """Also while everything moves, which is its longest text."""
    shards = c.architecture.database.shards
    if not shards or any(number >= shards.count for number in shards.pins.values()):
        return
    try:
        for version in (intent.target(shards), *steps(intent.first(shards), intent.target(shards))):
            version.text()
    except Unfit as unfit:
        what, _, way = str(unfit).partition(": ")
        yield Finding("TF-R134", "database.shards.pins", f"{what[0].upper()}{what[1:]}.", f"{way[0].upper()}{way[1:]}.")


@rule
def no_key_is_too_large(c: Context) -> Findings:
    shards = c.architecture.database.shards
    if not shards:
        return
    total = sum(shards.shares.values())
    if total > 1.0000001:
        message = f"The shares add up to {total:.0%}."
        yield Finding("TF-R136", "database.shards.shares", message, "Together they are 100% at most.", key=True)
        return
    for hot in balance.hot(shards.shares, shards.count) if shards.count > 1 else ():
        if not hot.alone and hot.key in shards.pins:
            continue
        yield Finding(
            "TF-R135",
            ("database", "shards", "shares", hot.key),
            f"{hot.message}.",
            f"{hot.remedy[0].upper()}{hot.remedy[1:]}.",
        )


@rule
def the_largest_tenant_fits_a_shard(c: Context) -> Findings:
    """Where no shares are known by key; else `no_key_is_too_large` has them."""
    a = c.architecture
    shards = a.database.shards
    if not shards or shards.count == 1 or shards.shares:
        return
    for hot in balance.hot({"The largest tenant": a.load.largest_tenant}, shards.count):
        hint = f"{hot.remedy[0].upper()}{hot.remedy[1:]}: `database.shards.shares` and `pins`."
        yield Finding("TF-R135", "load.largest_tenant", f"{hot.message}.", hint)


@rule
def shards_can_be_copied(c: Context) -> Findings:
    database = c.architecture.database
    if database.shards and database.password_keeper == "rds":
        message = "A shard is split by a replica, and RDS makes none of a database whose password it keeps itself."
        yield Finding(
            "TF-R137", "database.password.keeper", message, "Write `keeper: stack` (the password changes once)."
        )


@rule
def pools_reach_every_shard(c: Context) -> Findings:
    database = c.architecture.database
    if database.shards and database.shards.count > 1 and database.pooling.via == "pgbouncer":
        message = (
            "PgBouncer on the servers shares connections to shard 0 only; every server connects to the others directly."
        )
        yield Finding("TF-R138", "database.pooling.via", message, "Use `proxy`: each shard has its own.")


@rule
def new_months_are_on_one_shard(c: Context) -> Findings:
    """By month, new keys all go to the last shard: the one thing that range does not spread."""
    shards = c.architecture.database.shards
    if shards and shards.strategy == "range" and shards.months:
        last = max(shards.months)
        message = f"By month, all new rows go to one shard: from {last} on to shard {shards.months[last]}."
        yield Finding(
            "TF-R139",
            "database.shards.strategy",
            message,
            "For a load of writes use `hash`; range is for old rows that are read apart.",
        )
