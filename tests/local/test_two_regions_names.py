"""Names and the CDN before two regions, as Route 53 and CloudFront take and refuse them."""

from typing import Any

import pytest

from tenfold.local.aws import RequestFailed
from tests.local.two_regions import HOME, Regions
from tests.local.world import autoname

ZONE, RECORD = "aws:route53/zone:Zone", "aws:route53/record:Record"


def failover(zone: str, role: str, address: str) -> dict[str, Any]:
    answer = {"type": "A", "ttl": 60, "records": [address], "setIdentifier": address}
    return {"zoneId": zone, "name": "entry", **answer, "failoverRoutingPolicies": [{"type": role}]}


def test_a_name_has_one_primary_and_one_secondary(regions: Regions) -> None:
    zone, _ = regions.make(ZONE, HOME, name="example.com")
    regions.make(RECORD, HOME, **failover(zone, "PRIMARY", "10.0.0.1"))
    regions.make(RECORD, HOME, **failover(zone, "SECONDARY", "10.1.0.1"))
    with pytest.raises(RequestFailed, match="as a PRIMARY RRSet of the same name and type exists"):
        regions.make(RECORD, HOME, **failover(zone, "PRIMARY", "10.2.0.1"))
    weighted = {**failover(zone, "PRIMARY", "10.3.0.1"), "weightedRoutingPolicies": [{"weight": 1}]}
    weighted.pop("failoverRoutingPolicies")
    with pytest.raises(RequestFailed, match="failover and other RRSets of the same name and type exclude each other"):
        regions.make(RECORD, HOME, **weighted)


CDN = "aws:cloudfront/distribution:Distribution"


def distribution(*methods: str) -> dict[str, Any]:
    behaviour = {"targetOriginId": "both", "viewerProtocolPolicy": "https-only", "allowedMethods": list(methods)}
    policy = {"cachedMethods": ["GET", "HEAD"], "cachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"}
    members = [{"originId": "here"}, {"originId": "there"}]
    return {
        "enabled": True,
        "origins": [{"originId": name, "domainName": f"{name}.example.com"} for name in ("here", "there")],
        "originGroups": [{"originId": "both", "failoverCriteria": {"statusCodes": [503]}, "members": members}],
        "defaultCacheBehavior": {**behaviour, **policy},
        "restrictions": {"geoRestriction": {"restrictionType": "none"}},
        "viewerCertificate": {"cloudfrontDefaultCertificate": True},
    }


def test_a_group_of_origins_answers_reads_alone(regions: Regions) -> None:
    _, made = regions.make(CDN, HOME, **distribution("GET", "HEAD"))
    assert made["defaultCacheBehavior"]["targetOriginId"] == "both"
    writes = distribution("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
    _, failures = regions.handlers.check(CDN, writes, HOME, autoname)
    assert [failure.property for failure in failures] == ["defaultCacheBehavior.allowedMethods"]
    assert "cached behavior associated with an origin group" in failures[0].reason


def test_a_group_has_origins_that_there_are(regions: Regions) -> None:
    stranger = distribution("GET", "HEAD")
    stranger["originGroups"][0]["members"][1]["originId"] = "nowhere"
    with pytest.raises(RequestFailed, match="has no origin nowhere"):
        regions.make(CDN, HOME, **stranger)
