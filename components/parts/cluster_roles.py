"""Policies of the roles of a Kubernetes cluster: its control plane and its machines."""

import pulumi

from tenfold.components.parts import policies

# What the control plane needs; with Auto Mode it also makes machines, disks and balancers (EKS User Guide, "Amazon EKS
# Auto Mode cluster IAM role").
CLUSTER_POLICIES = ("AmazonEKSClusterPolicy",)
AUTO_POLICIES = (
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
# What these leave out, and machines with tags and a key of one's own need: "Amazon EKS Auto Mode cluster IAM role",
# section "Custom AWS tags for EKS Auto resources"; "Enable EBS Volume Encryption with Customer Managed KMS Keys for EKS
# Auto Mode". Without it every such machine is refused, and pods wait for ever.
LAUNCH = ("CreateFleet", "CreateLaunchTemplate", "RunInstances")
OF_ITS_CLUSTER = {"aws:RequestTag/eks:eks-cluster-name": "${aws:PrincipalTag/eks:eks-cluster-name}"}
DISK_KEY = ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo")
# "Amazon EKS Auto Mode node IAM role", "Amazon EKS node IAM role".
AUTO_NODE_POLICIES = ("AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodeMinimalPolicy")
GROUP_NODE_POLICIES = ("AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy")


def auto_statements(machines: str, key_arn: pulumi.Input[str]) -> list[policies.Statement]:
    """For the role of a control plane in Auto Mode: machines with tags of one's own, and disks encrypted with the key.
    EKS puts the cluster's name into its sessions and onto all that it makes: it cannot make anything for another."""
    machine, interface = (
        {"StringEquals": OF_ITS_CLUSTER, "StringLike": {f"aws:RequestTag/eks:kubernetes-{mark}": "*" for mark in marks}}
        for marks in (("node-class-name", "node-pool-name"), ("cni-node-name",))
    )
    return [
        policies.allow("LaunchTaggedMachines", [f"ec2:{action}" for action in LAUNCH], machines, machine),
        policies.allow("AddTaggedInterfaces", ["ec2:CreateNetworkInterface"], machines, interface),
        policies.allow("EncryptDisks", [f"kms:{action}" for action in DISK_KEY], key_arn),
        policies.allow("AttachDisks", ["kms:CreateGrant"], key_arn, {"Bool": {"kms:GrantIsForAWSResource": "true"}}),
    ]
