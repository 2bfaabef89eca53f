"""Pods of a service over time, for a person."""

from tenfold.local.kubernetes.load import Pods

WIDTH = 40  # characters of the longest bar


def line(pods: Pods) -> str:
    """`   0:15  cpu  160 %    4 pods → 8   ████`; a bar's length is the part of the maximum."""
    clock = f"{int(pods.seconds) // 60}:{int(pods.seconds) % 60:02}"
    use = "    -" if pods.use is None else f"{pods.use:>3} %"
    way = f"→ {pods.desired}" if pods.desired != pods.pods else ""
    bar = "█" * round(pods.pods * min(1.0, WIDTH / max(1, pods.most)))
    return f"  {clock:>5}  cpu {use}  {pods.pods:>4} pods {way:<6}{bar}".rstrip()
