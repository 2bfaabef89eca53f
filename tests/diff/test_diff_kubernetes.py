"""Objects of Kubernetes: what the API server replaces, what a change does to pods, and which fields there are."""

from typing import Any

import pytest

from tenfold.diff import compare
from tenfold.graph import Graph, Resource
from tenfold.providers import facts
from tenfold.providers.aws import input_facts
from tenfold.recorder.light import tables
from tenfold.recorder.light.inputs import unknown
from tenfold.secrecy import mask_value

PLACE = {"name": "search", "namespace": "search"}
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SPEC: dict[str, Any] = {
    "selector": {"matchLabels": {"app": "search"}},
    "template": {"spec": {"containers": [{"name": "app", "image": "search:1", "args": ["a", "b"]}]}},
}


def an_object(type_: str, name: str, inputs: dict[str, Any], **options: Any) -> Resource:
    """As a plan has it; with `names`, its `spec` comes from that resource."""
    urn = f"urn:pulumi:dev::t::{type_}::{name}"
    return Resource(
        urn=urn, type=type_, name=name, parent="", component=name, custom=True, inputs=inputs, dependencies=(),
        property_dependencies=options.get("behind", {}), protect=False, provider="",
    )  # fmt: skip


def change(type_: str, before: dict[str, Any], after: dict[str, Any]) -> Any:
    old, new = (
        an_object(type_, "search", {"apiVersion": "v1", "kind": type_.rpartition(":")[2], **inputs})
        for inputs in (before, after)
    )
    [found] = compare(Graph({old.urn: old}), Graph({new.urn: new})).changes
    return found


def with_container(**changed: Any) -> dict[str, Any]:
    return {**SPEC, "template": {"spec": {"containers": [{**SPEC["template"]["spec"]["containers"][0], **changed}]}}}


@pytest.mark.parametrize(
    ("spec", "op", "effect"),
    [
        (with_container(image="search:2"), "update", "restart"),
        (with_container(args=["b", "a"]), "update", "restart"),
        ({**SPEC, "minReadySeconds": 5}, "update", "in-place"),
        ({**SPEC, "revisionHistoryLimit": 5}, "update", "none"),
        ({**SPEC, "selector": {"matchLabels": {"app": "find"}}}, "replace", "replace"),
    ],
)
def test_a_deployment_is_rolled_out_changed_or_replaced(spec, op, effect):
    found = change(DEPLOYMENT, {"metadata": PLACE, "spec": SPEC}, {"metadata": PLACE, "spec": spec})
    assert (found.op, found.effect) == (op, effect)


@pytest.mark.parametrize("type_", [DEPLOYMENT, "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding"])
@pytest.mark.parametrize("part", ["name", "namespace"])
def test_another_name_is_another_object_whatever_its_kind(type_, part):
    found = change(type_, {"metadata": PLACE}, {"metadata": {**PLACE, part: "find"}})
    assert (found.op, [p.path for p in found.properties if p.forces_replacement]) == ("replace", [f"metadata.{part}"])


def test_what_takes_an_output_of_a_replaced_object_into_its_spec_goes_with_it():
    """The engine deletes an object before it makes the next of its name, and what depends on it before that."""

    def graph(kind: str) -> Graph:
        service = an_object("kubernetes:core/v1:Service", "name", {"metadata": PLACE, "spec": {"clusterIP": kind}})
        inputs = {"metadata": PLACE, "spec": SPEC}
        behind = an_object(DEPLOYMENT, "behind", inputs, behind={"spec": (service.urn,)})
        beside = an_object(DEPLOYMENT, "beside", inputs)
        return Graph({resource.urn: resource for resource in (service, behind, beside)})

    found = compare(graph("None"), graph("10.0.0.1"))
    assert {c.name: c.op for c in found.changes} == {"name": "replace", "behind": "replace"}


def test_a_volume_is_data_and_a_secret_is_not_shown():
    claim = an_object("kubernetes:core/v1:PersistentVolumeClaim", "files", {"metadata": PLACE})
    assert claim.keeps == "data"
    assert mask_value("kubernetes:core/v1:Secret", {"stringData": {"a": "b"}}) == {"stringData": "[secret]"}


def test_the_facts_are_of_types_and_inputs_that_there_are():
    types = [token for token in input_facts.tokens() if input_facts.is_object(token)]
    types += [token for token in facts.read("effects")["types"] if input_facts.is_object(token)]
    known = {row["token"]: row for module in tables.modules() if (table := tables.load(module)) is not None
             for row in table.classes.values()}  # fmt: skip
    for token in types:
        assert set(input_facts.of(token)) <= {"metadata", *map(input_facts.camel, known[token]["inputs"])}, token


def test_a_misspelt_field_is_known_by_its_place_though_the_provider_would_drop_it():
    wrong = with_container(imagePullPolice="Always")
    [found] = unknown(DEPLOYMENT, {"metadata": {"labels": {"any.key": "x"}}, "spec": wrong})
    assert found.at == ("spec", "template", "spec", "containers", "0", "imagePullPolice")
    assert "imagePullPolicy" in found.known
    assert [one.at for one in unknown("kubernetes:networking.k8s.io/v1:NetworkPolicy", {"spec": {"egres": []}})] == [
        ("spec", "egres")
    ]


def test_objects_of_another_cluster_are_others():
    def graph(cluster: str) -> Graph:
        provider = an_object(
            "pulumi:providers:kubernetes", "objects", {"clusterIdentifier": cluster, "kubeconfig": "{}"}
        )
        settings = an_object("kubernetes:core/v1:ConfigMap", "settings", {"metadata": PLACE})
        settings = settings._replace(provider=f"{provider.urn}::id")
        return Graph({resource.urn: resource for resource in (provider, settings)})

    found = {c.name: c for c in compare(graph("first"), graph("second")).changes}
    assert found["settings"].op == "replace"
    assert found["settings"].because == "objects, its provider, is of another cluster"
