"""Caches."""

from tenfold.diff.values import same
from tenfold.local.aws.call import Call
from tenfold.local.aws.guards.asking import ask, refuse
from tenfold.local.aws.guards.network import check_groups


def cache_network(call: Call) -> None:
    """A cache's security groups are of its subnet group's VPC."""
    if not call.inputs.get("securityGroupIds"):
        return
    if name := call.inputs.get("subnetGroupName"):
        groups = ask(call, "elasticache", "DescribeCacheSubnetGroups", CacheSubnetGroupName=name)
        check_groups(call, "securityGroupIds", groups["CacheSubnetGroups"][0]["VpcId"])


def cache_parameters(call: Call) -> None:
    """A cache's parameter group is of its engine's family, and says of cluster mode what the cache says."""
    name, engine = call.inputs.get("parameterGroupName"), call.inputs.get("engine")
    if not name or not engine or str(name).startswith("default."):
        return
    described = ask(call, "elasticache", "DescribeCacheParameterGroups", CacheParameterGroupName=name)
    family = described["CacheParameterGroups"][0]["CacheParameterGroupFamily"]
    version = str(call.inputs.get("engineVersion") or family.removeprefix(engine))
    if not family.startswith(engine) or not f"{version}.".startswith(f"{family.removeprefix(engine)}."):
        refuse("parameterGroupName", f"{name} is of family {family}, the engine is {engine} {version}")
    set_by_user = ask(call, "elasticache", "DescribeCacheParameters", CacheParameterGroupName=name, Source="user")
    values = {p["ParameterName"]: p.get("ParameterValue") for p in set_by_user["Parameters"]}
    mode = call.inputs.get("clusterMode")
    if mode and (mode != "disabled") != (values.get("cluster-enabled") == "yes"):
        refuse("parameterGroupName", f"cluster-enabled of {name} does not go with clusterMode {mode}")


# Cluster mode changes in these steps, one at a time and with nothing else (User Guide, "Modifying cluster mode").
_MODE_STEPS = {("disabled", "compatible"), ("compatible", "enabled")}

_WITH_A_STEP = {
    "clusterMode",
    "parameterGroupName",
    "numCacheClusters",
    "tags",
    "tagsAll",
    "applyImmediately",
    "__defaults",
}


def cluster_mode(call: Call) -> None:
    """Cluster mode of a cache that runs: AWS's steps, and nothing else while it is between two modes."""
    old, new = (str(inputs.get("clusterMode") or "disabled") for inputs in (call.state, call.inputs))
    if call.id is None or "disabled" == old == new or "enabled" == old == new:
        return
    if old != new and (old, new) not in _MODE_STEPS:
        way = "it goes from disabled to compatible to enabled, one step at a time and never back"
        refuse("clusterMode", f"{old} cannot become {new}: {way}")
    moved = [k for k, v in call.inputs.items() if k not in _WITH_A_STEP and not same(call.state.get(k, v), v)]
    if moved:
        when = "in the same step as clusterMode" if old != new else "while clusterMode is compatible"
        refuse(moved[0], f"cannot change {when}")
