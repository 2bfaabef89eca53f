"""The cluster: nobody comes in who is not named, what cannot be changed later is right, and machines can be changed."""

import json
from typing import Any, cast

import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.cluster import AccessArgs, Cluster, ClusterArgs, GroupArgs, check

pytestmark = pytest.mark.usefixtures("computed")
NAME = "shop-cluster"
DEPLOY = {"deploy": {"principal_arn": "arn:aws:iam::123456789012:role/deploy", "may": "cluster-admin"}}
GROUP = {"instance_type": "m7g.large", "servers": 2}


def cluster(**args: Any) -> Graph:
    inputs = {
        "subnet_ids": ["subnet-1", "subnet-2"],
        "kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/k",
        "access": DEPLOY,
        "tags": {"app": "shop"},
        **args,
    }
    return record(lambda: Cluster(NAME, cast(ClusterArgs, inputs)).kubeconfig)


def plane(**args: Any) -> dict[str, Any]:
    return cluster(**args)[f"{NAME}-cluster"].inputs


@pytest.mark.parametrize("args", [{}, {"group": GROUP}])
def test_house_rules(args: dict[str, Any]) -> None:
    assert_house_rules(cluster(**args), NAME)


def test_what_cannot_be_changed_later_is_right_from_the_start() -> None:
    inputs = plane()
    assert inputs["accessConfig"] == {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False}
    assert inputs["bootstrapSelfManagedAddons"] is False
    assert inputs["encryptionConfig"]["resources"] == ["secrets"]
    assert inputs["encryptionConfig"]["provider"]["keyArn"].startswith("arn:aws:kms:")
    assert inputs["upgradePolicy"] == {"supportType": "STANDARD"}


def test_its_secrets_have_a_key_of_their_own() -> None:
    graph = cluster()
    assert graph[f"{NAME}-secrets-key"].inputs["enableKeyRotation"] is True
    assert graph[f"{NAME}-logs"].inputs["kmsKeyId"] == "arn:aws:kms:us-east-1:123456789012:key/k"


def test_it_is_reached_from_outside_by_those_networks_only_that_are_named() -> None:
    inside, outside = plane()["vpcConfig"], plane(reachable_from=["192.0.2.0/24"])["vpcConfig"]
    assert inside["endpointPrivateAccess"] and not inside["endpointPublicAccess"]
    assert outside["endpointPrivateAccess"] and outside["endpointPublicAccess"]
    assert outside["publicAccessCidrs"] == ["192.0.2.0/24"]


def test_it_and_its_keys_are_protected_unless_they_may_be_thrown_away() -> None:
    for child in ("cluster", "secrets-key"):
        assert cluster()[f"{NAME}-{child}"].protect
        assert not cluster(throwaway=True)[f"{NAME}-{child}"].protect
    assert plane()["deletionProtection"] is True and plane(throwaway=True)["deletionProtection"] is False


def test_who_is_named_comes_in_with_a_policy_and_nobody_else() -> None:
    people = {"principal_arn": "arn:aws:iam::123456789012:role/people", "may": "view", "namespaces": ["orders"]}
    graph = cluster(access={**DEPLOY, "people": people}, group=GROUP)
    assert sorted(graph.names("eks/accessEntry:AccessEntry")) == [f"{NAME}-access-deploy", f"{NAME}-access-people"]
    policy = graph[f"{NAME}-access-people-policy"].inputs
    assert policy["policyArn"].endswith("cluster-access-policy/AmazonEKSViewPolicy")
    assert policy["accessScope"] == {"type": "namespace", "namespaces": ["orders"]}


def test_the_audit_log_has_an_end_and_is_there_before_the_cluster() -> None:
    graph = cluster()
    logs, made = graph[f"{NAME}-logs"], graph[f"{NAME}-cluster"]
    assert logs.inputs["name"] == f"/aws/eks/{NAME}/cluster" and logs.inputs["retentionInDays"] == 30
    assert logs.name in made.dependencies
    assert made.inputs["enabledClusterLogTypes"] == ["audit", "authenticator"]


def test_auto_mode_is_whole_or_not_at_all() -> None:
    for args, wanted in (({}, True), ({"group": GROUP}, False)):
        inputs = plane(**args)
        assert inputs["computeConfig"]["enabled"] is wanted
        assert inputs["storageConfig"]["blockStorage"]["enabled"] is wanted
        assert inputs["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"] is wanted


def test_the_control_plane_may_make_machines_with_our_tags_and_our_key_before_it_is_there() -> None:
    """AWS's own policies for Auto Mode allow no tag but EKS's, and no key but AWS's."""
    graph = cluster()
    rights = graph[f"{NAME}-control-policy"]
    assert rights.name in graph[f"{NAME}-cluster"].dependencies
    allowed = {s["Sid"]: s for s in json.loads(rights.inputs["policy"])["Statement"]}
    launch = allowed["LaunchTaggedMachines"]
    assert set(launch["Action"]) == {"ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"}
    own = {"aws:RequestTag/eks:eks-cluster-name": "${aws:PrincipalTag/eks:eks-cluster-name}"}
    assert launch["Condition"]["StringEquals"] == own and "aws:TagKeys" not in str(launch["Condition"])
    assert allowed["AttachDisks"]["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert {allowed[sid]["Resource"] for sid in ("EncryptDisks", "AttachDisks")} == {
        "arn:aws:kms:us-east-1:123456789012:key/k"
    }
    assert f"{NAME}-control-policy" not in cluster(group=GROUP).names("iam/rolePolicy:RolePolicy")


def test_network_add_ons_come_before_machines_and_dns_after_them() -> None:
    graph = cluster(group=GROUP)
    group = graph[f"{NAME}-nodes"]
    for addon in ("vpc-cni", "kube-proxy", "eks-pod-identity-agent"):
        assert f"{NAME}-addon-{addon}" in group.dependencies
    for addon in ("coredns", "metrics-server"):
        assert group.name in graph[f"{NAME}-addon-{addon}"].dependencies
    assert sorted(cluster().names("eks/addon:Addon")) == [
        f"{NAME}-addon-amazon-cloudwatch-observability",
        f"{NAME}-addon-metrics-server",
    ]


def test_what_pods_print_is_kept_encrypted_as_long_as_other_logs_and_no_log_of_the_machines_is_sent() -> None:
    graph = cluster(log_retention_days=90)
    agent = graph[f"{NAME}-addon-amazon-cloudwatch-observability"]
    containers = json.loads(agent.inputs["configurationValues"])["containerLogs"]
    assert containers["enabled"]
    assert set(containers["fluentBit"]["config"]["extraFiles"].values()) == {""}, "of the machines and their agents"
    for group in ("logs", "counts", "pods"):
        inputs = graph[f"{NAME}-{group}"].inputs
        assert (inputs["retentionInDays"], inputs["kmsKeyId"][:11]) == (90, "arn:aws:kms")
    assert graph[f"{NAME}-pods"].inputs["name"] == f"/aws/containerinsights/{NAME}/application"
    rights = json.loads(graph[f"{NAME}-watch-policy"].inputs["policy"])["Statement"]
    [writes] = [right for right in rights if right["Sid"] == "WriteLogs"]
    assert len(writes["Resource"]) == 2 and "logs:CreateLogGroup" not in writes["Action"]


def test_pods_and_nodes_are_counted_by_an_agent_with_a_role_of_its_own() -> None:
    graph = cluster()
    agent = graph[f"{NAME}-addon-amazon-cloudwatch-observability"]
    assert [one["serviceAccount"] for one in agent.inputs["podIdentityAssociations"]] == ["cloudwatch-agent"]
    assert f"{NAME}-watch-policy" in agent.dependencies
    rights = json.loads(graph[f"{NAME}-watch-policy"].inputs["policy"])["Statement"]
    assert {right["Sid"] for right in rights} == {"WriteLogs", "DescribeOwnTags"}
    assert graph[f"{NAME}-counts"].inputs["name"] == f"/aws/containerinsights/{NAME}/performance"
    trust = json.loads(graph[f"{NAME}-watch-role"].inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "pods.eks.amazonaws.com"} and trust["Condition"]


def test_the_type_of_machines_lies_in_the_template_private_encrypted_and_out_of_reach_of_pods() -> None:
    graph = cluster(group=GROUP)
    group, template = graph[f"{NAME}-nodes"], graph[f"{NAME}-nodes-template"].inputs
    assert "instanceTypes" not in group.inputs and group.inputs["amiType"] == "AL2023_ARM_64_STANDARD"
    assert template["instanceType"] == "m7g.large"
    assert [i["associatePublicIpAddress"] for i in template["networkInterfaces"]] == ["false"]
    [disk] = [device["ebs"] for device in template["blockDeviceMappings"]]
    assert disk["encrypted"] == "true" and disk["kmsKeyId"].startswith("arn:aws:kms:")
    assert (template["metadataOptions"]["httpTokens"], template["metadataOptions"]["httpPutResponseHopLimit"]) == (
        "required",
        1,
    )


def test_the_number_of_machines_is_ours_unless_an_autoscaler_has_room_to_move_it() -> None:
    ours, moved = (cluster(group={**GROUP, **more})[f"{NAME}-nodes"] for more in ({}, {"servers_max": 6}))
    assert ours.ignore_changes == () and moved.ignore_changes == ("scalingConfig.desiredSize",)
    assert ours.inputs["scalingConfig"] == {"minSize": 2, "desiredSize": 2, "maxSize": 2}
    assert moved.inputs["scalingConfig"] == {"minSize": 2, "desiredSize": 2, "maxSize": 6}


def test_network_policies_are_kept_on_machines_of_a_group_and_go_on_when_the_group_goes() -> None:
    network = cluster(group=GROUP)[f"{NAME}-addon-vpc-cni"].inputs
    assert json.loads(network["configurationValues"]) == {"enableNetworkPolicy": "true"} and network["preserve"] is True


def test_a_group_beside_auto_mode_changes_nothing_of_it() -> None:
    alone, beside = cluster(), cluster(group=GROUP, auto_mode=True)
    assert {r.name for r in alone} < {r.name for r in beside}
    for child in ("cluster", "access-auto", "auto-role", "control-role"):
        assert beside[f"{NAME}-{child}"].inputs == alone[f"{NAME}-{child}"].inputs
    assert beside[f"{NAME}-nodes"].inputs["scalingConfig"]["minSize"] == 2


def test_the_control_plane_is_the_same_resource_with_either_kind_of_machines() -> None:
    assert cluster()[f"{NAME}-cluster"].urn == cluster(group=GROUP)[f"{NAME}-cluster"].urn


def test_the_kubeconfig_asks_for_a_token() -> None:
    assert json.loads(cluster().result)["users"][0]["user"]["exec"]["command"] == "aws"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"access": {}}, "nobody is cluster-admin"),
        ({"access": {"a": {"principal_arn": "arn", "may": "root"}}}, '"edit" or "view"'),
        ({"group": {"instance_type": "m7g.large", "servers": 1}}, "from 2 to servers_max"),
        ({"group": {"instance_type": "m7g.large", "servers": 4, "servers_max": 3}}, "from 2 to servers_max"),
        ({"auto_mode": False}, "there are no machines"),
        ({"addon_versions": {"coredns": "v1.12.4-eksbuild.1"}}, "coredns is not one of this cluster's add-ons"),
        ({"reachable_from": ["0.0.0.0/0"]}, "is everybody"),
    ],
)
def test_what_eks_does_not_take_is_refused_with_what_is_right(args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(cast(ClusterArgs, {"subnet_ids": [], "kms_key_arn": "k", "access": DEPLOY, **args}))


def test_the_page_s_example_runs_and_its_tables_are_complete() -> None:
    assert "shop-cluster-cluster" in example("cluster")
    wanted = {*ClusterArgs.__annotations__, *AccessArgs.__annotations__, *GroupArgs.__annotations__}
    assert documented_arguments("cluster") >= wanted
