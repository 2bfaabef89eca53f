"""`regions.recovery`: objectives that the design can keep."""

from datetime import date

from tenfold.blueprints.recovery import arithmetic
from tenfold.blueprints.recovery.arithmetic import DRILL_DAYS, Lever, text
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.words import one_of


@rule
def recovery_is_in_time(c: Context) -> Findings:
    a = c.architecture
    if a.standby is None or a.recovery is None or arithmetic.recovery_seconds(a) <= a.recovery.time:
        return
    parts = arithmetic.sum_of(arithmetic.terms(a))
    message = f"In mode {a.standby.mode} it takes {parts}, more than {text(a.recovery.time)}."
    levers = [_words(lever) for lever in arithmetic.levers(a)]
    if len(levers) > 1:
        hint = f"Either {one_of(levers)}."
    else:
        hint = f"Write {levers[0]}. A quicker promotion needs Aurora, which is not built (docs/recovery.md)."
    path = c.first_set("regions.recovery.time", "regions.recovery.decision", "regions.standby.mode")
    yield Finding("TF-R201", path, message, hint)


def _words(lever: Lever) -> str:
    written = " and ".join(f"`{path}: {value}`" for path, value in lever.fields.items())
    return f"{written} ({lever.words})" if written else lever.words


@rule
def recovery_point_can_be_kept(c: Context) -> Findings:
    a = c.architecture
    if a.standby is None or a.recovery is None:
        return
    late = [store for store in arithmetic.stores(a) if store.point is not None and store.point > a.recovery.point]
    if late:
        kept = "; ".join(f"{store.name} {text(store.point or 0)}, {store.because}" for store in late)
        message = f"Not everything is copied within {text(a.recovery.point)}: {kept}."
        least = text(max(store.point or 0 for store in late))
        others = [store.name for store in arithmetic.stores(a) if store.point is not None and store not in late]
        kept_apart = f"; {one_of(others)} alone is copied sooner" if others else ""
        yield Finding("TF-R202", "regions.recovery.point", message, f"Allow `point: {least}`{kept_apart}.")


@rule
def drills_are_recent(c: Context) -> Findings:
    days = arithmetic.days_since_drill(c.architecture, date.today())
    if days is not None and days > DRILL_DAYS:
        message = f"The last drill was {days} days ago; what it measured is reckoned with."
        hint = f"Practise once in {DRILL_DAYS} days: `tenfold failover`, and `tenfold failback` (docs/disaster.md)."
        yield Finding("TF-R205", "regions.recovery.drill.date", message, hint)


@rule
def locks_can_be_taken_off(c: Context) -> Findings:
    a = c.architecture
    if a.vault and a.vault.lock == "compliance" and not a.throwaway:
        message = f"From three days after the next `up` on, {a.vault.keep} days are for ever, for AWS too."
        hint = "Within three days `governance` takes it back."
        yield Finding("TF-R206", "regions.vault.lock", message, hint)


@rule
def tables_can_be_copied(c: Context) -> Findings:
    for name, service in c.architecture.services.items() if c.architecture.standby else ():
        if service.data and service.data.engine == "dynamodb" and service.data.table.capacity:
            message = (
                "DynamoDB copies a table with units by the hour only once they are scaled, which is after it is made."
            )
            hint = "Leave `read_units` and `write_units` out: on demand. It changes in place."
            yield Finding("TF-R203", f"services.{name}.data.table.write_units", message, hint)
