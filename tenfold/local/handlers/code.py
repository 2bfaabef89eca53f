"""The few conversions of the table that are code, each named from a YAML entry (`code.<name>`)."""

import base64
import contextlib
import datetime
import json
from collections.abc import Mapping
from typing import Any

from tenfold.local.handlers.call import Call
from tenfold.local.handlers.clients import ACCOUNT
from tenfold.local.handlers.convert import UNKNOWN

Block = dict[str, Any]
Found = Mapping[str, Any]

_SOURCES = (  # a rule block's list, the API's list of it, and the member in that list
    ("cidrBlocks", "IpRanges", "CidrIp"),
    ("ipv6CidrBlocks", "Ipv6Ranges", "CidrIpv6"),
    ("prefixListIds", "PrefixListIds", "PrefixListId"),
    ("securityGroups", "UserIdGroupPairs", "GroupId"),
)


# ---- security groups: one rule block fans out to four lists
def permission(call: Call, block: Block) -> Block:
    described = {"Description": block["description"]} if block.get("description") else {}
    made: Block = {"IpProtocol": str(block["protocol"])}
    for ours, theirs, member in _SOURCES:
        sources = list(block.get(ours) or [])
        if ours == "securityGroups" and block.get("self"):
            sources.append(call.id)
        if sources:
            made[theirs] = [{member: source, **described} for source in sources]
    if made["IpProtocol"] != "-1":
        made |= {"FromPort": int(block["fromPort"]), "ToPort": int(block["toPort"])}
    return made


def ingress_blocks(found: Found) -> list[Block]:
    return [_rule_block(p, found["GroupId"]) for p in found.get("IpPermissions") or []]


def egress_blocks(found: Found) -> list[Block]:
    return [_rule_block(p, found["GroupId"]) for p in found.get("IpPermissionsEgress") or []]


def _rule_block(permission: Found, own: str) -> Block:
    block: Block = {
        "protocol": permission["IpProtocol"],
        "fromPort": permission.get("FromPort", 0),
        "toPort": permission.get("ToPort", 0),
    }
    for ours, theirs, member in _SOURCES:
        entries = permission.get(theirs) or []
        sources = [x[member] for x in entries]
        if ours == "securityGroups" and own in sources:
            block["self"] = True
            sources.remove(own)
        if sources:
            block[ours] = sources
        if descriptions := [x["Description"] for x in entries if x.get("Description")]:
            block["description"] = descriptions[0]
    return block


# ---- EC2
def route_destination(call: Call) -> str | None:
    """A route's destination is one of three inputs; its id holds it."""
    keys = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    return next((call.inputs[k] for k in keys if call.inputs.get(k)), None)


_LOGGED = {  # what a flow log is about: the input, and the API's name for its type
    "vpcId": "VPC",
    "subnetId": "Subnet",
    "eniId": "NetworkInterface",
    "transitGatewayId": "TransitGateway",
    "transitGatewayAttachmentId": "TransitGatewayAttachment",
    "regionalNatGatewayId": "RegionalNatGateway",
}


def with_flow_log_resource(inputs: Block) -> Block:
    key = next((k for k in _LOGGED if inputs.get(k)), None)
    left = {k: v for k, v in inputs.items() if k not in _LOGGED}
    return {**left, "resourceIds": [inputs[key]], "resourceType": _LOGGED[key]} if key else left


def revoke_all_rules(call: Call) -> None:
    [group] = call.send("DescribeSecurityGroups", GroupIds=[call.id])["SecurityGroups"]
    for permissions, operation in (("IpPermissions", "Ingress"), ("IpPermissionsEgress", "Egress")):
        if group.get(permissions):
            call.send(f"RevokeSecurityGroup{operation}", GroupId=call.id, IpPermissions=group[permissions])


_DEVICES = ("rootBlockDevice", "ebsBlockDevices", "ephemeralBlockDevices")


def devices(inputs: Block) -> Block:
    """Three blocks of an instance are one list of the API. `/dev/sda1` stands for the root device."""
    if not any(k in inputs for k in _DEVICES):
        return inputs
    left = {k: v for k, v in inputs.items() if k not in _DEVICES}
    root = inputs.get("rootBlockDevice")
    listed = [{"deviceName": "/dev/sda1", **root}] if isinstance(root, dict) else []
    for key in _DEVICES[1:]:
        listed += inputs[key] if isinstance(inputs.get(key), list) else []
    return {**left, "blockDeviceMappings": listed}


def root_device(found: Found) -> list[Block] | None:
    return _volumes(found, True)


def other_devices(found: Found) -> list[Block] | None:
    return _volumes(found, False)


def _volumes(found: Found, root: bool) -> list[Block] | None:
    """Only DescribeVolumes tells an instance's volumes; the root is the one at the root device name."""
    made = []
    for volume in found.get("Volumes") or []:
        attachment = volume["Attachments"][0]
        if (attachment["Device"] == found.get("RootDeviceName")) is root:
            made.append({"DeviceName": attachment["Device"], **attachment, **volume, "VolumeSize": volume["Size"]})
    return made or None


def profile_name(found: Found) -> str | None:
    arn = (found.get("IamInstanceProfile") or {}).get("Arn")
    return arn.rpartition("/")[2] if arn else None


def user_data(found: Found) -> str | None:
    """User data as text; None when it is not text."""
    with contextlib.suppress(ValueError):
        return base64.b64decode(found["UserData"]).decode() if found.get("UserData") else None
    return None


# ---- Auto Scaling: its tags name the group and its type
def group_tags(call: Call, old: list[Block] | None, new: list[Block] | None) -> None:
    def of_group(key: str) -> Block:
        return {"ResourceId": call.id, "ResourceType": "auto-scaling-group", "Key": key}

    gone = {t["key"] for t in old or []} - {t["key"] for t in new or []}
    if new:
        kept = [{**of_group(t["key"]), "Value": t["value"], "PropagateAtLaunch": t["propagateAtLaunch"]} for t in new]
        call.send("CreateOrUpdateTags", Tags=kept)
    if gone:
        call.send("DeleteTags", Tags=[of_group(key) for key in sorted(gone)])


# ---- load balancing
_FIELDS = {
    "hostHeader": "host-header",
    "pathPattern": "path-pattern",
    "httpHeader": "http-header",
    "httpRequestMethod": "http-request-method",
    "queryStrings": "query-string",
    "sourceIp": "source-ip",
}


def with_condition_fields(inputs: Block) -> Block:
    """The API wants the name of the field each condition is about; the provider leaves it out."""
    conditions = inputs.get("conditions")
    if not isinstance(conditions, list):
        return inputs
    named = [{**_field_of(c), **c} if isinstance(c, dict) else c for c in conditions]
    return {**inputs, "conditions": named}


def _field_of(condition: Block) -> Block:
    key = next((k for k in condition if k in _FIELDS), None)
    return {"field": _FIELDS[key]} if key else {}


def load_balancer_suffix(found: Found) -> str:
    return found["LoadBalancerArn"].partition(":loadbalancer/")[2]


def target_group_suffix(found: Found) -> str:
    return found["TargetGroupArn"].rpartition(":")[2]


def listener_of_rule(found: Found) -> str:
    return found["RuleArn"].replace(":listener-rule/", ":listener/").rpartition("/")[0]


# ---- IAM, SNS, SQS, Secrets Manager
def policy_arn(_: Call, arn: str) -> Block:
    return {"PolicyArn": arn}


def trust_policy(found: Found) -> str:
    return json.dumps(found["AssumeRolePolicyDocument"])


def empty_role(call: Call) -> None:
    """A role can only be deleted when nothing is attached to it."""
    if call.inputs.get("forceDetachPolicies"):
        for policy in call.send("ListAttachedRolePolicies", RoleName=call.id)["AttachedPolicies"]:
            call.send("DetachRolePolicy", RoleName=call.id, PolicyArn=policy["PolicyArn"])
    for name in call.send("ListRolePolicies", RoleName=call.id)["PolicyNames"]:
        call.send("DeleteRolePolicy", RoleName=call.id, PolicyName=name)


def policy_document(found: Found) -> str:
    document = found["PolicyDocument"]
    return document if isinstance(document, str) else json.dumps(document)


def reset_topic_policy(call: Call) -> None:
    """A topic always has a policy; without one of its own it is the one AWS gives, for its owner alone."""
    owner = {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}
    actions = ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:DeleteTopic"]
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": actions,
        "Resource": call.fill("{arn}"),
        "Condition": owner,
    }
    policy = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    call.send(
        "SetTopicAttributes", TopicArn=statement["Resource"], AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


def queue_name(found: Found) -> str:
    return found["QueueArn"].rpartition(":")[2]


def topic_name(found: Found) -> str:
    return found["TopicArn"].rpartition(":")[2]


def replica_region(_: Call, replica: Block) -> str:
    return replica["region"]


def alias_target(found: Found) -> str:
    """The ARN of the key an alias points at, which the API gives as an id."""
    target = found["TargetKeyId"]
    return target if target.startswith("arn:") else f"{found['AliasArn'].rpartition(':')[0]}:key/{target}"


# ---- S3
def outside_default_region(call: Call, _: Found) -> bool:
    """us-east-1 is the one region S3 does not want named."""
    return call.region not in ("us-east-1", UNKNOWN)


def empty_bucket(call: Call) -> None:
    if not call.inputs.get("forceDestroy"):
        return
    listed = call.send("ListObjectVersions", Bucket=call.id)
    for version in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
        call.send("DeleteObject", Bucket=call.id, Key=version["Key"], VersionId=version["VersionId"])


# ---- databases and certificates
def proxy_target(call: Call) -> str:
    """The end of a proxy target's id: the kind and the name of the database."""
    for key, kind in (("dbInstanceIdentifier", "RDS_INSTANCE"), ("dbClusterIdentifier", "TRACKED_CLUSTER")):
        if call.inputs.get(key):
            return f"{kind}/{call.inputs[key]}"
    return str(call.state.get("target", ""))


def proxy_target_resource(call: Call) -> str:
    return proxy_target(call).rpartition("/")[2]


def other_names(found: Found) -> list[str]:
    """A certificate's alternative names; AWS repeats the first name among them."""
    return [n for n in found.get("SubjectAlternativeNames") or [] if n != found["DomainName"]]


# ---- Route 53
def zone_id(_: Call, result: Found) -> str:
    return result["HostedZone"]["Id"].rpartition("/")[2]


def zone_name(found: Found) -> str:
    return found["Name"].rstrip(".")


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


# ---- budgets
def with_budget_filters(inputs: Block) -> Block:
    """Filters and planned limits are lists here and maps in the API; dates are written `2026-01-01_00:00`."""
    made = {k: v for k, v in inputs.items() if k not in ("costFilters", "plannedLimits")}
    if isinstance(filters := inputs.get("costFilters"), list):
        made["costFilterMap"] = {f["name"]: f["values"] for f in filters}
    if isinstance(limits := inputs.get("plannedLimits"), list):
        made["plannedLimitMap"] = {
            str(int(_moment(x["startTime"]).timestamp())): {"amount": x["amount"], "unit": x["unit"]} for x in limits
        }
    for key in ("timePeriodStart", "timePeriodEnd"):
        if made.get(key) not in (None, UNKNOWN):
            made[key] = _moment(made[key]).isoformat()
    return made


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, "%Y-%m-%d_%H:%M").replace(tzinfo=datetime.timezone.utc)


def budget_cost_filters(found: Found) -> list[Block]:
    return [{"Name": k, "Values": v} for k, v in (found.get("CostFilters") or {}).items()]


def budget_planned_limits(found: Found) -> list[Block]:
    return [
        {"StartTime": budget_time(int(moment)), **limit}
        for moment, limit in (found.get("PlannedBudgetLimits") or {}).items()
    ]


def budget_start(found: Found) -> str | None:
    return budget_time((found.get("TimePeriod") or {}).get("Start"))


def budget_end(found: Found) -> str | None:
    return budget_time((found.get("TimePeriod") or {}).get("End"))


def budget_time(moment: Any) -> str | None:
    if moment is None:
        return None
    if isinstance(moment, int):
        moment = datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%d_%H:%M")


def notification_key(_: Call, block: Block) -> Block:
    return {
        "Notification": {
            "NotificationType": block["notificationType"],
            "ComparisonOperator": block["comparisonOperator"],
            "Threshold": float(block["threshold"]),
            "ThresholdType": block["thresholdType"],
        }
    }


def notification(call: Call, block: Block) -> Block:
    kinds = (("subscriberEmailAddresses", "EMAIL"), ("subscriberSnsTopicArns", "SNS"))
    subscribers = [{"SubscriptionType": kind, "Address": a} for key, kind in kinds for a in block.get(key) or []]
    return {**notification_key(call, block), "Subscribers": subscribers}


def budget_notifications(call: Call) -> Block:
    """A budget's notifications with their subscribers, which the API tells one notification at a time."""
    made = []
    keys = call.with_keys("DescribeNotificationsForBudget", {})
    for found in call.send("DescribeNotificationsForBudget", **keys).get("Notifications") or []:
        asked = {k: v for k, v in found.items() if k != "NotificationState"}
        subscribers = call.send("DescribeSubscribersForNotification", **keys, Notification=asked)["Subscribers"]
        for key, kind in (("SubscriberEmailAddresses", "EMAIL"), ("SubscriberSnsTopicArns", "SNS")):
            if addresses := [s["Address"] for s in subscribers if s["SubscriptionType"] == kind]:
                asked[key] = addresses
        made.append(asked)
    return {"Notifications": made}
