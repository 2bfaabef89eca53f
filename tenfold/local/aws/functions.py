"""The provider's functions (`aws.get_availability_zones` …): each one call, answered in the SDK's words."""

from collections.abc import Callable, Mapping
from typing import Any

from tenfold.local.aws.clients import ACCOUNT, Clients
from tenfold.local.provider.errors import RequestFailed

Arguments = Mapping[str, Any]


class Ask:
    """Where a function asks."""

    def __init__(self, clients: Clients, region: str) -> None:
        self.clients, self.region = clients, region

    def __call__(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        return self.clients.call(service, self.region, operation, parameters)


def invoke(clients: Clients, function: str, arguments: Arguments, region: str) -> dict[str, Any]:
    """Raises RequestFailed for a function that is not served, and ClientError for a refused call."""
    name = function.rpartition(":")[2]
    handler = FUNCTIONS.get(":".join((function.split(":")[1].split("/")[0], name)))
    if handler is None:
        raise RequestFailed(f"the local cloud does not serve the function {function}")
    region = str(arguments.get("region") or region)
    return {"region": region, **handler(Ask(clients, region), arguments)}


def caller_identity(ask: Ask, _: Arguments) -> dict[str, Any]:
    answer = ask("sts", "GetCallerIdentity")
    account = answer["Account"]
    return {"id": account, "accountId": account, "arn": answer["Arn"], "userId": answer["UserId"]}


def _filters(arguments: Arguments) -> dict[str, Any]:
    filters = arguments.get("filters") or []
    return {"Filters": [{"Name": f["name"], "Values": f["values"]} for f in filters]} if filters else {}


def availability_zones(ask: Ask, arguments: Arguments) -> dict[str, Any]:
    zones = ask(
        "ec2",
        "DescribeAvailabilityZones",
        **_filters(arguments),
        **({"AllAvailabilityZones": True} if arguments.get("allAvailabilityZones") else {}),
    )["AvailabilityZones"]
    state = arguments.get("state")
    without = {*(arguments.get("excludeNames") or ()), *(arguments.get("excludeZoneIds") or ())}
    zones = [z for z in zones if state in (None, z["State"]) and not without & {z["ZoneName"], z.get("ZoneId")}]
    return {
        **arguments,
        "id": ask.region,
        "names": [z["ZoneName"] for z in zones],
        "zoneIds": [z.get("ZoneId", "") for z in zones],
        "groupNames": sorted({z.get("GroupName") or ask.region for z in zones}),
    }


def region(ask: Ask, arguments: Arguments) -> dict[str, Any]:
    name = str(arguments.get("name") or ask.region)
    return {"id": name, "name": name, "region": name, "endpoint": f"ec2.{name}.amazonaws.com", "description": name}


def partition(_: Ask, __: Arguments) -> dict[str, Any]:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def parameter(ask: Ask, arguments: Arguments) -> dict[str, Any]:
    name, decrypt = arguments["name"], arguments.get("withDecryption", True)
    stored = ask("ssm", "GetParameter", Name=name, WithDecryption=decrypt)["Parameter"]
    value, kind = stored["Value"], stored["Type"]
    return {
        "id": name,
        "name": name,
        "arn": stored.get("ARN", f"arn:aws:ssm:{ask.region}:{ACCOUNT}:parameter/{name.lstrip('/')}"),
        "type": kind,
        "value": value,
        "insecureValue": "" if kind == "SecureString" else value,
        "version": stored["Version"],
        "withDecryption": decrypt,
    }


def zone(ask: Ask, arguments: Arguments) -> dict[str, Any]:
    zone_id, private = arguments.get("zoneId"), bool(arguments.get("privateZone"))
    name = str(arguments.get("name") or "").rstrip(".")
    zones = ask("route53", "ListHostedZones")["HostedZones"]
    ids = {z["Id"].rpartition("/")[2]: z for z in zones}
    named = {i: z for i, z in ids.items() if z["Name"].rstrip(".") == name and z["Config"]["PrivateZone"] == private}
    chosen = {i: z for i, z in ids.items() if i == zone_id} if zone_id else named
    if len(chosen) != 1:
        raise RequestFailed(f"{len(chosen)} hosted zones match {zone_id or name!r}; exactly one is needed")
    [(key, hosted)] = chosen.items()
    servers = ask("route53", "GetHostedZone", Id=key).get("DelegationSet", {}).get("NameServers", [])
    return {
        "id": key,
        "zoneId": key,
        "name": hosted["Name"].rstrip("."),
        "arn": f"arn:aws:route53:::hostedzone/{key}",
        "callerReference": hosted["CallerReference"],
        "comment": hosted["Config"].get("Comment", ""),
        "privateZone": hosted["Config"]["PrivateZone"],
        "resourceRecordSetCount": hosted.get("ResourceRecordSetCount", 0),
        "nameServers": servers,
        "primaryNameServer": servers[0] if servers else "",
        "linkedServicePrincipal": "",
        "linkedServiceDescription": "",
        "tags": {},
    }


def prefix_list(ask: Ask, arguments: Arguments) -> dict[str, Any]:
    """EC2's old call for the lists of gateway endpoints: a name, an id and the ranges."""
    ids = {"PrefixListIds": [i]} if (i := arguments.get("prefixListId")) else {}
    prefixes = _one_prefix_list(
        ask("ec2", "DescribePrefixLists", **ids, **_filters(arguments))["PrefixLists"], arguments
    )
    return {"id": prefixes["PrefixListId"], "name": prefixes["PrefixListName"], "cidrBlocks": prefixes.get("Cidrs", [])}


def managed_prefix_list(ask: Ask, arguments: Arguments) -> dict[str, Any]:
    ids = {"PrefixListIds": [i]} if (i := arguments.get("id")) else {}
    lists = ask("ec2", "DescribeManagedPrefixLists", **ids, **_filters(arguments))["PrefixLists"]
    prefixes = _one_prefix_list(lists, arguments)
    key = prefixes["PrefixListId"]
    entries = ask("ec2", "GetManagedPrefixListEntries", PrefixListId=key).get("Entries", [])
    return {
        "id": key,
        "name": prefixes["PrefixListName"],
        "arn": prefixes.get("PrefixListArn", ""),
        "addressFamily": prefixes.get("AddressFamily", "IPv4"),
        "maxEntries": prefixes.get("MaxEntries", len(entries)),
        "ownerId": prefixes.get("OwnerId", "AWS"),
        "version": prefixes.get("Version", 1),
        "entries": [{"cidr": e["Cidr"], "description": e.get("Description", "")} for e in entries],
        "tags": {t["Key"]: t["Value"] for t in prefixes.get("Tags", [])},
    }


def _one_prefix_list(lists: list[dict[str, Any]], arguments: Arguments) -> dict[str, Any]:
    name = arguments.get("name")
    chosen = [x for x in lists if name in (None, x["PrefixListName"])]
    if len(chosen) != 1:
        raise RequestFailed(f"{len(chosen)} prefix lists match {name!r}; exactly one is needed")
    return chosen[0]


def vpc(ask: Ask, arguments: Arguments) -> dict[str, Any]:
    key = arguments["id"]
    [there] = ask("ec2", "DescribeVpcs", VpcIds=[key])["Vpcs"]
    dns = {}
    for name in ("enableDnsSupport", "enableDnsHostnames"):
        answer = ask("ec2", "DescribeVpcAttribute", VpcId=key, Attribute=name)
        dns[name] = answer[name[0].upper() + name[1:]]["Value"]
    words = {"cidrBlock": "CidrBlock", "dhcpOptionsId": "DhcpOptionsId", "default": "IsDefault"}
    return {**_described(there, "vpc", words), **dns}


def subnet(ask: Ask, arguments: Arguments) -> dict[str, Any]:
    [there] = ask("ec2", "DescribeSubnets", SubnetIds=[arguments["id"]])["Subnets"]
    words = {"vpcId": "VpcId", "cidrBlock": "CidrBlock", "availabilityZone": "AvailabilityZone"}
    words |= {"availabilityZoneId": "AvailabilityZoneId", "mapPublicIpOnLaunch": "MapPublicIpOnLaunch"}
    return _described(there, "subnet", words)


def _described(there: dict[str, Any], kind: str, words: Mapping[str, str]) -> dict[str, Any]:
    """What EC2 says of a VPC or a subnet, in the SDK's words."""
    key = there["VpcId" if kind == "vpc" else "SubnetId"]
    tags = {tag["Key"]: tag["Value"] for tag in there.get("Tags", [])}
    owner = there.get("OwnerId", ACCOUNT)
    more = {output: there[name] for output, name in words.items() if name in there}
    return {"id": key, "state": there["State"], "ownerId": owner, "tags": tags, **more}


def random_password(ask: Ask, arguments: Arguments) -> dict[str, Any]:
    words = {
        "passwordLength": "PasswordLength",
        "excludeCharacters": "ExcludeCharacters",
        "excludeNumbers": "ExcludeNumbers",
        "excludePunctuation": "ExcludePunctuation",
        "excludeUppercase": "ExcludeUppercase",
        "excludeLowercase": "ExcludeLowercase",
        "includeSpace": "IncludeSpace",
        "requireEachIncludedType": "RequireEachIncludedType",
    }
    request = {words[key]: value for key, value in arguments.items() if key in words}
    answer = ask("secretsmanager", "GetRandomPassword", **request)
    return {**arguments, "id": ask.region, "randomPassword": answer["RandomPassword"]}


FUNCTIONS: dict[str, Callable[[Ask, Arguments], dict[str, Any]]] = {
    "index:getCallerIdentity": caller_identity,
    "index:getAvailabilityZones": availability_zones,
    "index:getRegion": region,
    "index:getPartition": partition,
    "secretsmanager:getRandomPassword": random_password,
    "ssm:getParameter": parameter,
    "route53:getZone": zone,
    "ec2:getVpc": vpc,
    "ec2:getSubnet": subnet,
    "ec2:getPrefixList": prefix_list,
    "ec2:getManagedPrefixList": managed_prefix_list,
}
