"""Runs a Pulumi program against mocks that keep every registration, and checks what holds for every component.

Outputs that a provider would compute are answered with readable tokens (`shop-network-vpc.id`), so that policies and
other composed texts can be read by a test. Nothing here talks to AWS or starts an engine.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws
from google.protobuf import json_format
from pulumi import _types
from pulumi.runtime import mocks, rpc
from pulumi.runtime.settings import get_project, get_stack, set_root_resource
from pulumi.runtime.stack import run_pulumi_func
from pulumi.runtime.sync_await import _sync_await

from tenfold.components.parts import policies

ACCOUNT = "123456789012"
REGION = "us-east-1"

ANSWERS: dict[str, dict[str, Any]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": {
        "id": REGION,
        "region": REGION,
        "names": [
            "us-east-1c",
            "us-east-1a",
            "us-east-1-bos-1a",
            "us-east-1b",
            "us-east-1d",
        ],
        "zoneIds": ["use1-az2", "use1-az6", "use1-bos1-az1", "use1-az1", "use1-az4"],
    },
    "aws:index/getCallerIdentity:getCallerIdentity": {
        "accountId": ACCOUNT,
        "arn": "arn",
        "id": ACCOUNT,
        "userId": "U",
    },
    "aws:index/getRegion:getRegion": {"id": REGION, "region": REGION, "name": REGION},
    "aws:index/getPartition:getPartition": {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
    },
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": {"id": "pl-edge", "name": "edge"},
    "aws:secretsmanager/getRandomPassword:getRandomPassword": {"id": REGION, "randomPassword": "drawn"},
    "aws:ssm/getParameter:getParameter": {
        "id": "p",
        "name": "p",
        "type": "String",
        "value": "ami-0abcdef1234567890",
    },
    "aws:route53/getZone:getZone": {
        "id": "Z0",
        "zoneId": "Z0",
        "name": "example.com",
        "nameServers": ["ns1"],
    },
}


@dataclass(frozen=True)
class Registered:
    """One registration request, as the engine would have received it."""

    urn: str
    type: str
    name: str
    custom: bool
    inputs: dict[str, Any]
    protect: bool
    ignore_changes: tuple[str, ...]
    delete_before_replace: bool
    retain_on_delete: bool
    parent: str
    dependencies: tuple[str, ...]
    property_dependencies: dict[str, tuple[str, ...]]
    deleted_with: str
    provider: str


@dataclass
class Graph:
    """Everything a program registered, by logical name, in order; `invokes` are the functions it called."""

    resources: dict[str, Registered] = field(default_factory=dict)
    invokes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    result: Any = None

    def __getitem__(self, name: str) -> Registered:
        return self.resources[name]

    def __contains__(self, name: str) -> bool:
        return name in self.resources

    def __iter__(self) -> Iterator[Registered]:
        return iter(self.resources.values())

    def of(self, token: str) -> list[Registered]:
        """All resources of a type, e.g. `ec2/subnet:Subnet` (the `aws:` may be left out)."""
        return [r for r in self if r.type in (token, f"aws:{token}")]

    def names(self, token: str) -> list[str]:
        return [r.name for r in self.of(token)]

    def policies(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Every policy document in any input, as (resource name, statements)."""
        for resource in self:
            for value in _texts(resource.inputs):
                if value.startswith("{") and '"Statement"' in value:
                    yield resource.name, json.loads(value)["Statement"]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _plain(value: Any) -> Any:
    """Without the wrappers of secrets; whole floats as integers (numbers travel as float64)."""
    if isinstance(value, dict):
        if rpc._special_sig_key in value and "value" in value:
            return _plain(value["value"])
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _outputs(token: str, name: str) -> dict[str, Any]:
    """A readable token for every text output of the type, an ARN where the output is one."""
    _, module, kind = token.split(":")
    cls = getattr(getattr(aws, module.split("/")[0]), kind)
    found: dict[str, Any] = {}
    for key, annotation in _types.resource_types(cls).items():
        if annotation is str:
            found[key] = f"{name}.{key}"
        if key == "arn" or key.endswith("Arn"):
            found[key] = f"arn:aws:{module.split('/')[0]}:{REGION}:{ACCOUNT}:{name}"
    if kind == "Instance" and module.startswith("rds"):
        secret = {
            "secretArn": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds-{name}",
            "secretStatus": "active",
        }
        found |= {"masterUserSecrets": [secret], "address": f"{name}.rds.amazonaws.com"}
    return found


class _Mocks(mocks.Mocks):
    def __init__(self, graph: Graph, answers: dict[str, dict[str, Any]]):
        self.graph, self.answers = graph, answers

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if not args.custom or not args.typ.startswith("aws:"):
            return f"{args.name}.id", args.inputs
        return f"{args.name}.id", _outputs(args.typ, args.name) | args.inputs

    def call(self, args: mocks.MockCallArgs) -> Any:
        self.graph.invokes.append((args.token, dict(args.args)))
        if args.token not in self.answers:
            raise LookupError(f"no answer for {args.token}: add it to ANSWERS in tests/components/recording.py")
        return self.answers[args.token]


class _Monitor(mocks.MockMonitor):
    def __init__(self, graph: Graph, answers: dict[str, dict[str, Any]]):
        super().__init__(_Mocks(graph, answers))
        self.graph = graph

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine does: the types of all ancestors below the stack, then the name."""
        qualified = type_
        if parent and (above := parent.split("::")[2]) != "pulumi:pulumi:Stack":
            qualified = f"{above}${type_}"
        return f"urn:pulumi:{get_stack()}::{get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        answer = super().RegisterResource(request)
        if request.type == "pulumi:pulumi:Stack":
            return answer
        assert request.name not in self.graph.resources, f"two resources named {request.name}"
        self.graph.resources[request.name] = Registered(
            urn=answer.urn,
            type=request.type,
            name=request.name,
            custom=request.custom,
            inputs=_plain(json_format.MessageToDict(request.object)),
            protect=request.protect,
            ignore_changes=tuple(request.ignoreChanges),
            delete_before_replace=request.deleteBeforeReplace,
            retain_on_delete=request.retainOnDelete,
            parent=request.parent.split("::")[-1],
            dependencies=tuple(sorted(urn.split("::")[-1] for urn in request.dependencies)),
            property_dependencies={
                key: tuple(urn.split("::")[-1] for urn in found.urns)
                for key, found in request.propertyDependencies.items()
            },
            deleted_with=request.deletedWith.split("::")[-1],
            provider=request.provider,
        )
        return answer


def record(program: Callable[[], Any], answers: dict[str, dict[str, Any]] | None = None) -> Graph:
    """Runs `program()` and returns what it registered.

    What the program returns is in `graph.result`, resolved when it is an Output or holds some. `answers` are added to
    ANSWERS: what the functions of the provider say, by token.
    """
    graph = Graph()
    set_root_resource(None)  # pyright: ignore[reportArgumentType]: its own way to forget the last program
    monitor = _Monitor(graph, ANSWERS | (answers or {}))
    mocks.set_mocks(monitor.mocks, project="tenfold", stack="test", preview=False, monitor=monitor)

    def body() -> None:
        result = program()
        if result is not None and not isinstance(result, pulumi.Resource):
            pulumi.Output.from_input(result).apply(lambda value: setattr(graph, "result", value))

    _sync_await(run_pulumi_func(body))
    return graph


def assert_house_rules(graph: Graph, component: str) -> None:
    """What holds for every component: parents, names, tags, no wildcards, no provider of its own."""
    for resource in graph:
        if resource.name == component or not resource.type.startswith("aws:"):
            continue
        assert resource.name.startswith(f"{component}-"), resource.name
        assert resource.parent == component, f"{resource.name} has parent {resource.parent}"
        if "tags" in _tagged_inputs(resource.type):
            assert resource.inputs.get("tags", {}).get("Name") == resource.name, f"{resource.name} is not tagged"
    for name, statements in graph.policies():
        for statement in statements:
            assert_no_wildcard(name, statement)


# AWS defines no resource (or none known beforehand) for these actions: Service Authorization Reference.
WITHOUT_RESOURCE = {
    "cloudwatch:PutMetricData",
    "ec2:DescribeInstances",
    "ec2:DescribeSnapshots",
    "ec2:DescribeTags",
    "ec2:DescribeVolumes",
    "ecr:GetAuthorizationToken",
    *policies.session_manager()["Action"],  # "*" in AWS's own example for it
}


def assert_no_wildcard(name: str, statement: dict[str, Any]) -> None:
    """No wildcard in an action; `Resource: "*"` only for actions without a resource, or a key's own policy."""
    if statement["Effect"] == "Deny":
        return
    actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    resources = statement.get("Resource", [])
    assert not [action for action in actions if "*" in action], f"{name}: wildcard in {actions}"
    if "*" in (resources if isinstance(resources, list) else [resources]):
        own_policy = "Principal" in statement  # in a key's policy "*" is the key itself
        assert own_policy or set(actions) <= WITHOUT_RESOURCE, f"{name}: any resource for {actions}"


def _tagged_inputs(token: str) -> set[str]:
    _, module, kind = token.split(":")
    cls = getattr(getattr(aws, module.split("/")[0]), kind)
    return set(_types.resource_types(cls))
