"""Managed node groups: what a launch template says of their machines, and that they follow the cluster's version.

Source: API model of EKS; User Guide, "Customize managed nodes with launch templates".
"""

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random

from tenfold.local.moto.eks import planes
from tenfold.local.moto.eks.clusters import zones
from tenfold.local.moto.eks.store import (
    Facts,
    Record,
    answer_update,
    arn,
    cluster,
    invalid,
    parameters,
    part,
    refuse,
    role,
    with_times,
)
from tenfold.local.moto.patching import Response, add

DEFAULT_TYPE = "t3.medium"
_OWN = ("zones", "machine", "rollout")  # kept beside the API's members


def _shown(group: Facts) -> Facts:
    return {key: value for key, value in group.items() if key not in _OWN}


def _group(self: Response, record: Record) -> Facts:
    return part(record.node_groups, self._get_param("nodegroupName"), "node group")


def _machines(self: Response, record: Record) -> None:
    network = record.facts["resourcesVpcConfig"]
    planes.show_machines(self.region, record, zones(self, network["subnetIds"]))


@add(EKSResponse)
def create_nodegroup(self: Response) -> ActionResult:
    record = cluster(self)
    request = parameters(self)
    name = request["nodegroupName"]
    if name in record.node_groups:
        words = f"NodeGroup already exists with name {name} and cluster name {record.facts['name']}"
        refuse("ResourceInUseException", words)
    role(self, request["nodeRole"], "ec2.amazonaws.com")
    _check_template(request)
    version = request.setdefault("version", record.facts["version"])
    if version != record.facts["version"]:
        invalid(f"Requested Nodegroup version {version} must match the cluster's, {record.facts['version']}")
    template = request.get("launchTemplate")
    kind = _type_of(self, template) if template else None
    types = request.get("instanceTypes") or ([] if kind else [DEFAULT_TYPE])
    group = with_times(
        {
            "amiType": "AL2023_x86_64_STANDARD",
            "capacityType": "ON_DEMAND",
            **({} if template else {"diskSize": 20}),
            "labels": {},
            "taints": [],
            "tags": {},
            "updateConfig": {"maxUnavailable": 1, "updateStrategy": "DEFAULT"},
            **request,
            "instanceTypes": types,
            "scalingConfig": _scaling({"minSize": 1, "maxSize": 2, "desiredSize": 2}, request.get("scalingConfig", {})),
            "nodegroupArn": arn(self, "nodegroup", record.facts["name"], name, str(mock_random.uuid4())),
            "releaseVersion": f"{version}.0-20261101",
            "resources": {"autoScalingGroups": [{"name": f"eks-{name}-{mock_random.uuid4()}"}]},
            "health": {"issues": []},
            "status": "ACTIVE",
            "zones": zones(self, request["subnets"]),
            "machine": _known(kind or types[0]),
            "rollout": 1,
        }
    )
    record.node_groups[name] = group
    _machines(self, record)
    return ActionResult({"nodegroup": _shown(group)})


def _check_template(request: Facts) -> None:
    if "launchTemplate" not in request:
        return
    for member, words in (("diskSize", "Disk size"), ("remoteAccess", "Remote access configuration")):
        if request.get(member):
            invalid(f"{words} must be specified within the launch template.")


def _type_of(self: Response, template: Facts) -> str | None:
    """The instance type in the template's version; fills in the template's other name."""
    backend = ec2_backends[self.current_account][self.region]
    every = backend.describe_launch_templates()
    launch_template = next((t for t in every if t.id == template.get("id") or t.name == template.get("name")), None)
    if not launch_template:
        invalid(f"Launch template {template.get('id') or template.get('name')} does not exist")
    template |= {"id": launch_template.id, "name": launch_template.name}
    template.setdefault("version", str(launch_template.default_version_number))
    version = launch_template.get_version(template["version"])
    data = version.data
    if (data.get("IamInstanceProfile") or {}) or data.get("NetworkInterfaces", [{}])[0].get("SubnetId"):
        invalid("Launch template should not specify an instance profile or a subnet.")
    return data.get("InstanceType")


def _known(kind: str) -> str:
    if kind not in INSTANCE_TYPES:
        invalid(f"The following supplied instance types do not exist: [{kind}]")
    return kind


def _scaling(before: Facts, request: Facts) -> Facts:
    sizes = {**before, **request}
    if not sizes["minSize"] <= sizes["desiredSize"] <= sizes["maxSize"]:
        invalid(f"desired capacity {sizes['desiredSize']} must be from minSize to maxSize")
    return sizes


@add(EKSResponse)
def describe_nodegroup(self: Response) -> ActionResult:
    return ActionResult({"nodegroup": _shown(_group(self, cluster(self, usable=False)))})


@add(EKSResponse)
def list_nodegroups(self: Response) -> ActionResult:
    return ActionResult({"nodegroups": sorted(cluster(self, usable=False).node_groups)})


@add(EKSResponse)
def update_nodegroup_config(self: Response) -> ActionResult:
    record = cluster(self)
    group, request = _group(self, record), parameters(self, "clusterName", "nodegroupName")
    labels, taints = request.pop("labels", {}), request.pop("taints", {})
    group["labels"] = {
        key: value
        for key, value in {**group["labels"], **labels.get("addOrUpdateLabels", {})}.items()
        if key not in labels.get("removeLabels", [])
    }
    gone = [(t["key"], t["effect"]) for t in (*taints.get("removeTaints", []), *taints.get("addOrUpdateTaints", []))]
    kept = [t for t in group["taints"] if (t["key"], t["effect"]) not in gone]
    group["taints"] = [*kept, *taints.get("addOrUpdateTaints", [])]
    group["scalingConfig"] = _scaling(group["scalingConfig"], request.pop("scalingConfig", {}))
    group.update(request)
    group["modifiedAt"] = utcnow()
    _machines(self, record)
    return answer_update(self, record, "ConfigUpdate")


@add(EKSResponse)
def update_nodegroup_version(self: Response) -> ActionResult:
    """Its machines are replaced one after the other: a template's new version, or the cluster's Kubernetes version."""
    record = cluster(self)
    group, template = _group(self, record), self._get_param("launchTemplate")
    if template:
        before = group.get("launchTemplate")
        if not before:
            invalid("Can not update to a launch template: the node group was made without one")
        kind = _type_of(self, template)
        if template["id"] != before["id"]:
            invalid("Launch template id or name must be that of the node group")
        group["launchTemplate"] = template
        group["machine"] = _known(kind or group["machine"])
    version = self._get_param("version") or group["version"]
    if version not in (group["version"], record.facts["version"]):
        invalid(f"Requested Nodegroup version {version} must match the cluster's, {record.facts['version']}")
    group |= {"version": version, "releaseVersion": f"{version}.0-20261101", "modifiedAt": utcnow()}
    group["rollout"] += 1
    _machines(self, record)
    return answer_update(self, record, "VersionUpdate")


@add(EKSResponse)
def delete_nodegroup(self: Response) -> ActionResult:
    record = cluster(self)
    group = _group(self, record)
    del record.node_groups[group["nodegroupName"]]
    _machines(self, record)
    return ActionResult({"nodegroup": {**_shown(group), "status": "DELETING"}})
