"""A service on Kubernetes: as many pods as its load needs, nobody in who is not named, nothing lost when one leaves."""

import json
from typing import Any, cast

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.kubernetes_service import KubernetesService, KubernetesServiceArgs, TargetArgs
from tenfold.components.plans import pods
from tenfold.components.plans.pod_scaling import PodScaling, scaler
from tenfold.foresight import hpa
from tenfold.recorder.light.inputs import unknown

NAME = "shop-service-search"
TARGET: TargetArgs = {
    "target_group_arn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/search/1",
    "security_group_id": "sg-balancer",
    "cidrs": ["10.0.0.0/20"],
}


def service(**args: Any) -> Graph:
    inputs = {
        "service": "search",
        "cluster_name": "shop",
        "cluster_security_group_id": "sg-cluster",
        "network_cidr": "10.0.0.0/16",
        "image": "search:1",
        "port": 8080,
        "cpu_millicores": 250,
        "memory_mib": 256,
        "tags": {"app": "shop"},
        **args,
    }

    def program() -> Any:
        cluster = pulumi.CustomResource("aws:eks/cluster:Cluster", "cluster")
        provider = kubernetes.Provider("objects", kubeconfig="{}", cluster_identifier="shop")
        opts = pulumi.ResourceOptions(providers={"kubernetes": provider}, deleted_with=cluster)
        return KubernetesService(NAME, cast(KubernetesServiceArgs, inputs), opts).url

    return record(program)


def objects(graph: Graph) -> list[Any]:
    return [resource for resource in graph if resource.type.startswith("kubernetes:")]


def template(graph: Graph) -> dict[str, Any]:
    return graph[f"{NAME}-deployment"].inputs["spec"]["template"]["spec"]


def test_house_rules() -> None:
    graph = service(target=TARGET, priority=5)
    del graph.resources["cluster"]
    assert_house_rules(graph, NAME)
    assert {resource.parent for resource in objects(graph)} == {NAME}
    assert graph.result == "http://search.search"


def test_every_object_has_a_name_that_people_can_type_and_ends_with_the_cluster() -> None:
    graph = service(target=TARGET, priority=5)
    assert {resource.inputs["metadata"]["name"] for resource in objects(graph)} == {"search", "service-search-5"}
    everywhere = {resource.name for resource in objects(graph) if "namespace" not in resource.inputs["metadata"]}
    assert everywhere == {f"{NAME}-namespace", f"{NAME}-priority"}
    assert {resource.deleted_with for resource in objects(graph)} == {"cluster"}


def test_every_field_is_one_that_kubernetes_has() -> None:
    """The provider drops what it does not know, and says nothing."""
    graph = service(
        target=TARGET, priority=5, callers=["checkout"], reaches={"db": {"security_group_id": "sg-db", "port": 5432}}
    )
    for resource in objects(graph):
        assert [one.at for one in unknown(resource.type, resource.inputs)] == []


def test_objects_name_each_other_in_plain_text() -> None:
    """What takes an output of an object into its `spec` is replaced when that object is."""
    graph = service(target=TARGET, priority=5)
    names = {resource.name for resource in objects(graph)}
    for resource in objects(graph):
        for sources in resource.property_dependencies.values():
            assert names.isdisjoint(sources), resource.name


def test_the_number_of_pods_is_the_autoscaler_s_alone() -> None:
    graph = service()
    assert "replicas" not in graph[f"{NAME}-deployment"].inputs["spec"]
    spec = graph[f"{NAME}-scaler"].inputs["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 50)
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "search"}
    [metric] = spec["metrics"]
    assert metric["resource"] == {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}


def test_a_paused_service_has_no_pods_and_its_autoscaler_rests() -> None:
    """Whoever has scaled it before: the API server refuses another's number without force."""
    deployment = service(paused=True)[f"{NAME}-deployment"].inputs
    assert deployment["spec"]["replicas"] == 0
    assert deployment["metadata"]["annotations"] == {"pulumi.com/patchForce": "true"}


def test_it_goes_out_at_once_and_in_by_halves() -> None:
    """By the arithmetic of the controller itself, with the rules that the component gives it."""
    behavior = scaler(PodScaling(2, 50), "search")["behavior"]
    up, down = (_behavior(behavior[key]) for key in ("scale_up", "scale_down"))
    assert hpa.limit_proposal(2, 50, 2, 50, up, down) == (6, "ScaleUpLimit")
    assert hpa.limit_proposal(40, 50, 2, 50, up, down) == (50, "DesiredWithinRange")
    assert hpa.limit_proposal(40, 2, 2, 50, up, down) == (20, "ScaleDownLimit")
    assert hpa.stabilize_proposal(10, 2, [(299, 10)], up.window, down.window) == 10
    assert hpa.stabilize_proposal(10, 2, [(301, 10)], up.window, down.window) == 2


def _behavior(rules: dict[str, Any]) -> hpa.Behavior:
    policies = [hpa.Policy(rule["type"], rule["value"], rule["period_seconds"]) for rule in rules["policies"]]
    return hpa.Behavior(rules["stabilization_window_seconds"], tuple(policies), rules["select_policy"])


def test_of_several_metrics_each_is_asked() -> None:
    graph = service(target_memory_fraction=0.8, backlogs={"orders-waiting": 15})
    cpu, memory, backlog = graph[f"{NAME}-scaler"].inputs["spec"]["metrics"]
    assert (cpu["resource"]["name"], memory["resource"]["target"]["averageUtilization"]) == ("cpu", 80)
    assert backlog["external"] == {
        "metric": {"name": "orders-waiting"},
        "target": {"type": "AverageValue", "averageValue": "15"},
    }


def test_a_pod_that_leaves_serves_until_nobody_sends_to_it_and_then_ends_what_it_has() -> None:
    spec = template(service(drain_seconds=40))
    [container] = spec["containers"]
    leaves = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert spec["terminationGracePeriodSeconds"] == leaves + 40


def test_a_pod_is_as_restricted_as_its_namespace_demands() -> None:
    """Pod Security Standards, restricted: each of its controls that a pod must say."""
    graph = service()
    labels = graph[f"{NAME}-namespace"].inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    spec = template(graph)
    [container] = spec["containers"]
    assert spec["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["automountServiceAccountToken"] is False
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/tmp"]


def test_a_restart_is_never_the_database_s_fault() -> None:
    [container] = template(
        service(health={"path": "/ready", "interval_seconds": 10, "timeout_seconds": 2}, starts_in_seconds=61)
    )["containers"]
    assert container["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "http"}
    assert "httpGet" not in container["livenessProbe"]
    startup = container["startupProbe"]
    assert startup["periodSeconds"] * startup["failureThreshold"] >= 61


def test_nobody_connects_who_is_not_named() -> None:
    assert service()[f"{NAME}-walls"].inputs["spec"]["ingress"] == []
    graph = service(target=TARGET, callers=["checkout"], reaches={"db": {"security_group_id": "sg-db", "port": 5432}})
    spec = graph[f"{NAME}-walls"].inputs["spec"]
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert spec["podSelector"] == {}
    [way] = spec["ingress"]
    assert way["ports"] == [{"protocol": "TCP", "port": "http"}]
    assert way["from"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "checkout"}}},
        {"ipBlock": {"cidr": "10.0.0.0/20"}},
    ]
    assert spec["egress"][-1] == {
        "to": [{"ipBlock": {"cidr": "10.0.0.0/16"}}],
        "ports": [{"protocol": "TCP", "port": 5432}],
    }
    into = {r.inputs["securityGroupId"]: r for r in graph.of("vpc/securityGroupIngressRule:SecurityGroupIngressRule")}
    assert into["sg-db"].inputs["referencedSecurityGroupId"] == "sg-cluster"
    assert into["sg-cluster"].inputs["referencedSecurityGroupId"] == "sg-balancer"


def test_the_policy_is_there_before_the_first_pod() -> None:
    assert f"{NAME}-walls" in service()[f"{NAME}-deployment"].dependencies


def test_its_role_is_for_its_own_account_only() -> None:
    statement = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/*"]}
    graph = service(statements=[statement])
    identity = graph[f"{NAME}-identity"].inputs
    assert (identity["namespace"], identity["serviceAccount"]) == ("search", "search")
    trust = json.loads(graph[f"{NAME}-role"].inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert json.loads(graph[f"{NAME}-policy"].inputs["policy"])["Statement"] == [statement]


def test_the_balancer_s_group_is_bound_and_no_security_group_is_left_to_the_controller() -> None:
    binding = service(target=TARGET)[f"{NAME}-binding"]
    assert binding.type == "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding"
    assert binding.inputs["spec"] == {
        "targetGroupARN": TARGET["target_group_arn"],
        "targetType": "ip",
        "serviceRef": {"name": "search", "port": pods.SERVICE_PORT},
    }


def test_settings_come_with_the_version_of_the_pods() -> None:
    [container] = template(service(settings={"B": "2", "A": pulumi.Output.from_input("1")}))["containers"]
    assert container["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"service": "Search_1"}, "service: 'Search_1' is not a name in Kubernetes"),
        ({"service": "s" * 64}, "at most 63 characters"),
        ({"port": 0}, "port: 0; 1 to 65,535"),
        ({"cpu_millicores": 0}, "cpu_millicores: 0; at least 1"),
        ({"cpu_limit_millicores": 100}, "cpu_limit_millicores: 100 is less than cpu_millicores, 250"),
        ({"health": {"interval_seconds": 5, "timeout_seconds": 5}}, "Make timeout_seconds less"),
        ({"user_id": 0}, "user_id: 0 is root"),
        ({"priority": 2_000_000_000}, "-1,000,000,000 to 1,000,000,000"),
        ({"writable": ["tmp"]}, "'tmp' is not an absolute path"),
        ({"pods": 0}, "pods: 0 to 50 is not a valid range"),
        ({"pods": 5, "pods_max": 4}, "pods: 5 to 4 is not a valid range"),
        ({"target_cpu_fraction": 70}, "target_cpu_fraction: 70 is not a fraction"),
        ({"backlogs": {"orders": 0}}, "backlogs: orders: 0 messages"),
        ({"settle_in_seconds": 7200}, "settle_in_seconds: 7200 s; 0 to 3600"),
        ({"replicas": 3}, "`replicas` is not an argument"),
    ],
)
def test_what_would_be_refused_or_never_run_is_said_at_once(args, said) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        service(**args)


def test_the_page_shows_it_and_knows_every_argument() -> None:
    graph = example("kubernetes_service")
    assert graph[f"{NAME}-binding"].inputs["spec"]["targetType"] == "ip"
    arguments = {*KubernetesServiceArgs.__annotations__, *TargetArgs.__annotations__}
    assert arguments <= documented_arguments("kubernetes_service")
