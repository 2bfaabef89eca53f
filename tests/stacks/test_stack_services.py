"""Services in a stack: each comes beside the application, owns what is its own, and goes again."""

import json
from pathlib import Path
from typing import Any

import pytest

from tenfold.blueprints.rules.services import TOGETHER
from tenfold.diff import compare
from tenfold.diff.inputs import plain
from tenfold.foresight.cost import estimate
from tenfold.foresight.prices import Book
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.refusals import losses
from tenfold.render.tiers import tiers
from tenfold.stacks.elastic import service_notes
from tests.stacks import golden, host, properties
from tests.stacks.mocks import deployed
from tests.stacks.services import MEDIA, SEARCH, architecture, graph, lost, one, setting

URNS = Path(__file__).with_name("services.urns")
OWNS = {**SEARCH, "data": {"engine": "postgres"}, "secrets": ["API_KEY"], "sends_to": ["orders"]}
MYSQL = {**SEARCH, "share": "10%", "data": {"engine": "mysql", "size": "64TiB"}}
BASKETS = {
    **SEARCH,
    "data": {"engine": "dynamodb", "table": {"primary_key": "customer, placed_at number", "expires": "gone_at"}},
}
FIND = {**SEARCH, "data": {"engine": "opensearch", "search": {"masters": True}}}
UNITS = {**SEARCH, "data": {"engine": "dynamodb", "table": {"read_units": "5-100", "write_units": "2-20"}}}
RULE = "aws:lb/listenerRule:ListenerRule"


@pytest.mark.parametrize(
    "service",
    [SEARCH, OWNS, MYSQL, MEDIA, BASKETS, UNITS, FIND],
    ids=["nothing", "postgres", "mysql", "bucket", "table", "units", "search domain"],
)
def test_every_stack_s_properties_hold(tmp_path: Path, service: dict[str, Any]) -> None:
    longest = "a-service-x"
    made = architecture(tmp_path, {longest: service, "search": {**SEARCH, "route": "/find/*"}}, name="a-name-of-16-cha")
    assert len("a-name-of-16-cha") + len(longest) == TOGETHER
    assert properties.complaints(record(run_of(made)), made) == []


def test_the_first_service_only_adds(tmp_path: Path) -> None:
    """What the application has stays as it is, its listener, target group and fleet among it."""
    before, after = graph(tmp_path), graph(tmp_path, {"search": OWNS})
    assert set(before.resources) <= set(after.resources)
    changed = {r.name for r in before if after.resources[r.urn].inputs != r.inputs}
    assert changed == {"shop-settings", "shop-signals", "shop-signals-dashboard"}, "a setting, alarms, graphs"
    added = {r.component for r in after if r.urn not in before.resources}
    own = {f"shop-service-search-{part}" for part in ("database", "settings", "route", "fleet")}
    assert added == {*own, "shop-settings", "shop-signals"}


def test_another_service_changes_none(tmp_path: Path) -> None:
    first, both = graph(tmp_path, {"search": OWNS}), graph(tmp_path, {"search": OWNS, "media": MEDIA})
    changed = {r.name for r in first if both.resources[r.urn].inputs != r.inputs}
    assert changed == {"shop-settings", "shop-service-search-settings", "shop-signals", "shop-signals-dashboard"}


def test_a_move_is_gradual_and_changes_the_rule_alone(tmp_path: Path) -> None:
    tenth, whole = graph(tmp_path, {"search": {**SEARCH, "share": "10%"}}), graph(tmp_path, {"search": SEARCH})
    actions: Any = one(tenth, "shop-service-search-route-rule").inputs["actions"]
    [action] = actions
    assert [target["weight"] for target in action["forward"]["targetGroups"]] == [10, 90]
    changed = {r.name for r in tenth if whole.resources[r.urn].inputs != r.inputs}
    assert changed == {"shop-service-search-route", "shop-service-search-route-rule"}


def test_nobody_goes_around_the_cdn_by_way_of_a_service(tmp_path: Path) -> None:
    conditions = one(graph(tmp_path, {"search": SEARCH}), "shop-service-search-route-rule").inputs["conditions"]
    assert "X-Origin-Key" in json.dumps(conditions)
    conditions = one(graph(tmp_path, {"search": SEARCH}, without=["cdn"]), "shop-service-search-route-rule").inputs
    assert "X-Origin-Key" not in json.dumps(conditions)


def test_all_find_a_service_and_it_finds_what_is_named_for_it(tmp_path: Path) -> None:
    made = graph(tmp_path, {"search": OWNS, "media": MEDIA})
    assert setting(made, "shop-settings-setting-service-search-url") == "https://shop.example.com/search"
    own = {r.name.partition("-setting-")[2] for r in made if r.name.startswith("shop-service-search-settings-setting-")}
    assert {"service-media-url", "queue-orders-url", "app-service", "database-host", "port"} <= own
    assert "service-search-url" not in own and "queue-mail-url" not in own
    assert made.resources_named("shop-service-media-settings-setting-data-bucket")
    assert not made.resources_named("shop-settings-setting-data-bucket")


def test_without_a_domain_it_answers_where_the_application_does(tmp_path: Path) -> None:
    made = graph(tmp_path, {"search": SEARCH}, domain=None, without=["cdn"])
    address = setting(made, "shop-settings-setting-service-search-url")
    assert address.startswith("http://") and address.endswith("/search")


def test_nobody_else_enters_the_database_of_a_service(tmp_path: Path) -> None:
    made = graph(tmp_path, {"search": OWNS, "media": MEDIA})
    rules = {r.name for r in made if r.type.endswith("SecurityGroupIngressRule") and "database" in r.name}
    assert {"shop-service-search-fleet-to-database", "shop-fleet-to-database"} <= rules
    assert not [name for name in rules if name.startswith("shop-service-media")]
    group = "shop-service-search-database-group"
    entering = [r.name for r in made if r.type.endswith("SecurityGroupIngressRule") and f"::{group}#" in str(r.inputs)]
    assert entering == ["shop-service-search-fleet-to-database"]


def test_its_servers_run_it_alone(tmp_path: Path) -> None:
    software = host.user_data(one(graph(tmp_path, {"search": SEARCH}), "shop-service-search-fleet-template"))
    assert "ghcr.io/acme/search:0.9.0" in software and "acme/shop" not in software
    assert "/shop-service-search/base" in software


def test_a_service_publishes_where_it_says_so(tmp_path: Path) -> None:
    events = {"order-placed": {"to": ["mail"]}}
    services = {"search": {**SEARCH, "publishes": ["order-placed"]}, "media": MEDIA}
    built = graph(tmp_path, services, events=events)
    assert setting(built, "shop-service-search-settings-setting-event-bus-name")
    assert not built.resources_named("shop-service-media-settings-setting-event-bus-name")
    may = [
        json.dumps(plain(one(built, f"shop-service-{of}-fleet-policy").inputs["policy"])) for of in ("search", "media")
    ]
    assert "events:PutEvents" in may[0] and "events:" not in may[1]


def test_a_table_is_found_by_its_setting_and_used_by_its_service_alone(tmp_path: Path) -> None:
    made = graph(tmp_path, {"search": BASKETS, "media": MEDIA})
    assert setting(made, "shop-service-search-settings-setting-data-table")
    may = json.dumps(plain(one(made, "shop-service-search-fleet-policy").inputs["policy"]))
    assert "dynamodb:PutItem" in may and "dynamodb:DeleteTable" not in may and "/index/*" in may
    for other in ("shop-fleet-policy", "shop-service-media-fleet-policy"):
        assert "dynamodb" not in json.dumps(plain(one(made, other).inputs["policy"]))
    assert made.resources_named("shop-signals-service-search-table-write-throttles")


def test_a_search_domain_is_asked_by_its_service_only(tmp_path: Path) -> None:
    made = graph(tmp_path, {"search": FIND, "media": MEDIA})
    domain = one(made, "shop-service-search-search-domain")
    assert domain.protect and setting(made, "shop-service-search-settings-setting-data-search-url")
    may = json.dumps(plain(one(made, "shop-service-search-fleet-policy").inputs["policy"]))
    assert "es:ESHttpPost" in may and "es:*" not in may and "es:DeleteDomain" not in may
    for other in ("shop-fleet-policy", "shop-service-media-fleet-policy"):
        assert "es:ESHttp" not in json.dumps(plain(one(made, other).inputs["policy"]))
    entries = [r.name for r in made if r.type == "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"]
    assert [name for name in entries if name.endswith("search")] == ["shop-service-search-fleet-to-search"]
    assert made.resources_named("shop-signals-service-search-search-red")
    state = [{"urn": resource.urn, "protect": resource.protect} for resource in made]
    lost = losses.losses(state, compare(made, graph(tmp_path, {"search": SEARCH, "media": MEDIA})))
    assert [change.name for change in lost] == ["shop-service-search-search-domain"]


def test_units_of_a_table_come_and_go_in_place(tmp_path: Path) -> None:
    """And what Application Auto Scaling has changed stays."""
    busy = {**SEARCH, "data": {"engine": "dynamodb", "table": {"read_units": "50-200", "write_units": "2-20"}}}
    on_demand = {**SEARCH, "data": {"engine": "dynamodb"}}
    few = graph(tmp_path, {"search": UNITS})
    more = compare(few, graph(tmp_path, {"search": busy}))
    changed = {
        change.name for change in more.changes if "Component" not in change.type and ":index:" not in change.type
    }
    assert changed == {
        "shop-service-search-table-reads",
        "shop-signals-service-search-table-read-capacity",
        "shop-signals-dashboard",
    }
    back = {change.name: change.op for change in compare(few, graph(tmp_path, {"search": on_demand})).changes}
    assert back["shop-service-search-table-table"] == "update"
    assert back["shop-service-search-table-reads"] == back["shop-service-search-table-reads-policy"] == "delete"


def test_servers_keep_the_level_of_their_service(tmp_path: Path) -> None:
    busy = {**SEARCH, "servers": "3-6", "scaling": {"track": "600 requests/server"}}
    made = graph(tmp_path, {"search": busy, "fixed": {**SEARCH, "route": "/fixed/*", "servers": 2}})
    group = one(made, "shop-service-search-fleet-servers").inputs
    assert (group["minSize"], group["maxSize"]) == (3, 6)
    [tracked] = [r for r in made if r.type.endswith(":Policy") and r.name.startswith("shop-service-search-fleet")]
    assert "ALBRequestCountPerTarget" in json.dumps(tracked.inputs)
    assert not [r for r in made if r.type == "aws:autoscaling/policy:Policy" and "service-fixed" in r.name]


def test_a_renamed_service_keeps_what_it_has(tmp_path: Path) -> None:
    before = graph(tmp_path, {"search": OWNS})
    after = graph(tmp_path, {"find": {**OWNS, "was": "search", "route": "/find/*"}})
    gone = {r.name for r in before if r.urn not in after.resources}
    assert all(name.startswith(("shop-settings-setting-", "shop-signals-service-")) for name in gone)
    for part in ("database-primary", "fleet-servers", "fleet-template"):
        assert one(before, f"shop-service-search-{part}").inputs == one(after, f"shop-service-search-{part}").inputs


def test_of_a_retired_service_only_its_data_stays(tmp_path: Path) -> None:
    before, after = graph(tmp_path, {"search": OWNS}), graph(tmp_path, {"search": {**OWNS, "retired": True}})
    tiers = {r.component for r in after if "service-search" in r.component}
    assert tiers == {"shop-service-search-database", "shop-service-search-settings"}
    own = {r.name for r in after if r.component == "shop-service-search-settings" and r.custom}
    assert own == {f"shop-service-search-settings-{part}-api-key" for part in ("secret", "reference")}
    for resource in after:
        if resource.component == "shop-service-search-database":
            assert before.resources[resource.urn].inputs == resource.inputs
    assert one(after, "shop-service-search-database-primary").protect
    assert not after.resources_named("shop-settings-setting-service-search-url")
    assert {name for name in after.resources if "signals" in name and "service-search-database" in name}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"search": OWNS}, {"find": OWNS}, {"database-primary", "settings-secret-api-key"}),
        ({"search": OWNS}, {}, {"database-primary", "settings-secret-api-key"}),
        ({"search": {**OWNS, "retired": True}}, {}, {"database-primary", "settings-secret-api-key"}),
        ({"search": OWNS}, {"search": {**OWNS, "data": {"engine": "mysql"}}}, {"database-primary"}),
        ({"search": {**MEDIA, "secrets": ["API_KEY"]}}, {"search": SEARCH}, {"data-bucket", "settings-secret-api-key"}),
        ({"search": BASKETS}, {}, {"table-table"}),
        ({"search": BASKETS}, {"search": UNITS}, {"table-table"}),
        ({"search": SEARCH}, {}, set()),
        ({"search": OWNS}, {"find": {**OWNS, "was": "search"}}, set()),
        ({"search": OWNS}, {"search": {**OWNS, "retired": True}}, set()),
    ],
    ids=[
        "renamed",
        "removed",
        "retired first",
        "another engine",
        "owns nothing now",
        "a table",
        "another key",
        "owned nothing",
        "was",
        "retired",
    ],
)
def test_what_a_service_owns_goes_only_when_that_is_said(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any], said: set[str]
) -> None:
    assert lost(graph(tmp_path, before), graph(tmp_path, after)) == {f"shop-service-search-{part}" for part in said}


def test_somebody_hears_of_each_service(tmp_path: Path) -> None:
    made = graph(tmp_path, {"search": OWNS}, signals={"alarms": {"service-search-latency": {"threshold": "2s"}}})
    names = {r.name.removeprefix("shop-signals-service-search-") for r in made if "signals-service-search" in r.name}
    assert {"latency", "errors", "healthy", "unhealthy", "servers-cpu", "servers-capacity", "database-cpu"} <= names
    assert one(made, "shop-signals-service-search-latency").inputs["threshold"] == 2


def test_a_plan_and_an_explanation_are_about_the_service(tmp_path: Path) -> None:
    baskets = {**BASKETS, "route": "/baskets/*"}
    wanted = architecture(tmp_path, {"search": {**OWNS, "share": "10%"}, "media": MEDIA, "baskets": baskets})
    words = {tier.name: tier.words for tier in tiers(wanted, record(run_of(wanted)))}
    assert (
        words["service-baskets-table"] == "DynamoDB, items by customer and placed_at, on demand, any second of 7 days"
    )
    assert words["service-search-route"] == "answers 10% of /search/*, the application the rest"
    assert words["service-search-fleet"] == "2-10 × t4g.small, tracking 70% CPU"
    assert words["service-search-database"].startswith("postgres 17 on db.t4g.micro, standby in another zone")
    assert words["service-media-data"] == "a private bucket, old versions for 7 days"
    [note] = service_notes(wanted, wanted.services["search"])
    assert "keeps 70% average CPU" in note


def test_what_a_service_costs_is_counted_and_what_nobody_knows_is_no_zero(tmp_path: Path) -> None:
    wanted = architecture(tmp_path, {"search": OWNS, "media": MEDIA})
    lines = [
        line
        for line in estimate(wanted, record(run_of(wanted)), Book("us-east-1")).lines
        if line.tier.startswith("service-")
    ]
    keys = {(line.tier, line.charge.key) for line in lines}
    assert ("service-search-database", "rds.postgres.multi-az.db.t4g.micro") in keys
    assert ("service-search-fleet", "ec2.t4g.small") in keys
    unknown = {line.tier for line in lines if line.usd is None}
    assert unknown == {"service-search-fleet", "service-media-fleet", "service-media-data"}


def test_urns_are_frozen(tmp_path: Path) -> None:
    urns = golden.urns(graph(tmp_path, {"search": OWNS, "media": MEDIA})).splitlines(keepends=True)
    assert "".join(line for line in urns if "service" in line) == URNS.read_text()


def test_aws_has_what_a_service_needs_and_lets_it_do_no_more(tmp_path: Path) -> None:
    """Read back."""
    made = architecture(tmp_path, {"search": {**OWNS, "share": "25%"}, "media": MEDIA}, throwaway=True)
    with deployed(made) as cloud:
        search, media, application = (
            str(cloud.made[f"shop-{of}-policy"].outputs["policy"])
            for of in ("service-search-fleet", "service-media-fleet", "fleet")
        )
        assert "parameter/shop-service-search/base" in search and "parameter/shop/base" not in search
        assert "shop-service-search" not in application and "shop-service-search" not in media
        assert "sqs:SendMessage" in search and "sqs:SendMessage" not in media
        assert "queue-orders" in search and "queue-mail" not in search and "sqs:ReceiveMessage" not in search
        assert "s3:PutObject" in media and "s3:PutObject" not in search
        assert "secret:shop-service-search-settings-secret-*" in search and "secret:shop-settings" not in search

        balancing = cloud.client("elbv2")
        rule = cloud.made["shop-service-search-route-rule"].outputs["arn"]
        [found] = balancing.describe_rules(RuleArns=[rule])["Rules"]
        groups = found["Actions"][0]["ForwardConfig"]["TargetGroups"]
        assert [group["Weight"] for group in groups] == [25, 75]
        target = groups[0]["TargetGroupArn"]
        servers = cloud.made["shop-service-search-fleet-servers"].outputs["name"]
        [group] = cloud.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[servers])[
            "AutoScalingGroups"
        ]
        assert group["TargetGroupARNs"] == [target] and (group["MinSize"], group["MaxSize"]) == (2, 10)
        identifier = cloud.made["shop-service-search-database-primary"].outputs["identifier"]
        [database] = cloud.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
        assert database["DBName"] == "shop_search" and database["MasterUserSecret"]["SecretArn"]
        own = "/shop-service-search/base/settings"
        named = cloud.client("ssm").get_parameters(Names=[f"{own}/DATABASE_HOST", f"{own}/SERVICE_MEDIA_URL"])
        values = {parameter["Name"].rpartition("/")[2]: parameter["Value"] for parameter in named["Parameters"]}
        assert values["SERVICE_MEDIA_URL"] == "https://shop.example.com/pictures"
        assert values["DATABASE_HOST"] == database["Endpoint"]["Address"]
