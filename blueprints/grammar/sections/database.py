"""The database: storage, backups, pooling, read replicas."""

from typing import Annotated, Literal

from pydantic import Field

from tenfold.blueprints.choices import DatabaseEngine, PasswordKeeper, Pooler, PoolMode
from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional, required
from tenfold.blueprints.grammar.forms import Measured, Spelled
from tenfold.blueprints.grammar.sections.shards import Shards

Window = Annotated[str, Spelled(
    "TF-V021", r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]", "a daily window",
    'Write start and end in UTC, in quotes: "03:00-04:00".',
)]  # fmt: skip


class Storage(Section):
    size: Annotated[int, Measured(units.SIZE, 20, 65536, "from 20GiB to 64TiB (RDS, gp3)")] | None = optional(
        "Allocated storage; it can only grow.", "in-place"
    )
    up_to: Annotated[int, Measured(units.SIZE, 20, 65536, "from 20GiB to 64TiB (RDS, gp3)")] | None = optional(
        "Limit of storage autoscaling.", "in-place"
    )
    type: Literal["gp3"] | None = optional("Storage type.", "in-place")


class Backups(Section):
    keep: Annotated[int, Measured(units.DAYS, 0, 35, "from 0d to 35d (the limit of RDS)")] | None = optional(
        "How long backups are kept; any point in time since can be restored. 0d turns backups off.", "in-place"
    )
    window: Window | None = optional("When the daily backup is taken, UTC, 30 minutes or more.", "in-place")


class Password(Section):
    keeper: PasswordKeeper | None = optional(
        "Who keeps the password: the stack, for you to rotate, or RDS, which rotates it weekly and makes no replicas.",
        "restart",
    )
    generation: int | None = optional(
        "Increase it by one to rotate a password that the stack keeps.", "restart", ge=1, le=9999
    )


class Pooling(Section):
    via: Pooler | None = optional("Who shares database connections: PgBouncer on the servers, or RDS Proxy.", "restart")
    mode: PoolMode | None = optional("How long a client keeps a connection.", "restart")
    connections: int | None = optional("Connections from one pool to the database.", "restart", ge=1, le=5000)


class Replicas(Section):
    """Copies of the database that answer reads."""

    count: int | None = optional(
        "How many (RDS takes 15); each costs as much as its instance.", "in-place", ge=1, le=15
    )
    instance: str | None = optional("RDS instance class of each.", "restart")
    max_lag: Annotated[int, Measured(units.DURATION, 1, 3600, "from 1s to 1h")] | None = optional(
        "A replica that is further behind the primary gets no reads until it has caught up.", "in-place"
    )


SecretArn = Annotated[str, Spelled(
    "TF-V109", r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+", "the ARN of a secret",
    "Like arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf.", 512,
)]  # fmt: skip
KeyArn = Annotated[str, Spelled(
    "TF-V109", r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-z0-9-]+", "the ARN of a key",
    "Like arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab; an alias is not a key.", 512,
)]  # fmt: skip
Address = Annotated[str, Spelled(
    "TF-V108", r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", "the address of a database",
    "Its endpoint without scheme and port: shop.c1a2b3c4d5e6.us-east-1.rds.amazonaws.com.",
)]  # fmt: skip
DatabaseName = Annotated[str, Spelled(
    "TF-V016", r"[A-Za-z_][A-Za-z0-9_-]{0,62}", "a name", "Letters, digits, hyphens and _: shop.", 63,
)]  # fmt: skip
GroupId = Annotated[str, Spelled(
    "TF-V106", r"sg-[0-9a-f]{8,17}", "the id of a security group", "Like sg-0a1b2c3d4e5f60718.",
)]  # fmt: skip


class ImportedDatabase(Section):
    """What a database that was taken over into the stack has for life. `tenfold import` writes it."""

    identifier: Annotated[str, Spelled(
        "TF-V016", r"[a-z]([a-z0-9]|-(?!-|$)){0,62}", "a name", "As RDS has it: lower-case letters, digits and -.", 63,
    )] = required("Its name in RDS.", "restart")  # fmt: skip
    name: DatabaseName = required("The database on it.", "replace")
    user: Annotated[str, Spelled(
        "TF-V016", r"[A-Za-z_][A-Za-z0-9_]{0,62}", "a name", "Letters, digits and _: postgres.", 63,
    )] = required("Its first user.", "replace")  # fmt: skip
    key: KeyArn | None = optional("The key that encrypts it, where not the stack's.", "replace")
    security_groups: Annotated[list[GroupId], Field(max_length=4)] | None = optional(
        "Groups that stay on it, for those who are let in already.", "in-place"
    )


class ExistingDatabase(Section):
    """A database that somebody else owns: the application uses it, and the stack has none."""

    address: Address = required("Where it answers, over TLS.", "restart")
    port: int | None = optional("Where not the engine's own (5432, 3306).", "restart", ge=1150, le=65535)
    name: DatabaseName | None = optional("The database on it; else the blueprint's name.", "restart")
    secret: SecretArn = required("The secret with `username` and `password`, as RDS keeps them.", "restart")
    secret_key: KeyArn | None = optional(
        "The key that encrypts the secret, where it is not the account's own aws/secretsmanager.", "in-place"
    )
    reader: Address | None = optional("Where reads may go: the address of its own replicas.", "restart")
    security_group: GroupId | None = optional(
        "Its security group, for one rule of the stack that lets the application in. Else its owner lets it in.",
        "in-place",
    )


class Database(Section):
    """At stage 1 a container on the server; from stage 2 an RDS instance of its own."""

    engine: DatabaseEngine | None = optional("Database engine.", "replace")
    version: str | None = optional("Major version, or an exact one, in quotes.", "restart")
    instance: str | None = optional("RDS instance class.", "restart")
    storage: Storage | None = optional("Storage of the database.", "in-place")
    standby: bool | None = optional(
        "A standby in another zone takes over within a minute or two (Multi-AZ).", "in-place"
    )
    backups: Backups | None = optional("Daily backups with point-in-time restore.", "in-place")
    password: Password | None = optional("The password that the application logs in with.", "restart")
    pooling: Pooling | None = optional("Sharing of database connections.", "restart")
    parameters: dict[str, str] | None = optional("Engine parameters, values in quotes.", "restart")
    replicas: Replicas | None = optional("Read replicas, from stage 4.", "in-place")
    shards: Shards | None = optional(
        "Several databases instead of one, from stage 6. There is no way back.", "in-place"
    )
    existing: ExistingDatabase | None = optional(
        "A database that is there already, instead of one of the stack.", "restart"
    )
    imported: ImportedDatabase | None = optional(
        "Set by `tenfold import`: what the database keeps for life.", "replace"
    )
