"""The contract with the application: under which keys it finds its settings, the same in every stage.

A stage changes values, never keys. docs/components/settings.md is the application's side of this.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import pulumi

Text = pulumi.Input[str]
Settings = dict[str, Text]

KEY = re.compile(r"[A-Z][A-Z0-9_]{0,127}")
KEY_RULE = "capitals, digits and `_`, at most 128 characters"

REFERENCE = "_SECRET_ARN"  # ends the name of a setting that holds the ARN of a secret

# What hosts compute from the settings and put into the environment beside them; a blueprint cannot set these.
COMPUTED = {
    "DATABASE_USER": "from the secret DATABASE_SECRET_ARN names",
    "DATABASE_PASSWORD": "from the same secret; changes when it is rotated",
    "DATABASE_URL": "all of it as one address, through the pool where there is one",
    "DATABASE_DIRECT_URL": "the same around the pool: for migrations, LISTEN, advisory locks",
    "DATABASE_READ_URL": "the replicas as one address, around any pool; the primary's where there are none",
    "WORKER_BUSY_FILE": "on workers: background jobs touch it while a message takes long, and keep their server",
}

# Settings that the stack gives.
SETTINGS = {
    "APP_NAME": "the blueprint's name",
    "APP_ENVIRONMENT": "the environment: dev, staging, prod …",
    "APP_REGION": "the AWS region",
    "APP_SERVICE": "the service's name in the blueprint; absent in the application itself",
    "PORT": "the port to listen on",
    "DATABASE_ENGINE": "postgres or mysql",
    "DATABASE_HOST": "where to connect: the container, the instance, or the proxy in front of it",
    "DATABASE_DIRECT_HOST": "the database itself, around any proxy",
    "DATABASE_READ_HOST": "the replicas, under one name; absent without them",
    "MAX_LAG": "seconds that what a replica says may be old; absent without replicas",
    "DATABASE_PORT": "5432 or 3306",
    "DATABASE_NAME": "the database on the server",
    "DATABASE_TLS": "require, or off where the database is on the same host",
    "DATABASE_SECRET_ARN": "the secret with username and password, as JSON",
    "SESSION_STORE": "where sessions go: cache, database, tokens (they travel signed), or none (memory of the server)",
    "TOKEN_KEY_ARN": "the KMS key that signs tokens (ES256); only a sign-in needs it",
    "TOKEN_VERIFY_KEY_ARNS": "the keys whose public halves verify them, comma-separated: before, now, next",
    "SHARD_MAP": "the parameter with the map of the shards (docs/shards.md); absent without shards",
    "EVENT_BUS_NAME": "the bus that events are published on (docs/events.md); absent without events",
    "DATA_TABLE": "the DynamoDB table that a service owns; absent without one",
    "DATA_BUCKET": "the bucket that a service owns; absent without one",
    "DATA_SEARCH_URL": "the search domain that a service owns; requests to it are signed (docs/components/search.md)",
    "UPLOADS_BUCKET": "the bucket for what users upload",
    "CACHE_PROTOCOL": "what the client speaks: redis (Valkey too), redis-cluster, or memcached; absent without a cache",
    "CACHE_HOST": "where the client begins: the primary, or the address that knows all nodes; absent without a cache",
    "CACHE_READER_HOST": "an address of all nodes, for reads that may be a moment old; with two nodes, without shards",
    "CACHE_PORT": "its port",
    "CACHE_TLS": "require",
    "CACHE_NAME": "the cache's own name, which a login by IAM signs (docs/components/cache.md); absent with memcached",
    "CACHE_USER": "the user to log in as; absent with memcached, which asks nobody",
}

# Settings that there are once for each thing of a kind, with the name that the blueprint gives it: `<NAME>` stands for
# it in capitals, with `_` for everything but letters and digits. The queue `order-mail` is QUEUE_ORDER_MAIL_URL.
FAMILIES = {
    "QUEUE_<NAME>_URL": "where messages of the queue are sent and received",
    "EVENT_<NAME>_TOPIC_ARN": "the topic that this event is published on, where it goes `via` one (docs/events.md)",
    "MODEL_<NAME>_TABLE": "the DynamoDB table of a read model: the application reads it, background jobs fill it",
    "MODEL_<NAME>_URL": "the search domain of a read model: the application asks it, background jobs fill it",
    "SERVICE_<NAME>_URL": "where the service answers: the application's address, with its route",
    "SHARD_<NAME>_HOST": "the shard's database, as DATABASE_HOST",
    "SHARD_<NAME>_DIRECT_HOST": "the same around any proxy, as DATABASE_DIRECT_HOST",
    "SHARD_<NAME>_READ_HOST": "the shard's replicas, as DATABASE_READ_HOST; absent without them",
    "SHARD_<NAME>_SECRET_ARN": "the secret with the shard's username and password, as JSON",
}


def family(pattern: str, values: Mapping[str, Text]) -> Settings:
    """The settings of one family: `family("QUEUE_<NAME>_URL", {"order-mail": url})` is
    `{"QUEUE_ORDER_MAIL_URL": url}`. Raises ValueError for a name that fits no setting, and where names read alike."""
    owners: dict[str, str] = {}
    for name in values:
        key = member(pattern, name)
        if key in owners:
            raise ValueError(f"settings: {owners[key]!r} and {name!r} would both be {key}; rename one of them")
        owners[key] = name
    return {key: values[name] for key, name in owners.items()}


def member(pattern: str, name: str) -> str:
    """The setting of one name. Raises ValueError for a name that fits none, and for a setting that has a meaning of
    its own, whatever the name."""
    key = pattern.replace("<NAME>", re.sub(r"[^A-Z0-9]", "_", name.upper()))
    if not re.search(r"[A-Za-z0-9]", name) or not KEY.fullmatch(key):
        raise ValueError(f"settings: {name!r} cannot be part of {pattern}: {KEY_RULE}")
    if key in COMPUTED or key in SETTINGS:
        raise ValueError(f"settings: {name!r} would be {key}, which has a meaning already; choose another name")
    return key


def join(*groups: Mapping[str, Text]) -> Settings:
    """Settings of several tiers as one. Raises ValueError where two have the same, and says what each makes of it:
    queues `x` and `x-dead` with URL and DEAD_URL would share QUEUE_X_DEAD_URL."""
    joined: Settings = {}
    for group in groups:
        for key in group:
            if key in joined:
                raise ValueError(f"settings: {key} twice{_readings(key)}; choose another name for one of them")
        joined |= group
    return joined


def _readings(key: str) -> str:
    """` (QUEUE_<NAME>_URL of X_DEAD, or a setting of your own)`: where a key can come from."""
    families = [f"{pattern} of {name}" for pattern, name in _families_of(key)]
    return f" ({', '.join([*families, 'or a setting of your own'])})" if families else ""


def _families_of(key: str) -> Iterator[tuple[str, str]]:
    for pattern in FAMILIES:
        before, _, behind = pattern.partition("<NAME>")
        if key.startswith(before) and key.endswith(behind) and len(key) > len(before) + len(behind):
            yield pattern, key[len(before) : len(key) - len(behind)]


def application(name: str, environment: str, region: str, port: int) -> Settings:
    return {"APP_NAME": name, "APP_ENVIRONMENT": environment, "APP_REGION": region, "PORT": str(port)}


def service(name: str) -> Settings:
    return {"APP_SERVICE": name}


def references(keys: Iterable[str], secret_arns: pulumi.Output[dict[str, str]]) -> Settings:
    """Where nothing fills in the value of a secret, as in pods: `API_KEY_SECRET_ARN` in the place of `API_KEY`."""
    return {f"{key}{REFERENCE}": secret_arns.apply(lambda arns, key=key: arns[key]) for key in keys}


def bucket(name: Text) -> Settings:
    """What a service owns; `uploads` is the application's."""
    return {"DATA_BUCKET": name}


def search(url: Text) -> Settings:
    """What a service owns."""
    return {"DATA_SEARCH_URL": url}


def table(name: Text) -> Settings:
    """What a service owns."""
    return {"DATA_TABLE": name}


def database(
    engine: str,
    host: Text,
    port: int,
    name: str,
    secret_arn: Text,
    direct_host: Text | None = None,
) -> Settings:
    """A managed database: always over TLS. `direct_host` where `host` is a proxy."""
    return {
        "DATABASE_ENGINE": engine,
        "DATABASE_HOST": host,
        "DATABASE_DIRECT_HOST": host if direct_host is None else direct_host,
        "DATABASE_PORT": str(port),
        "DATABASE_NAME": name,
        "DATABASE_TLS": "require",
        "DATABASE_SECRET_ARN": secret_arn,
    }


def replicas(reader: Text, max_lag: int) -> Settings:
    return {"DATABASE_READ_HOST": reader, "MAX_LAG": str(max_lag)}


def reader(host: Text) -> Settings:
    """Of a database of somebody else's: how far it may be behind is its owner's choice."""
    return {"DATABASE_READ_HOST": host}


def database_on_host(engine: str, name: str) -> Settings:
    """The database of stage 1, in a container beside the application: nothing leaves the host, so no TLS. Its secret is
    one of the `host_secrets`: the host makes the password at its first start."""
    port = {"postgres": 5432, "mysql": 3306}[engine]
    settings = database(engine, "database", port, name, "") | {"DATABASE_TLS": "off"}
    del settings["DATABASE_SECRET_ARN"]
    return settings


def tokens(key_arn: Text, verify_key_arns: pulumi.Input[list[str]]) -> Settings:
    joined = pulumi.Output.from_input(verify_key_arns).apply(",".join)
    return {"TOKEN_KEY_ARN": key_arn, "TOKEN_VERIFY_KEY_ARNS": joined}


def shard_map(parameter: Text) -> Settings:
    return {"SHARD_MAP": parameter}


def event_bus(name: Text) -> Settings:
    return {"EVENT_BUS_NAME": name}


def uploads(bucket: Text) -> Settings:
    return {"UPLOADS_BUCKET": bucket}


def sessions(store: str) -> Settings:
    return {"SESSION_STORE": store}


def cache(protocol: str, host: Text, port: int) -> Settings:
    """`protocol`: redis, redis-cluster or memcached; always over TLS."""
    return {"CACHE_PROTOCOL": protocol, "CACHE_HOST": host, "CACHE_PORT": str(port), "CACHE_TLS": "require"}


def cache_login(name: Text, user: Text) -> Settings:
    return {"CACHE_NAME": name, "CACHE_USER": user}


def cache_reader(host: Text) -> Settings:
    return {"CACHE_READER_HOST": host}


def database_name(name: str) -> str:
    """A blueprint's name as a database's: lower case, digits and `_`, which both engines take without quotes."""
    return name.replace("-", "_")


def check(application: str, settings: Mapping[str, Text], secrets: list[str], host_secrets: list[str]) -> None:
    """Raises ValueError, with the remedy, for a key that is not a valid name of an environment variable, is computed by
    the hosts, or comes twice, and for what Parameter Store does not take (its limits: PutParameter, API reference)."""
    for key in host_secrets:
        if not key.endswith(REFERENCE):
            raise ValueError(f"host_secrets: {key} holds the ARN of a secret; call it {key}{REFERENCE}")
    if application.startswith(("aws", "ssm")):
        raise ValueError(
            f"name: {application!r} cannot begin with aws or ssm, Parameter Store keeps those paths; rename"
        )
    keys = [*settings, *secrets, *host_secrets]
    for key in keys:
        if not KEY.fullmatch(key):
            raise ValueError(f"settings: {key!r} is not a name of an environment variable; write it like LOG_LEVEL")
        if key in COMPUTED:
            raise ValueError(f"settings: {key} is computed on the hosts ({COMPUTED[key]}); choose another name")
    for key, value in settings.items():
        if isinstance(value, str) and (reason := _refused(value)):
            raise ValueError(f"settings: {key} {reason}")
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"settings: {', '.join(twice)} twice, as a setting or as a secret; keep one")


def _refused(value: str) -> str | None:
    if not value:
        return "is empty, which Parameter Store does not take; leave the key out"
    if len(value.encode()) > 4096:
        return f"has {len(value.encode())} bytes, a parameter holds 4096; put it into a file of the image or a bucket"
    if "{{" in value:
        return "contains '{{', which Parameter Store reads as a reference; encode the value"
    if "\n" in value:
        return "has several lines, which an environment file cannot hold; encode it in base64"
    return None
