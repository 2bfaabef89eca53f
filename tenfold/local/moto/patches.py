"""What moto 5.2.5 lacks and the local cloud needs: loaded in the server process, and by tests before `mock_aws`.

Each patch replaces or adds one private part of moto, which is why moto is pinned exactly. moto serializes model
attributes by the API's own shapes, so a parameter it drops is kept by setting the attribute (`keep`)."""

import re
import uuid
from typing import Any

from moto.autoscaling.responses import AutoScalingResponse
from moto.budgets.models import Notification
from moto.budgets.responses import BudgetsResponse
from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.iam.models import IAMBackend
from moto.kms.models import kms_backends
from moto.kms.responses import KmsResponse
from moto.logs.responses import LogsResponse
from moto.rds.models import RDSBackend
from moto.rds.responses import RDSResponse

from tenfold.local.aws.clients import NOT_IMPLEMENTED
from tenfold.local.moto import autoscaling as moto_autoscaling
from tenfold.local.moto import cloudfront as moto_cloudfront
from tenfold.local.moto import dlm as moto_dlm
from tenfold.local.moto import ec2 as moto_ec2
from tenfold.local.moto import elasticache as moto_elasticache
from tenfold.local.moto import memcached as moto_memcached
from tenfold.local.moto import protection as moto_protection
from tenfold.local.moto import replication as moto_replication
from tenfold.local.moto import route53 as moto_route53
from tenfold.local.moto import ssm as moto_ssm
from tenfold.local.moto import taken as moto_taken
from tenfold.local.moto.patching import Response, keep, replace
from tenfold.local.moto.refusal import Refused


def _missing(what: str) -> Refused:
    return Refused("NotFoundException", f"{what} does not exist")


# ---- what is absent is said, instead of an answer no client can read
@replace(BaseResponse, "call_action")
def call_action(original: Any, self: Response) -> Any:
    try:
        return original(self)
    except NotImplementedError as absent:
        return self.serialized(ActionResult(Refused(NOT_IMPLEMENTED, str(absent))))


# ---- RDS
@replace(RDSBackend, "modify_db_subnet_group")
def modify_db_subnet_group(original: Any, self: Any, subnet_name: str, *given: Any, **named: Any) -> Any:
    """moto takes the group out and forgets to put it back."""
    group = original(self, subnet_name, *given, **named)
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


# ---- ElastiCache
@replace(ElastiCacheResponse, "delete_cache_subnet_group")
def delete_cache_subnet_group(_: Any, self: Response) -> EmptyResult:
    name = self._get_param("CacheSubnetGroupName")
    self.elasticache_backend.describe_cache_subnet_groups(name)  # raises when it is absent
    del self.elasticache_backend.cache_subnet_groups[name]
    return EmptyResult()


@replace(ElastiCacheResponse, "modify_cache_subnet_group")
def modify_cache_subnet_group(_: Any, self: Response) -> ActionResult:
    backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
    [old] = backend.describe_cache_subnet_groups(name)
    del backend.cache_subnet_groups[name]
    description = self._get_param("CacheSubnetGroupDescription") or old.cache_subnet_group_description
    subnets = self._get_param("SubnetIds", []) or old.subnet_ids
    return ActionResult({"CacheSubnetGroup": backend.create_cache_subnet_group(name, description, subnets, old.tags)})


@replace(ElastiCacheBackend, "create_replication_group")
def create_replication_group(original: Any, self: Any, **given: Any) -> Any:
    """moto ignores NumCacheClusters, and loses the engine, its version and the readers' address."""
    if (
        given.get("num_cache_clusters")
        and not given.get("replicas_per_node_group")
        and not given.get("num_node_groups")
    ):
        given["replicas_per_node_group"] = given["num_cache_clusters"] - 1
    held = self.replication_groups.get(given["replication_group_id"])
    if held and held.status == "deleting":  # moto answers `deleting` for ever; the name would never be free again
        del self.replication_groups[given["replication_group_id"]]
    group = original(self, **given)
    group.engine, group.engine_version = given.get("engine"), given.get("engine_version")
    for shard in group.node_groups:
        if "reader_endpoint_address" in shard:
            shard["reader_endpoint"] = {"address": shard["reader_endpoint_address"], "port": shard["port"]}
    return group


def _replication_group(self: Response) -> Any:
    return self.elasticache_backend.replication_groups[self._get_param("ReplicationGroupId")]


keep(
    ElastiCacheResponse,
    ("create_replication_group", "modify_replication_group"),
    _replication_group,
    {"SnapshotWindow": "snapshot_window", "AutoMinorVersionUpgrade": "auto_minor_version_upgrade"},
)


@replace(ElastiCacheBackend, "__init__")
def elasticache_backend(original: Any, self: Any, *given: Any, **named: Any) -> None:
    original(self, *given, **named)
    kinds = "cluster|snapshot|subnetgroup|replicationgroup|user|usergroup|parametergroup"
    self.arn_regex = re.compile(rf"^arn:aws[\w-]*:elasticache:[^:]+:\d+:({kinds}):.+")


# ---- Auto Scaling
def _group(self: Response) -> Any:
    return self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]


keep(
    AutoScalingResponse,
    ("create_auto_scaling_group", "update_auto_scaling_group"),
    _group,
    {
        "DefaultCooldown": "default_cooldown",
        "TerminationPolicies": "termination_policies",
        "CapacityRebalance": "capacity_rebalance",
        "DefaultInstanceWarmup": "default_instance_warmup",
        "MaxInstanceLifetime": "max_instance_lifetime",
        "InstanceMaintenancePolicy": "instance_maintenance_policy",
    },
)


@replace(AutoScalingResponse, "start_instance_refresh")
def start_instance_refresh(_: Any, self: Response) -> ActionResult:
    """Every instance is replaced by one of the current launch template, at once; the old ones leave their balancers."""
    group, backend = _group(self), self.autoscaling_backend
    old = [state.instance.id for state in group.instance_states]
    for key in old:
        for target_group in group.target_group_arns:
            backend.elbv2_backend.deregister_targets(target_group, [{"Id": key}])
        backend.terminate_instance(key, False)
    key = str(uuid.uuid4())
    refreshes = group.__dict__.setdefault("kept_refreshes", [])
    refreshes.insert(0, {"InstanceRefreshId": key, "Status": "Successful", "PercentageComplete": 100})
    return ActionResult({"InstanceRefreshId": key})


@replace(AutoScalingResponse, "describe_instance_refreshes")
def describe_instance_refreshes(_: Any, self: Response) -> ActionResult:
    return ActionResult({"InstanceRefreshes": _group(self).__dict__.get("kept_refreshes", [])})


# ---- KMS
def _key(self: Response) -> Any:
    return self.kms_backend.describe_key(self._get_param("KeyId"))


@replace(KmsResponse, "replicate_key")
def replicate_key(_: Any, self: Response) -> ActionResult:
    """Asked in the replica's region, as every resource is here; moto drops description, policy and tags, and lets the
    two keys share what each has of its own."""
    _, _, _, region, _, key_id = self._get_param("KeyId").split(":")
    primaries, here = kms_backends[self.current_account][region], self.kms_backend
    replica = primaries.replicate_key(key_id.removeprefix("key/"), self._get_param("ReplicaRegion"))
    replica.policy = self._get_param("Policy") or replica.generate_default_policy()
    replica.description = self._get_param("Description") or ""
    replica.grants, replica.aliases = {}, {}
    replica.enabled, replica.key_state, replica.deletion_date = True, "Enabled", None
    here.tagger.tag_resource(replica.id, self._get_param("Tags") or [])
    return ActionResult({"ReplicaKeyMetadata": replica.to_dict()["KeyMetadata"], "ReplicaPolicy": replica.policy})


keep(KmsResponse, ("enable_key_rotation",), _key, {"RotationPeriodInDays": "rotation_period_in_days"})


# ---- IAM
@replace(IAMBackend, "remove_role_from_instance_profile")
def remove_role_from_instance_profile(original: Any, self: Any, profile_name: str, role_name: str) -> None:
    """moto breaks on one that is not in it."""
    if role_name not in [role.name for role in self.get_instance_profile(profile_name).roles]:
        raise Refused("NoSuchEntity", f"the role {role_name} is not in the instance profile {profile_name}")
    original(self, profile_name, role_name)


# ---- Logs
def _log_group(self: Response) -> Any:
    name = self._get_param("logGroupName")
    if name not in self.logs_backend.groups:
        raise Refused("ResourceNotFoundException", "the log group does not exist")
    return self.logs_backend.groups[name]


@replace(LogsResponse, "associate_kms_key")
def associate_kms_key(_: Any, self: Response) -> str:
    _log_group(self).kms_key_id = self._get_param("kmsKeyId")
    return ""


@replace(LogsResponse, "disassociate_kms_key")
def disassociate_kms_key(_: Any, self: Response) -> str:
    _log_group(self).kms_key_id = None
    return ""


# ---- Budgets
def _budget(self: Response) -> Any:
    budgets = self.backend.budgets[self._get_param("AccountId")]
    name = self._get_param("BudgetName") or (self._get_param("NewBudget") or {}).get("BudgetName")
    if name not in budgets:
        raise _missing(f"the budget {name}")
    return budgets[name]


@replace(BudgetsResponse, "update_budget")
def update_budget(_: Any, self: Response) -> str:
    found = _budget(self)
    found.budget = {**self._get_param("NewBudget"), "TimePeriod": found.budget["TimePeriod"]} | {
        k: v for k, v in self._get_param("NewBudget").items() if k == "TimePeriod"
    }
    return "{}"


def _notification(self: Response) -> Notification:
    wanted = self._get_param("Notification")
    for found in _budget(self).notifications:
        if all(found.details.get(k) == v for k, v in wanted.items()):
            return found
    raise _missing("the notification")


@replace(BudgetsResponse, "describe_subscribers_for_notification")
def describe_subscribers_for_notification(_: Any, self: Response) -> ActionResult:
    return ActionResult({"Subscribers": _notification(self).subscribers})


def _budget_tags(self: Response) -> dict[str, str]:
    """Tags lie on the budget's own object: they go when it goes."""
    name = self._get_param("ResourceARN").rpartition("/")[2]
    budgets = self.backend.budgets[self.current_account]
    if name not in budgets:
        raise _missing(f"the budget {name}")
    return budgets[name].__dict__.setdefault("kept_tags", {})


@replace(BudgetsResponse, "tag_resource")
def tag_budget(_: Any, self: Response) -> str:
    _budget_tags(self).update({t["Key"]: t["Value"] for t in self._get_param("ResourceTags")})
    return "{}"


@replace(BudgetsResponse, "untag_resource")
def untag_budget(_: Any, self: Response) -> str:
    for key in self._get_param("ResourceTagKeys"):
        _budget_tags(self).pop(key, None)
    return "{}"


@replace(BudgetsResponse, "list_tags_for_resource")
def list_budget_tags(_: Any, self: Response) -> ActionResult:
    return ActionResult({"ResourceTags": [{"Key": k, "Value": v} for k, v in _budget_tags(self).items()]})


moto_cloudfront.install()
moto_dlm.install()
moto_elasticache.install()
moto_memcached.install()
moto_replication.install()
moto_taken.install()

__all__ = ["moto_autoscaling", "moto_ec2", "moto_protection", "moto_route53", "moto_ssm"]  # patched by being imported
