"""Alarms and their recipients."""

from typing import Annotated

from blueprints.grammar import units
from blueprints.grammar.fields import Section, optional
from blueprints.grammar.forms import Measured, Spelled

Notice = Annotated[str, Spelled(
    "TF-V022", r"email:[^@\s:]+@[^@\s]+\.[^@\s]+|https://[^\s/]+[^\s]*|arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+",
    "a recipient of notices", "Write email:ops@example.com, an https:// address, or the ARN of an SNS topic.", 512,
)]  # fmt: skip


class Latency(Section):
    p99: Annotated[float, Measured(units.LATENCY, 0.001, 300, "from 1ms to 5m")] | None = optional(
        "99 of 100 answers are faster; alarm when not.", "in-place"
    )


class Signals(Section):
    """The golden signals and their recipients."""

    latency: Latency | None = optional("Latency.", "in-place")
    errors: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "Share of failing requests that raises an alarm.", "in-place"
    )
    saturation: Annotated[float, Measured(units.PERCENT)] | None = optional(
        "CPU, memory or storage in use that raises an alarm.", "in-place"
    )
    notify: list[Notice] | None = optional("Who is notified.", "in-place")
