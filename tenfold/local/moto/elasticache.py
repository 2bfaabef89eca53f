"""ElastiCache's parameter groups and user groups, which moto does not have."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.responses import ElastiCacheResponse

from tenfold.local.moto.refusal import Refused

Response = Any
Kept = dict[str, Any]


def _kept(self: Response, kind: str) -> dict[str, Kept]:
    """Kept on the backend object, so that a reset of moto forgets them."""
    return self.elasticache_backend.__dict__.setdefault(f"kept_{kind}", {})


def _one(self: Response, kind: str, key: str, fault: str) -> Kept:
    found = _kept(self, kind)
    if key not in found:
        raise Refused(fault, f"{key} does not exist")
    return found[key]


def _arn(self: Response, kind: str, name: str) -> str:
    return f"arn:aws:elasticache:{self.region}:{self.current_account}:{kind}:{name}"


# ---- parameter groups
def _group(self: Response) -> Kept:
    name = self._get_param("CacheParameterGroupName")
    return _one(self, "parametergroup", name, "CacheParameterGroupNotFoundFault")


def create_cache_parameter_group(self: Response) -> ActionResult:
    name, groups = self._get_param("CacheParameterGroupName"), _kept(self, "parametergroup")
    if name in groups:
        raise Refused("CacheParameterGroupAlreadyExistsFault", f"{name} exists")
    arn = _arn(self, "parametergroup", name)
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


def describe_cache_parameter_groups(self: Response) -> ActionResult:
    wanted = self._get_param("CacheParameterGroupName")
    return ActionResult(
        {"CacheParameterGroups": [_group(self)] if wanted else [*_kept(self, "parametergroup").values()]}
    )


def describe_cache_parameters(self: Response) -> ActionResult:
    """Only what was set: the engines' own hundreds of parameters are not kept here."""
    parameters = _group(self)["parameters"]
    listed = [{"ParameterName": k, "ParameterValue": v, "Source": "user"} for k, v in parameters.items()]
    return ActionResult({"Parameters": listed})


def modify_cache_parameter_group(self: Response) -> ActionResult:
    group = _group(self)
    for given in self._get_param("ParameterNameValues", []):
        group["parameters"][given["ParameterName"]] = given["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})


def reset_cache_parameter_group(self: Response) -> ActionResult:
    group = _group(self)
    for given in self._get_param("ParameterNameValues", []):
        group["parameters"].pop(given["ParameterName"], None)
    return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})


def delete_cache_parameter_group(self: Response) -> EmptyResult:
    del _kept(self, "parametergroup")[_group(self)["CacheParameterGroupName"]]
    return EmptyResult()


# ---- users and user groups
def modify_user(self: Response) -> ActionResult:
    [user] = self.elasticache_backend.describe_users(self._get_param("UserId"))
    for parameter, attribute in (("AccessString", "access_string"), ("Engine", "engine"), ("Passwords", "passwords")):
        if self._get_param(parameter) is not None:
            setattr(user, attribute, self._get_param(parameter))
    return ActionResult(user)


def delete_user(self: Response) -> ActionResult:
    """moto forgets a deleted user only when somebody asks for it; until then the name is taken."""
    user = self.elasticache_backend.delete_user(self._get_param("UserId"))
    self.elasticache_backend.users.pop(user.id)
    return ActionResult(user)


def _user_group(self: Response) -> Kept:
    return _one(self, "usergroup", self._get_param("UserGroupId"), "UserGroupNotFoundFault")


def create_user_group(self: Response) -> ActionResult:
    key, arn = self._get_param("UserGroupId"), _arn(self, "usergroup", self._get_param("UserGroupId"))
    users = self._get_param("UserIds", [])
    group = {"UserGroupId": key, "Engine": self._get_param("Engine"), "UserIds": users, "Status": "active", "ARN": arn}
    _kept(self, "usergroup")[key] = group
    self.elasticache_backend.tagging_service.tag_resource(arn, self._get_param("Tags", []))
    return ActionResult(group)


def describe_user_groups(self: Response) -> ActionResult:
    wanted = self._get_param("UserGroupId")
    return ActionResult({"UserGroups": [_user_group(self)] if wanted else [*_kept(self, "usergroup").values()]})


def modify_user_group(self: Response) -> ActionResult:
    group, gone = _user_group(self), self._get_param("UserIdsToRemove", [])
    group["UserIds"] = [u for u in group["UserIds"] if u not in gone] + self._get_param("UserIdsToAdd", [])
    return ActionResult(group)


def delete_user_group(self: Response) -> ActionResult:
    return ActionResult(_kept(self, "usergroup").pop(_user_group(self)["UserGroupId"]))


def install() -> None:
    """Add them where moto looks for its actions."""
    for action in (
        create_cache_parameter_group,
        describe_cache_parameter_groups,
        describe_cache_parameters,
        modify_cache_parameter_group,
        reset_cache_parameter_group,
        delete_cache_parameter_group,
        modify_user,
        delete_user,
        create_user_group,
        describe_user_groups,
        modify_user_group,
        delete_user_group,
    ):
        setattr(ElastiCacheResponse, action.__name__, action)
