"""What moto's IAM lacks: a role that is not in an instance profile cannot be taken out of it."""

from typing import Any

from moto.iam.models import IAMBackend

from tenfold.local.moto.patching import replace
from tenfold.local.moto.refusal import Refused


@replace(IAMBackend, "remove_role_from_instance_profile")
def remove_role_from_instance_profile(original: Any, self: Any, profile_name: str, role_name: str) -> None:
    """moto breaks on one that is not in it."""
    if role_name not in [role.name for role in self.get_instance_profile(profile_name).roles]:
        raise Refused("NoSuchEntity", f"the role {role_name} is not in the instance profile {profile_name}")
    original(self, profile_name, role_name)
