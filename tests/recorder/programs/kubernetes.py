"""What pulumi_kubernetes has that pulumi_aws has not: a provider with a configuration from outputs, types that carry a
version, argument classes of whole resources, custom resources, maps whose keys stay as they are."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.core.v1 import ConfigMap

cluster = aws.sns.Topic("stands-for-a-cluster", name="given")
provider = kubernetes.Provider(
    "cluster",
    kubeconfig=pulumi.Output.json_dumps({"clusters": [{"name": "c", "cluster": {"server": cluster.arn}}]}),
    enable_config_map_mutable=True,
    cluster_identifier="shop-prod",
    kube_client_settings=kubernetes.KubeClientSettingsArgs(qps=50, burst=100),
)
within = pulumi.ResourceOptions(provider=provider, deleted_with=cluster)
PLACE: Any = {"name": "orders", "namespace": "shop"}
LABELS: Any = {"app.kubernetes.io/name": "orders", "snake_key": "kept"}


def _container(core):
    return core.ContainerArgs(
        name="app",
        image="orders:1",
        env=[
            core.EnvVarArgs(name="ARN", value=cluster.arn),
            core.EnvVarArgs(name="IP", value_from={"field_ref": {"field_path": "status.podIP"}}),
        ],
        ports=[core.ContainerPortArgs(container_port=80)],
    )


class Orders(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("tenfold:index:Orders", name, {}, opts)
        core, apps, scaling = kubernetes.core.v1, kubernetes.apps.v1, kubernetes.autoscaling.v2
        self.deployment = apps.Deployment(
            f"{name}-deployment",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(**PLACE, labels=LABELS),
            spec=apps.DeploymentSpecArgs(
                selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=LABELS),
                template=core.PodTemplateSpecArgs(
                    metadata=kubernetes.meta.v1.ObjectMetaArgs(labels=LABELS),
                    spec=core.PodSpecArgs(containers=[_container(core)]),
                ),
            ),
            opts=pulumi.ResourceOptions(
                parent=self, ignore_changes=["spec.replicas"], custom_timeouts=pulumi.CustomTimeouts(create="5m")
            ),
        )
        self.service = core.Service(
            f"{name}-service",
            metadata=PLACE,
            spec=core.ServiceSpecArgs(
                type=core.ServiceSpecType.CLUSTER_IP, selector=LABELS, ports=[{"port": 80, "target_port": "http"}]
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.scaler = scaling.HorizontalPodAutoscaler(
            f"{name}-scaler",
            scaling.HorizontalPodAutoscalerInitArgs(
                metadata=PLACE,
                spec={
                    "max_replicas": 50,
                    "scale_target_ref": {"kind": "Deployment", "name": self.deployment.metadata["name"]},
                },
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"name": self.deployment.metadata.name, "ip": self.service.spec.cluster_ip})


orders = Orders("orders", pulumi.ResourceOptions(providers={"kubernetes": provider}))
kubernetes.networking.v1.NetworkPolicy(
    "walls",
    metadata=PLACE,
    spec={
        "pod_selector": {"match_labels": LABELS},
        "ingress": [{"from_": [{"ip_block": {"cidr": "10.0.0.0/16"}}], "ports": [{"port": 80}]}],
    },
    opts=within,
)
kubernetes.policy.v1.PodDisruptionBudget(
    "budget",
    metadata=PLACE,
    spec={"max_unavailable": 1, "selector": {"match_labels": LABELS}, "unhealthy_pod_eviction_policy": "AlwaysAllow"},
    opts=within,
)
kubernetes.apiextensions.CustomResource(
    "binding",
    api_version="eks.amazonaws.com/v1",
    kind="TargetGroupBinding",
    metadata=PLACE,
    spec={"snake_case": {"camelCase": cluster.arn}, "serviceRef": {"name": "orders"}},
    opts=within,
)
kubernetes.core.v1.Secret("secret", metadata=PLACE, string_data={"TOKEN": cluster.arn}, opts=within)
ConfigMap("settings", metadata=PLACE, data={"snake_key": "1", "camelKey": cluster.arn}, opts=within)
ConfigMap.get("found", "kube-system/kube-root-ca.crt", opts=within)
pulumi.export("replicas", orders.deployment.spec.replicas)
pulumi.export("port", orders.service.spec.ports[0].target_port)
pulumi.export("api", orders.deployment.api_version)
