"""Services in a blueprint: two fields are enough, sizes come from needs, what cannot work is refused at its place."""

from pathlib import Path

import pytest

from tenfold.blueprints.resolve import Resolution, load
from tenfold.blueprints.rules.families import family_settings

TOP = "name: shop\nstage: 6\ndomain: shop.example.com\napp: {image: ghcr.io/acme/shop:1.4.2, stateless: true}\n"
ENTRY = "image: ghcr.io/acme/search:0.9.0, route: /search/*"


def resolve(text: str, tmp_path: Path, environment: str | None = None) -> Resolution:
    path = tmp_path / "shop.yaml"
    path.write_text(TOP + text)
    return load(path, environment=environment)


def table(more: str) -> str:
    return search(f"data: {{engine: dynamodb, table: {{{more}}}}}")


def search(more: str = "") -> str:
    return f"services: {{search: {{{ENTRY}{', ' if more else ''}{more}}}}}\n"


def test_an_image_and_a_route_are_enough(tmp_path: Path) -> None:
    resolution = resolve(search(), tmp_path)
    assert resolution.architecture and not resolution.problems
    service = resolution.architecture.services["search"]
    assert (service.instance, service.copies_min, service.copies_max) == ("t4g.small", 2, 10)
    assert service.data is None and service.known_as == "search" and service.share == 1
    assert service.scaling.track_cpu == 0.7
    assert "0.5 vCPU" in resolution.origins["services.search.instance"].why


def test_a_server_is_sized_from_what_a_copy_needs(tmp_path: Path) -> None:
    resolution = resolve(search("cpu: 1500m, memory: 3GiB"), tmp_path)
    assert resolution.architecture and resolution.architecture.services["search"].instance == "t4g.medium"


@pytest.mark.parametrize(("engine", "version"), [("postgres", "17"), ("mysql", "8.4")])
def test_a_database_is_sized_and_stands_by(tmp_path: Path, engine: str, version: str) -> None:
    resolution = resolve(search(f"data: {{engine: {engine}}}"), tmp_path)
    assert resolution.architecture
    data = resolution.architecture.services["search"].data
    assert data and (data.version, data.instance, data.size, data.standby) == (version, "db.t4g.micro", 20, True)


def test_a_table_is_on_demand_and_found_by_an_id(tmp_path: Path) -> None:
    resolution = resolve(search("data: {engine: dynamodb}"), tmp_path)
    assert resolution.architecture and not resolution.problems
    data = resolution.architecture.services["search"].data
    assert data and [key.name for key in data.table.key] == ["id"] and data.table.capacity is None and data.keep == 7


def test_a_table_has_keys_indexes_and_units(tmp_path: Path) -> None:
    keys = "primary_key: 'customer, placed_at number', expires: gone_at"
    units = "read_units: 5-100, write_units: 2-20, cooldown: {in: 30m}"
    architecture = resolve(table(f"{keys}, {units}"), tmp_path).architecture
    assert architecture
    data = architecture.services["search"].data
    assert data and data.table.capacity and data.table.expires == "gone_at"
    assert [(key.name, key.type) for key in data.table.key] == [("customer", "text"), ("placed_at", "number")]
    assert (data.table.capacity.reads, data.table.capacity.cooldown_in) == ((5, 100), 1800)


def test_an_environment_changes_one_field(tmp_path: Path) -> None:
    change = "{throwaway: true, domain: dev.shop.example.com, services: {search: {servers: 1}}}"
    text = search() + f"environments: {{dev: {change}, prod: {{}}}}\n"
    assert not resolve(text, tmp_path, "prod").problems
    dev = resolve(text, tmp_path, "dev").architecture
    assert dev and dev.services["search"].copies_max == 1 and dev.services["search"].route == "/search/*"


def test_the_names_that_the_stack_sets_are_known_before(tmp_path: Path) -> None:
    architecture = resolve(search(), tmp_path).architecture
    assert architecture and "SERVICE_SEARCH_URL" in family_settings(architecture)


def test_a_name_that_is_no_part_of_another_service_stays(tmp_path: Path) -> None:
    assert not resolve(search().replace("search:", "search-pods:", 1), tmp_path).problems


WITH_PODS = "}, search-pods: {image: a, route: /pods/*}}\n"
EVENTS = "queues: {orders: {acceptable_delay: 30s, message_takes: 2s}}\nevents: {order-placed: {to: [orders]}}\n"
QUEUES = "queues: {orders: {acceptable_delay: 30s, message_takes: 2s}}\n"


@pytest.mark.parametrize(
    ("text", "code", "pointed", "words"),
    [
        ("services: {search: {image: 'a/b:1'}}\n", "TF-R160", "search", "route: /search/*"),
        ("services: {search: {route: /search/*}}\n", "TF-R160", "search", "image: ghcr.io/acme/search:0.9.0"),
        ("without: [kubernetes]\n" + search("runs_on: kubernetes"), "TF-R161", "kubernetes}", "with: [kubernetes]"),
        (search().replace("}}\n", WITH_PODS), "TF-R181", "search-pods", "does not end in -pods"),
        (search("data: {engine: opensearch, instance: r6g.large}"), "TF-V105", "r6g.large", "r6g.large.search"),
        (search("data: {engine: opensearch, instance: r6gd.large.search}"), "TF-V105", "r6gd", "disks of its own"),
        (search("data: {engine: opensearch, instance: im4gn.large.search}"), "TF-V105", "im4gn", "disks of its own"),
        (search("data: {engine: opensearch, instance: t2.small.search}"), "TF-V105", "t2", "cannot encrypt"),
        (search("data: {engine: opensearch, version: 'two'}"), "TF-V105", "'two'", '"2.19"'),
        (search("data: {engine: opensearch, search: {nodes: 7}}"), "TF-R247", "7}}", "Use 6 or 8."),
        (search("data: {engine: opensearch, search: {nodes: 81}}"), "TF-V015", "81", "80"),
        (search("data: {engine: opensearch, search: {masters: 2}}"), "TF-V003", "2}}", "True or false"),
        (search("data: {engine: opensearch, keep: 3d}"), "TF-R180", "keep", "A search domain has no `keep`."),
        (search("data: {engine: bucket, search: {nodes: 3}}"), "TF-R180", "search:", "set `engine` to opensearch"),
        (search("publishes: [order-placed]"), "TF-R175", "order-placed]", "Describe it under `events`."),
        (EVENTS + search("publishes: [order-plaecd]"), "TF-R175", "order-plaecd]", "Did you mean order-placed?"),
        (EVENTS + search("publishes: [order-placed, order-placed]"), "TF-R175", "order-placed]", "listed twice"),
        (search("data: {engine: dynamodb, size: 50GiB}"), "TF-R180", "size", "A table has no `size`."),
        (search("data: {engine: postgres, table: {primary_key: id}}"), "TF-R180", "table", "set `engine` to dynamodb"),
        (table("primary_key: 'a, b, c'"), "TF-V096", "'a, b, c'", "placed_at number"),
        (table("primary_key: a integer"), "TF-V096", "a integer", "number or binary"),
        (table("primary_key: 'a, a'"), "TF-R240", "'a, a'", "Write a alone"),
        (table("primary_key: 'a, b number', indexes: {by-b: b}"), "TF-R240", "b}", "Write `b number`"),
        (table("indexes: {by-id: id}"), "TF-R240", "id}", "Remove it."),
        (table("primary_key: 'a, gone', expires: gone"), "TF-R240", "gone}", "`gone number`"),
        (table("read_units: 5-100"), "TF-R241", "5-100", "Give `write_units` a range too"),
        (table("utilization: 70"), "TF-V006", "70", "70%"),
        (table("read_units: fast"), "TF-V011", "fast", "on-demand"),
        (table("read_units: 1-9, write_units: 1-9, utilization: 95%"), "TF-R241", "95%", "from 20% to 90%"),
        (table("read_units: 1-9, write_units: 1-9, indexes: {by-a: a}"), "TF-R241", "indexes", "on demand"),
        (search("data: {engine: dynamodb, keep: 40d}"), "TF-V015", "40d", "35d"),
        (search().replace("search:", "search-fleet:", 1), "TF-R181", "search-fleet", "does not end in -fleet"),
        (search().replace("search:", "se--arch:", 1), "TF-V016", "se--arch", "single hyphens"),
        ("balancer: {routes: {/search/*: app}}\n" + search(), "TF-R162", "/search/*}", "`balancer.routes`"),
        (f"services: {{search: {{{ENTRY}}}, find: {{{ENTRY}}}}}\n", "TF-R162", "/search/*}}", "the service `search`"),
        (search().replace("/search/*", "/media/*"), "TF-R163", "/media/*", "cdn.static.paths"),
        ("without: [cdn]\nbalancer: {kind: network}\n" + search(), "TF-R164", "network", "kind: application"),
        (QUEUES + search("sends_to: [order]"), "TF-R165", "order]", "Did you mean orders?"),
        (search("sends_to: [orders]"), "TF-R165", "orders]", "There is no queue"),
        (
            f"services: {{search: {{{ENTRY}}}, find: {{image: 'a/b:1', route: /find/*, was: search}}}}\n",
            "TF-R167",
            "search}}",
            "belongs to the service `search`",
        ),
        (search("retired: true"), "TF-R168", "true", "Remove the service"),
        (search("share: 12.5%"), "TF-R169", "12.5%", "Write 12% or 13%."),
        (search("data: {engine: bucket, size: 50GiB}"), "TF-R180", "size", "A bucket has no `size`."),
        (search("data: {instance: db.t4g.small}"), "TF-R180", "instance", "owns nothing"),
        (search("data: {engine: dynamo}"), "TF-V014", "dynamo", "postgres"),
        (search("data: {engine: postgres, instance: db.t4g.enormous}"), "TF-V012", "db.t4g.enormous", "Nearest"),
        (search("data: {engine: postgres, version: '99'}"), "TF-V013", "'99'", "RDS has no postgres 99"),
        (search("servers: 1"), "TF-R006", "1}", "at least two"),
        (search("cpu: lots"), "TF-V092", "lots", "500m"),
        (search("memory: 512"), "TF-V005", "512", "512MiB"),
        (search("instance: t4g.smal"), "TF-V012", "t4g.smal", "t4g.small"),
        (search("env: {APP_NAME: x}"), "TF-R027", "APP_NAME", "The stack sets `APP_NAME` itself"),
        (search("env: {SERVICE_SEARCH_URL: x}"), "TF-R144", "SERVICE_SEARCH_URL", "service search"),
        (search("health: {every: 5s, timeout: 10s}"), "TF-R005", "10s", "shorter"),
        (search().replace("/search/*", "/*"), "TF-V019", "/*", "/search/*"),
        ("balancer: {routes: {/x/*: search}}\n" + search(), "TF-R022", "search}}", "{search: {route: /x/*}}"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, code: str, pointed: str, words: str, tmp_path: Path) -> None:
    [problem] = [problem for problem in resolve(text, tmp_path).problems if problem.is_error]
    line = (TOP + text).splitlines()[problem.line - 1]
    assert (problem.code, line[problem.column - 1 :][: len(pointed)]) == (code, pointed)
    assert words in f"{problem.message} {problem.hint}"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("pods: 2-4", "`search` runs on servers, so `pods` has no effect."),
        ("scaling: {settle: 5m}", "set `runs_on: kubernetes`"),
    ],
)
def test_a_field_of_where_it_does_not_run_is_warned_of(field: str, words: str, tmp_path: Path) -> None:
    found = resolve(search(field), tmp_path)
    [problem] = [problem for problem in found.problems if problem.code == "TF-R249"]
    assert found.architecture and not problem.is_error and words in f"{problem.message} {problem.hint}"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("services:\n  search:\n", True),
        ("services: {search: {}}\n", True),
        ("services: {}\nenvironments: {prod: {services: {search: {}}}}\n", True),
        (search() + "environments: {prod: {services: {search: {}}}}\n", False),
        (search() + "environments: {prod: {services: {search: }}}\n", False),
        ("services: {search: {}}\nenvironments: {prod: {services: }}\n", False),
    ],
)
def test_an_entry_with_nothing_in_it_lacks_everything(tmp_path: Path, text: str, missing: bool) -> None:
    text = text.replace("environments: {prod: {", "environments: {prod: {domain: shop.example.com, ")
    problems = resolve(text, tmp_path, "prod" if "prod" in text else None).problems
    said = [(problem.code, problem.message) for problem in problems if problem.is_error]
    assert said == missing * [("TF-R160", "The service `search` has no `image` and no `route`; there is no default.")]


def test_names_that_are_too_long_together(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text((TOP + search()).replace("name: shop", "name: a-name-of-24-charactersx"))
    [problem] = load(path).problems
    assert problem.code == "TF-R166" and problem.hint == "Choose a name of at most 3 characters."


def test_before_its_stage_it_has_to_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text((TOP + search()).replace("stage: 6", "stage: 4"))
    [problem] = [problem for problem in load(path).problems if problem.is_error]
    assert problem.code == "TF-S003" and "with: [services]" in problem.hint
