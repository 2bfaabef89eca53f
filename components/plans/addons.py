"""Add-ons of a Kubernetes cluster, and their settings. Pure."""

import json

# Auto Mode runs all but the metrics itself. A group's machines need network before they join; CoreDNS needs machines.
NETWORK = "vpc-cni"
BEFORE_NODES = ("eks-pod-identity-agent", "kube-proxy", NETWORK)
# Without it network policies are objects that nobody keeps: EKS User Guide, "Limit Pod traffic with Kubernetes network
# policies".
NETWORK_SETTINGS = {"enableNetworkPolicy": "true"}
# Its objects stay when the add-on goes: of the setting, which is Auto Mode's too, both are owners.
SETTINGS = {NETWORK: {"configuration_values": json.dumps(NETWORK_SETTINGS), "preserve": True}}
AFTER_NODES = ("coredns", "metrics-server")
# Counts pods and nodes for CloudWatch once a minute, and sends what containers print. Logs of the machines themselves
# are off, and so is what costs by request: CloudWatch User Guide, "Install the CloudWatch agent with the Amazon
# CloudWatch Observability EKS add-on"; values.yaml of its chart (aws-observability/helm-charts).
WATCH = "amazon-cloudwatch-observability"
WATCH_ACCOUNT = "cloudwatch-agent"  # of both, the agent and Fluent Bit
WATCH_SETTINGS = {
    "agent": {"config": {"logs": {"metrics_collected": {"kubernetes": {"enhanced_container_insights": True}}}}},
    "containerLogs": {
        "enabled": True,
        "fluentBit": {"config": {"extraFiles": {"dataplane-log.conf": "", "host-log.conf": ""}}},
    },
}
