"""Volumes."""

from tenfold.local.aws.convert import UNKNOWN
from tenfold.local.aws.rules.values import Inputs, Violations


def volume(inputs: Inputs) -> Violations:
    kind = inputs.get("type", "gp2")
    if kind in ("io1", "io2") and inputs.get("iops") is None:
        return [("iops", f"is required for {kind}")]
    if inputs.get("throughput") and kind not in ("gp3", UNKNOWN):
        return [("throughput", f"is only for gp3, not for {kind}")]
    return [] if inputs.get("size") or inputs.get("snapshotId") else [("size", "a size or a snapshot is needed")]
