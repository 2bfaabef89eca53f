"""The network's graph: what is public, what has a way out, what stays when zones and NAT change."""

from typing import Any, cast

import pulumi
import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.network import Nat, Network, NetworkArgs
from tenfold.components.parts.endpoints import INTERFACE_SERVICES

KEY = "arn:aws:kms:us-east-1:123456789012:key/k"


def network(**args: Any) -> Graph:
    inputs = {"cidr": "10.40.0.0/16", "kms_key_arn": KEY, "tags": {"app": "shop"}, **args}
    return record(lambda: Network("shop-network", cast(NetworkArgs, inputs)))


@pytest.mark.parametrize("nat", ["none", "one", "per-zone"])
def test_house_rules(nat: str) -> None:
    graph = network(nat=nat, zones=3, private_hosts=True)
    assert_house_rules(graph, "shop-network")
    assert all(r.inputs["tags"]["app"] == "shop" for r in graph if "tags" in r.inputs and r.custom)


def test_nothing_gets_a_public_address_by_itself_and_the_default_group_is_closed() -> None:
    graph = network()
    assert not any(subnet.inputs["mapPublicIpOnLaunch"] for subnet in graph.of("ec2/subnet:Subnet"))
    closed = graph["shop-network-closed"].inputs
    assert not closed.get("ingress") and not closed.get("egress")


def routes(graph: Graph) -> dict[str, str]:
    return {r.name: r.inputs.get("gatewayId") or r.inputs["natGatewayId"] for r in graph.of("ec2/route:Route")}


def test_who_has_a_way_out() -> None:
    public = {"shop-network-public-out": "shop-network-internet.id"}
    assert routes(network(nat="none")) == public
    assert routes(network(nat="one")) == public | {
        "shop-network-private-1-out": "shop-network-nat-1.id",
        "shop-network-private-2-out": "shop-network-nat-1.id",
    }
    assert routes(network(nat="per-zone")) == public | {
        "shop-network-private-1-out": "shop-network-nat-1.id",
        "shop-network-private-2-out": "shop-network-nat-2.id",
    }


def test_database_subnets_share_a_table_without_a_default_route() -> None:
    graph = network(nat="per-zone")
    tables = {
        r.inputs["subnetId"]: r.inputs["routeTableId"]
        for r in graph.of("ec2/routeTableAssociation:RouteTableAssociation")
    }
    isolated = {tables["shop-network-database-1.id"], tables["shop-network-database-2.id"]}
    assert isolated == {"shop-network-database-routes.id"}
    assert not any(r.inputs["routeTableId"] in isolated for r in graph.of("ec2/route:Route"))


def test_growing_only_adds() -> None:
    small = network(zones=2, nat="none")
    large = network(zones=4, nat="per-zone", private_hosts=True)
    assert set(small.resources) < set(large.resources)
    for resource in small.of("ec2/subnet:Subnet"):
        assert large[resource.name].inputs == resource.inputs
        assert resource.ignore_changes == ("availabilityZone",)


def test_endpoints_cost_money_only_where_private_hosts_have_no_other_way() -> None:
    def interfaces(graph: Graph) -> int:
        kinds = [e.inputs["vpcEndpointType"] for e in graph.of("ec2/vpcEndpoint:VpcEndpoint")]
        assert kinds.count("Gateway") == 1
        return kinds.count("Interface")

    assert interfaces(network(nat="none")) == 0
    assert interfaces(network(nat="one", private_hosts=True)) == 0
    graph = network(nat="none", private_hosts=True)
    assert interfaces(graph) == len(INTERFACE_SERVICES)
    assert graph["shop-network-endpoints-from-network"].inputs["cidrIpv4"] == "10.40.0.0/16"


def test_nat_addresses_are_identities() -> None:
    assert network(nat="one")["shop-network-nat-address-1"].protect
    assert not network(nat="one", throwaway=True)["shop-network-nat-address-1"].protect


def test_flow_logs_are_encrypted_kept_for_a_time_and_written_by_a_narrow_role() -> None:
    graph = network(log_retention_days=90)
    assert graph["shop-network-flow-logs"].inputs["kmsKeyId"] == KEY
    assert graph["shop-network-flow-logs"].inputs["retentionInDays"] == 90
    statements = dict(graph.policies())
    assert statements["shop-network-flow-logs-role"][0]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"}
    }
    assert statements["shop-network-flow-logs-policy"][0]["Resource"].endswith("shop-network-flow-logs:*")


def test_outputs_and_the_region_s_functions_are_asked_through_the_component_s_provider() -> None:
    def program() -> pulumi.Output[Any]:
        built = Network("shop-network", {"cidr": "10.40.0.0/16", "kms_key_arn": KEY, "nat": Nat.ONE})
        return pulumi.Output.all(built.zones, built.private_subnet_ids, built.nat_addresses)

    assert record(program).result == [
        ["us-east-1a", "us-east-1b"],
        ["shop-network-private-1.id", "shop-network-private-2.id"],
        ["shop-network-nat-1.publicIp"],
    ]


def test_an_unknown_kind_of_nat_is_refused() -> None:
    with pytest.raises(ValueError, match='nat must be "none", "one" or "per-zone", not'):
        network(nat="two")


def test_the_page_s_example_runs_and_its_table_is_complete() -> None:
    assert "shop-network-vpc" in example("network")
    assert documented_arguments("network") >= set(NetworkArgs.__annotations__)


def test_private_hosts_get_endpoints_of_what_else_they_call() -> None:
    def services(**args: Any) -> set[str]:
        found = network(private_hosts=True, services=["sqs"], **args).of("ec2/vpcEndpoint:VpcEndpoint")
        return {endpoint.inputs["serviceName"].rpartition(".")[2] for endpoint in found}

    assert services(nat="one") == {"s3"}
    assert services(nat="none") >= {"s3", "sqs", "ssm", "secretsmanager"}
