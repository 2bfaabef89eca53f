"""`database.replicas`: what read replicas require of the database that they copy."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

INSTANCES = 40  # of an account in a region: RDS User Guide, "Quotas and constraints for Amazon RDS"


@rule
def instances_are_within_the_quota(c: Context) -> Findings:
    a = c.architecture
    shards = a.database.shards.count if a.database.shards else 1
    copies = a.database.replicas.count if a.database.replicas else 0
    owned = sum(bool(s.data and s.data.engine in ("postgres", "mysql")) for s in a.services.values())
    total = shards * (1 + copies) + owned
    if total > INSTANCES:
        parts = [f"{shards} databases", *([f"{copies} replicas of each"] if copies else [])]
        services = f" and {owned} of services" if owned else ""
        message = f"{' with '.join(parts)}{services} are {total} instances; the quota of a new account is {INSTANCES}."
        hint = 'Have the quota "DB instances" of RDS raised first, or use fewer.'
        field = c.first_set("database.replicas.count", "database.shards.count")
        yield Finding("TF-R326", field, message, hint)


@rule
def replicas_need_backups(c: Context) -> Findings:
    database = c.architecture.database
    if (database.replicas or c.is_set("database.replicas") or c.architecture.standby) and database.backups.keep == 0:
        message = "A read replica starts from a backup, and backups are off."
        yield Finding("TF-R004", "database.backups.keep", message, "Keep backups for 1d or more.")


@rule
def replicas_need_a_password_of_the_stack(c: Context) -> Findings:
    database = c.architecture.database
    if database.replicas and database.password_keeper == "rds":
        message = "RDS creates no read replicas of a database whose password it keeps and rotates itself."
        other = "" if c.architecture.standby else ", or `without: [replicas]`"
        hint = f"Write `keeper: stack` (the password changes once){other}."
        yield Finding("TF-R100", "database.password.keeper", message, hint)
