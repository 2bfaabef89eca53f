"""A blueprint whose service runs on Kubernetes, on the real engine: its pods follow the load, and nothing is left."""

import json
import time

import pytest
from running import Tenfold  # beside this file

from tenfold.local.kubernetes import programs

pytestmark = pytest.mark.proof
BLUEPRINT = """name: shop
stage: 6
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
without: [cdn]
network: {zones: 2}
database: {standby: false, pooling: {via: none}}
queues: {orders: {acceptable_delay: 30s, message_takes: 2s}}
kubernetes: {admins: {deploy: "arn:aws:iam::123456789012:role/deploy"}, reachable_from: [192.0.2.0/24]}
services:
  search:
    image: ghcr.io/acme/search:0.9.0
    route: /search/*
    runs_on: kubernetes
    pods: 2-8
    sends_to: [orders]
    secrets: [API_KEY]
    data: {engine: postgres, standby: false}
environments: {dev: {throwaway: true}}
"""


def test_a_service_on_kubernetes_comes_follows_its_load_and_goes(fresh: Tenfold, aws, tmp_path) -> None:
    programs.ensure(print)
    path = tmp_path / "shop.yaml"
    path.write_text(BLUEPRINT)
    blueprint = (str(path), "--env", "dev", "--local")

    fresh("up", *blueprint)
    cluster = aws("eks").describe_cluster(name="shop-dev")["cluster"]
    assert (cluster["status"], cluster["version"]) == ("ACTIVE", "1.35")
    entries = aws("eks").list_access_entries(clusterName="shop-dev")["accessEntries"]
    assert "arn:aws:iam::123456789012:role/deploy" in entries
    [group] = [g for g in aws("elbv2").describe_target_groups()["TargetGroups"] if g["TargetType"] == "ip"]
    [tags] = aws("elbv2").describe_tags(ResourceArns=[group["TargetGroupArn"]])["TagDescriptions"]
    assert {"Key": "eks:eks-cluster-name", "Value": "shop-dev"} in tags["Tags"]
    assert looked_up(fresh, "targetgroupbinding")["spec"]["targetGroupARN"] == group["TargetGroupArn"]
    container = looked_up(fresh, "deployment")["spec"]["template"]["spec"]["containers"][0]
    env = {variable["name"]: variable["value"] for variable in container["env"]}
    assert env.keys() >= {"APP_SERVICE", "DATABASE_HOST", "QUEUE_ORDERS_URL", "PORT"} and "API_KEY" not in env
    aws("secretsmanager").put_secret_value(SecretId=env["API_KEY_SECRET_ARN"], SecretString="of the test")
    [database] = [d for d in aws("rds").describe_db_instances()["DBInstances"] if d["DBName"] == "shop_search"]
    assert env["DATABASE_SECRET_ARN"] == database["MasterUserSecret"]["SecretArn"]
    assert fresh.json("up", *blueprint)["changes"] == []

    # 1,600m ÷ (500m × 70 %) = 4.6
    fresh("local", "load", str(path), "--env", "dev", "search", "1600m", "--for", "45")
    assert looked_up(fresh, "deployment")["status"]["readyReplicas"] == 5
    assert fresh.json("up", *blueprint)["changes"] == []
    assert looked_up(fresh, "deployment")["status"]["readyReplicas"] == 5

    machines_of_a_group_come_roll_over_and_go(fresh, aws, path, cluster["createdAt"])
    assert "of the test" not in fresh("kubectl", "get", "deployments,configmaps,secrets", "-A", "-o", "json").stdout
    fresh("destroy", *blueprint, "--yes")
    assert aws("eks").list_clusters()["clusters"] == []
    assert json.loads(fresh("local", "status", "--json").stdout)["clusters"] == []


def machines_of_a_group_come_roll_over_and_go(fresh: Tenfold, aws, path, created) -> None:
    """In one and the same cluster, under pods that go on."""
    blueprint = (str(path), "--env", "dev", "--local")
    path.write_text(managed := BLUEPRINT.replace("kubernetes: {", "kubernetes: {nodes: managed, machines: 2, "))
    fresh("up", *blueprint)
    eks = aws("eks")
    [name] = eks.list_nodegroups(clusterName="shop-dev")["nodegroups"]
    assert types(fresh) >= {"m7g.large"} and fresh.json("up", *blueprint)["changes"] == []

    path.write_text(managed.replace("machines: 2", "machines: 3, instance: m7g.xlarge"))
    fresh("up", *blueprint)
    group = eks.describe_nodegroup(clusterName="shop-dev", nodegroupName=name)["nodegroup"]
    assert (group["launchTemplate"]["version"], group["scalingConfig"]["desiredSize"]) == ("2", 3)
    assert types(fresh) >= {"m7g.xlarge"} and "m7g.large" not in types(fresh)

    path.write_text(BLUEPRINT)
    fresh("up", *blueprint)
    assert eks.list_nodegroups(clusterName="shop-dev")["nodegroups"] == [] and "m7g.xlarge" not in types(fresh)
    assert eks.describe_cluster(name="shop-dev")["cluster"]["createdAt"] == created
    assert looked_up(fresh, "deployment")["status"]["readyReplicas"] >= 2
    setting = fresh("kubectl", "get", "configmap", "amazon-vpc-cni", "-n", "kube-system", "-o", "json").stdout
    assert json.loads(setting)["data"] == {"enable-network-policy-controller": "true"}


def types(tenfold: Tenfold) -> set[str]:
    """Of the machines that the API server knows; nodes follow within a second."""
    time.sleep(2)
    nodes = json.loads(tenfold("kubectl", "get", "nodes", "-o", "json").stdout)["items"]
    return {node["metadata"]["labels"]["node.kubernetes.io/instance-type"] for node in nodes}


def looked_up(tenfold: Tenfold, kind: str) -> dict:
    return json.loads(tenfold("kubectl", "get", kind, "search", "-n", "search", "-o", "json").stdout)
