"""RDS Proxy: a managed pool of connections in front of a database."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.names import tags_with_name
from tenfold.components.parts.order import after
from tenfold.components.plans.choices import check_choice


class ProxyMode(StrEnum):
    SESSION = "session"
    """Safe for everything."""
    TRANSACTION = "transaction"
    """MySQL clients that set variables are not pinned to a connection."""


FAMILIES = {"postgres": "POSTGRESQL", "mysql": "MYSQL"}


class Pool(NamedTuple):
    engine: str
    mode: str
    connections: int  # to the database, from the proxy
    max_connections: int  # that the database takes


def check(mode: str) -> None:
    """Raises ValueError for a mode that the proxy does not have."""
    if mode == "statement":
        raise ValueError(
            "pooling.mode: RDS Proxy gives a connection back after a transaction, never within one; statement pooling "
            "is PgBouncer's (via: pgbouncer)"
        )
    check_choice("pooling.mode", mode, ProxyMode)


def pinning_filters(engine: str, mode: str) -> list[str]:
    """What shall not pin a client to one connection.

    The proxy multiplexes by transaction and pins a client whose session holds state, so `session` is always safe. In
    `transaction` mode MySQL clients that set variables are not pinned (the filter exists for MySQL; for PostgreSQL the
    proxy follows the variables it knows by itself, and both modes are the same). RDS User Guide, "Avoiding pinning".
    """
    return ["EXCLUDE_VARIABLE_SETS"] if (engine, mode) == ("mysql", "transaction") else []


def percent(connections: int, max_connections: int) -> int:
    """The share of the database's connections in per cent, 1 to 100, rounded up: the unit of the proxy's setting."""
    return min(100, max(1, -(-100 * connections // max_connections)))


def database_proxy(
    name: str,
    pool: Pool,
    *,
    instance: aws.rds.Instance,
    secret_arn: Any,
    subnet_ids: Any,
    security_group_id: Any,
    first: list[pulumi.Resource],
    kms_key_arn: Any,
    account: str,
    tags: Mapping[str, Any] | None,
    parent: pulumi.Resource,
) -> pulumi.Output[str]:
    """The proxy `<name>-proxy`, its role, its pool and its target. Returns its name, known only once it leads to
    the database. Clients use TLS, and log in as to the database."""
    opts = pulumi.ResourceOptions(parent=parent)
    role, granted = _role(name, secret_arn, kms_key_arn, account, tags, opts)
    proxy = aws.rds.Proxy(
        f"{name}-proxy",
        engine_family=FAMILIES[pool.engine],
        role_arn=role.arn,
        auths=[{"auth_scheme": "SECRETS", "iam_auth": "DISABLED", "secret_arn": secret_arn}],
        require_tls=True,
        idle_client_timeout=1800,  # seconds; the default
        vpc_subnet_ids=subnet_ids,
        vpc_security_group_ids=[security_group_id],
        tags=tags_with_name(tags, f"{name}-proxy"),
        # A subnet more would replace the proxy, and with it the address everybody uses; two zones are enough.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[granted, *first], ignore_changes=["vpcSubnetIds"]),
    )
    target_group = _pool(name, proxy, pool, opts)
    target = aws.rds.ProxyTarget(
        f"{name}-proxy-target",
        db_proxy_name=proxy.name,
        target_group_name=target_group.name,
        db_instance_identifier=instance.identifier,
        opts=opts,
    )
    return after(proxy.endpoint, target)


def _role(
    name: str,
    secret_arn: Any,
    kms_key_arn: Any,
    account: str,
    tags: Mapping[str, Any] | None,
    opts: pulumi.ResourceOptions,
) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
    """It reads the database's login, and nothing else."""
    role = aws.iam.Role(
        f"{name}-proxy-role",
        assume_role_policy=policies.trust("rds.amazonaws.com", account),
        tags=tags_with_name(tags, f"{name}-proxy-role"),
        opts=opts,
    )
    statements = [policies.read_secrets([secret_arn]), policies.use_key(kms_key_arn)]
    document = policies.document(*statements)
    return role, aws.iam.RolePolicy(f"{name}-proxy-policy", role=role.name, policy=document, opts=opts)


def _pool(name: str, proxy: aws.rds.Proxy, pool: Pool, opts: pulumi.ResourceOptions) -> aws.rds.ProxyDefaultTargetGroup:
    share = percent(pool.connections, pool.max_connections)
    return aws.rds.ProxyDefaultTargetGroup(
        f"{name}-proxy-pool",
        db_proxy_name=proxy.name,
        connection_pool_config={
            "max_connections_percent": share,
            "max_idle_connections_percent": max(1, share // 2),
            "connection_borrow_timeout": 120,  # seconds a client waits for a free connection
            "session_pinning_filters": pinning_filters(pool.engine, pool.mode),
        },
        opts=opts,
    )
