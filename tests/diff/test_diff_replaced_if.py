"""Replacements the provider decides in code: each row of the table, from both sides, and all who ask say the same."""

import json
import re

import pytest

from tenfold.diff import compare, values
from tenfold.graph import Graph, Resource
from tenfold.local.aws import Handlers, table
from tenfold.providers.aws import input_facts
from tenfold.providers.aws.replaced_if import CONDITIONS
from tenfold.refusals import losses

EKS = "aws:eks/cluster:Cluster"
GROUP, CLUSTER = "aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/cluster:Cluster"
EGRESS, INGRESS = (f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule" for way in ("Egress", "Ingress"))
INSTANCE, BALANCER, VPC = "aws:ec2/instance:Instance", "aws:lb/loadBalancer:LoadBalancer", "aws:ec2/vpc:Vpc"
NAT, VERSION = "aws:ec2/natGateway:NatGateway", "aws:secretsmanager/secretVersion:SecretVersion"
SUBNET = "aws:ec2/subnet:Subnet"
DOMAIN = "aws:opensearch/domain:Domain"
PARAMETER = "aws:ssm/parameter:Parameter"
ENDPOINT, INTERFACE = "aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcEndpointType": "Interface"}
SNAPSHOTS, RECORD = "aws:dlm/lifecyclePolicy:LifecyclePolicy", "aws:route53/record:Record"
NETWORK, APPLICATION = {"loadBalancerType": "network"}, {"loadBalancerType": "application"}
REREAD = {"userDataReplaceOnChange": True}

# (type, input, before, after, what else is given, whether it is replaced)
CASES = [
    (EKS, "encryptionConfig", {"resources": ["secrets"], "provider": {"keyArn": "arn:k"}}, None, {}, True),
    (EKS, "encryptionConfig", None, {"resources": ["secrets"], "provider": {"keyArn": "arn:k"}}, {}, False),
    (DOMAIN, "engineVersion", "OpenSearch_2.19", "OpenSearch_2.17", {}, True),
    (DOMAIN, "engineVersion", "OpenSearch_2.17", "OpenSearch_2.19", {}, False),
    (DOMAIN, "engineVersion", "OpenSearch_2.9", "OpenSearch_2.11", {}, False),
    (DOMAIN, "encryptAtRest", {"enabled": True}, {"enabled": False}, {}, True),
    (DOMAIN, "encryptAtRest", {"enabled": False}, {"enabled": True}, {}, False),
    (DOMAIN, "vpcOptions", {"subnetIds": ["subnet-1", "subnet-2"]}, {"subnetIds": ["subnet-1"]}, {}, False),
    (DOMAIN, "vpcOptions", None, {"subnetIds": ["subnet-1"]}, {}, True),
    (DOMAIN, "vpcOptions", {"subnetIds": ["subnet-1"]}, None, {}, True),
    (GROUP, "engineVersion", "8.1", "8.0", {"engine": "valkey"}, True),
    (GROUP, "engineVersion", "7.2", "8.0", {"engine": "valkey"}, False),
    (GROUP, "engineVersion", "7.1", "7.x", {"engine": "redis"}, False),
    (GROUP, "engine", "redis", "valkey", {}, False),
    (GROUP, "engine", "valkey", "redis", {}, True),
    (GROUP, "nodeType", "cache.t4g.micro", "cache.m7g.large", {}, False),
    (GROUP, "nodeGroupConfigurations", [{"replicaCount": 1}], [{"replicaCount": 2}], {}, True),
    (GROUP, "transitEncryptionEnabled", False, True, {"engineVersion": "6.2"}, True),
    (GROUP, "transitEncryptionEnabled", False, True, {"engineVersion": "7.1"}, False),
    (CLUSTER, "engineVersion", "1.6.22", "1.6.12", {"engine": "memcached"}, True),
    (CLUSTER, "engineVersion", "1.6.12", "1.6.22", {"engine": "memcached"}, False),
    (CLUSTER, "nodeType", "cache.t4g.micro", "cache.m7g.large", {"engine": "memcached"}, True),
    (CLUSTER, "nodeType", "cache.t4g.micro", "cache.m7g.large", {"engine": "redis"}, False),
    (NAT, "availabilityZoneAddresses", None, [{"availabilityZone": "a"}], {"availabilityMode": "regional"}, True),
    (NAT, "availabilityZoneAddresses", None, [{"availabilityZone": "a"}], {}, False),
    (SUBNET, "ipv6CidrBlock", "fd00:1::/64", "fd00:2::/64", {"assignIpv6AddressOnCreation": True}, True),
    (SUBNET, "ipv6CidrBlock", "fd00:1::/64", "fd00:2::/64", {}, False),
    (BALANCER, "subnetMappings", [{"subnetId": "a"}], [{"subnetId": "a"}, {"subnetId": "b"}], NETWORK, False),
    (BALANCER, "subnetMappings", [{"subnetId": "a"}, {"subnetId": "b"}], [{"subnetId": "a"}], NETWORK, True),
    (BALANCER, "subnetMappings", [{"subnetId": "a"}, {"subnetId": "b"}], [{"subnetId": "a"}], APPLICATION, False),
    (BALANCER, "subnetMappings", [{"subnetId": "a"}], [{"subnetId": "b"}], APPLICATION, True),
    (BALANCER, "subnetMappings", [{"subnetId": "a"}], [{"subnetId": "b"}], {}, True),
    (INSTANCE, "instanceType", "t4g.small", "t4g.large", {}, False),
    (INSTANCE, "instanceType", "t4g.small", "t3.small", {}, True),
    (INSTANCE, "instanceType", "m7i.large", "c7gn.large", {}, True),
    (INSTANCE, "userData", "a", "b", REREAD, True),
    (INSTANCE, "userData", "a", "b", {}, False),
    (INSTANCE, "userDataBase64", "YQ==", "Yg==", REREAD, True),
    (INSTANCE, "userDataBase64", "YQ==", "Yg==", {}, False),
    (BALANCER, "subnets", ["a", "b"], ["a", "b", "c"], NETWORK, False),
    (BALANCER, "subnets", ["a", "b", "c"], ["a", "b"], NETWORK, True),
    (BALANCER, "subnets", ["a", "b"], ["a", "c"], NETWORK, True),
    (BALANCER, "subnets", ["a", "b", "c"], ["a", "b"], APPLICATION, False),
    (BALANCER, "securityGroups", None, ["a"], NETWORK, True),
    (BALANCER, "securityGroups", ["a"], ["a", "b"], NETWORK, False),
    (BALANCER, "securityGroups", ["a"], ["b"], APPLICATION, False),
    (VPC, "instanceTenancy", None, "dedicated", {}, True),
    (VPC, "instanceTenancy", "dedicated", None, {}, False),
    (NAT, "secondaryPrivateIpAddressCount", 1, 2, {"connectivityType": "private"}, True),
    (NAT, "secondaryPrivateIpAddressCount", 1, 2, {"connectivityType": "public"}, False),
    (VERSION, "secretString", "a", "b", {}, True),
    (VERSION, "secretStringWoVersion", 1, 2, {}, True),
    (PARAMETER, "tier", "Advanced", "Standard", {}, True),
    (PARAMETER, "tier", "Standard", "Advanced", {}, False),
    (ENDPOINT, "privateDnsEnabled", True, False, {}, True),
    (ENDPOINT, "privateDnsEnabled", True, False, INTERFACE, False),
    (RECORD, "type", "A", "AAAA", {"records": ["2001:db8::1"]}, False),
    (RECORD, "name", "www.example.com", "shop.example.com", {}, True),
    (SNAPSHOTS, "policyDetails", {"schedules": [{"copyTags": True}]}, {"schedules": [{"copyTags": False}]}, {}, True),
    (SNAPSHOTS, "policyDetails", {"schedules": [{"name": "a"}]}, {"schedules": [{"name": "b"}]}, {}, False),
    *((rule, "cidrIpv4", "10.0.0.0/8", "10.0.0.0/16", {}, False) for rule in (EGRESS, INGRESS)),
    *(
        (rule, source, None, "another", {}, True)
        for rule in (EGRESS, INGRESS)
        for source in ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
    ),
]


@pytest.mark.parametrize(("token", "key", "old", "new", "given", "replaced"), CASES)
def test_diff_and_local_cloud_agree(token, key, old, new, given, replaced):
    before, after = ({k: v for k, v in {**given, key: value}.items() if v is not None} for value in (old, new))
    found = Handlers("http://127.0.0.1:9").diff(token, before, after)
    assert found and {replaces for _, replaces in found.values()} == {replaced}
    (change,) = compare(graph(token, before), graph(token, after)).changes
    assert change.op == ("replace" if replaced else "update")


@pytest.mark.parametrize(("token", "key", "old", "new", "given", "replaced"), CASES)
def test_what_holds_data_is_not_replaced(token, key, old, new, given, replaced):
    before, after = ({**given, key: value} for value in (old, new))
    held = [{"urn": URN.format(token), "protect": True}]  # as the components protect what is stateful
    lost = losses.losses(held, compare(graph(token, before), graph(token, after)))
    assert bool(lost) == replaced


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


READ, WRITE = ({"Effect": "Allow", "Action": action, "Resource": "*"} for action in ("s3:GetObject", ["s3:PutObject"]))
ACL, ALIAS, CERTIFICATE = "aws:s3/bucketPolicy:BucketPolicy", "aws:kms/alias:Alias", "aws:acm/certificate:Certificate"
USER, QUEUE, RULE = "aws:elasticache/user:User", "aws:sqs/queue:Queue", "aws:cloudwatch/eventRule:EventRule"
BUDGET, ROUTE, CHECK = "aws:budgets/budget:Budget", "aws:ec2/route:Route", "aws:route53/healthCheck:HealthCheck"
ISSUER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
NAMES = {"domainName": "example.com"}
# (type, input, before, after, what else is given): differences that the provider takes for no change ...
NO_CHANGE = [
    (ACL, "policy", policy(READ, WRITE), policy({**WRITE, "Action": "s3:PutObject"}, READ), {}),
    (ALIAS, "targetKeyId", "1234", "arn:aws:kms:us-east-1:123456789012:key/1234", {}),
    (CERTIFICATE, "subjectAlternativeNames", ["*.example.com"], ["example.com", "*.example.com"], NAMES),
    (USER, "engine", "VALKEY", "valkey", {}),
    (ENDPOINT, "ipAddressType", "IPV4", "ipv4", {}),
    (RECORD, "name", "WWW.example.com.", "www.example.com", {}),
    (RECORD, "aliases", [{"name": "x.elb.amazonaws.com."}], [{"name": "x.elb.amazonaws.com"}], {}),
    (ISSUER, "url", "token.example.com", "https://token.example.com", {}),
    (QUEUE, "kmsDataKeyReusePeriodSeconds", 300, 600, {"sqsManagedSseEnabled": True}),
    (RULE, "state", "DISABLED", None, {}),
    (RULE, "isEnabled", False, None, {}),
    (BUDGET, "limitAmount", "100", "100.0", {}),
    (ROUTE, "destinationIpv6CidrBlock", "0::/0", "::/0", {}),
    (CHECK, "ipAddress", "2001:db8:0::1", "2001:db8::1", {}),
]
# ... and those beside them that are one.
A_CHANGE = [
    (ACL, "policy", policy(READ, WRITE), policy(READ), {}),
    (ACL, "policy", policy(READ), policy({**READ, "Effect": "Deny"}), {}),
    (ALIAS, "targetKeyId", "1234", "arn:aws:kms:us-east-1:123456789012:key/5678", {}),
    (CERTIFICATE, "subjectAlternativeNames", ["*.example.com"], ["a.example.com", "*.example.com"], NAMES),
    (USER, "engine", "redis", "valkey", {}),
    (RECORD, "aliases", [{"name": "x.elb.amazonaws.com."}], [{"name": "y.elb.amazonaws.com"}], {}),
    (ISSUER, "url", "https://token.example.com", "https://token.example.com/a", {}),
    (QUEUE, "kmsDataKeyReusePeriodSeconds", 300, 600, {"kmsMasterKeyId": "alias/shop"}),
    (RULE, "state", "ENABLED", "DISABLED", {}),
    (BUDGET, "limitAmount", "100", "101", {}),
    (ROUTE, "destinationIpv6CidrBlock", "::/0", "2001:db8::/32", {}),
]


@pytest.mark.parametrize(("token", "key", "old", "new", "given"), NO_CHANGE)
def test_what_the_provider_takes_for_no_change_is_none(token, key, old, new, given):
    before, after = ({k: v for k, v in {**given, key: value}.items() if v is not None} for value in (old, new))
    assert not Handlers("http://127.0.0.1:9").diff(token, before, after)
    assert compare(graph(token, before), graph(token, after)).changes == ()


@pytest.mark.parametrize(("token", "key", "old", "new", "given"), A_CHANGE)
def test_what_differs_in_meaning_is_a_change(token, key, old, new, given):
    assert Handlers("http://127.0.0.1:9").diff(token, {**given, key: old}, {**given, key: new})


def test_a_secret_from_text_to_write_only_is_another_version():
    """Both inputs force it in secret_version.go: the text that goes, and the number that comes."""
    after = {"secretId": "s", "secretStringWo": "a", "secretStringWoVersion": 1}
    found = values.changes(VERSION, {"secretId": "s", "secretString": "a"}, after)
    assert {path for path, (_, replaces) in found.items() if replaces} == {"secretString", "secretStringWoVersion"}


def test_a_source_of_another_kind_is_a_replacement():
    """A balancer that only the CDN may enter, from stage 4 on: the rule is another one."""
    before, after = (
        {"securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0"},
        {"securityGroupId": "sg-1", "prefixListId": "pl-1"},
    )
    assert values.changes(INGRESS, before, after) == {"cidrIpv4": ("delete", True), "prefixListId": ("add", True)}


OWN = json.loads((input_facts.DATA / "aws-inputs-own.json").read_text())


def rows(decision):
    return {
        (token, key): facts[decision]
        for token, inputs in OWN["types"].items()
        for key, facts in inputs.items()
        if decision in facts
    }


def test_every_row_has_a_case_that_replaces_and_names_conditions_that_exist():
    assert set(rows("replaces_if")) <= {(token, key) for token, key, *_, replaced in CASES if replaced}
    every = [*rows("replaces_if").values(), *rows("unchanged_if").values()]
    assert all(set(row) <= set(CONDITIONS) for found in every for row in found)


def test_of_every_type_is_known_what_the_provider_decides():
    """A new type: read its file, add rows for what it decides, or name the file under `nothing`."""
    deciding = {
        token
        for token, inputs in OWN["types"].items()
        if any(decision in json.dumps(inputs) for decision in ("replaces_if", "unchanged_if", "DiffSuppressFunc"))
    }
    assert deciding.isdisjoint(OWN["nothing"])
    assert deciding | set(OWN["nothing"]) == set(table.tokens())
    assert all(re.fullmatch(r"[a-z0-9]+/\w+\.go(, 20\d\d)?", file) for file in OWN["nothing"].values())


URN = "urn:pulumi:shop-prod::tenfold::{}::it"


def graph(token, inputs):
    urn = URN.format(token)
    return Graph({urn: Resource(urn, token, "it", "", "it", True, inputs)})
