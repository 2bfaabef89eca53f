"""A name that moves from a region to another by a switch, and by nothing else."""

from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.failover_record import FailoverRecord, FailoverRecordArgs

FIRST: FailoverRecordArgs = {
    "domain": "entry.shop.example.com",
    "zone_id": "Z1",
    "balancer_dns_name": "lb-1.us-east-1.elb.amazonaws.com",
    "switch_region": "us-west-2",
    "tags": {"app": "shop"},
}
SECOND: FailoverRecordArgs = {
    "domain": "entry.shop.example.com",
    "zone_id": "Z1",
    "balancer_dns_name": "lb-2.us-west-2.elb.amazonaws.com",
}


def first(left: bool = False) -> Graph:
    return record(lambda: FailoverRecord("shop-entry", {**FIRST, "left": left}).fqdn)


def test_the_switch_and_its_alarm_are_in_the_region_that_takes_over() -> None:
    alarm, health = (first()[f"shop-entry-{part}"].inputs for part in ("switch", "health"))
    assert alarm["region"] == health["cloudwatchAlarmRegion"] == "us-west-2"
    assert alarm["dimensions"] == {"Name": "entry.shop.example.com"}
    assert (alarm["period"], alarm["evaluationPeriods"], alarm["treatMissingData"]) == (60, 1, "ignore")


def test_nothing_but_the_switch_moves_the_name() -> None:
    """No alias, which would have to evaluate its target; no health of the second, which would send visitors back."""
    one = first()["shop-entry-record"].inputs
    other = record(lambda: FailoverRecord("shop-standby-entry", SECOND).fqdn)["shop-standby-entry-record"].inputs
    assert one["name"] == other["name"] and one["type"] == other["type"] == "CNAME"
    assert [r["failoverRoutingPolicies"] for r in (one, other)] == [[{"type": "PRIMARY"}], [{"type": "SECONDARY"}]]
    assert one["healthCheckId"] and "healthCheckId" not in other
    assert one["setIdentifier"] != other["setIdentifier"]


def test_a_switch_nobody_has_touched_leaves_the_name_where_it_is_and_one_that_was_thrown_stays_thrown() -> None:
    assert first()["shop-entry-health"].inputs["insufficientDataHealthStatus"] == "LastKnownStatus"


def test_a_region_that_was_left_stays_left_without_a_word_of_the_switch() -> None:
    assert first(left=True)["shop-entry-health"].inputs["insufficientDataHealthStatus"] == "Unhealthy"


def test_house_rules() -> None:
    assert_house_rules(first(), "shop-entry")


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    page = example("failover_record")
    assert "shop-entry-switch" in page and "shop-standby-entry-record" in page
    assert documented_arguments("failover_record") >= set(FailoverRecordArgs.__annotations__)
