"""What moto lacks of Route 53: health checks as they were asked for, and zones and records that are there once."""

from typing import Any

from moto.core.responses import ActionResult
from moto.route53.models import HealthCheck, Route53Backend
from moto.route53.responses import Route53

from tenfold.local.moto.patching import Response, replace
from tenfold.local.moto.refusal import Refused

# What AWS adds to a check of an address (API reference, HealthCheckConfig).
OF_ADDRESSES = {"RequestInterval": 30, "FailureThreshold": 3, "MeasureLatency": False, "EnableSNI": False}
OF_ALL = {"Inverted": False, "Disabled": False}
NOT_CONFIG = {"HealthCheckId", "HealthCheckVersion", "ResetElements"}


@replace(Route53, "create_health_check")
def create_health_check(original: Any, self: Response) -> ActionResult:
    answer = original(self)
    config = self._get_param("HealthCheckConfig")
    by_address = config["Type"] not in ("CLOUDWATCH_METRIC", "CALCULATED")
    answer.result["HealthCheck"].kept = {**OF_ALL, **(OF_ADDRESSES if by_address else {}), **config}
    return answer


@replace(Route53, "update_health_check")
def update_health_check(original: Any, self: Response) -> ActionResult:
    answer = original(self)
    args = {key: value for key, value in self.params.items() if key not in NOT_CONFIG and value is not None}
    answer.result["HealthCheck"].kept |= args
    return answer


HealthCheck.health_check_config = property(lambda self: self.kept)  # type: ignore[assignment]: the patch


# ---- zones
@replace(Route53Backend, "create_hosted_zone")
def create_hosted_zone(original: Any, self: Any, name: str, *args: Any, **named: Any) -> Any:
    vpc, name = named.get("vpcid"), name.rstrip(".") + "."
    for zone in self.zones.values():
        if vpc and zone.name == name and any(existing["vpc_id"] == vpc for existing in zone.vpcs):
            why = f"The VPC {vpc} is already associated with another hosted zone of the name {name}"
            raise Refused("ConflictingDomainExists", why)
    return original(self, name, *args, **named)


# ---- records: moto makes a second one of the same name, and deletes by the set identifier alone, whatever the name
@replace(Route53Backend, "change_resource_record_sets")
def change_resource_record_sets(original: Any, self: Any, zoneid: str, change_list: list[dict[str, Any]]) -> None:
    zone = self.get_hosted_zone(zoneid)
    gone = [_key(change["ResourceRecordSet"]) for change in change_list if change["Action"] == "DELETE"]
    kept = [existing for existing in zone.rrsets if _key_of(existing) not in gone]
    for change in change_list:
        action = change["Action"]
        _check(zone.rrsets if action == "DELETE" else kept, action, change["ResourceRecordSet"])
    zone.rrsets = kept
    if left := [{**change, "Action": "UPSERT"} for change in change_list if change["Action"] != "DELETE"]:
        original(self, zoneid, left)  # as CREATE moto refuses one that was there before, and is there no more


def _check(rrsets: list[Any], action: str, record: dict[str, Any]) -> None:
    """Refuses what Route 53 refuses of a change (API reference, ChangeResourceRecordSets)."""
    name, kind, mark = _key(record)
    same_name = [existing for existing in rrsets if _key_of(existing)[0] == name]
    same_kind = [existing for existing in same_name if existing.type == kind]
    existing = next((existing for existing in same_kind if existing.set_identifier == mark), None)
    text = f"[name='{name}', type='{kind}'" + (f", set identifier='{mark}'" if mark else "") + "]"
    if action == "DELETE":
        if existing is None:
            raise _refused(f"Tried to delete resource record set {text} but it was not found")
        if _values(record) != _values_of(existing):
            why = "the values provided do not match the current values"
            raise _refused(f"Tried to delete resource record set {text} but {why}")
        return
    if action == "CREATE" and existing is not None:
        raise _refused(f"Tried to create resource record set {text} but it already exists")
    if any((other.type == "CNAME") != (kind == "CNAME") for other in same_name if other is not existing):
        why = "is not permitted as it conflicts with other records with the same DNS name"
        raise _refused(f"RRSet of type {kind} with DNS name {name} {why}")
    others = [other for other in same_kind if other is not existing]
    if any(bool(other.failover) != bool(record.get("Failover")) for other in others):
        why = "cannot be created as failover and other RRSets of the same name and type exclude each other"
        raise _refused(f"RRSet with DNS name {name}, type {kind} {why}")
    if (role := record.get("Failover")) and any(other.failover == role for other in others):
        why = f"cannot be created as a {role} RRSet of the same name and type exists"
        raise _refused(f"RRSet with DNS name {name}, type {kind}, SetIdentifier {mark or 'null'} {why}")
    if existing is None and any(not other.set_identifier or not mark for other in same_kind):
        why = "cannot be created as other RRSets exist with the same name and type"
        raise _refused(f"RRSet with DNS name {name}, type {kind}, SetIdentifier {mark or 'null'} {why}")


def _refused(message: str) -> Refused:
    return Refused("InvalidChangeBatch", message)


def _name(text: str) -> str:
    return text.lower().rstrip(".").replace("\\052", "*") + "."


def _key(record: dict[str, Any]) -> tuple[str, str, str | None]:
    return _name(record["Name"]), record["Type"], record.get("SetIdentifier")


def _key_of(existing: Any) -> tuple[str, str, str | None]:
    return _name(existing.name), existing.type, existing.set_identifier


def _values(record: dict[str, Any]) -> tuple[Any, ...]:
    records = sorted(record["Value"] for record in record.get("ResourceRecords") or ())
    return records, str(record.get("TTL") or ""), _name((record.get("AliasTarget") or {}).get("DNSName", ""))


def _values_of(existing: Any) -> tuple[Any, ...]:
    alias = (existing.alias_target or {}).get("DNSName", "")
    return sorted(existing.records or ()), str(existing.ttl or ""), _name(alias)
