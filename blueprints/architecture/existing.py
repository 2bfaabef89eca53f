"""What a stack uses and does not own."""

from collections.abc import Mapping

from tenfold.blueprints.value import Value

# Fields of `database` that mean something only of one that the stack makes.
OF_AN_OWN_DATABASE = ("version", "instance", "storage", "standby", "password", "parameters", "replicas", "shards")


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
