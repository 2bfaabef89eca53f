"""What this repository's pipeline may do in an account. A person runs it, once in each account; no pipeline does.

Edit Pulumi.yaml beside it, then, with credentials of an administrator and the backend and key that the pipeline has:

    pulumi stack init account --secrets-provider "$TENFOLD_SECRETS_PROVIDER"
    pulumi up

Its outputs are the variables of the pipeline: TENFOLD_READ_ROLE_ARN, and AWS_ROLE_ARN of each environment.
"""

import pulumi

from tenfold.components.ci_roles import CiRoles, CiRolesArgs, Forge

config = pulumi.Config()
args: CiRolesArgs = {
    "forge": Forge(config.require("forge")),
    "repository": config.require("repository"),
    "branch": config.require("branch"),
    "apps": config.require_object("apps"),
    "environments": config.require_object("environments"),
    "state_bucket_arn": config.require("state_bucket_arn"),
    "state_key_arn": config.require("state_key_arn"),
}
for key in ("identity_provider_arn", "issuer", "boundary_arn"):
    if value := config.get(key):
        args[key] = value

roles = CiRoles("tenfold-ci", args)
pulumi.export("TENFOLD_READ_ROLE_ARN", roles.read_role_arn)
pulumi.export("AWS_ROLE_ARN", roles.role_arn_by_environment)
