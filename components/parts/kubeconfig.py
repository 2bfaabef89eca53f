"""How a program reaches a Kubernetes cluster of EKS: its address, its certificate, and a token that `aws` asks for.

No secret is in it: the token is asked for at each use, with the rights of whoever asks. So it may stand in a state, and
is the same for everybody.
"""

import pulumi

EXEC_API = "client.authentication.k8s.io/v1beta1"  # what `aws eks get-token` answers in


def kubeconfig(
    cluster_name: pulumi.Input[str],
    endpoint: pulumi.Input[str],
    certificate: pulumi.Input[str],
    region: pulumi.Input[str],
) -> pulumi.Output[str]:
    """A kubeconfig as JSON text, for `kubernetes.Provider(kubeconfig=…)` and for kubectl. `certificate` is the
    cluster's certificate authority in base64, as EKS answers it. The caller needs `aws` on its PATH."""
    token = {
        "apiVersion": EXEC_API,
        "command": "aws",
        "args": ["eks", "get-token", "--cluster-name", cluster_name, "--region", region, "--output", "json"],
        "interactiveMode": "Never",
    }
    return pulumi.Output.json_dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": cluster_name,
            "clusters": [
                {"name": cluster_name, "cluster": {"server": endpoint, "certificate-authority-data": certificate}}
            ],
            "contexts": [{"name": cluster_name, "context": {"cluster": cluster_name, "user": cluster_name}}],
            "users": [{"name": cluster_name, "user": {"exec": token}}],
        }
    )
