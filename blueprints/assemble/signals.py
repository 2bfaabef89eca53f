"""What is watched, and who is told."""

from tenfold.blueprints.architecture.signals import Alarm, Signals
from tenfold.blueprints.assemble.values import Values


def assemble_signals(values: Values) -> Signals:
    return Signals(
        latency_p99=values.at("signals.latency.p99"),
        errors=values.at("signals.errors"),
        saturation=values.at("signals.saturation"),
        alarms=_alarms(values),
        notify=tuple(values.at("signals.notify")),
    )


def _alarms(values: Values) -> dict[str, Alarm]:
    top = ("signals", "alarms")
    fields = {name: values.under(*top, name) for name in values.names(*top)}
    return {
        name: Alarm(set_.get("threshold"), set_.get("for"), set_.get("severity"), set_.get("rings", True))
        for name, set_ in fields.items()
    }
