"""The words of `tenfold plan` for the components of one service."""

from collections.abc import Callable, Sequence

from tenfold.blueprints.architecture.services import Service
from tenfold.graph import Resource
from tenfold.render.tier_words import count, count_secrets, items, scaling_words
from tenfold.wording import quantity


def _service_servers(service: Service, resources: Sequence[Resource]) -> str:
    low, high = service.copies_min, service.copies_max
    if low == high:
        return f"{low} × {service.instance}"
    return f"{low}-{high} × {service.instance}, {scaling_words(service.scaling)}"


def _service_pods(service: Service, resources: Sequence[Resource]) -> str:
    low, high = service.copies_min, service.copies_max
    each = f"{service.cpu:g} vCPU and {service.memory:g} GiB each"
    memory = f" and {service.track_memory:.0%} memory" if service.track_memory else ""
    return (
        f"{low} pods, {each}" if low == high else f"{low}-{high} pods, {each}, {scaling_words(service.scaling)}{memory}"
    )


def _service_settings(service: Service, resources: Sequence[Resource]) -> str:
    secrets = count_secrets(resources)
    if service.runs_on == "kubernetes":  # parameters of its secrets' ARNs, which pods have no use for
        return f"{secrets} that only it reads"
    settings = quantity(count(resources, "aws:ssm/parameter:Parameter"), "setting")
    return f"{settings} and {secrets} that only it reads"


def _service_route(service: Service, resources: Sequence[Resource]) -> str:
    if service.share == 1:
        return f"answers {service.route}"
    return f"answers {service.share:.0%} of {service.route}, the application the rest"


def _service_database(service: Service, resources: Sequence[Resource]) -> str:
    data = service.data
    assert data  # else there is no such tier
    standby = "standby in another zone" if data.standby else "no standby"
    return f"{data.engine} {data.version} on {data.instance}, {standby}, {quantity(data.keep, 'day')} of backups"


def _service_bucket(service: Service, resources: Sequence[Resource]) -> str:
    assert service.data
    return f"a private bucket, old versions for {quantity(service.data.keep, 'day')}"


def _service_table(service: Service, resources: Sequence[Resource]) -> str:
    assert service.data
    return items(service.data.table, service.data.keep, resources)


def _service_search(service: Service, resources: Sequence[Resource]) -> str:
    assert service.data
    data = service.data
    masters = ", led by 3 more" if data.search.masters else ""
    nodes = quantity(data.search.nodes, "node")
    return f"OpenSearch {data.version}, {nodes} of {data.instance} with {data.size} GiB each{masters}"


SERVICE_WORDS: dict[str, Callable[[Service, Sequence[Resource]], str]] = {
    "Database": _service_database,
    "Fleet": _service_servers,
    "KubernetesService": _service_pods,
    "ServiceRoute": _service_route,
    "Search": _service_search,
    "Settings": _service_settings,
    "Table": _service_table,
    "Uploads": _service_bucket,
}
