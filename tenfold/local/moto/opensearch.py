"""What moto lacks of OpenSearch Service: upgrades, names that are taken, the network's id, and an address of its own.

Sources: API model (UpgradeDomain, CreateDomain), Developer Guide, "Upgrading Amazon OpenSearch Service domains".
"""

import json
import re
from typing import Any

from moto.ec2.models import ec2_backends
from moto.es.urls import url_paths
from moto.opensearch.models import OpenSearchDomain
from moto.opensearch.responses import OpenSearchServiceResponse

from tenfold.local.moto.patching import Response, add, refuse_taken, replace
from tenfold.local.moto.refusal import Refused

NUMBERS = re.compile(r"\d+")


@refuse_taken(
    OpenSearchServiceResponse,
    "create_domain",
    "ResourceAlreadyExistsException",
    "A domain of this name exists already.",
)
def domain_is_there(self: Response) -> bool:
    return self._get_param("DomainName") in self.opensearch_backend.domains


@replace(OpenSearchDomain, "to_dict")
def to_dict(original: Any, self: OpenSearchDomain) -> dict[str, Any]:
    facts = original(self)
    if subnets := (self.vpc_options or {}).get("SubnetIds"):
        region, account = self.arn.split(":")[3:5]
        in_ec2 = ec2_backends[account][region].describe_subnets(subnets)
        network = {"VPCId": in_ec2[0].vpc_id, "AvailabilityZones": [subnet.availability_zone for subnet in in_ec2]}
        facts["VPCOptions"] = {**facts["VPCOptions"], **network}
        facts["Endpoints"] = {"vpc": f"vpc-{self.domain_name}-aaaaaaaaaaaaaaaaaaaaaaaaaa.{region}.es.amazonaws.com"}
    return facts


@add(OpenSearchServiceResponse)
def upgrade_domain(self: Response) -> str:
    name, target = self._get_param("DomainName"), self._get_param("TargetVersion")
    domain = self.opensearch_backend.describe_domain(name)
    if _numbers(target) < _numbers(domain.engine_version.options):
        raise Refused("ValidationException", f"Invalid upgrade from {domain.engine_version.options} to {target}.")
    domain.engine_version.options = target
    return json.dumps({"DomainName": name, "TargetVersion": target})


def _numbers(version: str) -> list[int]:
    return [int(number) for number in NUMBERS.findall(version)]


url_paths["{0}/2021-01-01/opensearch/upgradeDomain$"] = OpenSearchServiceResponse.dispatch
