"""What is watched, and who is told."""

from collections.abc import Mapping

from tenfold.blueprints.choices import Severity
from tenfold.blueprints.value import Value


class Alarm(Value):
    """What a blueprint sets for one alarm; None where it sets nothing."""

    threshold: tuple[str, float] | None = None  # percent, seconds, bytes or count, and how many
    seconds: int | None = None  # beyond the threshold until it rings
    severity: Severity | None = None
    rings: bool = True


class Signals(Value):
    latency_p99: float  # seconds
    errors: float  # fraction of requests
    saturation: float  # fraction
    alarms: Mapping[str, Alarm]
    notify: tuple[str, ...]  # `email:…`, `https:…`, or an SNS topic's ARN
