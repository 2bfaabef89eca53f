"""ShardMap: the published table that says which key is on which database."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component
from tenfold.components.settings import settings_path

BYTES = 4096  # of a parameter of the standard tier (API reference, PutParameter)


class ShardMapArgs(TypedDict):
    application: str
    """First part of the parameter's path. Change: replaces the map: refused while it is protected."""
    environment: str
    """Second part of the path. Change: replaces the map: refused while it is protected."""
    key: str
    """The column that decides; every row is placed by it. Kept for those who look at the stack. Change: none, it is for
    life."""
    by: str
    """`hash` or `month`: how a key becomes a bucket. Change: none, it is for life."""
    buckets: int
    """Number of buckets. Change: none, it is for life."""
    first: str
    """The map on the day it is made, as text, at most 4,096 bytes. Change: does nothing; later maps are published by
    moves (docs/shards.md)."""
    throwaway: NotRequired[bool]
    """No protection of the map. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the parameter. Default: none. Change: in place."""


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
