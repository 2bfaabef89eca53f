"""`read_models`: made of events that exist, in a queue of their own, and filled again from their archive."""

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture.services import MODEL_FIELDS
from tenfold.blueprints.rules.events import unknown_events
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.rules.services import domain_fits, keys_fit


@rule
def read_models_are_made_of_events(c: Context) -> Findings:
    events = c.architecture.events
    for name, model in c.architecture.read_models.items():
        at = ("read_models", name, "listens_to")
        yield from unknown_events("TF-R290", at, model.listens_to, events)
        for event in dict.fromkeys(model.listens_to):
            if event in events and events[event].keep is None:
                route = (*at, str(model.listens_to.index(event)))
                message = f"`{event}` has no archive, so `{name}` cannot be filled again once it was wrong or is new."
                hint = f"Keep it: events: {{{event}: {{keep: 365d}}}}, on the bus; or fill the model from the database."
                yield Finding("TF-R292", route, message, hint)


@rule
def read_models_have_a_queue_of_their_own(c: Context) -> Findings:
    for name in c.architecture.read_models:
        if reason := _no_queue(c.architecture, name):
            message = f"{reason}: events of a read model come in the queue of its name."
            hint = f"Describe it: queues: {{{name}: {{acceptable_delay: 30s, message_takes: 100ms}}}}."
            yield Finding("TF-R291", ("read_models", name), message, hint, key=True)


def _no_queue(a: Architecture, name: str) -> str:
    if name not in a.queues:
        return f"There is no queue `{name}`"
    if a.queues[name].order == "fifo":
        return f"The queue `{name}` keeps an order, which events have not"
    return "" if name in a.job_queues else f"The queue `{name}` is a service's own"


@rule
def read_models_are_as_their_engine_takes_them(c: Context) -> Findings:
    for name, model in c.architecture.read_models.items():
        if model.engine == "opensearch":
            yield from domain_fits(c, model, f"read_models.{name}")
        else:
            yield from keys_fit(model.table, ("read_models", name))


@rule
def fields_of_read_models_fit_their_engine(c: Context) -> Findings:
    for name, model in c.architecture.read_models.items():
        for engine, fields in MODEL_FIELDS.items():
            for field in fields if engine != model.engine else ():
                if c.is_set(f"read_models.{name}.{field}"):
                    message = f"A read model in {model.engine} has no `{field}`."
                    hint = f"Remove it, or set `engine` to {engine}."
                    yield Finding("TF-R180", f"read_models.{name}.{field}", message, hint, key=True)
