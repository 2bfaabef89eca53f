"""Alarms and the budget: their notices reach somebody."""

from tenfold.blueprints.rules.cdn import EDGE_REGION
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule


@rule
def topics_are_in_the_alarms_region(c: Context) -> Findings:
    """An alarm is in its metric's region, and notifies only topics of that region (CloudWatch User Guide)."""
    a = c.architecture
    regions = [a.region, EDGE_REGION] if a.cdn and a.region != EDGE_REGION else [a.region]
    for index, notice in enumerate(a.signals.notify):
        if notice.startswith("arn:") and notice.split(":")[3] not in regions:
            message = f"The topic is in {notice.split(':')[3]}; alarms are in {' and '.join(regions)}."
            hint = f"An alarm notifies only topics of its own region: name one in {' or '.join(regions)}."
            yield Finding("TF-R068", ("signals", "notify", str(index)), message, hint)


@rule
def budget_has_a_recipient(c: Context) -> Findings:
    a = c.architecture
    if a.budget is not None and not a.signals.notify:
        message = "Nobody is notified when the budget is reached."
        yield Finding("TF-R015", "budget", message, "Set `owner` to an address, or `signals: {notify: [email:…]}`.")
