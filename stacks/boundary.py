"""`permissions_boundary:` of a blueprint: the policy beyond which no role of the stack may go, those of `own/` too."""

import pulumi

_ROLE = "aws:iam/role:Role"


def register(policy_arn: str | None) -> None:
    """Gives every role registered from now on this permissions boundary."""
    if policy_arn is None:
        return

    def set_boundary(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != _ROLE:
            return None
        return pulumi.ResourceTransformationResult({**args.props, "permissions_boundary": policy_arn}, args.opts)

    pulumi.runtime.register_stack_transformation(set_boundary)
