"""What is kept of EKS, and how it is found: a cluster with everything in it."""

import copy
from typing import Any, NoReturn
from urllib.parse import unquote

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.eks import urls
from moto.eks.responses import EKSResponse
from moto.iam.models import iam_backends
from moto.moto_api._internal import mock_random

from tenfold.local.moto.patching import Response, add, replace
from tenfold.local.moto.refusal import Refused

Facts = dict[str, Any]

# moto lists each path; which operation one of them means it finds by the API's model in any case.
urls.url_paths["{0}/clusters/(?P<name>[^/]+)/(?P<rest>.+)$"] = EKSResponse.dispatch


class Record:
    """A cluster (`facts`, as described) and what is in it, by name; access entries and their policies by ARN."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.node_groups: dict[str, Facts] = {}
        self.addons: dict[str, Facts] = {}
        self.entries: dict[str, Facts] = {}
        self.policies: dict[str, dict[str, Facts]] = {}
        self.pods: dict[str, Facts] = {}
        self.updates: dict[str, Facts] = {}

    @property
    def arn(self) -> str:
        return self.facts["arn"]


@replace(EKSResponse, "__init__")
def __init__(original: Any, self: Response) -> None:
    original(self)
    self.automated_parameter_parsing = True


def region_clusters(self: Response) -> dict[str, Record]:
    return self.eks_backend.clusters


def cluster(self: Response, usable: bool = True) -> Record:
    """The cluster that the request names; `usable`: one that is ready for a change."""
    name = self._get_param("clusterName") or self._get_param("name")
    record = region_clusters(self).get(name)
    if not record:
        refuse("ResourceNotFoundException", f"No cluster found for name: {name}.")
    if usable and record.facts["status"] != "ACTIVE":
        refuse("ResourceInUseException", f"Cluster '{name}' is not in ACTIVE status")
    return record


def part(parts: dict[str, Facts], key: str, what: str) -> Facts:
    """One of the things in a cluster."""
    if key not in parts:
        refuse("ResourceNotFoundException", f"No {what} found for: {key}")
    return parts[key]


def refuse(code: str, words: str) -> NoReturn:
    raise Refused(code, words)


def invalid(words: str) -> NoReturn:
    refuse("InvalidParameterException", words)


def parameters(self: Response, *without: str) -> Facts:
    """What the request says, by the API's names."""
    return {k: copy.deepcopy(v) for k, v in self.params.items() if k not in (*without, "clientRequestToken")}


def arn(self: Response, kind: str, *names: str) -> str:
    return f"arn:aws:eks:{self.region}:{self.current_account}:{kind}/{'/'.join(names)}"


def principal(self: Response) -> str:
    return unquote(self._get_param("principalArn"))


def with_times(facts: Facts) -> Facts:
    return {**facts, "createdAt": utcnow(), "modifiedAt": utcnow()}


def answer_update(self: Response, record: Record, kind: str) -> ActionResult:
    """The answer to a change. It is done already: here nothing takes time."""
    update = {
        "id": str(mock_random.uuid4()),
        "status": "Successful",
        "type": kind,
        "params": [],
        "createdAt": utcnow(),
        "errors": [],
    }
    record.updates[str(update["id"])] = update
    return ActionResult({"update": update})


@add(EKSResponse)
def describe_update(self: Response) -> ActionResult:
    return ActionResult({"update": part(cluster(self, usable=False).updates, self._get_param("updateId"), "update")})


def role(self: Response, role_arn: str, service: str) -> None:
    """Refuses a role that is not there, or that the service may not take on."""
    existing = next((r for r in iam_backends[self.current_account]["aws"].roles.values() if r.arn == role_arn), None)
    if not existing:
        invalid(f"Role with arn: {role_arn}, could not be assumed because it does not exist")
    if service not in str(existing.assume_role_policy_document):
        invalid(f"Role with arn: {role_arn}, could not be assumed: the trusted entity is not {service}")


# ---- tags
def _tags(self: Response) -> dict[str, str]:
    resource_arn = unquote(self._get_param("resourceArn"))
    for record in region_clusters(self).values():
        parts = [*record.node_groups.values(), *record.addons.values(), *record.entries.values(), *record.pods.values()]
        for facts in (record.facts, *parts):
            if resource_arn in (value for key, value in facts.items() if key.lower().endswith("arn")):
                return facts.setdefault("tags", {})
    refuse("NotFoundException", f"{resource_arn} does not exist")


@add(EKSResponse)
def tag_resource(self: Response) -> EmptyResult:
    _tags(self).update(self._get_param("tags"))
    return EmptyResult()


@add(EKSResponse)
def untag_resource(self: Response) -> EmptyResult:
    tags = _tags(self)
    for key in self._get_param("tagKeys"):
        tags.pop(key, None)
    return EmptyResult()


@add(EKSResponse)
def list_tags_for_resource(self: Response) -> ActionResult:
    return ActionResult({"tags": _tags(self)})
