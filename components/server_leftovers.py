"""What a server leaves when a fleet has taken its place: files and an address, until somebody says they may go."""

from enum import StrEnum
from typing import NotRequired, TypedDict

import pulumi

from tenfold.components.parts.component import Component
from tenfold.components.parts.volume import DataVolume, address_of, volume_of
from tenfold.components.plans.choices import check_choice


class Leftover(StrEnum):
    DATA = "data"
    """The volume."""
    ADDRESS = "address"
    """The elastic IP."""


class ServerLeftoversArgs(TypedDict):
    parts: list[Leftover]
    """What stays. A volume that is deleted leaves a snapshot. Change: what is taken out is deleted: refused while it is
    protected, which `tenfold promote --release` lifts."""
    availability_zone: pulumi.Input[str]
    """The server's, as it was. Change: replaces the volume: refused while it is protected."""
    kms_key_arn: pulumi.Input[str]
    """The server's, as it was. Change: replaces the volume: refused while it is protected."""
    throwaway: NotRequired[bool]
    """No protection. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class ServerLeftovers(Component[ServerLeftoversArgs]):
    """The same resources under the same URNs as those of the Server that went, hence its type. No more snapshots are
    taken: nothing writes to the volume any more. Raises ValueError for what a server does not leave."""

    goes_on_with = "Server"

    def __init__(self, name: str, args: ServerLeftoversArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        for part in args["parts"]:
            check_choice("parts", part, Leftover)
        protect, tags = self._keeps, args.get("tags")
        if "data" in args["parts"]:
            # Its size is what it was; the blueprint no longer says it, and 1 GiB stands for it.
            volume = DataVolume(1, args["availability_zone"], args["kms_key_arn"], snapshots=0)
            stays = self._child(protect=protect, ignore_changes=["size"])
            volume_of(name, volume, tags=self._tags(f"{name}-data"), opts=stays)
        if "address" in args["parts"]:
            address_of(name, tags=tags, opts=self._child(protect=protect))
        self._register()
