"""Services that run on Kubernetes: a cluster comes with the first one, and each keeps what it owns when it moves."""

import json
from pathlib import Path

import pytest

from tenfold.diff.inputs import plain
from tenfold.foresight.cost import estimate
from tenfold.foresight.prices import Book
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tenfold.render.tiers import tiers
from tenfold.stacks.elastic import service_notes
from tests.stacks import golden, properties
from tests.stacks.mocks import deployed
from tests.stacks.services import GROUP, MEDIA, SEARCH, architecture, graph, lost, one

ON_CLUSTER = Path(__file__).with_name("kubernetes.urns")
CLUSTER = {"admins": {"deploy": "arn:aws:iam::123456789012:role/deploy"}, "reachable_from": ["192.0.2.0/24"]}
ON_KUBERNETES = {**SEARCH, "runs_on": "kubernetes", "sends_to": ["orders"], "data": {"engine": "bucket"}}


def test_a_service_on_kubernetes_has_a_cluster_and_the_same_route(tmp_path: Path) -> None:
    wanted = architecture(tmp_path, {"search": ON_KUBERNETES}, kubernetes=CLUSTER)
    made = record(run_of(wanted))
    assert properties.complaints(made, wanted) == []
    urns = golden.urns(made).splitlines(keepends=True)
    own = ("shop-service-", "shop-cluster", "shop-nodes", "kubernetes-primary")
    assert "".join(line for line in urns if line.split("::")[-1].startswith(own)) == ON_CLUSTER.read_text()

    [group] = [r.inputs for r in made if r.type == GROUP and r.inputs.get("targetType") == "ip"]
    assert plain(group["tags"])["eks:eks-cluster-name"] == one(made, "shop-cluster-cluster").inputs["name"]
    policy = one(made, "shop-service-search-pods-walls").inputs["spec"]
    allowed = {source["ipBlock"]["cidr"] for source in plain(policy)["ingress"][0]["from"]}
    public = {
        r.inputs["cidrBlock"] for r in made if r.name.startswith("shop-network-public-") and "cidrBlock" in r.inputs
    }
    assert allowed == public, "the balancer is there"
    rights = str(plain(one(made, "shop-service-search-pods-policy").inputs["policy"]))
    assert "sqs:SendMessage" in rights and "s3:PutObject" in rights and "secretsmanager" not in rights


def test_pods_read_their_own_secrets_and_database_and_nobody_elses(tmp_path: Path) -> None:
    """Read back: no value is in the state or in the cluster, only where it is."""
    pods = {**ON_KUBERNETES, "secrets": ["API_KEY"], "data": {"engine": "postgres"}}
    servers = {**MEDIA, "secrets": ["OTHER_KEY"]}
    wanted = architecture(tmp_path, {"search": pods, "media": servers}, kubernetes=CLUSTER, throwaway=True)
    made = record(run_of(wanted))
    assert properties.complaints(made, wanted) == []
    [container] = plain(one(made, "shop-service-search-pods-deployment").inputs["spec"])["template"]["spec"][
        "containers"
    ]
    env = {variable["name"] for variable in container["env"]}
    assert {"API_KEY_SECRET_ARN", "DATABASE_SECRET_ARN", "DATABASE_HOST"} <= env and "API_KEY" not in env
    walls = plain(one(made, "shop-service-search-pods-walls").inputs["spec"])
    assert {"to": [{"ipBlock": {"cidr": "10.40.0.0/16"}}], "ports": [{"protocol": "TCP", "port": 5432}]} in walls[
        "egress"
    ]
    way = one(made, "shop-service-search-pods-to-database").inputs
    assert (way["fromPort"], way["toPort"]) == (5432, 5432)
    assert not [r for r in made if r.type == "kubernetes:core/v1:Secret"]

    with deployed(wanted) as cloud:
        rights = json.loads(cloud.made["shop-service-search-pods-policy"].outputs["policy"])["Statement"]
        read = {s["Sid"]: s for s in rights if "secretsmanager:GetSecretValue" in s["Action"]}
        assert set(read) == {"ReadApplicationSecrets", "ReadSecrets"}
        assert "secret:shop-service-search-settings-secret-*" in read["ReadApplicationSecrets"]["Resource"]
        identifier = cloud.made["shop-service-search-database-primary"].outputs["identifier"]
        [database] = cloud.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
        assert read["ReadSecrets"]["Resource"] == [database["MasterUserSecret"]["SecretArn"]]
        rule = cloud.made["shop-service-search-pods-to-database"].outputs
        assert rule["securityGroupId"] in [g["VpcSecurityGroupId"] for g in database["VpcSecurityGroups"]]


def test_a_service_that_moves_to_pods_keeps_its_secrets_and_its_database(tmp_path: Path) -> None:
    owns = {**SEARCH, "secrets": ["API_KEY"], "data": {"engine": "postgres"}}
    on_servers = graph(tmp_path, {"search": owns})
    on_pods = graph(tmp_path, {"search": {**owns, "runs_on": "kubernetes"}}, kubernetes=CLUSTER)
    assert lost(on_servers, on_pods) == set()
    assert lost(on_pods, on_servers) == {"shop-cluster-cluster", "shop-cluster-secrets-key"}


def test_without_a_service_on_it_there_is_no_cluster(tmp_path: Path) -> None:
    made = graph(tmp_path, {"search": SEARCH, "media": MEDIA})
    assert not [r for r in made if r.type.startswith(("kubernetes:", "aws:eks", "pulumi:providers:kubernetes"))]


def test_a_plan_and_an_estimate_know_pods_and_their_machines(tmp_path: Path) -> None:
    wanted = architecture(tmp_path, {"search": {**ON_KUBERNETES, "pods": "4-40"}}, kubernetes=CLUSTER)
    made = record(run_of(wanted))
    words = {tier.name: tier.words for tier in tiers(wanted, made)}
    assert words["service-search-pods"] == "4-40 pods, 0.5 vCPU and 0.5 GiB each, tracking 70% CPU"
    assert words["cluster"] == "Kubernetes 1.35 (EKS, Auto Mode), administered by deploy"
    assert words["nodes"] == "arm64 machines as pods need them, at most 200 vCPUs"
    lines = [line for line in estimate(wanted, made, Book("us-east-1")).lines if line.tier in ("cluster", "nodes")]
    assert [line.charge.what for line in lines if line.usd is None] == [
        "logs of the control plane",
        "logs of pods",
        "counts of pods and nodes",
    ]
    charges = {line.charge.what: line for line in lines}
    machines = charges["machines like m7g.large"].charge.amount
    assert (machines.least, machines.most) == (2 * 730, 11 * 730), "4 × 0.5 and 40 × 0.5 vCPU of 1.9 each"
    assert charges["EKS Auto Mode"].charge.amount.least == pytest.approx(0.12 * 2 * 730)
    first, second, _ = service_notes(wanted, wanted.services["search"])
    assert "500m × 70% = 350m" in first and "1880m ÷ 350m = 5.37, so 6" in second


def test_viewers_see_the_cluster_and_change_nothing(tmp_path: Path) -> None:
    people = {"people": "arn:aws:iam::123456789012:role/people"}
    wanted = architecture(tmp_path, {"search": ON_KUBERNETES}, kubernetes={**CLUSTER, "viewers": people})
    made = record(run_of(wanted))
    words = {tier.name: tier.words for tier in tiers(wanted, made)}
    assert words["cluster"].endswith(f"administered by deploy, seen by {', '.join(people)}")
    policies = {r.name: r.inputs["policyArn"] for r in made if r.type.endswith(":AccessPolicyAssociation")}
    assert str(policies["shop-cluster-access-people-policy"]).endswith("/AmazonEKSViewPolicy")
    assert str(policies["shop-cluster-access-deploy-policy"]).endswith("/AmazonEKSClusterAdminPolicy")


def test_pods_are_scaled_by_memory_too_settle_and_go_first_where_the_blueprint_says_so(tmp_path: Path) -> None:
    asked = {"scaling": {"track": "60%", "track_memory": "80%", "settle": "2m"}, "priority": 7}
    wanted = architecture(tmp_path, {"search": {**ON_KUBERNETES, **asked}}, kubernetes=CLUSTER)
    made = record(run_of(wanted))
    spec = plain(one(made, "shop-service-search-pods-scaler").inputs["spec"])
    targets = {m["resource"]["name"]: m["resource"]["target"]["averageUtilization"] for m in spec["metrics"]}
    assert targets == {"cpu": 60, "memory": 80}
    assert spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 120
    assert one(made, "shop-service-search-pods-priority").inputs["value"] == 7
    deployment = plain(one(made, "shop-service-search-pods-deployment").inputs["spec"])
    assert deployment["template"]["spec"]["priorityClassName"] == "service-search-7"
    assert {tier.name: tier.words for tier in tiers(wanted, made)}["service-search-pods"].endswith(
        "60% CPU and 80% memory"
    )
    notes = service_notes(wanted, wanted.services["search"])
    assert "memory at 80%" in notes[2] and "after 120 s" in notes[3]


def test_a_group_of_machines_comes_beside_what_is_there_and_is_paid_for_whether_pods_use_it_or_not(
    tmp_path: Path,
) -> None:
    services = {"search": {**ON_KUBERNETES, "pods": "4-40"}}
    auto, wanted = (
        architecture(tmp_path, services, kubernetes={**CLUSTER, **more})
        for more in ({}, {"nodes": "managed", "cpu_limit": 16})
    )
    before, made = record(run_of(auto)), record(run_of(wanted))
    assert properties.complaints(made, wanted) == []
    after = {resource.urn: resource for resource in made}
    assert {r.urn for r in before} <= set(after), "nothing goes"
    assert [r.name for r in before if r.custom and r.inputs != after[r.urn].inputs] == ["shop-nodes-pool"]
    words = {tier.name: tier.words for tier in tiers(wanted, made)}
    assert words["cluster"] == "Kubernetes 1.35 (EKS, 3 × m7g.large), administered by deploy"
    assert words["nodes"] == "arm64 machines for what the group does not hold, at most 10 vCPUs"
    lines = [line for line in estimate(wanted, made, Book("us-east-1")).lines if line.tier in ("cluster", "nodes")]
    charges = {line.charge.what: line.charge.amount for line in lines}
    assert charges["nodes m7g.large"] == (3 * 730, 3 * 730, 3 * 730)
    more = charges["machines like m7g.large"]
    assert (more.least, more.most) == (0, 5 * 730), "of 40 × 0.5 vCPU the group holds 5.7, and the limit is 10"


def test_pods_and_machines_that_fail_ring(tmp_path: Path) -> None:
    changed = {"service-search-pods-restarts": {"threshold": 3, "severity": "page"}}
    wanted = architecture(
        tmp_path, {"search": {**ON_KUBERNETES, "pods": "3-20"}}, kubernetes=CLUSTER, signals={"alarms": changed}
    )
    made = record(run_of(wanted))
    pods = {
        r.name.removeprefix("shop-signals-service-search-pods-"): r.inputs for r in made if "search-pods-" in r.name
    }
    assert {"restarts", "ready", "pending", "unready", "capacity", "memory"} <= set(pods)
    assert (pods["ready"]["threshold"], pods["capacity"]["threshold"], pods["restarts"]["threshold"]) == (3, 18, 3)
    assert set(plain(pods["restarts"]["dimensions"])) == {"ClusterName", "Namespace", "PodName"}
    machines = {r.name.removeprefix("shop-signals-cluster-"): r.inputs for r in made if "signals-cluster-" in r.name}
    assert machines["failed-nodes"]["namespace"] == "ContainerInsights"
    assert machines["unschedulable"]["namespace"] == "AWS/EKS", "counted for nothing"
