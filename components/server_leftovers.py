"""What a server leaves when a fleet has taken its place: files and an address, until somebody says they may go."""

from enum import StrEnum
from typing import NotRequired, TypedDict

import pulumi

from components.parts.component import Component
from components.parts.volume import DataVolume, address_of, volume_of
from components.plans.choices import check_choice


class Leftover(StrEnum):
    DATA = "data"
    """The volume."""
    ADDRESS = "address"
    """The elastic IP."""


class ServerLeftoversArgs(TypedDict):
    keep: list[Leftover]
    """`data` (the volume), `address` (the elastic IP), or both. One taken out is deleted: refused while it is
    protected, which `tenfold promote --release` lifts. A deleted volume leaves a snapshot."""
    availability_zone: pulumi.Input[str]
    """The server's, as it was. A change would replace the volume: refused while protected."""
    kms_key_arn: pulumi.Input[str]
    """The server's, as it was. A change would replace the volume: refused while protected."""
    throwaway: NotRequired[bool]
    """No protection; default false. In place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. In place."""


class ServerLeftovers(Component[ServerLeftoversArgs]):
    """The same resources under the same URNs as those of the Server that went, hence its type. No more snapshots are
    taken: nothing writes to the volume any more. Raises ValueError for what a server does not leave."""

    goes_on_with = "Server"

    def __init__(self, name: str, args: ServerLeftoversArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        for part in args["keep"]:
            check_choice("keep", part, Leftover)
        protect, tags = self._keeps, args.get("tags")
        if "data" in args["keep"]:
            # Its size is what it was; the blueprint no longer says it.
            wanted = DataVolume(1, args["availability_zone"], args["kms_key_arn"], keep=0)
            stays = self._child(protect=protect, ignore_changes=["size"])
            volume_of(name, wanted, tags=self._tags(f"{name}-data"), opts=stays)
        if "address" in args["keep"]:
            address_of(name, tags=tags, opts=self._child(protect=protect))
        self._register()
