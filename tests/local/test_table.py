"""The table against its sources: the Pulumi SDK, the API models, the provider's facts."""

import json
from collections import Counter

import pytest

from tenfold.local import coverage
from tenfold.local.aws import accepts, extract, schema, shapes, table
from tenfold.providers.aws import input_facts

TOKENS = table.tokens()

# Inputs that only creation takes although AWS changes them in place. A change is an error that names the input.
NOT_CHANGED_IN_PLACE = {
    "aws:autoscaling/lifecycleHook:LifecycleHook": {"autoscalingGroupName"},
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": {"defaultPolicy"},
    "aws:ebs/volume:Volume": {"volumeInitializationRate"},
    "aws:ec2/eip:Eip": {"customerOwnedIpv4Pool"},
    "aws:ec2/instance:Instance": {
        "capacityReservationSpecification",
        "cpuOptions",
        "creditSpecification",
        "ebsBlockDevices",
        "enablePrimaryIpv6",
        "enclaveOptions",
        "hostResourceGroupArn",
        "ipv6AddressCount",
        "ipv6Addresses",
        "maintenanceOptions",
        "networkInterfaces",
        "securityGroups",
    },
    "aws:ec2/natGateway:NatGateway": {
        "availabilityZoneAddresses",
        "secondaryAllocationIds",
        "secondaryPrivateIpAddressCount",
        "secondaryPrivateIpAddresses",
    },
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {"routeTableId"},
    "aws:ec2/subnet:Subnet": {"ipv6CidrBlock"},
    "aws:ec2/vpc:Vpc": {
        "assignGeneratedIpv6CidrBlock",
        "instanceTenancy",
        "ipv6CidrBlock",
        "ipv6CidrBlockNetworkBorderGroup",
        "ipv6IpamPoolId",
        "ipv6NetmaskLength",
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"subnetConfigurations"},
    "aws:elasticache/cluster:Cluster": {"preferredAvailabilityZones"},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"preferredCacheClusterAzs"},
    "aws:elasticache/userGroup:UserGroup": {"engine"},
    "aws:lb/loadBalancer:LoadBalancer": {"enablePrefixForIpv6SourceNat", "ipamPools"},
    "aws:rds/instance:Instance": {"identifier", "upgradeStorageConfig"},
    "aws:rds/proxy:Proxy": {"name"},
    "aws:secretsmanager/secret:Secret": {"forceOverwriteReplicaSecret"},
}


def test_the_schema_is_the_installed_sdks() -> None:
    """Run `make docs` when this fails."""
    assert schema.PATH.read_text(encoding="utf-8") == extract.document()


def test_no_input_is_lost() -> None:
    assert [row for row in coverage.rows() if row.where == "lost"] == []


def test_most_inputs_are_sent() -> None:
    """What is not sent has a reason; a fall of these shares means that something was given up."""
    rows = coverage.rows()
    counted = Counter(row.where for row in rows)
    assert len(rows) > 1800
    assert counted["sent"] / len(rows) > 0.87
    assert all(row.detail for row in rows)


def test_few_inputs_are_refused_without_a_reason_of_their_own() -> None:
    assert sum(row.detail == coverage.UNSERVED for row in coverage.rows()) <= 12


@pytest.mark.parametrize("token", TOKENS)
def test_a_type_has_facts(token: str) -> None:
    assert set(input_facts.of(token)) - {"tags"} <= {*schema.of(token).inputs, "tags"}
    assert token in input_facts.tokens()


@pytest.mark.parametrize("token", TOKENS)
def test_what_cannot_change_in_place_replaces(token: str) -> None:
    """The table's own view (taken by creation, by nothing later) against the provider's marks."""
    spec = table.spec(token)
    assert spec is not None
    marked = {k for k, facts in input_facts.of(token).items() if facts.get("replaces")}
    assert accepts.create_only(spec) - marked == NOT_CHANGED_IN_PLACE.get(token, set())


@pytest.mark.parametrize("token", TOKENS)
def test_names_in_the_table_exist(token: str) -> None:
    spec = table.spec(token)
    assert spec is not None
    types = schema.of(token)
    known = {*types.inputs, *types.outputs, *spec.prepared}
    for path in (*spec.map, *spec.read_map, *spec.record, *spec.refuse, *spec.default, *spec.out, *spec.write_only):
        assert path.partition(".")[0] in known, path
    for operation in (*spec.create, *spec.update, *spec.delete, *spec.after):
        if operation.code is None:
            assert shapes.operation(spec.service, operation.name)
    for reading in spec.read:
        assert reading.code or shapes.operation(spec.service, reading.name)


def test_a_name_that_pulumi_makes_may_be_left_out_and_stays() -> None:
    """Else a comparison would see the name go, and refuse to replace what holds data."""
    named = {token: spec.name.input for token in table.tokens() if (spec := table.spec(token)) and spec.name}
    kept = {token: input_facts.fact(token, key).get("computed") for token, key in named.items() if key}
    assert len(kept) > 20 and [token for token, computed in kept.items() if not computed] == []


def test_the_path_of_a_validation_imports_no_client_of_aws() -> None:
    """`pulumi`, `pulumi_aws`, `boto3` and `moto` never load with the handlers: the plugin starts fast without them."""
    import subprocess
    import sys

    program = "import sys, tenfold.local.aws, tenfold.local.coverage; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert {"pulumi", "pulumi_aws", "boto3", "moto", "rich"} & set(loaded) == set()


def test_own_facts_have_reasons() -> None:
    own = json.loads((input_facts.DATA / "aws-inputs-own.json").read_text())["types"]
    for token, inputs in own.items():
        assert token in TOKENS
        for key, facts in inputs.items():
            assert "because" in facts or "fields" in facts or set(facts) == {"required"}, f"{token} {key}"
