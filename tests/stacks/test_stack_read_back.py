"""Each stage is made in a simulated AWS, and boto3 says whether what a user cares about is really there."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tenfold.blueprints.resolve import load
from tests.stacks.exposure import too_wide
from tests.stacks.graphs import Case, architecture
from tests.stacks.mocks import Cloud, deployed

STAGES = (1, 2, 3)
STAGE_3 = pytest.mark.parametrize("stage", [3], ids=["stage-3"], indirect=True)


@pytest.fixture(scope="module", params=STAGES, ids=lambda stage: f"stage-{stage}")
def stage(request) -> int:
    return request.param


@pytest.fixture(scope="module")
def cloud(stage: int) -> Iterator[Cloud]:
    with deployed(architecture(Case("shop", stage, "prod"))) as made:
        yield made


def tags(found: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in found}


def key_arn(cloud: Cloud) -> str:
    return cloud.made["shop-encryption-key"].outputs["arn"]


# ---- ground of every stage


def test_the_network_spans_zones_in_three_tiers(cloud: Cloud):
    ec2, vpc = cloud.client("ec2"), cloud.outputs["vpc_id"]
    (network,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert network["CidrBlock"] == "10.40.0.0/16"
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    by_tier: dict[str, set[str]] = {}
    for subnet in subnets:
        by_tier.setdefault(tags(subnet["Tags"])["tier"], set()).add(subnet["AvailabilityZone"])
        assert not subnet["MapPublicIpOnLaunch"]
    zones = {"us-east-1a", "us-east-1b", "us-east-1c"}
    assert by_tier == {"public": zones, "private": zones, "database": zones}
    (logs,) = ec2.describe_flow_logs()["FlowLogs"]
    assert (logs["ResourceId"], logs["TrafficType"]) == (vpc, "ALL")


def test_only_private_subnets_of_the_fleet_have_a_way_out(cloud: Cloud, stage: int):
    gateways = cloud.client("ec2").describe_nat_gateways()["NatGateways"]
    assert [gateway["State"] for gateway in gateways] == (["available"] if stage == 3 else [])


def test_alarms_reach_a_topic_that_somebody_reads(cloud: Cloud, stage: int):
    sns, alarms = cloud.client("sns"), cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    (topic,) = [topic["TopicArn"] for topic in sns.list_topics()["Topics"]]
    assert len(alarms) >= {1: 6, 2: 15, 3: 25}[stage]
    assert [alarm["AlarmName"] for alarm in alarms if topic not in alarm["AlarmActions"]] == []
    assert all(alarm["ActionsEnabled"] and alarm["AlarmDescription"] for alarm in alarms)
    (reader,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (reader["Protocol"], reader["Endpoint"]) == ("email", "team-shop@example.com")
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["KmsMasterKeyId"] == key_arn(cloud)


def test_alarms_look_at_things_that_exist(cloud: Cloud):
    """An alarm of a misspelt dimension waits for ever."""
    known = {str(value) for made in cloud.made.values() for value in [made.id, *made.outputs.values()]}
    known |= {node for made in cloud.made.values() for node in made.outputs.get("memberClusters") or ()}
    strange = []
    for alarm in cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]:
        for metric in [alarm, *(query.get("MetricStat", {}).get("Metric", {}) for query in alarm.get("Metrics", ()))]:
            wrong = [d for d in metric.get("Dimensions", ()) if d["Name"] in OBSERVED and d["Value"] not in known]
            strange += [(alarm["AlarmName"], d) for d in wrong]
    assert strange == []


OBSERVED = {
    "AutoScalingGroupName",
    "CacheClusterId",
    "DBInstanceIdentifier",
    "InstanceId",
    "LoadBalancer",
    "TargetGroup",
}


def test_no_role_may_more_than_it_needs(cloud: Cloud):
    """With every name known: in the plan some policies hold values only the cloud can tell."""
    iam, wide = cloud.client("iam"), []
    roles = [role for role in iam.list_roles()["Roles"] if role["RoleName"].startswith("shop-")]
    assert roles
    for role in roles:
        name = role["RoleName"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            wide += [found for statement in document["Statement"] for found in too_wide(name, statement)]
    assert wide == []


def test_the_key_rotates_and_can_follow_to_another_region(cloud: Cloud):
    kms = cloud.client("kms")
    described = kms.describe_key(KeyId=key_arn(cloud))["KeyMetadata"]
    assert described["MultiRegion"] and described["KeyState"] == "Enabled"
    assert kms.get_key_rotation_status(KeyId=key_arn(cloud))["KeyRotationEnabled"]


def test_a_budget_counts_this_stack(cloud: Cloud):
    (budget,) = cloud.client("budgets").describe_budgets(AccountId="123456789012")["Budgets"]
    assert float(budget["BudgetLimit"]["Amount"]) == 300
    assert budget["CostFilters"] == {"TagKeyValue": ["user:stack$shop-prod"]}


# ---- what the application is told


def settings(cloud: Cloud) -> dict[str, str]:
    pages = cloud.client("ssm").get_paginator("get_parameters_by_path").paginate(Path="/shop/prod", Recursive=True)
    return {found["Name"].rpartition("/")[2]: found["Value"] for page in pages for found in page["Parameters"]}


def test_the_application_reads_where_its_database_is(cloud: Cloud, stage: int):
    said = settings(cloud)
    assert (said["APP_NAME"], said["APP_ENVIRONMENT"], said["PORT"]) == ("shop", "prod", "8080")
    secrets = {secret["ARN"] for secret in cloud.client("secretsmanager").list_secrets()["SecretList"]}
    assert said["DATABASE_SECRET_ARN"] in secrets
    if stage == 1:  # PgBouncer or the database itself, beside the application
        assert cloud.client("rds").describe_db_instances()["DBInstances"] == []
        return
    (database,) = cloud.client("rds").describe_db_instances()["DBInstances"]
    assert said["DATABASE_HOST"] == database["Endpoint"]["Address"]
    assert int(said["DATABASE_PORT"]) == database["Endpoint"]["Port"]
    assert said["DATABASE_NAME"] == database["DBName"]
    (login,) = (secret for secret in cloud.of_type("secretsmanager/secret:Secret") if "-login" in secret.id)
    assert said["DATABASE_SECRET_ARN"] == login.id
    held = json.loads(cloud.client("secretsmanager").get_secret_value(SecretId=login.id)["SecretString"])
    assert held["username"] == database["MasterUsername"] == "app" and len(held["password"]) == 40


def test_secrets_have_a_place_and_no_value(cloud: Cloud):
    secretsmanager, ours = cloud.client("secretsmanager"), cloud.of_type("secretsmanager/secret:Secret")
    assert cloud.outputs["secrets"]["STRIPE_KEY"] in {secret.id for secret in ours}
    for secret in ours:
        assert secretsmanager.describe_secret(SecretId=secret.id)["KmsKeyId"] == key_arn(cloud)
        if "-database-login" in secret.id:  # the one that nobody has to fill
            continue
        with pytest.raises(secretsmanager.exceptions.ResourceNotFoundException):
            secretsmanager.get_secret_value(SecretId=secret.id)


# ---- stages 1 and 2: the server


def test_one_server_with_a_volume_of_its_own(cloud: Cloud, stage: int):
    ec2 = cloud.client("ec2")
    instances = [i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    if stage == 3:
        assert {tags(i["Tags"])["Name"] for i in instances} == {"shop-fleet-server"}
        return
    (server,) = instances
    assert server["MetadataOptions"]["HttpTokens"] == "required" and "KeyName" not in server
    (volume,) = ec2.describe_volumes(VolumeIds=[cloud.made["shop-server-data"].id])["Volumes"]
    assert volume["Encrypted"] and volume["KmsKeyId"] == key_arn(cloud)
    assert [attached["InstanceId"] for attached in volume["Attachments"]] == [server["InstanceId"]]
    (address,) = ec2.describe_addresses()["Addresses"]
    assert address["InstanceId"] == server["InstanceId"] and cloud.outputs["address"] == address["PublicIp"]
    identity = cloud.made["shop-server-snapshots"].id
    snapshots = cloud.client("dlm").get_lifecycle_policy(PolicyId=identity)["Policy"]
    assert snapshots["State"] == "ENABLED"
    (target,) = snapshots["PolicyDetails"]["TargetTags"]
    assert tags(volume["Tags"])[target["Key"]] == target["Value"]


def test_only_web_ports_are_open(cloud: Cloud):
    groups = cloud.client("ec2").describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [cloud.outputs["vpc_id"]]}]
    )["SecurityGroups"]
    opened = {
        rule["FromPort"]
        for group in groups
        for rule in group["IpPermissions"]
        if any(found["CidrIp"] == "0.0.0.0/0" for found in rule["IpRanges"])
    }
    assert opened and opened <= {80, 443}
    (default,) = [group for group in groups if group["GroupName"] == "default"]
    assert default["IpPermissions"] == default["IpPermissionsEgress"] == []


# ---- stages 2 and 3: the database


def test_the_database_is_private_encrypted_and_kept(cloud: Cloud, stage: int):
    found = cloud.client("rds").describe_db_instances()["DBInstances"]
    assert len(found) == (stage > 1)
    for database in found:
        assert not database["PubliclyAccessible"] and database["StorageEncrypted"] and database["DeletionProtection"]
        assert database["KmsKeyId"] == key_arn(cloud) and "MasterUserSecret" not in database
        assert database["BackupRetentionPeriod"] == 7 and database["CopyTagsToSnapshot"]
        assert database["MultiAZ"] == (stage == 3)
        assert len(database["DBSubnetGroup"]["Subnets"]) == 3
        assert database["DBInstanceIdentifier"].startswith("shop-database-primary-")
        assert database["EnabledCloudwatchLogsExports"] == ["postgresql", "upgrade"]


def test_the_logs_of_the_database_go_where_they_expire(cloud: Cloud, stage: int):
    """AWS would make the groups itself, to be kept for ever and without our key."""
    groups = {group["logGroupName"]: group for group in cloud.client("logs").describe_log_groups()["logGroups"]}
    assert all(group["retentionInDays"] == 30 and group["kmsKeyId"] == key_arn(cloud) for group in groups.values())
    for database in cloud.client("rds").describe_db_instances()["DBInstances"]:
        wanted = {f"/aws/rds/instance/{database['DBInstanceIdentifier']}/{kind}" for kind in ("postgresql", "upgrade")}
        assert wanted <= set(groups)


# ---- stage 3


@STAGE_3
def test_the_balancer_listens_and_asks_for_health(cloud: Cloud):
    elb = cloud.client("elbv2")
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    assert (balancer["Scheme"], balancer["Type"]) == ("internet-facing", "application")
    assert cloud.outputs["url"] == f"http://{balancer['DNSName']}"
    (listener,) = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    assert (listener["Port"], listener["Protocol"]) == (80, "HTTP")  # no domain, so no certificate
    (group,) = elb.describe_target_groups()["TargetGroups"]
    assert listener["DefaultActions"][0]["TargetGroupArn"] == group["TargetGroupArn"]
    assert (group["HealthCheckPath"], group["HealthCheckIntervalSeconds"], group["Port"]) == ("/healthz", 15, 8080)
    attributes = tags(elb.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])["Attributes"])
    assert attributes["deletion_protection.enabled"] == attributes["access_logs.s3.enabled"] == "true"


@STAGE_3
def test_the_bucket_of_its_logs_is_closed(cloud: Cloud):
    s3, name = cloud.client("s3"), cloud.made["shop-balancer-logs"].id
    block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert len(block) == 4 and all(block.values())
    (rule,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
    assert any(statement["Effect"] == "Deny" for statement in policy["Statement"])


@STAGE_3
def test_two_servers_behind_it(cloud: Cloud):
    (fleet,) = cloud.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert (fleet["MinSize"], fleet["DesiredCapacity"], fleet["MaxSize"]) == (2, 2, 2)
    assert fleet["HealthCheckType"] == "ELB" and len(fleet["VPCZoneIdentifier"].split(",")) == 3
    assert fleet["TargetGroupARNs"] == [cloud.made["shop-balancer-app"].id]
    template = fleet["LaunchTemplate"]["LaunchTemplateId"]
    (version,) = cloud.client("ec2").describe_launch_template_versions(LaunchTemplateId=template)[
        "LaunchTemplateVersions"
    ]
    data: dict[str, Any] = version["LaunchTemplateData"]
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert not data["NetworkInterfaces"][0]["AssociatePublicIpAddress"]
    assert data["BlockDeviceMappings"][0]["Ebs"]["Encrypted"]


@STAGE_3
def test_sessions_are_encrypted_on_disk_and_on_the_way(cloud: Cloud):
    (cache,) = cloud.client("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert cache["AtRestEncryptionEnabled"] and cache["TransitEncryptionEnabled"]
    assert (cache["TransitEncryptionMode"], cache["KmsKeyId"]) == ("required", key_arn(cloud))
    said = settings(cloud)
    assert said["CACHE_HOST"] == cache["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
    assert said["CACHE_TLS"] == "require"


# ---- everything at once

EVERYTHING = """
name: a-name-of-24-charactersx
stage: 3
region: eu-west-1
domain: shop.example.com
zone: managed
app: {image: ghcr.io/acme/shop:1.4.2, stateless: true, secrets: [STRIPE_KEY], jobs: {command: [worker]}}
network: {nat: per-zone}
database: {engine: mysql, pooling: {via: proxy, mode: transaction}}
balancer: {algorithm: least-outstanding, routes: {"/api/*": app, "host:api.example.com": app}}
fleet: {servers: 3}
cache: {engine: redis, nodes: 2}
budget: 300 USD/month
signals: {notify: ["email:ops@example.com"]}
"""


def test_all_options_at_once_with_the_longest_names_are_what_aws_takes(tmp_path):
    """The handlers refuse what the API's own models refuse: lengths, patterns, enumerations, relations."""
    file = tmp_path / "everything.yaml"
    file.write_text(EVERYTHING)
    wanted = load(file, environment="an-environment-of-24-cha").architecture
    assert wanted is not None
    with deployed(wanted) as cloud:
        (proxy,) = cloud.client("rds").describe_db_proxies()["DBProxies"]
        assert proxy["RequireTLS"]
        (cache,) = cloud.client("elasticache").describe_replication_groups()["ReplicationGroups"]
        assert len(cache["MemberClusters"]) == 2 and cache["AutomaticFailover"] == "enabled"
        assert len(cloud.client("ec2").describe_nat_gateways()["NatGateways"]) == 3
        (balancer,) = cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]
        listeners = cloud.client("elbv2").describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        assert {(listener["Port"], listener["Protocol"]) for listener in listeners} == {(80, "HTTP"), (443, "HTTPS")}
        assert cloud.outputs["url"] == "https://shop.example.com"
