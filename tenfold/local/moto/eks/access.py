"""Who may use a cluster: access entries, the policies of EKS associated with them, and roles for pods.

Source: API model of EKS; User Guide, "Grant IAM users access to Kubernetes with EKS access entries", "Pod Identity".
"""

import re
from urllib.parse import unquote

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random

from tenfold.local.moto.eks.store import (
    Facts,
    Record,
    arn,
    cluster,
    invalid,
    parameters,
    part,
    principal,
    refuse,
    role,
    with_times,
)
from tenfold.local.moto.patching import Response, add

_POLICY = re.compile(r"arn:aws[\w-]*:eks::aws:cluster-access-policy/AmazonEKS\w+")
_ROLE_OR_USER = re.compile(r"arn:aws[\w-]*:iam::\d{12}:(role|user)/.+")


def _with_entries(self: Response) -> Record:
    record = cluster(self)
    if record.facts["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        refuse("InvalidRequestException", "The cluster's authentication mode must be set to one of [API, …]")
    return record


@add(EKSResponse)
def create_access_entry(self: Response) -> ActionResult:
    record, request = _with_entries(self), parameters(self)
    who = request["principalArn"]
    if who in record.entries:
        refuse("ResourceInUseException", "The specified access entry resource is already in use on this cluster.")
    if not _ROLE_OR_USER.fullmatch(who):
        invalid(f"The principalArn parameter format is not valid: {who}")
    groups = request.get("kubernetesGroups", [])
    if any(group.startswith("system:") for group in groups):
        invalid("The kubernetes group name must not start with system:")
    kind = request.get("type", "STANDARD")
    if kind != "STANDARD" and (groups or request.get("username")):
        invalid(f"An access entry of type {kind} takes no groups and no user name")
    name = who.rpartition("/")[2]
    record.entries[who] = with_times(
        {
            **request,
            "kubernetesGroups": groups,
            "type": kind,
            "username": request.get("username") or _user_name(self, who),
            "tags": request.get("tags", {}),
            "accessEntryArn": arn(
                self, "access-entry", record.facts["name"], "role", self.current_account, name, str(mock_random.uuid4())
            ),
        }
    )
    record.policies[who] = {}
    return ActionResult({"accessEntry": record.entries[who]})


def _user_name(self: Response, who: str) -> str:
    """What Kubernetes calls a principal that has no name of its own: a role's sessions each have one."""
    if ":role/" not in who:
        return who
    name = who.rpartition("/")[2]
    return f"arn:aws:sts::{self.current_account}:assumed-role/{name}/{{{{SessionName}}}}"


@add(EKSResponse)
def describe_access_entry(self: Response) -> ActionResult:
    record = cluster(self, usable=False)
    return ActionResult({"accessEntry": part(record.entries, principal(self), "access entry")})


@add(EKSResponse)
def list_access_entries(self: Response) -> ActionResult:
    return ActionResult({"accessEntries": sorted(cluster(self, usable=False).entries)})


@add(EKSResponse)
def update_access_entry(self: Response) -> ActionResult:
    entry = part(_with_entries(self).entries, principal(self), "access entry")
    entry |= {**parameters(self, "clusterName", "principalArn"), "modifiedAt": utcnow()}
    return ActionResult({"accessEntry": entry})


@add(EKSResponse)
def delete_access_entry(self: Response) -> EmptyResult:
    record = cluster(self)
    part(record.entries, principal(self), "access entry")
    del record.entries[principal(self)], record.policies[principal(self)]
    return EmptyResult()


# ---- policies
@add(EKSResponse)
def associate_access_policy(self: Response) -> ActionResult:
    record, who, policy = _with_entries(self), principal(self), self._get_param("policyArn")
    entry, scope = part(record.entries, who, "access entry"), self._get_param("accessScope")
    if not _POLICY.fullmatch(policy):
        invalid(f"The policyArn parameter format is not valid: {policy}")
    if entry["type"] not in ("STANDARD", "EC2"):
        invalid(f"Access policies can not be associated with an access entry of type {entry['type']}")
    if (scope["type"] == "namespace") != bool(scope.get("namespaces")):
        invalid("The access scope names namespaces, where its type is namespace, and only there")
    before = record.policies[who].get(policy, {})
    record.policies[who][policy] = {**with_times({"policyArn": policy, "accessScope": scope}), **_since(before)}
    associated = record.policies[who][policy]
    return ActionResult(
        {"clusterName": record.facts["name"], "principalArn": who, "associatedAccessPolicy": associated}
    )


def _since(before: Facts) -> Facts:
    return {"associatedAt": before.get("associatedAt") or utcnow()}


@add(EKSResponse)
def list_associated_access_policies(self: Response) -> ActionResult:
    record, who = cluster(self, usable=False), principal(self)
    part(record.entries, who, "access entry")
    every = [*record.policies[who].values()]
    return ActionResult({"clusterName": record.facts["name"], "principalArn": who, "associatedAccessPolicies": every})


@add(EKSResponse)
def disassociate_access_policy(self: Response) -> EmptyResult:
    record, who, policy = cluster(self), principal(self), unquote(self._get_param("policyArn"))
    part(record.entries, who, "access entry")
    part(record.policies[who], policy, "access policy")
    del record.policies[who][policy]
    return EmptyResult()


# ---- roles for pods
@add(EKSResponse)
def create_pod_identity_association(self: Response) -> ActionResult:
    record, request = cluster(self), parameters(self)
    place = (request["namespace"], request["serviceAccount"])
    if any((one["namespace"], one["serviceAccount"]) == place for one in record.pods.values()):
        refuse("ResourceInUseException", f"Association already exists: {place[0]}/{place[1]}")
    role(self, request["roleArn"], "pods.eks.amazonaws.com")
    key = f"a-{mock_random.get_random_hex(17)}"
    record.pods[key] = with_times(
        {
            **request,
            "associationId": key,
            "associationArn": arn(self, "podidentityassociation", record.facts["name"], key),
            "disableSessionTags": request.get("disableSessionTags", False),
            "tags": request.get("tags", {}),
        }
    )
    return ActionResult({"association": record.pods[key]})


def _pod(self: Response, record: Record) -> Facts:
    return part(record.pods, self._get_param("associationId"), "association")


@add(EKSResponse)
def describe_pod_identity_association(self: Response) -> ActionResult:
    return ActionResult({"association": _pod(self, cluster(self, usable=False))})


@add(EKSResponse)
def list_pod_identity_associations(self: Response) -> ActionResult:
    asked = {key: self._get_param(key) for key in ("namespace", "serviceAccount") if self._get_param(key)}
    every = cluster(self, usable=False).pods.values()
    return ActionResult({"associations": [p for p in every if all(p[k] == v for k, v in asked.items())]})


@add(EKSResponse)
def update_pod_identity_association(self: Response) -> ActionResult:
    pod = _pod(self, cluster(self))
    if new := self._get_param("roleArn"):
        role(self, new, "pods.eks.amazonaws.com")
    pod |= {**parameters(self, "clusterName", "associationId"), "modifiedAt": utcnow()}
    return ActionResult({"association": pod})


@add(EKSResponse)
def delete_pod_identity_association(self: Response) -> ActionResult:
    record = cluster(self)
    pod = _pod(self, record)
    del record.pods[pod["associationId"]]
    return ActionResult({"association": pod})
