"""What moto's RDS lacks: replicas and proxies as AWS keeps them, and names that are taken."""

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.models import RDSBackend
from moto.rds.responses import RDSResponse

from tenfold.local.moto.patching import Response, keep, refuse_taken, replace
from tenfold.local.moto.refusal import Refused


@replace(RDSBackend, "modify_db_subnet_group")
def modify_db_subnet_group(original: Any, self: Any, subnet_name: str, *args: Any, **named: Any) -> Any:
    """moto takes the group out and forgets to put it back."""
    group = original(self, subnet_name, *args, **named)
    self.subnet_groups[subnet_name] = group
    return group


@replace(RDSBackend, "create_db_instance_read_replica")
def create_db_instance_read_replica(original: Any, self: Any, arguments: dict[str, Any]) -> Any:
    """A replica is not protected because its source is."""
    replica = original(self, arguments)
    replica.deletion_protection = bool(arguments.get("deletion_protection"))
    return replica


@replace(RDSBackend, "promote_read_replica")
def promote_read_replica(original: Any, self: Any, arguments: dict[str, Any]) -> Any:
    """moto leaves the link at both ends."""
    replica = self.databases[arguments["db_instance_identifier"]]
    source = replica.source_db_instance_identifier
    answer = original(self, arguments)
    if source:
        primary = self.find_db_from_id(source)
        own = (replica.db_instance_identifier, replica.db_instance_arn)
        primary.replicas = [x for x in primary.replicas if x not in own]
        replica.source_db_instance_identifier = None
    return answer


@replace(RDSResponse, "modify_db_proxy")
def modify_db_proxy(_: Any, self: Response) -> ActionResult:
    proxy = self.backend.db_proxies.get(self.params.get("DBProxyName"))
    if proxy is None:
        raise Refused("DBProxyNotFoundFault", "the proxy does not exist")
    attributes = {
        "Auth": "auth",
        "RequireTLS": "require_tls",
        "IdleClientTimeout": "idle_client_timeout",
        "DebugLogging": "debug_logging",
        "RoleArn": "role_arn",
        "SecurityGroups": "vpc_security_group_ids",
    }
    for parameter, attribute in attributes.items():
        if self.params.get(parameter) is not None:
            setattr(proxy, attribute, self.params[parameter])
    return ActionResult({"DBProxy": proxy})


@replace(RDSBackend, "delete_db_proxy")
def delete_db_proxy(original: Any, self: Any, proxy_name: str) -> Any:
    """moto breaks on one that is not there."""
    if proxy_name not in self.db_proxies:
        raise Refused("DBProxyNotFoundFault", f"the proxy {proxy_name} does not exist")
    return original(self, proxy_name)


def _database(self: Response) -> Any:
    return self.backend.databases[self.params["DBInstanceIdentifier"]]


keep(
    RDSResponse,
    ("create_db_instance", "modify_db_instance"),
    _database,
    {
        "EnablePerformanceInsights": "performance_insights_enabled",
        "PerformanceInsightsRetentionPeriod": "performance_insights_retention_period",
        "DBPortNumber": "port",
    },
)


# ---- what is taken
@refuse_taken(RDSResponse, "create_db_subnet_group", "DBSubnetGroupAlreadyExists", "the DB subnet group already exists")
def _subnet_group_exists(self: Response) -> bool:
    return self.params.get("DBSubnetGroupName") in self.backend.subnet_groups


@refuse_taken(RDSResponse, "create_db_instance_read_replica", "DBInstanceAlreadyExists", "DB instance already exists")
def _database_exists(self: Response) -> bool:
    return self.params.get("DBInstanceIdentifier") in self.backend.databases


@refuse_taken(
    RDSResponse,
    "register_db_proxy_targets",
    "DBProxyTargetAlreadyRegisteredFault",
    "the target is already registered with the proxy",
)
def _is_target(self: Response) -> bool:
    proxy = self.backend.db_proxies.get(self.params.get("DBProxyName"))
    group = proxy and proxy.proxy_target_groups.get(self.params.get("TargetGroupName") or "default")
    wanted = {*self.params.get("DBInstanceIdentifiers", ()), *self.params.get("DBClusterIdentifiers", ())}
    return bool(group) and any(target.rds_resource_id in wanted for target in group.targets)
