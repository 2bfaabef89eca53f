"""`database.replicas`: what read replicas require of the database that they copy."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule


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
