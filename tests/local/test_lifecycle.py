"""Every resource of the scenario is made, read back, refreshed, imported, changed, and gone after its deletion."""

from collections.abc import Iterator

import pytest

from tenfold.local.aws import Handlers, table
from tenfold.providers.aws import input_facts
from tests.local.world import SCENARIO, World, built, data

NAMES = list(data(SCENARIO))

# What AWS itself never takes away on its own, or the provider only stops managing.
STAYS = {
    "aws:acm/certificateValidation:CertificateValidation": "nothing was made",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "goes with its VPC",
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": "goes with its proxy",
    "aws:s3/bucketVersioning:BucketVersioning": "is only suspended",
    "aws:secretsmanager/secretVersion:SecretVersion": "goes with its secret",
    "aws:sns/topicPolicy:TopicPolicy": "falls back to AWS's own",
}
# Differences of an import from the program that are right: what AWS does not tell, or tells in other words.
NOT_IN_AN_ANSWER = {
    "alias2": {"targetKeyId"},  # given as an ARN, told as an id
    "cf": {"orderedCacheBehaviors", "origins", "viewerCertificate"},  # empty blocks
    "default_sg": {"vpcId"},
    "dead_letters": {"maxMessageSize"},
    "dlq": {"maxMessageSize"},  # AWS's default has grown since the provider's
    "fifo": {"maxMessageSize"},
    "named_fifo": {"maxMessageSize"},
    "launched": {"launchTemplate", "userData"},
    "q": {"maxMessageSize"},
    "rep": {
        "enabledCloudwatchLogsExports",
        "iamDatabaseAuthenticationEnabled",
        "maxAllocatedStorage",
        "tags",
    },  # source's
    "rg": {"subnetGroupName", "securityGroupIds"},
    "shards": {"parameterGroupName"},
    "source": {"maxMessageSize"},
    "valkey": {"subnetGroupName", "securityGroupIds", "parameterGroupName", "port"},
    "certificate_validation": {"validationRecordFqdns"},
    "web_acl": {"defaultAction"},  # an empty block
    "db_managed": {"manageMasterUserPassword", "masterUserSecretKmsKeyId"},
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with built() as made:
        yield made


@pytest.mark.parametrize("name", NAMES)
def test_every_step_succeeds(world: World, name: str) -> None:
    assert world.made[name].error == ""


@pytest.mark.parametrize("name", NAMES)
def test_a_refresh_after_creation_finds_no_difference(world: World, name: str) -> None:
    made = world.made[name]
    assert made.refreshed is not None, "it is not there"
    assert world.handlers.diff(made.token, made.refreshed[0], made.inputs, made.refreshed[1]) == {}


@pytest.mark.parametrize("name", NAMES)
def test_what_was_given_is_among_the_outputs(world: World, name: str) -> None:
    made, spec = world.made[name], table.spec(world.made[name].token)
    assert spec is not None
    outputs = made.refreshed[1]
    for key in made.inputs:
        assert key in outputs, f"{key} is given and not in the state"


@pytest.mark.parametrize("name", [n for n, e in data(SCENARIO).items() if "update" in e])
def test_a_change_in_place_is_kept(world: World, name: str) -> None:
    made = world.made[name]
    assert made.changes, "the update changes nothing"
    assert not any(replaces for _, replaces in made.changes.values()), made.changes
    assert made.changed is not None
    assert world.handlers.diff(made.token, made.changed[0], made.changed_inputs, made.changed[1]) == {}


@pytest.mark.parametrize("name", NAMES)
def test_an_import_brings_back_what_aws_tells(world: World, name: str) -> None:
    made, spec = world.made[name], table.spec(world.made[name].token)
    assert spec is not None and made.imported is not None
    silent = {*spec.write_only, *spec.record, *NOT_IN_AN_ANSWER.get(name, ())}
    found = world.handlers.diff(made.token, made.imported[0], made.inputs)
    left = {p: c for p, c in found.items() if not {p, p.split(".")[0].split("[")[0]} & silent}
    assert left == {}


@pytest.mark.parametrize("name", NAMES)
def test_it_is_gone_after_its_deletion(world: World, name: str) -> None:
    made = world.made[name]
    assert made.gone is (made.token not in STAYS)


def test_every_served_type_is_in_the_scenario(world: World) -> None:
    assert {m.token for m in world.made.values()} == set(table.tokens())


# The outputs that other resources of stages 1 to 3 use: an absent one would erase its consumer's input.
NEEDED = """
vpc arn defaultSecurityGroupId mainRouteTableId defaultRouteTableId defaultNetworkAclId ownerId
s1 arn availabilityZone ownerId
igw arn
sg arn name ownerId
nat publicIp privateIp networkInterfaceId
eip allocationId publicIp
ec2 arn privateIp privateDns availabilityZone primaryNetworkInterfaceId instanceState
vol arn
lt arn latestVersion defaultVersion name
prof arn name uniqueId
role arn name uniqueId
key arn keyId
alias arn targetKeyArn targetKeyId
db arn address endpoint port resourceId status hostedZoneId engineVersionActual
db_managed masterUserSecrets
rep arn address
dsg arn name vpcId
dpg arn name
proxy arn endpoint
proxy_default arn name
proxy_target rdsResourceId type port
sec arn name
sv arn versionId
parameter arn version
lb arn dnsName zoneId arnSuffix vpcId
tg arn arnSuffix name
lis arn
rule arn
asg arn name
csg name arn
rg arn primaryEndpointAddress readerEndpointAddress memberClusters port
certificate arn domainValidationOptions status
zone zoneId nameServers arn primaryNameServer
record fqdn
b arn bucket bucketDomainName bucketRegionalDomainName hostedZoneId
alarm arn
dashboard dashboardArn
log_group arn name
topic arn name owner
subscription arn
budget arn
flow_log arn
interface_endpoint arn networkInterfaceIds dnsEntries state
gateway_endpoint arn prefixListId
lifecycle_policy arn
"""


@pytest.mark.parametrize("line", list(NEEDED.strip().splitlines()))
def test_the_outputs_others_use_are_there(world: World, line: str) -> None:
    name, *outputs = line.split()
    made = world.made[name]
    assert [o for o in outputs if made.refreshed[1].get(o) in (None, "")] == []


def test_replacement_is_the_providers_word(world: World) -> None:
    handlers: Handlers = world.handlers
    for token in table.tokens():
        for key, facts in input_facts.of(token).items():
            if facts.get("replaces") and "fields" not in facts:
                assert handlers.diff(token, {key: "a"}, {key: "b"}) == {key: ("update", True)}
