"""What AWS puts into a cluster in Auto Mode, so that programs may use it: the definitions of its own kinds of objects.

`auto_mode.json` has those that our components make, after the schema of aws-load-balancer-controller 2.13
(config/crd/bases), whose kinds Auto Mode serves in the group eks.amazonaws.com. Nothing acts on the objects here.
"""

import json
from pathlib import Path

from tenfold.local.kubernetes import api
from tenfold.local.kubernetes.clusters import Cluster

_PLACE = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"


def install(cluster: Cluster) -> None:
    for definition in json.loads(Path(__file__).with_name("auto_mode.json").read_bytes()):
        api.apply(cluster, _PLACE + definition["metadata"]["name"], definition)
