"""Zone, certificate and records of the application's name."""

from typing import Any, cast

import pulumi
import pytest
from examples import documented_arguments, example
from recording import Graph, assert_house_rules, record

from tenfold.components.domain import Domain, DomainArgs, zone_name
from tenfold.components.records import Records, RecordsArgs

pytestmark = pytest.mark.usefixtures("computed")


def domain(**args: Any) -> Graph:
    inputs = {"domain": "shop.example.com", "tags": {"app": "shop"}, **args}

    def program() -> Any:
        made = Domain("shop-domain", cast(DomainArgs, inputs))
        return pulumi.Output.all(made.zone_id, made.name_servers, made.certificate_arn)

    return record(program)


def records(**args: Any) -> Graph:
    inputs = {"domain": "shop.example.com", "zone_id": "Z1", **args}
    return record(lambda: Records("shop-records", cast(RecordsArgs, inputs)).fqdn)


BALANCER = {"dns_name": "lb-1.us-east-1.elb.amazonaws.com", "zone_id": "Z35SXDOTRQ7X7K"}


@pytest.mark.parametrize("zone", ["managed", "existing"])
@pytest.mark.parametrize("certificate", [True, False])
def test_house_rules(zone: str, certificate: bool) -> None:
    assert_house_rules(domain(zone=zone, certificate=certificate), "shop-domain")


def test_a_managed_zone_is_protected_and_tells_its_name_servers() -> None:
    graph = domain()
    zone = graph["shop-domain-zone"]
    assert zone.protect and zone.inputs["name"] == "shop.example.com" and zone.inputs["forceDestroy"] is False
    assert graph.result[1] == ["ns-1.example.net", "ns-2.example.org"]
    throwaway = domain(throwaway=True)["shop-domain-zone"]
    assert not throwaway.protect and throwaway.inputs["forceDestroy"] is True


def test_an_existing_zone_is_looked_up_and_nothing_of_it_is_managed() -> None:
    graph = domain(zone="existing")
    assert not graph.of("route53/zone:Zone")
    asked = [arguments for token, arguments in graph.invokes if token == "aws:route53/getZone:getZone"]
    assert asked == [{"name": "example.com", "privateZone": False}]
    assert graph["shop-domain-certificate-proof"].inputs["zoneId"] == "Z0"


def test_the_certificate_is_given_out_only_when_it_is_valid() -> None:
    graph = domain()
    proof = graph["shop-domain-certificate-proof"].inputs
    assert (proof["type"], proof["name"]) == ("CNAME", "_proof.shop.example.com")
    assert proof["records"] == ["_value.acm-validations.aws"]
    valid = graph["shop-domain-certificate-valid"]
    assert valid.inputs["validationRecordFqdns"] == ["shop-domain-certificate-proof.fqdn"]
    assert graph.result[2] == valid.inputs["certificateArn"]
    assert domain(certificate=False).result[2] is None


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("shop.example.com", None, "example.com"),
        ("example.com", None, "example.com"),
        ("a.b.example.com", "example.com", "example.com"),
        ("example.com", "example.com", "example.com"),
    ],
)
def test_zone_of_a_name(name: str, given: str | None, expected: str) -> None:
    assert zone_name(name, given) == expected


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"domain": "Shop.Example.com"}, "lower case"),
        ({"domain": "shop"}, r"shop\.example\.com"),
        ({"domain": "-a.example.com"}, "not a domain name"),
        ({"domain": "https://shop.example.com"}, "not a domain name"),
        ({"zone": "external"}, 'zone must be "managed" or "existing", not'),
        ({"zone": "existing", "zone_name": "example.org"}, "does not lie"),
        ({"zone": "existing", "zone_name": "ample.com"}, "does not lie"),
    ],
)
def test_what_is_no_domain_is_refused(args: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        domain(**args)


def test_the_name_moves_from_server_to_balancer_in_place() -> None:
    server, balancer = records(addresses=["203.0.113.7"]), records(alias=BALANCER)
    assert {r.urn for r in server} == {r.urn for r in balancer}
    before, after = server["shop-records-ipv4"].inputs, balancer["shop-records-ipv4"].inputs
    assert before["records"] == ["203.0.113.7"] and before["ttl"] == 60, "clients follow within a minute"
    assert after["aliases"] == [
        {"name": BALANCER["dns_name"], "zoneId": BALANCER["zone_id"], "evaluateTargetHealth": True}
    ]
    assert [before[key] for key in ("zoneId", "name", "type")] == [after[key] for key in ("zoneId", "name", "type")]
    assert "allowOverwrite" not in after, "a record that someone else made is never taken over"


def test_ipv6_adds_one_record() -> None:
    names = records(alias=BALANCER, ipv6=True).names("route53/record:Record")
    assert set(names) == {"shop-records-ipv4", "shop-records-ipv6"}


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({}, "one of the two"),
        ({"alias": BALANCER, "addresses": ["203.0.113.7"]}, "one of the two"),
        ({"addresses": ["203.0.113.7"], "ipv6": True}, "through an alias only"),
    ],
)
def test_records_must_point_to_one_thing(args: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        records(**args)


def test_documentation() -> None:
    graph = example("domain")
    assert "shop-domain-certificate-valid" in graph.resources
    assert "shop-records-ipv4" in example("records").resources
    assert documented_arguments("domain") >= set(DomainArgs.__annotations__)
    assert documented_arguments("records") >= set(RecordsArgs.__annotations__)
