"""`aws` of local runs: answers `aws eks get-token` for clusters of the local cloud; all else goes to the next on PATH.

    python -m tenfold.local.kubernetes.aws eks get-token --cluster-name NAME --region REGION

A kubeconfig names this command (components/parts/kubeconfig.py), so it is the same for the local cloud and for AWS.
"""

import itertools
import json
import os
import shutil
import sys
from collections.abc import Sequence

from tenfold.local.kubernetes import clusters

LAUNCHER = "aws"
DEFAULT_REGION = "us-east-1"


def main(arguments: Sequence[str]) -> int:
    if list(arguments[:2]) == ["eks", "get-token"]:
        return _token(arguments[2:])
    own = os.path.realpath(clusters.directory().parent / "bin")
    folders = [f for f in os.environ.get("PATH", "").split(os.pathsep) if os.path.realpath(f) != own]
    following = shutil.which(LAUNCHER, path=os.pathsep.join(folders))
    if not following:
        print("aws: of the local cloud; it answers `eks get-token` only, and no other aws is on PATH", file=sys.stderr)
        return 127
    os.execv(following, [following, *arguments])


def _token(options: Sequence[str]) -> int:
    values = dict(itertools.pairwise(options))  # every option that counts here has a value behind it
    name = values.get("--cluster-name") or values.get("--name") or ""
    region = values.get("--region") or os.environ.get("AWS_REGION") or DEFAULT_REGION
    cluster = clusters.find(region, name)
    if not cluster:
        print(f"aws eks get-token: the local cloud has no cluster {name!r} in {region}", file=sys.stderr)
        return 254  # what the command line answers where a service refuses
    answer = {
        "kind": "ExecCredential",
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "spec": {},
        "status": {"token": cluster.token},
    }
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
