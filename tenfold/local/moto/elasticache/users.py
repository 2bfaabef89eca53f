"""Users of ElastiCache, which moto does not change, and user groups, which it does not have."""

from moto.core.responses import ActionResult
from moto.elasticache.responses import ElastiCacheResponse

from tenfold.local.moto.elasticache.kept_groups import Kept, arn_of, groups_of_kind, kept_one
from tenfold.local.moto.patching import Response, add, refuse_taken


@add(ElastiCacheResponse)
def modify_user(self: Response) -> ActionResult:
    [user] = self.elasticache_backend.describe_users(self._get_param("UserId"))
    for parameter, attribute in (("AccessString", "access_string"), ("Engine", "engine"), ("Passwords", "passwords")):
        if self._get_param(parameter) is not None:
            setattr(user, attribute, self._get_param(parameter))
    return ActionResult(user)


@add(ElastiCacheResponse)
def delete_user(self: Response) -> ActionResult:
    """moto forgets a deleted user only when somebody asks for it; until then the name is taken."""
    user = self.elasticache_backend.delete_user(self._get_param("UserId"))
    self.elasticache_backend.users.pop(user.id)
    return ActionResult(user)


def _user_group(self: Response) -> Kept:
    return kept_one(self, "usergroup", self._get_param("UserGroupId"), "UserGroupNotFound")


@add(ElastiCacheResponse)
def create_user_group(self: Response) -> ActionResult:
    key, arn = self._get_param("UserGroupId"), arn_of(self, "usergroup", self._get_param("UserGroupId"))
    users = self._get_param("UserIds", [])
    group = {"UserGroupId": key, "Engine": self._get_param("Engine"), "UserIds": users, "Status": "active", "ARN": arn}
    groups_of_kind(self, "usergroup")[key] = group
    self.elasticache_backend.tagging_service.tag_resource(arn, self._get_param("Tags", []))
    return ActionResult(group)


@add(ElastiCacheResponse)
def describe_user_groups(self: Response) -> ActionResult:
    name = self._get_param("UserGroupId")
    return ActionResult({"UserGroups": [_user_group(self)] if name else [*groups_of_kind(self, "usergroup").values()]})


@add(ElastiCacheResponse)
def modify_user_group(self: Response) -> ActionResult:
    group, gone = _user_group(self), self._get_param("UserIdsToRemove", [])
    group["UserIds"] = [u for u in group["UserIds"] if u not in gone] + self._get_param("UserIdsToAdd", [])
    return ActionResult(group)


@add(ElastiCacheResponse)
def delete_user_group(self: Response) -> ActionResult:
    return ActionResult(groups_of_kind(self, "usergroup").pop(_user_group(self)["UserGroupId"]))


@refuse_taken(
    ElastiCacheResponse, "create_user_group", "UserGroupAlreadyExists", "a user group with this id already exists"
)
def _user_group_exists(self: Response) -> bool:
    return self._get_param("UserGroupId") in groups_of_kind(self, "usergroup")
