"""The checks themselves: each sees the mistake it is there for. A check that never complains proves nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tenfold.blueprints.resolve import load
from tenfold.graph import Graph, Resource
from tenfold.recorder.light.record import record
from tenfold.recorder.program import run_of
from tests.stacks import after, exposure, host, keeping, order
from tests.stacks.graphs import BLUEPRINTS, Case, architecture, graph
from tests.stacks.properties import CHECKS, Check

CASES = {stage: Case("shop", stage, "prod") for stage in (1, 3, 7)}
Change = Callable[[Resource], dict[str, Any]]


def inputs(**changed: Any) -> Change:
    """The resource with other inputs; None takes one away."""
    return lambda resource: {"inputs": {k: v for k, v in {**resource.inputs, **changed}.items() if v is not None}}


def statement(**changed: Any) -> Change:
    """The resource with a change in the first statement of its policy."""

    def change(resource: Resource) -> dict[str, Any]:
        policy = json.loads(str(resource.inputs["policy"]))
        policy["Statement"][0] |= changed
        return inputs(policy=json.dumps(policy))(resource)

    return change


def without(action: str) -> Change:
    """The resource with a policy that does not allow the action."""

    def change(resource: Resource) -> dict[str, Any]:
        policy = json.loads(str(resource.inputs["policy"]))
        for each in policy["Statement"]:
            each["Action"] = [one for one in each["Action"] if one != action]
        return inputs(policy=json.dumps(policy))(resource)

    return change


SUBNET = "urn:pulumi:shop-prod::tenfold::tenfold:index:Network$aws:ec2/subnet:Subnet::shop-network-public-1"
PUBLIC = inputs(subnetIds=[f"<{SUBNET}#id>"])
ANYBODY = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]})
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
MISTAKES: list[tuple[Check, int, str, Change]] = [
    (keeping.protected_unless_throwaway, 3, "shop-database-primary", lambda _: {"protect": False}),
    (keeping.protected_unless_throwaway, 3, "shop-network-vpc", lambda _: {"protect": True}),
    (keeping.kept_by_aws_too, 3, "shop-database-primary", inputs(deletionProtection=False)),
    (keeping.kept_by_aws_too, 3, "shop-database-primary", inputs(skipFinalSnapshot=True)),
    (keeping.kept_by_aws_too, 1, "shop-server-data", inputs(finalSnapshot=None)),
    (keeping.kept_by_aws_too, 3, "shop-balancer-logs", inputs(forceDestroy=True)),
    (keeping.encrypted, 3, "shop-database-primary", inputs(storageEncrypted=False)),
    (keeping.encrypted, 3, "shop-database-primary", inputs(kmsKeyId=None)),
    (keeping.encrypted, 3, "shop-database-primary", inputs(performanceInsightsKmsKeyId="alias/aws/rds")),
    (keeping.encrypted, 3, "shop-cache-primary", inputs(transitEncryptionMode="preferred")),
    (keeping.encrypted, 3, "shop-balancer-logs-encryption", inputs(rules=[])),
    (keeping.encrypted, 1, "shop-server-instance", inputs(rootBlockDevice={"encrypted": False})),
    (keeping.encrypted, 1, "shop-server-logs", inputs(kmsKeyId=None)),
    (keeping.no_secret_in_plain_text, 3, "shop-database-primary", inputs(password="hunter2")),
    (keeping.no_secret_in_plain_text, 3, "shop-network-vpc", inputs(tags={"note": "AKIAIOSFODNN7EXAMPLE"})),
    (keeping.no_secret_in_plain_text, 3, "shop-cache-user", inputs(passwords=["hunter2"])),
    (exposure.nothing_public_but_the_entry, 3, "shop-database-primary", inputs(publiclyAccessible=True)),
    (exposure.nothing_public_but_the_entry, 3, "shop-network-public-1", inputs(mapPublicIpOnLaunch=True)),
    (exposure.nothing_public_but_the_entry, 3, "shop-fleet-template", inputs(networkInterfaces=None)),
    (exposure.only_the_entry_is_in_public_subnets, 3, "shop-database-subnets", PUBLIC),
    (exposure.nothing_that_keeps_data_has_a_way_out, 3, "shop-cache-subnets", PUBLIC),
    (exposure.buckets_are_closed, 3, "shop-balancer-logs-closed", inputs(blockPublicPolicy=False)),
    (exposure.nobody_comes_without_tls, 3, "shop-balancer-logs-policy", inputs(policy='{"Statement": []}')),
    (exposure.only_web_ports_are_open_to_the_world, 1, "shop-server-http", inputs(fromPort=22, toPort=22)),
    (exposure.only_web_ports_are_open_to_the_world, 1, "shop-server-http", inputs(fromPort=0)),
    (exposure.every_rule_says_what_it_is_for, 1, "shop-server-http", inputs(description=None)),
    (exposure.no_right_is_wider_than_its_use, 1, "shop-server-policy", statement(Action="ssm:*")),
    (exposure.no_right_is_wider_than_its_use, 1, "shop-server-policy", statement(Resource="*")),
    (exposure.no_right_is_wider_than_its_use, 3, "shop-balancer-logs-policy", statement(Principal={"AWS": "*"})),
    (exposure.no_right_is_wider_than_its_use, 3, "shop-database-monitoring-policy", inputs(policyArn=ADMINISTRATOR)),
    (exposure.roles_are_for_services_only, 1, "shop-server-role", inputs(assumeRolePolicy=ANYBODY)),
    (order.tagged, 3, "shop-network-vpc", inputs(tags={"Name": "shop-network-vpc"})),
    (order.tagged, 3, "shop-fleet-template", inputs(tagSpecifications=[{"resourceType": "instance", "tags": {}}])),
    (order.watched, 3, "shop-signals-database-cpu", inputs(alarmActions=[])),
    (order.watched, 3, "shop-database-primary", inputs(identifier="another")),
    (order.names_fit, 3, "shop-balancer-lb", lambda _: {"name": "x" * 25}),
    (order.names_fit, 3, "shop-cache-user", inputs(userId="x" * 41)),
    (order.provided_by_role, 3, "shop-network-vpc", lambda _: {"provider": ""}),
    (order.waits_for_no_component, 3, "shop-network-vpc", lambda r: {"dependencies": (r.parent,)}),
    (order.lies_in_its_tier, 3, "shop-network-vpc", lambda _: {"name": "vpc"}),
    (host.starts_by_valid_cloud_config, 1, "shop-server-instance", inputs(userData="#!/bin/sh")),
    (host.starts_by_valid_cloud_config, 1, "shop-server-instance", inputs(userData="#cloud-config\nruncmd: 7\n")),
    (host.starts_by_valid_cloud_config, 1, "shop-server-instance", inputs(userData="#cloud-config\n#" + "x" * 16_384)),
    (after.order, 3, "shop-fleet-profile", lambda _: {"dependencies": ()}),
    (exposure.who_uses_what_is_encrypted_may_use_the_key, 7, "shop-fleet-policy", without("kms:Decrypt")),
    (after.copies, 7, "shop-standby-database-primary", lambda _: {"dependencies": ()}),
    (after.log_groups, 3, "shop-database-primary", inputs(identifier="another")),
    (host.asks_for_a_session_token_of_the_metadata_service, 3, "shop-fleet-template", inputs(metadataOptions=None)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "stage", "name", "change"),
    [pytest.param(*mistake, id=f"{mistake[0].__name__}-{at}") for at, mistake in enumerate(MISTAKES)],
)
def test_a_mistake_is_seen(check: Check, stage: int, name: str, change: Change):
    wanted, given = architecture(CASES[stage]), graph(CASES[stage])
    (resource,) = given.resources_named(name)
    mistaken = resource._replace(**change(resource))
    complaints = list(check(Graph({**given.resources, resource.urn: mistaken}), wanted))
    assert complaints and list(check(given, wanted)) == []


def test_a_type_nobody_thought_of_is_seen(monkeypatch):
    monkeypatch.delitem(keeping.ENCRYPTION, "aws:ebs/volume:Volume")
    (complaint,) = keeping.nothing_encryptable_is_unknown_here(graph(CASES[1]), architecture(CASES[1]))
    assert complaint.startswith("aws:ebs/volume:Volume has ['encrypted', 'kmsKeyId']")


def test_a_cluster_that_may_not_make_its_machines_is_seen():
    """No example has a cluster."""
    pods = "services: {search: {image: 'ghcr.io/acme/search:1', route: /search/*, runs_on: kubernetes}}"
    admins = "kubernetes: {admins: {deploy: 'arn:aws:iam::123456789012:role/deploy'}}"
    text = f"{(BLUEPRINTS / 'shop.yaml').read_text(encoding='utf-8')}\n{pods}\n{admins}\n"
    wanted = load(BLUEPRINTS / "shop.yaml", environment="prod", stage=6, content=text.encode()).architecture
    assert wanted
    given = record(run_of(wanted))
    assert list(exposure.clusters_may_make_their_machines(given, wanted)) == []
    (policy,) = given.resources_named("shop-cluster-control-policy")
    mistaken = policy._replace(**without("ec2:RunInstances")(policy))
    (complaint,) = exposure.clusters_may_make_their_machines(Graph({**given.resources, policy.urn: mistaken}), wanted)
    assert "tags" in complaint and "ec2:RunInstances" in complaint


def test_every_check_is_tried():
    tried = {check for check, *_ in MISTAKES}
    tried |= {keeping.nothing_encryptable_is_unknown_here, exposure.clusters_may_make_their_machines}
    assert tried == set(CHECKS)
