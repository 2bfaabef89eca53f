"""What holds of the diff of any two graphs."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tenfold.diff import compare
from tenfold.diff.align import Names, align_names
from tenfold.graph import SECRET, SIGNATURE, UNKNOWN, Graph, Resource

# (type, an input that replaces, one that does not)
TYPES = (
    ("aws:sns/topic:Topic", "namePrefix", "displayName"),
    ("aws:s3/bucket:Bucket", "bucketPrefix", "policy"),
    ("aws:ec2/subnet:Subnet", "cidrBlock", "mapPublicIpOnLaunch"),
    ("aws:rds/instance:Instance", "characterSetName", "instanceClass"),
)
LEAVES = st.text("abc<>#{", max_size=4) | st.integers(0, 9) | st.booleans() | st.just(UNKNOWN)
VALUES = st.recursive(
    LEAVES | LEAVES.map(lambda leaf: {SIGNATURE: SECRET, "value": leaf}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)


def urn(type_, name):
    return f"urn:pulumi:shop-dev::tenfold::{type_}::{name}"


@st.composite
def graphs(draw):
    """Resources that refer to earlier ones."""
    made: dict[str, Resource] = {}
    for number in range(draw(st.integers(1, 7))):
        type_, forcing, plain = draw(st.sampled_from(TYPES))
        inputs = {forcing: "a", plain: "a", "other": draw(VALUES)}
        before = draw(st.none() | st.sampled_from(sorted(made))) if made else None
        if before:
            inputs["seen"] = f"<{before}#arn>"
        name = f"shop-{number}"
        made[urn(type_, name)] = Resource(
            urn(type_, name),
            type_,
            name,
            "urn:pulumi:shop-dev::tenfold::pulumi:pulumi:Stack::tenfold-shop-dev",
            name,
            True,
            inputs,
            dependencies=(before,) if before else (),
            property_dependencies={"seen": (before,)} if before else {},
        )
    return Graph(made)


def changed(graph, about, **inputs):
    return Graph({**graph.resources, about.urn: about._replace(inputs={**about.inputs, **inputs})})


def facts(about):
    return next(entry for entry in TYPES if entry[0] == about.type)


@given(graphs())
def test_a_graph_does_not_differ_from_itself(graph):
    found = compare(graph, graph)
    assert not found and found.summary() == {"same": len(graph)}


@given(graphs())
def test_from_nothing_all_is_made_and_to_nothing_all_goes_the_last_first(graph):
    assert [(c.op, c.urn) for c in compare(Graph({}), graph).changes] == [("create", urn) for urn in graph.resources]
    gone = compare(graph, Graph({})).changes
    assert [(c.op, c.urn) for c in gone] == [("delete", urn) for urn in reversed(graph.resources)]
    assert {c.urn for c in gone if c.effect == "data-loss"} == {r.urn for r in graph if r.stateful}


@given(graphs(), st.data())
def test_what_changes_in_place_changes_alone(graph, data):
    about = data.draw(st.sampled_from(list(graph)))
    plain = facts(about)[2]
    [change] = compare(graph, changed(graph, about, **{plain: "b"})).changes
    assert (change.op, change.urn, [p.path for p in change.properties]) == ("update", about.urn, [plain])
    assert [(p.old, p.new) for p in change.properties] == [("a", "b")]


@given(graphs(), st.data())
def test_what_is_made_anew_changes_all_that_refers_to_it_and_no_more(graph, data):
    about = data.draw(st.sampled_from(list(graph)))
    found = compare(graph, changed(graph, about, **{facts(about)[1]: "b"}))
    direct = {r.urn for r in graph if about.urn in r.dependencies}
    expected = {
        about.urn: "replace",
        **dict.fromkeys(direct, "update"),
    }  # no provider knows `seen` as one that replaces
    assert {change.urn: change.op for change in found.changes} == expected


@given(graphs(), graphs())
def test_every_resource_is_told_of_once_and_the_way_back_undoes_it(before, after):
    there, back = compare(before, after), compare(after, before)
    told = [change.urn for change in there.changes]
    assert len(told) == len(set(told))
    assert there.unchanged + len(told) == len({*before.resources, *after.resources})
    undone = {"create": "delete", "delete": "create"}
    assert {c.urn: undone.get(c.op, c.op) for c in there.changes if c.op in undone} == {
        c.urn: c.op for c in back.changes if c.op in undone
    }


@given(graphs(), graphs())
def test_no_secret_is_told(before, after):
    def hidden(graph, secret):
        def inside(value):
            if isinstance(value, dict):
                marked = {SIGNATURE: SECRET, "value": secret}
                return marked if SIGNATURE in value else {key: inside(item) for key, item in value.items()}
            return [inside(item) for item in value] if isinstance(value, list) else value

        return Graph({r.urn: r._replace(inputs=inside(r.inputs)) for r in graph})

    assert "hunter" not in str(compare(hidden(before, "hunter2"), hidden(after, "hunter3")).as_json())


@given(graphs())
def test_the_same_under_other_names_is_no_difference(graph):
    old, new = Names("shop", "dev", "us-east-1"), Names("my-shop", "prod", "eu-west-1")
    other = align_names(graph, old, new)
    assert all("shop-prod::" in urn and "::my-shop-" in urn for urn in other.resources)
    assert not compare(align_names(graph, old, new), other)
    assert not compare(align_names(other, new, old), graph)


@given(
    st.sampled_from(["us-east-1", "us-east-1a", "arn:aws:sqs:us-east-1:1:q", "/shop/dev/settings/A", "shop-dev", "dev"])
)
def test_names_and_regions_are_read_as_those_of_the_other(text):
    about = urn("aws:sqs/queue:Queue", "shop-a")
    graph = Graph({about: Resource(about, "aws:sqs/queue:Queue", "shop-a", "", "shop-a", True, {"x": text})})
    old, new = Names("shop", "dev", "us-east-1"), Names("web", "prod", "eu-west-1")
    [found] = align_names(graph, old, new)
    assert found.inputs["x"] == text.replace("us-east-1", "eu-west-1").replace("shop", "web").replace("dev", "prod")
    assert align_names(graph, old, replace(old, region="eu-west-1")) is graph, "the same stack in another region"
