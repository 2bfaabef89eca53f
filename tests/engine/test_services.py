"""Services on the real engine: one comes beside the application, takes its share, and goes without its data."""

import pytest

from tenfold import exits

SHOP = """name: shop
stage: 3
with: [services]
app: {{image: "ghcr.io/acme/shop:1.4.2", stateless: true}}
network: {{zones: 2}}
sessions: {{store: database}}
database: {{standby: false, pooling: {{via: none}}}}
{services}
environments: {{dev: {{}}}}
"""
SEARCH = """services:
  search: {{image: "ghcr.io/acme/search:0.9.0", route: /search/*, data: {{engine: postgres, standby: false}}{more}}}
  baskets:
    {{image: "ghcr.io/acme/baskets:1", route: /baskets/*, data: {{engine: dynamodb, table: {{{table}}}}}{retired}}}
  find: {{image: "ghcr.io/acme/find:1", route: /find/*, data: {{engine: opensearch, search: {{nodes: 2}}}}{retired}}}
"""
BY_OFFER = "primary_key: 'customer, placed_at number', indexes: {by-offer: offer}"
UNITS = "primary_key: 'customer, placed_at number', read_units: 5-100, write_units: 2-20, expires: gone_at"


@pytest.fixture
def blueprint(tmp_path):
    path = tmp_path / "shop.yaml"

    def write(services=""):
        path.write_text(SHOP.format(services=services))
        return str(path), "--env", "dev", "--local"

    return write


def search(more="", table=BY_OFFER):
    retired = ", retired: true" if "retired" in more else ""
    return SEARCH.format(more=f", {more}" if more else "", table=table, retired=retired)


def described_domains(aws):
    search = aws("opensearch")
    names = [domain["DomainName"] for domain in search.list_domain_names()["DomainNames"]]
    return search.describe_domains(DomainNames=names)["DomainStatusList"] if names else []


def changed(result):
    return {(change["op"], change["name"]) for change in result["changes"] if "tenfold:" not in change["type"]}


def _scale_the_table(fresh, aws, blueprint, table):
    """From payment by request to units that scale; its index goes."""
    units = changed(fresh.json("up", *blueprint(search(table=UNITS))))
    policies = {f"shop-service-baskets-table-{role}{of}" for role in ("reads", "writes") for of in ("", "-policy")}
    assert {("update", "shop-service-baskets-table-table"), *(("create", name) for name in policies)} <= units
    described = aws("dynamodb").describe_table(TableName=table)["Table"]
    assert described["ProvisionedThroughput"]["ReadCapacityUnits"] == 1, "the rest is Application Auto Scaling's work"
    assert not described.get("GlobalSecondaryIndexes")
    aws("dynamodb").update_table(
        TableName=table, ProvisionedThroughput={"ReadCapacityUnits": 40, "WriteCapacityUnits": 2}
    )
    assert fresh.json("up", *blueprint(search(table=UNITS)))["changes"] == [], "what has been scaled stays so"


def test_a_service_comes_takes_its_share_and_leaves_its_data(fresh, aws, blueprint):
    fresh("up", *blueprint())
    before = aws("elbv2").describe_target_groups()["TargetGroups"]

    first = fresh.json("up", *blueprint(search("share: 10%")))
    assert first["summary"].get("delete", 0) == first["summary"].get("replace", 0) == 0
    balancing = aws("elbv2")
    assert [g for g in balancing.describe_target_groups()["TargetGroups"] if g in before] == before
    [table] = aws("dynamodb").list_tables()["TableNames"]
    [domain] = described_domains(aws)
    assert domain["EncryptionAtRestOptions"]["Enabled"] and domain["NodeToNodeEncryptionOptions"]["Enabled"]
    assert len(domain["VPCOptions"]["AvailabilityZones"]) == domain["ClusterConfig"]["InstanceCount"] == 2
    item = {"customer": {"S": "7"}, "placed_at": {"N": "1"}, "offer": {"S": "a"}}
    aws("dynamodb").put_item(TableName=table, Item=item)
    assert fresh.json("up", *blueprint(search("share: 10%")))["changes"] == []

    whole = fresh.json("up", *blueprint(search()))
    assert changed(whole) == {("update", "shop-service-search-route-rule")}

    _scale_the_table(fresh, aws, blueprint, table)
    assert aws("dynamodb").scan(TableName=table)["Items"] == [item]
    [listener] = [
        listener["ListenerArn"]
        for balancer in balancing.describe_load_balancers()["LoadBalancers"]
        for listener in balancing.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    ]
    rules = balancing.describe_rules(ListenerArn=listener)["Rules"]
    [own] = [rule for rule in rules if "/search/*" in str(rule["Conditions"])]
    assert own["Actions"][0]["TargetGroupArn"] not in {group["TargetGroupArn"] for group in before}

    refused = fresh("up", *blueprint(), code=exits.REFUSED)
    assert "write services.search again, with `retired: true`" in refused.stderr
    assert "`was: search`" in refused.stderr

    fresh("up", *blueprint(search("retired: true", UNITS)))
    assert aws("dynamodb").scan(TableName=table)["Items"] == [item]
    assert [left["ARN"] for left in described_domains(aws)] == [domain["ARN"]]
    names = [found["DBInstanceIdentifier"] for found in aws("rds").describe_db_instances()["DBInstances"]]
    assert [name for name in names if name.startswith("shop-service-search-database")]
    groups = aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert not [group for group in groups if "service-search" in group["AutoScalingGroupName"]]
    assert balancing.describe_target_groups()["TargetGroups"] == before
