"""`services`: what each needs, routes that lead somewhere, names that fit, and what it may own."""

import re
from fnmatch import fnmatchcase

from tenfold.blueprints.architecture.services import (
    DATA_FIELDS,
    OF_PODS,
    OF_SERVERS,
    SERVICE_NEEDS,
    ReadModel,
    ServiceData,
    ServiceTable,
)
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.words import nearest, one_of

# Characters that the blueprint's name and a service's may have together. The longest name AWS makes of both is that of
# its database's monitoring role: 64 (IAM User Guide, "IAM and STS quotas") less -service-, -database-monitoring and
# Pulumi's eight. tests/stacks/test_stack_services.py holds it.
TOGETHER = 64 - len("-service-") - len("-database-monitoring") - 8
ROLE = len("standby-")  # the same in a second region
# What resources and alarms of a service are named after. `pods` and `table` came later, so a service may bear one of
# them already: that is refused only where the names of two services would be the same.
PARTS = ("data", "database", "fleet", "pods", "route", "search", "servers", "settings", "table")
LATER_PARTS = ("pods", "search", "table")
NOUNS = {
    "postgres": "database",
    "mysql": "database",
    "bucket": "bucket",
    "dynamodb": "table",
    "opensearch": "search domain",
}
_EXAMPLES = {"image": "ghcr.io/acme/{}:0.9.0", "route": "/{}/*"}


# Types of nodes whose disks are their own, so that OpenSearch takes no volumes for them, and such as cannot encrypt:
# Developer Guide, "Supported instance types"; the same lists in CDK's Domain (aws-cdk-lib/aws-opensearchservice).
_OWN_DISKS = r"(i[3-9]|im\d|oi\d)\w*\..*|r\dgd\..*"
_NO_ENCRYPTION = r"(m3|r3|t2)\..*"


@rule
def services_have_what_no_default_gives(c: Context) -> Findings:
    """In the grammar both are optional, so that an environment can change one field of a service."""
    for name in _names(c):
        if c.architecture.has("services"):
            missing = [field for field in sorted(SERVICE_NEEDS) if ("services", name, field) not in c.values]
            if missing:
                without = " and no ".join(f"`{field}`" for field in missing)
                message = f"The service `{name}` has no {without}; there is no default."
                hint = f"For example: {', '.join(f'{field}: {_EXAMPLES[field].format(name)}' for field in missing)}."
                yield Finding("TF-R160", ("services", name), message, hint, key=True)


def _names(c: Context) -> list[str]:
    """Those too that have nothing below them, so no value either; not what the environment takes back."""
    inside, taken_back = ("environments", c.environment or "", "services"), c.draft.removed
    written = [route for route in c.draft.source.keys if route[:1] == ("services",) and len(route) == 2]
    top = [name for _, name in written if not {inside, (*inside, name)} & taken_back]
    own = [route[3] for route in c.draft.source.keys if route[:3] == inside and len(route) == 4]
    valued = [route[1] for route in c.values if route[0] == "services"]
    return list(dict.fromkeys([*top, *(name for name in own if (*inside, name) not in taken_back), *valued]))


@rule
def services_run_where_they_can(c: Context) -> Findings:
    for name, service in c.architecture.running_services.items():
        if service.runs_on == "kubernetes" and not c.architecture.has("kubernetes"):
            message = "The stack has no Kubernetes: it is left out, or its stage does not have it."
            hint = "Add `with: [kubernetes]`, or use `runs_on: servers`."
            yield Finding("TF-R161", f"services.{name}.runs_on", message, hint)


@rule
def search_domains_are_as_opensearch_takes_them(c: Context) -> Findings:
    for name, service in c.architecture.services.items():
        data, at = service.data, f"services.{name}.data"
        if data is None or data.engine != "opensearch":
            continue
        yield from domain_fits(c, data, at)


def _wrong_node(type_: str) -> str:
    """Why OpenSearch does not take it for a domain as they are here: encrypted, on volumes of EBS."""
    if not re.fullmatch(r"[a-z]\w+\.\w+\.search", type_):
        return "is not a type of a node, which ends in .search"
    if re.fullmatch(_OWN_DISKS, type_):
        return "has disks of its own, and a domain here keeps its indexes on volumes"
    return "cannot encrypt what it keeps" if re.fullmatch(_NO_ENCRYPTION, type_) else ""


def domain_fits(c: Context, data: ServiceData | ReadModel, at: str) -> Findings:
    """`at`: the path that the domain's fields are under."""
    if not re.fullmatch(r"[1-9]\d?\.\d{1,2}", data.version):
        message = f"`{data.version}` is not a version of OpenSearch."
        yield Finding("TF-V105", f"{at}.version", message, 'Write major and minor in quotes, such as "2.19".')
    if wrong := _wrong_node(data.instance):
        message = f"`{data.instance}` {wrong}."
        yield Finding("TF-V105", f"{at}.instance", message, "Use r6g.large.search, or t3.small.search for tests.")
    nodes, zones = data.search.nodes, c.architecture.network.zones
    over = [count for count in (2, 3) if count <= zones and nodes % count == 0]
    if nodes > 1 and not over:
        message = f"{nodes} nodes cannot be the same number in two or three of the network's {zones} zones."
        yield Finding("TF-R247", f"{at}.search.nodes", message, f"Use {nodes - 1} or {nodes + 1}.")
    elif over == [2] and not data.search.masters:
        message = f"{nodes} nodes in two zones cannot elect a leader when one zone fails: the domain stops."
        hint = "Use a multiple of three nodes over three zones, or `masters: true`."
        yield Finding("TF-R248", f"{at}.search.nodes", message, hint)
    elif nodes == 1 and not c.architecture.throwaway:
        message = "One node keeps one copy of each index: while it is replaced nothing is found."
        yield Finding("TF-R248", f"{at}.search.nodes", message, "Use three nodes.")


@rule
def services_have_routes_of_their_own(c: Context) -> Findings:
    balancer = c.architecture.balancer
    taken = dict.fromkeys(balancer.routes if balancer else (), "`balancer.routes`")
    for name, service in c.architecture.running_services.items():
        path = f"services.{name}.route"
        if other := taken.get(service.route):
            message = f"{service.route} is answered by {other} already; a request goes to one of them."
            yield Finding("TF-R162", path, message, "Give each a path of its own.")
        taken.setdefault(service.route, f"the service `{name}`")


@rule
def routes_of_services_reach_the_balancer(c: Context) -> Findings:
    cdn = c.architecture.cdn
    for name, service in c.architecture.running_services.items():
        for static in cdn.static_paths if cdn else ():
            if fnmatchcase(service.route, static):
                message = f"The CDN answers {static} from its bucket (`cdn.static.paths`): no request comes this far."
                hint = "Choose another path, or take it out of `cdn.static.paths`."
                yield Finding("TF-R163", f"services.{name}.route", message, hint)


@rule
def services_need_a_balancer_that_reads_requests(c: Context) -> Findings:
    balancer = c.architecture.balancer
    if c.architecture.running_services and balancer and balancer.kind == "network":
        first = next(iter(c.architecture.running_services))
        message = f"A network balancer does not read requests, so it cannot send some to the service `{first}`."
        yield Finding("TF-R164", "balancer.kind", message, "Use `kind: application`.")


@rule
def services_can_be_called(c: Context) -> Findings:
    """Their address is the one that users have: the way to it leads out of the network and in again."""
    if c.architecture.running_services and c.architecture.network.closed:
        message = "Without a NAT gateway no server gets out, so none can call a service under SERVICE_<NAME>_URL."
        hint = "Use `nat: one`; users reach the services either way."
        yield Finding("TF-R182", "network.nat", message, hint)


@rule
def services_send_to_queues_that_exist(c: Context) -> Findings:
    queues = c.architecture.queues
    for name, service in c.architecture.services.items():
        for index, queue in enumerate(service.sends_to):
            path = ("services", name, "sends_to", str(index))
            if queue not in queues:
                near = nearest(queue, queues)
                hint = f"Did you mean {near[0]}?" if near else f"There is {one_of(queues)}." if queues else "None yet."
                yield Finding("TF-R165", path, f"There is no queue `{queue}`.", hint)
            elif queue in service.sends_to[:index]:
                yield Finding("TF-R165", path, f"`{queue}` is listed twice.", "Remove one.")


@rule
def names_of_services_fit(c: Context) -> Findings:
    own, room = len(c.architecture.name), TOGETHER - (ROLE if c.architecture.standby else 0)
    for name, service in c.architecture.services.items():
        if (size := own + len(service.known_as)) > room:
            message = (
                f"`{c.architecture.name}` and `{service.known_as}` have {size} characters together; AWS's names of "
                f"what a service has leave room for {room}."
            )
            hint = f"Choose a name of at most {max(room - own, 0)} characters."
            yield Finding("TF-R166", ("services", name), message, hint, key=True)


@rule
def names_of_services_are_not_those_of_their_parts(c: Context) -> Findings:
    for name, service in c.architecture.services.items():
        for known in dict.fromkeys((name, service.known_as)):
            whole, _, part = known.rpartition("-")
            alone = part in LATER_PARTS and whole not in c.architecture.services
            if whole and part in PARTS and not alone:
                message = f"`{known}` reads like the {part} of a service `{whole}`, which have that name."
                field = ("services", name) if known == name else ("services", name, "was")
                yield Finding(
                    "TF-R181", field, message, f"Choose a name that does not end in -{part}.", key=known == name
                )


@rule
def services_are_known_by_one_name_each(c: Context) -> Findings:
    """What exists has the name in `was`: two of one name would be the same resources."""
    services = c.architecture.services
    for name, service in services.items():
        others = [other for other, its in services.items() if other != name and its.known_as == service.known_as]
        if others and service.known_as != name:
            message = f"What exists under `{service.known_as}` belongs to the service `{others[0]}` already."
            hint = "`was` is the first name of a service that was renamed; remove the entry under the old name."
            yield Finding("TF-R167", f"services.{name}.was", message, hint)


@rule
def retired_services_own_something(c: Context) -> Findings:
    for name, service in c.architecture.services.items():
        if service.retired and service.data is None and not service.secrets:
            message = f"The service `{name}` owns nothing that could stay."
            yield Finding("TF-R168", f"services.{name}.retired", message, "Remove the service instead.")


@rule
def shares_are_in_whole_per_cent(c: Context) -> Findings:
    """Weights of a rule are whole numbers: CreateRule, API reference, TargetGroupTuple."""
    for name, service in c.architecture.services.items():
        percent = round(service.share * 100, 7)
        if percent != int(percent):
            message = f"A balancer divides requests in whole per cent, not {percent:g} %."
            hint = f"Write {int(percent)}% or {int(percent) + 1}%."
            yield Finding("TF-R169", f"services.{name}.share", message, hint)


@rule
def fields_fit_where_a_service_runs(c: Context) -> Findings:
    for name, service in c.architecture.running_services.items():
        of_pods = service.runs_on == "kubernetes"
        for field in OF_SERVERS if of_pods else OF_PODS:
            at = f"services.{name}.{field}"
            if c.is_set(at):
                message = f"`{name}` runs on {service.runs_on}, so `{field}` has no effect."
                other = "servers" if of_pods else "kubernetes"
                hint = f"Remove it, or set `runs_on: {other}`. It is used only in environments that set that."
                yield Finding("TF-R249", at, message, hint, key=True)


@rule
def fields_of_data_fit_its_engine(c: Context) -> Findings:
    for name, service in c.architecture.services.items():
        engine = service.data.engine if service.data else "none"
        for field in dict.fromkeys(field for fields in DATA_FIELDS.values() for field in fields):
            at = f"services.{name}.data.{field}"
            if field in DATA_FIELDS.get(engine, (field,)) or not c.is_set(at):
                continue
            able = [other for other, fields in DATA_FIELDS.items() if field in fields]
            what = "A service that owns nothing" if engine == "none" else f"A {NOUNS[engine]}"
            message = f"{what} has no `{field}`."
            hint = f"Remove it, or set `engine` to {one_of(able)}."
            yield Finding("TF-R180", at, message, hint, key=True)


@rule
def tables_are_as_dynamodb_takes_them(c: Context) -> Findings:
    for name, service in c.architecture.services.items():
        if service.data is None or service.data.engine != "dynamodb":
            continue
        table, at = service.data.table, ("services", name, "data", "table")
        yield from keys_fit(table, at)
        reads, writes = (c.values[(*at, kind)] for kind in ("read_units", "write_units"))
        if bool(reads) != bool(writes):
            units, other = ("read_units", "write_units") if reads else ("write_units", "read_units")
            message = f"`{units}` are units by the hour and `{other}` on demand; a table is paid in one way."
            hint = f"Give `{other}` a range too, such as 5-100; or leave `{units}` out."
            yield Finding("TF-R241", (*at, units), message, hint)
        if table.capacity and table.indexes:
            message = (
                "An index of a table with units by the hour needs units and scaling of its own; this release has none."
            )
            yield Finding(
                "TF-R241", (*at, "indexes"), message, "Leave `read_units` and `write_units` out: on demand.", key=True
            )
        if table.capacity and not 0.2 <= table.capacity.track <= 0.9:
            message = f"Application Auto Scaling keeps a table from 20% to 90% used, not at {table.capacity.track:.0%}."
            yield Finding("TF-R241", (*at, "utilization"), message, "Use 70%.")


def keys_fit(table: ServiceTable, at: tuple[str, ...]) -> Findings:
    """`at`: where the table is described."""
    types: dict[str, str] = {}
    for field, keys in (
        ("primary_key", table.key),
        *((f"indexes.{name}", keys) for name, keys in table.indexes.items()),
    ):
        path = (*at, *field.split(".", 1))
        if len(keys) == 2 and keys[0].name == keys[1].name:
            message = f"`{keys[0].name}` finds items and orders them too: there would be one of each."
            yield Finding("TF-R240", path, message, f"Write {keys[0].name} alone, or order by another attribute.")
        for key in keys:
            if types.setdefault(key.name, key.type) != key.type:
                message = f"`{key.name}` is {types[key.name]} in another key of this table; an attribute has one type."
                yield Finding(
                    "TF-R240", path, message, f"Write `{key.name} {types[key.name]}`, or use another attribute."
                )
        if keys == table.key and field != "primary_key":
            yield Finding("TF-R240", path, "This index finds what the table's own key finds.", "Remove it.")
    if table.expires in types and types[str(table.expires)] != "number":
        message = (
            f"DynamoDB reads `{table.expires}` as a number of seconds, and it is {types[str(table.expires)]} in a key."
        )
        yield Finding(
            "TF-R240", (*at, "expires"), message, f"Write `{table.expires} number`, or use another attribute."
        )


@rule
def services_have_two_servers(c: Context) -> Findings:
    for name, service in c.architecture.running_services.items():
        if service.copies_min < 2 and not c.architecture.throwaway:
            copies = "pods" if service.runs_on == "kubernetes" else "servers"
            message = f"With one {copies[:-1]} every deployment and every failure is an outage of its route."
            hint = "Use at least two, or set `throwaway: true` for this environment."
            yield Finding("TF-R006", f"services.{name}.{copies}", message, hint)
