"""`tenfold kubectl`: kubectl against a cluster of the local cloud."""

import os
import shutil

import click

from tenfold.failure import Failure


@click.command("kubectl", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--cluster", help="Its name; needed where there are several.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(cluster: str | None, arguments: tuple[str, ...]) -> None:
    """Run kubectl against a Kubernetes cluster of the local cloud.

    \b
    Examples:
      tenfold kubectl get pods --all-namespaces
      tenfold kubectl --cluster shop-cluster describe hpa -n orders
    """
    from tenfold.local.kubernetes import clusters

    known = {one.name.partition(".")[2]: one for one in clusters.every()}
    if not known:
        raise Failure(
            "The local cloud has no Kubernetes cluster.",
            remedies=("Deploy a blueprint that has one with --local. Clusters in AWS: aws eks update-kubeconfig",),
        )
    if (cluster is None and len(known) > 1) or (cluster is not None and cluster not in known):
        raise Failure(
            f"There is no cluster {cluster}." if cluster else "The local cloud has several clusters.",
            remedies=tuple(f"tenfold kubectl --cluster {name} …" for name in sorted(known)),
        )
    kubectl = shutil.which("kubectl")
    if not kubectl:
        raise Failure("kubectl is not on PATH.", remedies=("Install it: https://kubernetes.io/docs/tasks/tools",))
    [chosen] = [known[cluster]] if cluster else known.values()
    clusters.start(chosen.folder)
    os.execv(kubectl, [kubectl, f"--kubeconfig={chosen.kubeconfig}", *arguments])
