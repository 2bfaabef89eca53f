"""The other blueprints on the real engine, far from where CloudFront keeps its certificates, firewalls and metrics; and
what comes and goes in them without touching what stays."""

import pytest
from remains import leftovers, networks
from running import CHECKOUT

PAGES = "arn:aws:lambda:us-east-1:123456789012:function:news-pages:3"
HOME, EDGE = "eu-central-1", "us-east-1"
FAILING = ("ExecutionErrors", "ValidationErrors", "Throttles")


@pytest.fixture
def changed(tmp_path):
    """A blueprint with replacements of its text, in an environment that may be thrown away."""
    path = tmp_path / "blueprint.yaml"

    def write(name, **replacements):
        text = (CHECKOUT / "blueprints" / f"{name}.yaml").read_text() + "  test: {throwaway: true}\n"
        for old, new in replacements.values():
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)
        return str(path), "--env", "test", "--local"

    return write


def news(changed, replicas):
    return changed(
        "news",
        region=("region: us-east-1", f"region: {HOME}\nzone: managed"),
        domain=("prod: {}", "prod: {domain: www.news.example.com}"),
        replicas=("\ncdn:", f"\ndatabase: {{replicas: {{count: {replicas}}}}}\n\ncdn:"),
        lambdas=("\ncdn:", f"\ncdn:\n  lambdas: {{origin_request: '{PAGES}', body: true}}"),
    )


def primary(rds):
    [found] = [
        d for d in rds.describe_db_instances()["DBInstances"] if "ReadReplicaSourceDBInstanceIdentifier" not in d
    ]
    return found["DBInstanceIdentifier"], found["DbiResourceId"], found["InstanceCreateTime"]


def answering(route53):
    """What the reader name stands for, by set identifier."""
    [zone] = [z["Id"] for z in route53.list_hosted_zones()["HostedZones"] if z["Name"].endswith(".internal.")]
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {r["SetIdentifier"]: r["ResourceRecords"][0]["Value"] for r in records if "Weight" in r}


def test_news_far_from_the_edge_and_replicas_that_come_and_go(fresh, cloud, changed):
    home, edge = cloud(HOME), cloud(EDGE)
    where = news(changed, replicas=1)
    made = fresh.json("up", *where)["summary"]["create"]
    assert fresh.json("up", *where)["summary"] == {"same": made}

    [distribution] = edge("cloudfront").list_distributions()["DistributionList"]["Items"]
    certificate = distribution["ViewerCertificate"]["ACMCertificateArn"]
    assert [c["CertificateArn"] for c in edge("acm").list_certificates()["CertificateSummaryList"]] == [certificate]
    [firewall] = edge("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    assert distribution["WebACLId"] == firewall["ARN"]
    pages = {e["ErrorCode"]: e.get("ResponsePagePath") for e in distribution["CustomErrorResponses"]["Items"]}
    assert pages[503] == "/static/unavailable.html" and not pages[500]
    alarms = edge("cloudwatch").describe_alarms()["MetricAlarms"]
    assert {a["MetricName"] for a in alarms} == {"5xxErrorRate", "OriginLatency", *(f"Function{m}" for m in FAILING)}
    functions = edge("cloudfront").list_functions()["FunctionList"]["Items"]
    attached = distribution["DefaultCacheBehavior"]["FunctionAssociations"]["Items"]
    assert {a["FunctionARN"] for a in attached} == {f["FunctionMetadata"]["FunctionARN"] for f in functions}
    assert {a["EventType"] for a in attached} == {"viewer-request", "viewer-response"}
    [beside] = distribution["DefaultCacheBehavior"]["LambdaFunctionAssociations"]["Items"]
    assert beside == {"LambdaFunctionARN": PAGES, "EventType": "origin-request", "IncludeBody": True}
    [topic] = [t["TopicArn"] for t in edge("sns").list_topics()["Topics"]]
    assert all(alarm["AlarmActions"] == [topic] for alarm in alarms)
    key = edge("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["KmsMasterKeyId"]
    assert edge("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"].split(":")[3] == EDGE

    before = primary(home("rds"))
    for count in (3, 1):
        where = news(changed, replicas=count)
        assert "replace" not in fresh.json("up", *where)["summary"]
        databases = {
            d["DBInstanceIdentifier"]: d["Endpoint"]["Address"]
            for d in home("rds").describe_db_instances()["DBInstances"]
        }
        assert primary(home("rds")) == before and len(databases) == 1 + count
        assert set(answering(home("route53")).values()) == set(databases.values()) - {databases[before[0]]}
    assert f"stays   {PAGES}" in fresh("destroy", *where).stdout
    assert [*networks(home), *leftovers(home), *leftovers(edge)] == []


@pytest.mark.proof
def test_chat_s_servers_become_spot_in_the_same_group(fresh, cloud, changed):
    scaling, where = cloud(HOME)("autoscaling"), changed("chat")
    made = fresh.json("up", *where)["summary"]["create"]
    [before] = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    bought = "  servers: 3-30\n  alternatives: [c6g.xlarge]\n  spot: {share: 50%}\n"
    where = changed("chat", spot=("  servers: 3-30\n", bought), drain=("drain: 2m", "drain: 50s"))
    summary = fresh.json("up", *where)["summary"]
    assert "replace" not in summary and "delete" not in summary and summary["same"] + summary["update"] == made
    [after] = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    assert after["AutoScalingGroupName"] == before["AutoScalingGroupName"]
    spread = after["MixedInstancesPolicy"]["InstancesDistribution"]
    assert (spread["OnDemandBaseCapacity"], spread["OnDemandPercentageAboveBaseCapacity"]) == (3, 50)
    assert fresh.json("refresh", *where)["changes"] == []
    fresh("destroy", *where)
    assert [*networks(cloud(HOME)), *leftovers(cloud(HOME)), *leftovers(cloud(EDGE))] == []
