"""Records that change: from addresses to an alias and back, as a promotion does it, and of another type."""

from moto import mock_aws

from tenfold.local.aws import Handlers

RECORD, REGION = "aws:route53/record:Record", "us-east-1"


def test_a_record_becomes_an_alias_and_a_record_again() -> None:
    with mock_aws():
        handlers = Handlers(None)
        zone, _ = handlers.create("aws:route53/zone:Zone", {"name": "example.com"}, REGION)
        name = {"zoneId": zone, "name": "www", "type": "A", "setIdentifier": "current"}
        weighted = {**name, "weightedRoutingPolicies": [{"weight": 100}]}
        address = {**weighted, "records": ["192.0.2.1"], "ttl": 60}
        target = {"name": "x.elb.amazonaws.com", "zoneId": "Z1", "evaluateTargetHealth": True}
        alias = {**weighted, "aliases": [target]}
        id_, state = handlers.create(RECORD, address, REGION)
        for before, after in ((address, alias), (alias, address)):
            state = handlers.update(RECORD, id_, before, after, state, REGION)
            found = handlers.read(RECORD, id_, after, state, REGION)
            assert found
            assert {key: found[1].get(key) for key in after} == after
            assert not [key for key in ("records", "ttl", "aliases") if key not in after and found[1].get(key)]


def test_a_record_of_another_type_takes_the_place_of_the_first() -> None:
    with mock_aws():
        handlers = Handlers(None)
        zone, _ = handlers.create("aws:route53/zone:Zone", {"name": "example.com"}, REGION)
        before = {"zoneId": zone, "name": "www", "type": "A", "records": ["192.0.2.1"], "ttl": 60}
        id_, state = handlers.create(RECORD, before, REGION)
        for change in (
            {"type": "AAAA", "records": ["2001:db8::1"]},
            {"setIdentifier": "blue", "weightedRoutingPolicies": [{"weight": 10}]},
            {"type": "TXT", "records": ["text"], "setIdentifier": "green"},
        ):
            after, earlier = {**before, **change}, state
            state = handlers.update(RECORD, id_, before, after, state, REGION)
            found = handlers.read(RECORD, id_, after, state, REGION)
            assert found and {key: found[1].get(key) for key in after} == after
            assert handlers.read(RECORD, id_, before, earlier, REGION) is None
            before = after
