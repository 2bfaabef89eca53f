"""A planned graph in the form of a Terraform plan, for tools that read only that.

Names follow from Pulumi's by rule; what does not is listed. Source: the mapping of the bridge between the two,
https://github.com/pulumi/pulumi-aws, read on 2026-11-26.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tenfold.graph import Resource
from tenfold.providers.aws import input_facts

# Pulumi's modules as Terraform begins its names, where that is not `aws_<module>_`.
_MODULES = {"ec2": "aws_", "rds": "aws_db_"}
_TYPES = {
    "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "aws_s3_bucket_replication_configuration",
}
_RENAMED = {"vpcZoneIdentifiers": "vpc_zone_identifier"}
_REFERENCE = re.compile(r"<(urn:pulumi:[^#>]+)#([^>]+)>")
_PROVIDER = "registry.terraform.io/hashicorp/aws"


def plan(resources: Iterable[Resource]) -> dict[str, Any]:
    """The document that `terraform show -json` prints of a plan that creates everything."""
    known = {r.urn: r for r in resources if r.custom and r.type in input_facts.tokens()}
    planned, configured, changes = [], [], []
    for resource in known.values():
        facts = input_facts.of(resource.type)
        values = {
            _name(key, value): _block(value, facts.get(key, {}))
            for key, value in resource.inputs.items()
            if value is not None
        }
        kind, name = _address(resource)
        about = {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name}
        planned.append({**about, "provider_name": _PROVIDER, "schema_version": 0, "values": values})
        changes.append({**about, "change": {"actions": ["create"], "before": None, "after": values}})
        references = {_name(key, value): list(_references(value, known)) for key, value in resource.inputs.items()}
        expressions = {
            key: {"references": references[key]} if references[key] else {"constant_value": value}
            for key, value in values.items()
        }
        configured.append({**about, "expressions": expressions})
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configured}},
    }


def _address(resource: Resource) -> tuple[str, str]:
    """`aws:rds/subnetGroup:SubnetGroup` `shop-database-subnets` → `aws_db_subnet_group`, `shop_database_subnets`."""
    module, _, kind = resource.type.removeprefix("aws:").partition("/")
    kind = kind.rpartition(":")[2]
    begins = _MODULES.get(module, f"aws_{module}_")
    return _TYPES.get(resource.type, begins + _snake(kind)), resource.name.replace("-", "_")


def _name(key: str, value: Any) -> str:
    """`healthCheck` → `health_check`; a list of blocks is named after one of them: `origins` → `origin`."""
    if key in _RENAMED:
        return _RENAMED[key]
    blocks = isinstance(value, list) and value and isinstance(value[0], dict)
    singular = re.sub(r"ies$", "y", key) if key.endswith("ies") else re.sub(r"(?<!s)s$", "", key)
    return _snake(singular if blocks else key)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _block(value: Any, facts: Mapping[str, Any]) -> Any:
    """An object where Terraform has a block is a list of one; the keys of a map (tags) stay as they are."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_block(item, facts)[0] if isinstance(item, dict) and "fields" in facts else item for item in value]
    if not isinstance(value, dict) or "fields" not in facts:
        return value
    fields = facts["fields"]
    return [{_name(key, item): _block(item, fields.get(key, {})) for key, item in value.items() if item is not None}]


def _references(value: Any, known: Mapping[str, Resource]) -> Iterable[str]:
    """`aws_kms_key.shop_encryption_key.arn` and the resource itself, for each output that the value names."""
    for urn, output in _REFERENCE.findall(str(value)):
        if urn in known:
            address = ".".join(_address(known[urn]))
            yield f"{address}.{_snake(output)}"
            yield address
