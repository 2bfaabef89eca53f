"""Services beside the application, and tables."""

from typing import cast

from tenfold.blueprints.architecture.application import Health
from tenfold.blueprints.architecture.services import (
    SERVICE_NEEDS,
    Key,
    Kubernetes,
    MachineGroup,
    ReadModel,
    Service,
    ServiceData,
    ServiceSearch,
    ServiceTable,
    TableCapacity,
)
from tenfold.blueprints.assemble.scaling import assemble_tracking
from tenfold.blueprints.assemble.values import Values
from tenfold.blueprints.choices import KeyType
from tenfold.blueprints.sizes.offerings import vcpus_of


def assemble_read_models(values: Values) -> dict[str, ReadModel]:
    if "events" not in values.capabilities:
        return {}
    fields = {name: values.under("read_models", name) for name in values.names("read_models")}
    return {
        name: ReadModel(
            listens_to=tuple(own["listens_to"]),
            engine=own["engine"],
            table=ServiceTable(
                key=_keys(own["primary_key"]),
                indexes={i: _keys(text) for i, text in values.under("read_models", name, "indexes").items()},
                expires=own.get("expires"),
                capacity=None,
            ),
            keep=own["keep"],
            version=own["version"],
            instance=own["instance"],
            size=own["size"],
            search=ServiceSearch(**values.under("read_models", name, "search")),
        )
        for name, own in fields.items()
        if "listens_to" in own  # not refused
    }


def assemble_services(values: Values) -> dict[str, Service]:
    """Those that have what no default gives; a rule reports the others."""
    if "services" not in values.capabilities:
        return {}
    complete = [name for name in values.names("services") if values.under("services", name).keys() >= SERVICE_NEEDS]
    return {name: _service(values, name) for name in complete}


def _service(values: Values, name: str) -> Service:
    top = ("services", name)
    fields, scaling = values.under(*top), values.under(*top, "scaling")
    low, high = fields["pods" if fields["runs_on"] == "kubernetes" else "servers"]
    return Service(
        **{part: fields[part] for part in ("image", "route", "share", "runs_on", "port", "drain", "cpu", "memory")},
        health=Health(**values.under(*top, "health")),
        instance=fields["instance"],
        copies_min=low,
        copies_max=high,
        scaling=assemble_tracking(scaling["track"], scaling["warmup"]),
        track_memory=scaling.get("track_memory"),
        settle=scaling["settle"],
        priority=fields.get("priority"),
        env=values.under(*top, "env"),
        secrets=tuple(fields.get("secrets", ())),
        sends_to=tuple(fields.get("sends_to", ())),
        listens_to=tuple(fields.get("listens_to", ())),
        publishes=tuple(fields.get("publishes", ())),
        data=_data(values, (*top, "data")),
        known_as=fields.get("was", name),
        retired=fields["retired"],
    )


def assemble_kubernetes(values: Values) -> Kubernetes | None:
    running = assemble_services(values).values() if "kubernetes" in values.capabilities else ()
    if not any(service.runs_on == "kubernetes" and not service.retired for service in running):
        return None
    group, limit = _machine_group(values), values.maybe("kubernetes.cpu_limit")
    return Kubernetes(
        version=values.maybe("kubernetes.version"),
        group=group,
        auto_cpus=max(0, limit - vcpus_of(group.instance, group.machines)) if group else limit,
        admins=values.under("kubernetes", "admins"),
        viewers=values.under("kubernetes", "viewers"),
        reachable_from=tuple(values.maybe("kubernetes.reachable_from") or ()),
        processor=values.maybe("kubernetes.processor"),
        cpu_limit=limit,
    )


def _machine_group(values: Values) -> MachineGroup | None:
    if values.maybe("kubernetes.nodes") != "managed":
        return None
    return MachineGroup(values.maybe("kubernetes.instance"), values.maybe("kubernetes.machines"))


def _data(values: Values, at: tuple[str, ...]) -> ServiceData | None:
    fields = values.under(*at)
    if fields["engine"] == "none":
        return None
    search = ServiceSearch(**values.under(*at, "search"))
    return ServiceData(**fields, table=_table(values, (*at, "table")), search=search)


def _table(values: Values, at: tuple[str, ...]) -> ServiceTable:
    fields, cooldown = values.under(*at), values.under(*at, "cooldown")
    reads, writes = fields["read_units"], fields["write_units"]
    return ServiceTable(
        key=_keys(fields["primary_key"]),
        indexes={name: _keys(text) for name, text in values.under(*at, "indexes").items()},
        expires=fields.get("expires"),
        capacity=TableCapacity(reads, writes, fields["utilization"], cooldown["out"], cooldown["in"])
        if reads and writes
        else None,
    )


def _keys(text: str) -> tuple[Key, ...]:
    """`customer, placed_at number`."""
    parts = [part.strip().partition(" ") for part in text.split(",")]
    return tuple(Key(name, cast(KeyType, type_ or "text")) for name, _, type_ in parts)
