"""Queues and events."""

from tenfold.blueprints.architecture.messages import Event, Queue
from tenfold.blueprints.assemble.services import assemble_read_models
from tenfold.blueprints.assemble.values import Values


def assemble_queues(values: Values) -> dict[str, Queue]:
    if "queues" not in values.capabilities:
        return {}
    queues = {name: values.under("queues", name) for name in values.names("queues")}
    complete = set(Queue.__dataclass_fields__) - {"per_request"}
    return {name: Queue(**fields) for name, fields in queues.items() if fields.keys() >= complete}  # not refused


def assemble_events(values: Values) -> dict[str, Event]:
    """The queue of a service that listens, or of a read model, receives its events as if it were named under `to`."""
    if "events" not in values.capabilities:
        return {}
    listening = queues_that_listen(values)
    for name, model in assemble_read_models(values).items():
        for event in dict.fromkeys(model.listens_to):
            listening.setdefault(event, []).append(name)
    events = {name: values.under("events", name) for name in values.names("events")}
    return {
        name: Event(
            tuple(fields["to"]) + tuple(own for own in listening.get(name, ()) if own not in fields["to"]),
            fields["via"],
            values.under("events", name, "filter"),
            fields["keep"] if fields["via"] == "bus" else None,
        )
        for name, fields in events.items()
        if "to" in fields  # not refused
    }


def queues_that_listen(values: Values) -> dict[str, list[str]]:
    """Event -> queues of services that listen to it."""
    listeners: dict[str, list[str]] = {}
    for name in values.names("services") if "services" in values.capabilities else ():
        service = values.under("services", name)
        for event in () if service.get("retired") else dict.fromkeys(service.get("listens_to", ())):
            listeners.setdefault(event, []).append(service.get("was", name))
    return listeners
