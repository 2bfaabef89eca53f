"""An inventory of one region of an account: the read-only calls in `calls.yaml`, and the route tables."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jmespath

from tenfold.adopting.inventory import ROUTE, ROUTING, Inventory, Thing
from tenfold.failure import Failure

Client = Callable[[str], Any]
"""service -> a boto3 client"""


def read(client: Client, region: str, where: str) -> Inventory:
    """Raises `Failure` for a call that AWS refuses."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        things = (*_listed(client), *_routes(client("ec2")))
    except (BotoCoreError, ClientError) as error:
        remedies = (
            "aws sts get-caller-identity   shows whose rights are used; reading needs the policy ReadOnlyAccess",
        )
        raise Failure(f"{where} cannot be read.", why=str(error), remedies=remedies) from error
    return Inventory(where, region, things)


def usual_region() -> str:
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"


def clients(region: str, endpoint: str | None) -> Client:
    """The inventory of the account of the current credentials, or of the local cloud at `endpoint`."""
    import boto3

    simulated = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "endpoint_url": endpoint}
    return lambda service: boto3.client(service, region_name=region, **(simulated if endpoint else {}))


def _listed(client: Client) -> Iterator[Thing]:
    import yaml

    for call in yaml.safe_load(Path(__file__).with_name("calls.yaml").read_text(encoding="utf-8")):
        for answer in _pages(client(call["service"]), call["call"]):
            for one in jmespath.search(call["list"], answer) or ():
                key = str(jmespath.search(call["id"], one))
                facts = {name: jmespath.search(path, one) for name, path in call["facts"].items()}
                known = {name: value for name, value in facts.items() if value is not None}
                yield Thing(call["type"], key, str(one.get(call.get("name"), key)) if "name" in call else key, known)


def _pages(client: Any, call: str) -> Iterator[Any]:
    if client.can_paginate(call):
        yield from client.get_paginator(call).paginate()
    else:
        yield getattr(client, call)()


def _routes(ec2: Any) -> Iterator[Thing]:
    """A subnet without a table of its own uses the VPC's main one."""
    subnets = [one for page in _pages(ec2, "describe_subnets") for one in page["Subnets"]]
    tables = [one for page in _pages(ec2, "describe_route_tables") for one in page["RouteTables"]]
    named = {link["SubnetId"]: table for table in tables for link in table["Associations"] if link.get("SubnetId")}
    main = {table["VpcId"]: table for table in tables for link in table["Associations"] if link.get("Main")}
    for subnet in subnets:
        if table := named.get(subnet["SubnetId"]) or main.get(subnet["VpcId"]):
            key, place = subnet["SubnetId"], table["RouteTableId"]
            yield Thing(ROUTING, f"{key}/{place}", key, {"subnetId": key, "routeTableId": place})
    for table in tables:
        for route in table["Routes"]:
            way = {"gatewayId": route.get("GatewayId"), "natGatewayId": route.get("NatGatewayId")}
            facts = {
                "routeTableId": table["RouteTableId"],
                "destinationCidrBlock": route.get("DestinationCidrBlock"),
                **way,
            }
            yield Thing(ROUTE, f"{table['RouteTableId']}_{route.get('DestinationCidrBlock')}", "", facts)
