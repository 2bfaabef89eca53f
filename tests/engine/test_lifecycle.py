"""Each stage on the real engine: up, up again, refresh, away; and read back from the cloud itself."""

import pytest
from agreement import plan_and_state  # beside this file

SHOP = "blueprints/shop.yaml"
STAGES = ("1", "2", "3", "4", "5")


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_comes_up_stays_and_goes_away(fresh, aws, stage):
    where = (SHOP, "--env", "prod", "--stage", stage, "--local")
    first = fresh.json("up", *where)
    assert set(first["summary"]) == {"create"}
    assert list(plan_and_state(SHOP, "prod", stage, fresh.environment["TENFOLD_HOME"])) == []

    again = fresh.json("up", *where)
    assert again["changes"] == [] and again["summary"] == {"same": first["summary"]["create"]}

    tenfold_refreshes_without_changes(fresh, where)
    assert networks(aws), "the cloud holds the network that the state speaks of"

    gone = fresh.json("destroy", *where)
    assert gone["summary"]["delete"] >= first["summary"]["create"]
    assert networks(aws) == [] and leftovers(aws) == []


def test_environments_live_side_by_side(fresh, aws):
    for environment, stage in (("dev", "1"), ("staging", "2")):
        fresh("up", SHOP, "--env", environment, "--stage", stage, "--local")
    assert len(networks(aws)) == 2
    refused = fresh("up", SHOP, "--env", "staging", "--stage", "3", "--local", code=3).stderr
    assert "traffic has to move" in refused and "tenfold promote" in refused
    fresh("destroy", SHOP, "--env", "staging", "--stage", "2", "--local")
    assert len(networks(aws)) == 1
    assert fresh.json("preview", SHOP, "--env", "dev", "--stage", "1", "--local")["changes"] == []


def tenfold_refreshes_without_changes(fresh, where):
    assert fresh.json("refresh", *where)["changes"] == []


def networks(aws):
    found = aws("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])
    return found["Vpcs"]


def leftovers(aws):
    """What would cost money or hold data after a destroy."""
    instances = aws("ec2").describe_instances()["Reservations"]
    caches = aws("elasticache").describe_replication_groups()["ReplicationGroups"]
    alive = [i for r in instances for i in r["Instances"] if i["State"]["Name"] not in ("terminated", "shutting-down")]
    return [
        *alive,
        *aws("rds").describe_db_instances()["DBInstances"],
        *aws("elbv2").describe_load_balancers()["LoadBalancers"],
        *aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"],
        *(group for group in caches if group["Status"] != "deleting"),
        *aws("s3").list_buckets()["Buckets"],
        *aws("ec2").describe_addresses()["Addresses"],
        *aws("sns").list_topics()["Topics"],
        *aws("cloudfront").list_distributions()["DistributionList"].get("Items", ()),
        *aws("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"],
        *aws("route53").list_health_checks()["HealthChecks"],
        *aws("cloudwatch").describe_alarms()["MetricAlarms"],
    ]
