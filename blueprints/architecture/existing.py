"""What was there before the stack: what it uses and does not own, and what it has taken over."""

from collections.abc import Mapping

from tenfold.blueprints.value import Value

# Fields of `database` that mean something only of one that the stack makes.
OF_AN_OWN_DATABASE = (
    "version",
    "instance",
    "storage",
    "standby",
    "password",
    "parameters",
    "replicas",
    "shards",
    "imported",
)


class ZoneSubnets(Value):
    """Ids of the subnets of one zone; None for a tier that nothing is put into."""

    public: str | None = None
    private: str | None = None
    database: str | None = None


class ExistingNetwork(Value):
    vpc: str
    subnets: Mapping[str, ZoneSubnets]  # by zone


class ExistingDatabase(Value):
    address: str
    secret: str  # ARN
    port: int | None = None  # None: the engine's own
    name: str | None = None  # None: the blueprint's
    secret_key: str | None = None  # ARN; None: a key of AWS's
    reader: str | None = None
    security_group: str | None = None  # None: its owner lets the application in


class ImportedDatabase(Value):
    """What the managed database has for life, because it was made by somebody else."""

    identifier: str
    name: str
    user: str
    key: str | None = None  # ARN; None: the stack's
    security_groups: tuple[str, ...] = ()
