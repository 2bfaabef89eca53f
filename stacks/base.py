"""What every tier of a stack is given: its name's prefix, the provider of its region, tags, protection."""

from typing import Any

import pulumi
import pulumi_aws as aws

from blueprints.architecture import Architecture
from blueprints.value import Value


class Base(Value):
    architecture: Architecture
    provider: aws.Provider
    options: pulumi.ResourceOptions
    tags: dict[str, pulumi.Input[str]]

    @property
    def host_has_database(self) -> bool:
        """Stage 1; and to the end of a promotion from it, for it is the way back."""
        moving = self.architecture.promotion
        return not self.architecture.has("database") or bool(moving and "data" in moving.moves)

    @property
    def database_on_host(self) -> bool:
        """Whether the application uses the host's: while it is promoted the managed one is empty until its owner has
        filled it and said so (`moved: {data: true}`)."""
        moving = self.architecture.promotion
        return self.host_has_database and not (moving and not moving.holds("data"))

    def name(self, tier: str) -> str:
        """`shop-database`: the role, never a stage, a count or a zone, so that every stage finds it again."""
        return f"{self.architecture.name}-{tier}"

    def common(self, **args: Any) -> Any:
        """`args` with what all components take the same way."""
        return {**args, "tags": self.tags}

    def keeping(self, **args: Any) -> Any:
        """`common` for components that hold data: protected unless the environment may be thrown away."""
        return {**self.common(**args), "throwaway": self.architecture.throwaway}


def base(architecture: Architecture) -> Base:
    """Makes the region's provider, named by role: a second region adds `aws-standby` beside it."""
    primary = aws.Provider("aws-primary", region=architecture.region)
    return Base(architecture, primary, pulumi.ResourceOptions(providers={"aws": primary}), tags(architecture))


def tags(architecture: Architecture) -> dict[str, pulumi.Input[str]]:
    """On every resource. No stage among them: a promotion must not touch what it does not change."""
    owner: dict[str, pulumi.Input[str]] = {"owner": architecture.owner} if architecture.owner else {}
    return {
        **architecture.tags,
        **owner,
        "application": architecture.name,
        "environment": architecture.environment,
        "stack": stack_tag(architecture),
        "managed-by": "tenfold",
    }


def stack_tag(architecture: Architecture) -> str:
    """Value of the tag `stack`, by which the budget counts."""
    return f"{architecture.name}-{architecture.environment}"
