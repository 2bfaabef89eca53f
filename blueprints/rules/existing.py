"""`database.existing`: what a database of somebody else's cannot be told, and what it needs."""

from tenfold.blueprints.architecture.existing import OF_AN_OWN_DATABASE
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule


@rule
def existing_database_is_not_set_up(c: Context) -> Findings:
    if not c.architecture.database.existing:
        return
    for field in OF_AN_OWN_DATABASE:
        if field != "imported" and c.is_set(f"database.{field}"):
            message = f"`{field}` sets up a database of the stack; this one is existing, and its owner sets it up."
            yield Finding("TF-R310", f"database.{field}", message, "Remove it.", key=True)


@rule
def a_database_is_imported_or_existing(c: Context) -> Findings:
    if c.architecture.database.existing and c.architecture.database.imported:
        message = "The database is named twice: as one of the stack, and as one of somebody else."
        yield Finding("TF-R320", "database.imported", message, "Keep one of `imported` and `existing`.", key=True)


@rule
def existing_database_has_no_proxy(c: Context) -> Findings:
    if c.architecture.database.existing and c.architecture.database.pooling.via == "proxy":
        message = "RDS Proxy stands before an instance of the stack; this database is existing."
        hint = "Write `via: pgbouncer` or `none`, or name its owner's proxy as `address`."
        yield Finding("TF-R311", "database.pooling.via", message, hint)


# What a later stage makes of the database, named because the stage brings it without being asked.
_NEEDS_AN_OWN = {
    "replicas": ("Read replicas are made of a database of the stack; an existing one's are its `reader`", "[replicas]"),
    "standby-region": ("A second region needs a replica of the stack's database", "[standby-region, recovery]"),
}


@rule
def existing_database_is_alone(c: Context) -> Findings:
    for capability, (why, without) in _NEEDS_AN_OWN.items():
        if c.architecture.database.existing and c.architecture.has(capability):
            hint = f"Write `without: {without}`."
            yield Finding("TF-R312", "database.existing", f"{why}.", hint, key=True)


@rule
def existing_secret_is_near(c: Context) -> Findings:
    there, region = c.architecture.database.existing, c.architecture.region
    for field in ("secret", "secret_key") if there else ():
        arn = getattr(there, field)
        if arn and (other := arn.split(":")[3]) != region:
            message = f"It is in {other}; servers in {region} read it there by no other way than the internet."
            yield Finding("TF-R313", f"database.existing.{field}", message, f"Name its replica in {region}.")
