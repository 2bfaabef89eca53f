"""Zones and records."""

from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call

Block = dict[str, Any]
Found = Mapping[str, Any]


def zone_id(_: Call, result: Found) -> str:
    return result["HostedZone"]["Id"].rpartition("/")[2]


def zone_name(answer: Found) -> str:
    return answer["Name"].rstrip(".")


def with_first_vpc(inputs: Block) -> Block:
    """A private zone is made with its first VPC; the others are associated afterwards."""
    vpcs = inputs.get("vpcs")
    return {**inputs, "vpc": vpcs[0]} if isinstance(vpcs, list) and vpcs else inputs


def zone_vpcs(call: Call, old: list[Block] | None, new: list[Block] | None) -> None:
    def of(vpc: Block) -> Block:
        return {"VPCId": vpc["vpcId"], "VPCRegion": vpc.get("vpcRegion") or call.region}

    before = [of(v) for v in old or []] or [of(v) for v in (new or [])[:1]]
    after = [of(v) for v in new or []]
    for vpc in after:
        if vpc not in before:
            call.send("AssociateVPCWithHostedZone", HostedZoneId=call.id, VPC=vpc)
    for vpc in before:
        if vpc not in after:
            call.send("DisassociateVPCFromHostedZone", HostedZoneId=call.id, VPC=vpc)


def empty_zone(call: Call) -> None:
    """With `forceDestroy` a zone is deleted with its records; its own NS and SOA stay to the end."""
    if not call.inputs.get("forceDestroy"):
        return
    name = call.send("GetHostedZone", Id=call.id)["HostedZone"]["Name"]
    for record in call.send("ListResourceRecordSets", HostedZoneId=call.id)["ResourceRecordSets"]:
        if record["Name"] != name or record["Type"] not in ("NS", "SOA"):
            changes = [{"Action": "DELETE", "ResourceRecordSet": record}]
            call.send("ChangeResourceRecordSets", HostedZoneId=call.id, ChangeBatch={"Changes": changes})


def record_name(call: Call) -> str:
    """The full name: a name outside the zone's is taken as relative to it, as the provider does."""
    zone = call.send("GetHostedZone", Id=call.fill("{zoneId}"))["HostedZone"]["Name"].rstrip(".").lower()
    name = str(call.fill("{name}")).rstrip(".").lower()
    return name if name == zone or name.endswith("." + zone) else f"{name}.{zone}" if name else zone


def record_id(call: Call) -> str:
    parts = [call.inputs["zoneId"], call.inputs["name"], call.inputs["type"], call.inputs.get("setIdentifier")]
    return "_".join(str(p) for p in parts if p)


def this_record(call: Call, result: Found) -> Block | None:
    name, kind, key = call.fill("{fqdn}"), call.fill("{type}"), call.inputs.get("setIdentifier")
    for record in result["ResourceRecordSets"]:
        same_name = record["Name"].rstrip(".").replace("\\052", "*") == name
        if same_name and record["Type"] == kind and record.get("SetIdentifier") == key:
            return record
    return None


def rekey(call: Call, _old: Any, _new: Any) -> None:
    """Another type or set identifier is another record: the old one goes and the new one comes in one batch, as the
    provider does it. Called for each of the two that changes; the second finds it done."""
    before = {**call.inputs, **{key: call.state.get(key) for key in ("type", "setIdentifier")}}
    old = Call(call.clients, call.spec, call.region, before, call.id, call.state)
    record = this_record(old, old.send("ListResourceRecordSets", HostedZoneId=call.fill("{zoneId}")))
    if record is None:
        return
    (operation,) = call.spec.update
    parameters, _ = call.build(operation, call.accepted_inputs(operation) & set(call.inputs), call.inputs)
    changes = [{"Action": "DELETE", "ResourceRecordSet": record}, *parameters["ChangeBatch"]["Changes"]]
    call.send(operation.name, HostedZoneId=call.fill("{zoneId}"), ChangeBatch={"Changes": changes})
