"""ShardMap: the published table that says which key is on which database."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.parts.component import Component
from components.settings import settings_path

BYTES = 4096  # of a parameter of the standard tier (API reference, PutParameter)


class ShardMapArgs(TypedDict):
    application: str
    """First part of the parameter's path. A change would replace the map: refused while protected."""
    environment: str
    """Second part of the path. As above."""
    key: str
    """The column that decides. For life: every row is placed by it. Kept here for those who look at the stack."""
    by: str
    """`hash` or `month`: how a key becomes a bucket. For life."""
    buckets: int
    """Number of buckets. For life."""
    first: str
    """The map as a text, for the day it is made. Later ones are published by moves (docs/shards.md), not by this
    program: a change here does nothing."""
    throwaway: NotRequired[bool]
    """No protection of the map; default false. In place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the parameter. In place."""


class ShardMap(Component[ShardMapArgs]):
    """The parameter `/<application>/<environment>/shards/map`, beside the settings: the application reads it by itself,
    and hosts do not restart it for that.

    Protected, because the map says where the rows are: the first one would be wrong after any move. Raises ValueError
    for a map that is larger than a parameter.
    """

    parameter: pulumi.Output[str]
    """Name of the parameter."""

    def __init__(self, name: str, args: ShardMapArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        if (size := len(args["first"].encode())) > BYTES:
            raise ValueError(f"first: the map has {size} bytes, a parameter holds {BYTES}")
        child = f"{name}-map"
        parameter = aws.ssm.Parameter(
            child,
            name=f"{settings_path(args['application'], args['environment'])}/shards/map",
            type="String",
            tier="Standard",
            value=args["first"],
            tags=self._tags(child),
            opts=self._child(protect=self._keeps, ignore_changes=["value"]),
        )
        self.parameter = parameter.name
        self._register()
