"""Parameter groups of ElastiCache, which moto does not have."""

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.responses import ElastiCacheResponse

from tenfold.local.moto.elasticache.kept_groups import Kept, arn_of, groups_of_kind, kept_one
from tenfold.local.moto.patching import Response, add
from tenfold.local.moto.refusal import Refused


def _group(self: Response) -> Kept:
    name = self._get_param("CacheParameterGroupName")
    return kept_one(self, "parametergroup", name, "CacheParameterGroupNotFound")


@add(ElastiCacheResponse)
def create_cache_parameter_group(self: Response) -> ActionResult:
    name, groups = self._get_param("CacheParameterGroupName"), groups_of_kind(self, "parametergroup")
    if name in groups:
        raise Refused("CacheParameterGroupAlreadyExistsFault", f"{name} exists")
    arn = arn_of(self, "parametergroup", name)
    groups[name] = {
        "CacheParameterGroupName": name,
        "CacheParameterGroupFamily": self._get_param("CacheParameterGroupFamily"),
        "Description": self._get_param("Description"),
        "IsGlobal": False,
        "ARN": arn,
        "parameters": {},
    }
    self.elasticache_backend.tagging_service.tag_resource(arn, self._get_param("Tags", []))
    return ActionResult({"CacheParameterGroup": groups[name]})


@add(ElastiCacheResponse)
def describe_cache_parameter_groups(self: Response) -> ActionResult:
    name = self._get_param("CacheParameterGroupName")
    return ActionResult(
        {"CacheParameterGroups": [_group(self)] if name else [*groups_of_kind(self, "parametergroup").values()]}
    )


@add(ElastiCacheResponse)
def describe_cache_parameters(self: Response) -> ActionResult:
    """Only what was set: the engines' own hundreds of parameters are not kept here."""
    parameters = _group(self)["parameters"]
    listed = [{"ParameterName": k, "ParameterValue": v, "Source": "user"} for k, v in parameters.items()]
    return ActionResult({"Parameters": listed})


@add(ElastiCacheResponse)
def modify_cache_parameter_group(self: Response) -> ActionResult:
    group = _group(self)
    for parameter in self._get_param("ParameterNameValues", []):
        group["parameters"][parameter["ParameterName"]] = parameter["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})


@add(ElastiCacheResponse)
def reset_cache_parameter_group(self: Response) -> ActionResult:
    group = _group(self)
    for parameter in self._get_param("ParameterNameValues", []):
        group["parameters"].pop(parameter["ParameterName"], None)
    return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})


@add(ElastiCacheResponse)
def delete_cache_parameter_group(self: Response) -> EmptyResult:
    del groups_of_kind(self, "parametergroup")[_group(self)["CacheParameterGroupName"]]
    return EmptyResult()
