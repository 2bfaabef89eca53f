"""`tenfold drift`, with an engine and an AWS that answer as a test has it."""

import json
from types import SimpleNamespace as N

import jmespath
import pytest

from tenfold import deployment, exits
from tenfold.blueprints.resolve import load
from tenfold.commands import drift
from tenfold.failure import WrongBlueprint
from tenfold.promotion import checks
from tenfold.providers.aws import additions, input_facts
from tests.cli.test_deployed_commands import Shop

HOUR = "2026-11-27T17:25:31.5Z"


class Deployed(Shop):
    """At stage 3. `lists` are the answers of AWS by operation; else it lists nothing."""

    lists: dict[str, list[dict[str, object]]]


@pytest.fixture
def shop(tmp_path, monkeypatch):
    at = Deployed(tmp_path, monkeypatch, "{stage: 3}")
    at.lists = {}

    def client(asked, service, region=None):
        return N(
            can_paginate=lambda operation: True,
            get_paginator=lambda operation: N(paginate=lambda **_: at.lists.get(operation, [])),
        )

    monkeypatch.setattr(checks.Asked, "client", client)
    return at


def resource(at, name):
    return next(r for r in at.driver.held if r["urn"].endswith(f"::{name}"))


def test_nothing_differs(shop):
    code, said = shop(drift)
    assert code == exits.DONE and "The cloud is as the last run left it. Nothing was written." in said


def test_what_differs_is_told_with_since_when_and_who_wins(shop):
    resource(shop, "shop-database-primary")["modified"] = HOUR
    shop.driver.finds = [("update", "shop-database-primary", {"instanceClass": "db.r6g.large"})]
    code, said = shop(drift)
    words = " ".join(said.split())
    assert code == exits.DIFFERENT and shop.driver.done == []
    assert "instanceClass db.t4g.small → db.r6g.large" in words and "since 2026-11-27 17:25 UTC" in words
    assert "wins the blueprint, with `tenfold refresh" in words and "1 resource differs (state → cloud)." in words


def test_what_the_program_leaves_to_aws_is_no_drift(shop):
    servers = resource(shop, "shop-fleet-servers")
    servers["ignoreChanges"] = ["desiredCapacity"]
    servers["inputs"]["desiredCapacity"] = 2
    shop.driver.finds = [("update", "shop-fleet-servers", {"desiredCapacity": 7})]
    code, said = shop(drift)
    assert code == exits.DONE and "to AWS, and no drift: shop-fleet-servers (desiredCapacity)" in said
    shop.driver.finds = [("update", "shop-fleet-servers", {"desiredCapacity": 7, "maxSize": 9})]
    code, said = shop(drift, "--json")
    found = json.loads(said)
    assert code == exits.DIFFERENT
    assert [p["path"] for p in found["changes"][0]["properties"]] == ["maxSize"]


def test_what_was_added_to_a_resource_is_told(shop):
    shop.lists = {"list_role_policies": [{"PolicyNames": ["debug"]}]}
    code, said = shop(drift)
    assert code == exits.DIFFERENT and "shop-fleet-role: inline policy debug" in said
    assert "nobody: `up` does not know what was added" in " ".join(said.split())


def test_every_deployed_environment_of_many_blueprints(shop, tmp_path):
    (tmp_path / "tenfold-rules.yaml").write_text("{}\n")
    other = tmp_path / "other.yaml"
    other.write_text(shop.file.read_text())
    code, said = shop(drift, str(other), "--json")
    assert code == exits.DONE and [each["stack"] for each in json.loads(said)["stacks"]] == ["shop-prod"] * 2


def test_of_many_one_with_errors_does_not_hide_the_others(shop, tmp_path, monkeypatch):
    def prepare(file, *rest):
        if file.name == "wrong.yaml":
            raise WrongBlueprint(load(file).problems)
        return shop.prepare(file, *rest)

    monkeypatch.setattr(deployment, "prepare", prepare)
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: wrong\nstage: nine\n")
    code, said = shop(drift, str(wrong), "--json")
    stacks = json.loads(said)["stacks"]
    assert code == exits.WRONG_INPUT and "TF-" in stacks[1]["failed"] and stacks[0]["stack"] == "shop-prod"


# ---- the table
KINDS = [(type_, kind) for type_, kinds in additions._facts().items() for kind in kinds]


@pytest.mark.parametrize(("type_", "kind"), KINDS, ids=[f"{type_} {kind['what']}" for type_, kind in KINDS])
def test_the_table_speaks_of_what_there_is(type_, kind):
    import boto3
    from botocore import xform_name

    client = boto3.client(kind["service"], region_name="us-east-1")
    shape = client.meta.service_model.operation_model(kind["operation"])
    assert hasattr(client, xform_name(kind["operation"]))
    assert kind["parameters"].keys() <= shape.input_shape.members.keys()
    assert any(name in kind["each"] for name in shape.output_shape.members)
    for text in (kind["each"], kind["identity"], kind["text"], *(each["identity"] for each in kind["ours"].values())):
        jmespath.compile(text)
    for other in (type_, *kind["ours"]):
        assert input_facts.of(other), other
    for name in kind.get("inline", ()):
        assert name in input_facts.of(type_), name


def test_ours_are_not_told():
    held = [
        {"urn": "u::g", "type": "aws:ec2/securityGroup:SecurityGroup", "id": "sg-1", "outputs": {}, "inputs": {}},
        {"urn": "u::r", "type": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "id": "sgr-1",
         "outputs": {"securityGroupId": "sg-1"}},
    ]  # fmt: skip
    rules = [
        {
            "SecurityGroupRuleId": name,
            "IsEgress": False,
            "IpProtocol": "tcp",
            "FromPort": 22,
            "ToPort": 22,
            "CidrIpv4": at,
        }
        for name, at in (("sgr-1", "10.0.0.0/8"), ("sgr-2", "0.0.0.0/0"))
    ]
    pages = N(paginate=lambda **_: [{"SecurityGroupRules": rules[:1]}, {"SecurityGroupRules": rules[1:]}])
    client = N(can_paginate=lambda _: True, get_paginator=lambda _: pages)
    [found] = additions.additions(held, lambda service, region: client)
    assert (found.urn, found.identity, found.text) == ("u::g", "sgr-2", "in tcp 22-22 0.0.0.0/0")
    held[0]["inputs"] = {"ingress": [{"fromPort": 22}]}
    assert not list(additions.additions(held, lambda service, region: client)), "a refresh sees those"
