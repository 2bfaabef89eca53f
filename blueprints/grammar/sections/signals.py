"""Alarms and their recipients."""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.choices import Severity
from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured, Spelled

Notice = Annotated[str, Spelled(
    "TF-V022", r"email:[^@\s:]+@[^@\s]+\.[^@\s]+|https://[^\s/]+[^\s]*|arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+",
    "a recipient of notices", "Write email:ops@example.com, an https:// address, or the ARN of an SNS topic.", 512,
)]  # fmt: skip


AlarmName = Annotated[str, Spelled(
    "TF-V091", r"[a-z][a-z0-9]*(-[a-z0-9]+)+", "the name of an alarm",
    "What is observed and the signal, as `tenfold explain FILE signals.alarms` lists them: database-cpu.", 80,
)]  # fmt: skip


class Alarm(Section):
    """What is different for one alarm."""

    threshold: Annotated[tuple[str, float], Measured(units.THRESHOLD)] | None = optional(
        "What it compares with, as the alarm measures: a share, a time, a size or a number.", "in-place"
    )
    for_: Annotated[int, Measured(units.DURATION, 60, 604_800, "from 1m to 7d")] | None = optional(
        "How long it must be beyond the threshold without a break before it rings.", "in-place", alias="for"
    )
    severity: Severity | None = optional(
        "Whether somebody must get up: at the start of the alarm's text and a tag, for whoever sorts notices.",
        "in-place",
    )
    rings: bool | None = optional("False: it is only drawn.", "in-place")


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
    alarms: Annotated[dict[AlarmName, Alarm], Field(max_length=500)] | None = optional(
        "What is different for single alarms, by name.", "in-place"
    )
    notify: list[Notice] | None = optional("Who is notified.", "in-place")
