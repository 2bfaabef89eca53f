"""What moto's IAM lacks: a role that is not in an instance profile cannot be taken out of it, and the audiences of an
identity provider change. And AWS's own policies, read once."""

import copy
from typing import Any

from moto.core.responses import EmptyResult
from moto.iam.models import IAMBackend, ManagedPolicy
from moto.iam.responses import IamResponse

from tenfold.local.moto.patching import Response, add, replace
from tenfold.local.moto.refusal import Refused


@replace(IAMBackend, "remove_role_from_instance_profile")
def remove_role_from_instance_profile(original: Any, self: Any, profile_name: str, role_name: str) -> None:
    """moto breaks on one that is not in it."""
    if role_name not in [role.name for role in self.get_instance_profile(profile_name).roles]:
        raise Refused("NoSuchEntity", f"the role {role_name} is not in the instance profile {profile_name}")
    original(self, profile_name, role_name)


_OF_AWS: dict[tuple[str, str], list[ManagedPolicy]] = {}  # by account and region


@replace(IAMBackend, "_init_aws_policies")
def init_aws_policies(original: Any, self: Any) -> list[ManagedPolicy]:
    """1,500 policies from a megabyte of JSON: moto reads them again after each reset. Of such a policy only the number
    of attachments changes, so a shallow copy is a new one."""
    key = (self.account_id, self.region_name)
    if key not in _OF_AWS:
        _OF_AWS[key] = original(self)
    return [copy.copy(policy) for policy in _OF_AWS[key]]


@add(IamResponse)
def add_client_id_to_open_id_connect_provider(self: Response) -> EmptyResult:
    """One that is there already is no error (API reference)."""
    audiences, audience = _audiences(self), self._get_param("ClientID")
    if audience not in audiences:
        audiences.append(audience)
    return EmptyResult()


@add(IamResponse)
def remove_client_id_from_open_id_connect_provider(self: Response) -> EmptyResult:
    """One that is not there is no error either."""
    audiences, audience = _audiences(self), self._get_param("ClientID")
    if audience in audiences:
        audiences.remove(audience)
    return EmptyResult()


def _audiences(self: Response) -> list[str]:
    return self.backend.get_open_id_connect_provider(self._get_param("OpenIDConnectProviderArn")).client_id_list
