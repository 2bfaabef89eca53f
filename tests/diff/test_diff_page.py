"""The page for people: golden ones, and what holds of any."""

import re
from dataclasses import replace

import pytest

from tenfold.diff import compare
from tenfold.graph import Graph
from tenfold.render import diff as render
from tests.diff import regenerate
from tests.stacks.graphs import Case, architecture, graph


@pytest.fixture(scope="module")
def pages():
    return dict(regenerate.pages())


def test_each_page_is_the_golden_one(pages):
    """Run `python -m tests.diff.regenerate` when this fails, and read what it changes."""
    for file, page in pages.items():
        assert page == file.read_text(), file.stem


def test_a_page_is_100_columns_wide_and_plain(pages):
    for file, page in pages.items():
        assert max(map(len, page.splitlines())) <= render.WIDTH, file.stem
        assert "\x1b" not in page, file.stem


def shown(**options):
    before, after = (Case("shop", stage, "prod") for stage in (2, 3))
    return list(render.lines(compare(graph(before), graph(after)), architecture(after), **options))


def test_the_most_dangerous_comes_first():
    labels = [line[2:12].strip() for line in shown()]
    order = ["locked", "loses", "replaces", "removes", "restarts", "changes", "moves", "adds", "keeps", "unchanged"]
    said = [label for label in labels if label]
    assert said == [label for label in order if label in said] and "loses" in said


def test_what_aws_does_not_delete_is_said_before_it_is_tried():
    before = graph(Case("shop", 3, "prod"))
    balancer = next(urn for urn, found in before.resources.items() if found.name == "shop-balancer-lb")

    def of(protected):
        old = before.resources[balancer]
        kept = old._replace(inputs={**old.inputs, "enableDeletionProtection": protected})
        other = kept._replace(inputs={**kept.inputs, "loadBalancerType": "network"})
        sides = (replace(before, resources={**before.resources, balancer: one}) for one in (kept, other))
        found = compare(*sides)
        (change,) = [one for one in found.as_json()["changes"] if one["urn"] == balancer]
        return "\n".join(render.lines(found)), change["locked"]

    text, locked = of(protected=True)
    assert "locked" in text and "{enableDeletionProtection: false}" in text
    assert locked == {"enableDeletionProtection": False}, "a program reads it as well"
    text, locked = of(protected=False)
    assert "locked" not in text and locked == {}


def test_colour_says_nothing_that_words_do_not():
    coloured = shown(color=True)
    assert any("\x1b[31m" in line for line in coloured)
    assert [re.sub(r"\x1b\[\d+m", "", line) for line in coloured] == shown()


def test_verbose_names_everything():
    text = "\n".join(shown(verbose=True))
    found = compare(graph(Case("shop", 2, "prod")), graph(Case("shop", 3, "prod")))
    for change in found.resources:
        assert change.name.removeprefix(f"{change.component}-").removeprefix("shop-") in text


def test_tags_are_counted_unless_all_was_asked_for():
    before = graph(Case("shop", 2, "prod"))
    tagged = {
        urn: found._replace(inputs={**found.inputs, "tags": {"owner": "another"}}) if "tags" in found.inputs else found
        for urn, found in before.resources.items()
    }
    found = compare(before, replace(before, resources=tagged))
    [changes, *rest] = render.lines(found)
    assert changes.split() == ["changes", "tags", "or", "descriptions", "of", str(len(found.resources)), "resources"]
    assert not any("tags" in line for line in rest)
    assert sum("tags" in line for line in render.lines(found, verbose=True)) > 10


def test_nothing_at_all_is_said():
    same = graph(Case("shop", 2, "prod"))
    assert render.verdict(compare(same, same)) == ("no difference", "green")
    assert render.verdict(compare(Graph({}), same))[0].startswith("safe: nothing stops")
    assert render.verdict(compare(same, Graph({})))[0].startswith("danger: ")


FLEET = Case("shop", 5, "prod")


def told(token, change, **options):
    """The page of a change of one resource of stage 5."""
    before = graph(FLEET)
    [found] = [r for r in before if r.type == token and r.component in ("shop-fleet", "shop-balancer", "shop-network")][
        :1
    ]
    changed = found._replace(inputs={**found.inputs, **change})
    return " ".join(
        " ".join(
            render.lines(
                compare(before, replace(before, resources={**before.resources, found.urn: changed})), **options
            )
        ).split()
    )


def test_how_many_servers_and_what_protects_is_never_counted():
    many = {f"healthCheck{n}": n for n in range(9)}
    said = told(
        "aws:autoscaling/group:Group", {"minSize": 7, "maxSize": 33, "forceDelete": True, "launchTemplate": {}, **many}
    )
    assert "maxSize 20 → 33, minSize 2 → 7" in said
    assert "11 more (the servers are replaced, some at a time)" in said
    said = told(
        "aws:lb/loadBalancer:LoadBalancer",
        {"enableDeletionProtection": False, "tags": {}, "idleTimeout": 5, "enableHttp2": False},
    )
    assert "enableDeletionProtection true → false" in said


def test_a_protection_is_no_tag():
    before = graph(FLEET)
    key = next(r for r in before if r.type == "aws:kms/key:Key")
    changed = key._replace(inputs={**key.inputs, "deletionWindowInDays": 7})
    [line, *_] = render.lines(compare(before, replace(before, resources={**before.resources, key.urn: changed})))
    assert "deletionWindowInDays 30 → 7" in line


def test_a_server_that_goes_is_named_among_many():
    before, after = (graph(Case("shop", stage, "prod")) for stage in (2, 3))
    [server] = [
        line
        for line in render.lines(compare(before, after), architecture(Case("shop", 3, "prod")))
        if "1 instance," in line and "server" in line
    ]
    assert server.split()[:3] == ["server", "1", "instance,"]


@pytest.mark.parametrize(
    ("token", "change", "why"),
    [
        ("aws:lb/targetGroup:TargetGroup", {"port": 9090}, "until the servers listen on the new port"),
        ("aws:ec2/route:Route", {"gatewayId": None, "natGatewayId": "another"}, "allow-lists have to name it"),
        ("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "network"}, "another DNS name"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {"cidrIpv4": "10.0.0.0/8"}, "is shut out"),
    ],
)
def test_what_interrupts_is_not_called_calm(token, change, why):
    before = graph(FLEET)
    found = next(r for r in before if r.type == token)
    changed = found._replace(inputs={**found.inputs, **change})
    difference = compare(before, replace(before, resources={**before.resources, found.urn: changed}))
    assert render.verdict(difference) in (render.INTERRUPTS, render.RESTARTS)
    assert why in " ".join(" ".join(render.lines(difference)).split())


def test_more_backups_stop_nothing():
    before = graph(FLEET)
    [database] = before.resources_named("shop-database-primary")
    changed = database._replace(inputs={**database.inputs, "backupRetentionPeriod": 14})
    difference = compare(before, replace(before, resources={**before.resources, database.urn: changed}))
    assert render.verdict(difference)[0] == "safe: nothing stops, no data is touched"
    assert "backupRetentionPeriod 7 → 14" in next(render.lines(difference))
