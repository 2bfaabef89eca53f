"""The contract with the application: under which keys it finds its settings, the same in every stage.

A stage changes values, never keys. docs/components/settings.md is the application's side of this.
"""

import re
from typing import Any

import pulumi

KEY = re.compile(r"[A-Z][A-Z0-9_]{0,127}")

# What hosts compute from the settings and put into the environment beside them; a blueprint cannot set these.
COMPUTED = {
    "DATABASE_USER": "from the secret DATABASE_SECRET_ARN names",
    "DATABASE_PASSWORD": "from the same secret; changes when it is rotated",
    "DATABASE_URL": "all of it as one address, through the pool where there is one",
    "DATABASE_DIRECT_URL": "the same around the pool: for migrations, LISTEN, advisory locks",
    "DATABASE_READ_URL": "the replicas as one address, around any pool; the primary's where there are none",
}

# Settings that the stack gives, by what they are about.
SETTINGS = {
    "APP_NAME": "the blueprint's name",
    "APP_ENVIRONMENT": "the environment: dev, staging, prod …",
    "APP_REGION": "the AWS region",
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
    "UPLOADS_BUCKET": "the bucket for what users upload",
    "CACHE_PROTOCOL": "what the client speaks: redis (Valkey too), redis-cluster, or memcached; absent without a cache",
    "CACHE_HOST": "where the client begins: the primary, or the address that knows all nodes; absent without a cache",
    "CACHE_READER_HOST": "an address of all nodes, for reads that may be a moment old; with two nodes, without shards",
    "CACHE_PORT": "its port",
    "CACHE_TLS": "require",
    "CACHE_NAME": "the cache's own name, which a login by IAM signs (docs/components/cache.md); absent with memcached",
    "CACHE_USER": "the user to log in as; absent with memcached, which asks nobody",
}


def application(name: str, environment: str, region: str, port: int) -> dict[str, Any]:
    return {"APP_NAME": name, "APP_ENVIRONMENT": environment, "APP_REGION": region, "PORT": str(port)}


def database(engine: str, host: Any, port: int, name: str, secret_arn: Any, direct_host: Any = None) -> dict[str, Any]:
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


def replicas(reader: Any, max_lag: int) -> dict[str, Any]:
    return {"DATABASE_READ_HOST": reader, "MAX_LAG": str(max_lag)}


def database_on_host(engine: str, name: str) -> dict[str, Any]:
    """The database of stage 1, in a container beside the application: nothing leaves the host, so no TLS. Its secret is
    one of the `host_secrets`: the host makes the password at its first start."""
    port = {"postgres": 5432, "mysql": 3306}[engine]
    settings = database(engine, "database", port, name, "") | {"DATABASE_TLS": "off"}
    del settings["DATABASE_SECRET_ARN"]
    return settings


def tokens(key_arn: Any, verify_key_arns: Any) -> dict[str, Any]:
    joined = pulumi.Output.from_input(verify_key_arns).apply(",".join)
    return {"TOKEN_KEY_ARN": key_arn, "TOKEN_VERIFY_KEY_ARNS": joined}


def uploads(bucket: Any) -> dict[str, Any]:
    return {"UPLOADS_BUCKET": bucket}


def sessions(store: str) -> dict[str, Any]:
    return {"SESSION_STORE": store}


def cache(protocol: str, host: Any, port: int) -> dict[str, Any]:
    """`protocol`: redis, redis-cluster or memcached; always over TLS."""
    return {"CACHE_PROTOCOL": protocol, "CACHE_HOST": host, "CACHE_PORT": str(port), "CACHE_TLS": "require"}


def cache_login(name: Any, user: Any) -> dict[str, Any]:
    return {"CACHE_NAME": name, "CACHE_USER": user}


def cache_reader(host: Any) -> dict[str, Any]:
    return {"CACHE_READER_HOST": host}


def database_name(name: str) -> str:
    """A blueprint's name as a database's: lower case, digits and `_`, which both engines take without quotes."""
    return name.replace("-", "_")


def check(application: str, settings: dict[str, Any], secrets: list[str], host_secrets: list[str]) -> None:
    """Raises ValueError, with the remedy, for a key that is no name of an environment variable, is computed by the
    hosts, or comes twice, and for what Parameter Store does not take (its limits: PutParameter, API reference)."""
    for key in host_secrets:
        if not key.endswith("_SECRET_ARN"):
            raise ValueError(f"host_secrets: {key} holds the ARN of a secret; call it {key}_SECRET_ARN")
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
