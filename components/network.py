"""Network: the VPC that everything else lives in."""

from enum import StrEnum
from typing import NamedTuple, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import endpoints, policies
from tenfold.components.parts.component import Component
from tenfold.components.parts.log_group import log_group
from tenfold.components.parts.order import after
from tenfold.components.plans import subnets, zones
from tenfold.components.plans.choices import check_choice

ANYWHERE = "0.0.0.0/0"


class Nat(StrEnum):
    """How private hosts reach the internet."""

    NONE = "none"
    ONE = "one"
    """About 33 USD a month, and the loss of its zone cuts all off."""
    PER_ZONE = "per-zone"


class NetworkArgs(TypedDict):
    cidr: str
    """The VPC's block, `/16` to `/23`, disjoint from every network it may ever be connected to. Change: replaces
    everything: never."""
    zones: NotRequired[int]
    """Number of availability zones in use, 1 to 4; two are the least that survives the loss of one. Default: 2. Change:
    adds subnets; taking away needs them empty."""
    nat: NotRequired[Nat]
    """`one`: all private hosts leave by one zone. `per-zone`: each by its own, and a zone's loss stays in it. Default:
    `none`. Change: in place."""
    private_hosts: NotRequired[bool]
    """Whether hosts live in the private subnets. With `nat: none` they then get an interface endpoint per AWS service
    they need (about 66 USD a month and zone). Default: false. Change: in place."""
    services: NotRequired[list[str]]
    """AWS services that these hosts need besides, as their endpoints are called: `sqs`. Default: none. Change: in
    place."""
    kms_key_arn: pulumi.Input[str]
    """Key that encrypts the flow logs; its policy must let CloudWatch Logs use it (Encryption does). Change: in
    place."""
    log_retention_days: NotRequired[pulumi.Input[int]]
    """Days that flow logs are kept. Default: 30. Change: in place; older ones go."""
    throwaway: NotRequired[bool]
    """No protection of the NAT addresses, which partners may have on their lists. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Network(Component[NetworkArgs]):
    """A VPC with public, private and database subnets over several zones.

    Public subnets hold what is meant to be reached (balancer, NAT, the single server); private ones the hosts;
    database ones have no way in or out but the VPC's own. The default security group is closed, all traffic is
    logged. Raises ValueError for a block or a number of zones that does not work.
    """

    vpc_id: pulumi.Output[str]
    """Identity of the VPC."""
    cidr: pulumi.Output[str]
    """The VPC's block."""
    zones: pulumi.Output[list[str]]
    """Availability zones in which the subnets are."""
    public_subnet_ids: pulumi.Output[list[str]]
    """Subnets of what the internet may reach."""
    private_subnet_ids: pulumi.Output[list[str]]
    """Subnets of hosts that nobody reaches from the internet."""
    database_subnet_ids: pulumi.Output[list[str]]
    """Subnets without a way out, for databases and caches."""
    nat_addresses: pulumi.Output[list[str]]
    """Addresses with which private hosts appear on the internet."""
    public_cidrs: list[str]
    """Blocks of the public subnets."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        nat = check_choice("nat", args.get("nat", Nat.NONE), Nat)
        invoke = self._call()
        available = aws.get_availability_zones(state="available", opts=invoke)
        region = aws.get_region(opts=invoke).region
        chosen = zones.choose(available.names, available.zone_ids, args.get("zones", 2))

        vpc = self._vpc()
        tiers = self._subnets(vpc, chosen)
        planned = subnets.plan(args["cidr"], len(chosen))
        self.public_cidrs = [subnet.cidr for subnet in planned if subnet.tier == "public"]
        public = self._public_ways(vpc, tiers["public"])
        gateways = tiers["public"][: {Nat.NONE: 0, Nat.ONE: 1, Nat.PER_ZONE: len(chosen)}[nat]]
        nats = self._gateways(gateways, public.routes)
        private = self._private_ways(vpc, tiers["private"], nats)
        self._table(vpc, "database", _by_role("database", tiers["database"]))
        storage = endpoints.storage_endpoint(
            name,
            vpc_id=vpc.id,
            region=region,
            route_table_ids=[*public.tables, *private.tables],
            tags=self._inputs.get("tags"),
            parent=self,
        )
        is_sealed = args.get("private_hosts", False) and nat is Nat.NONE
        services = self._service_endpoints(vpc, region, tiers["private"]) if is_sealed else []
        self._flow_logs(vpc)
        self._outputs(vpc, tiers, nats, [*public.routes, storage], [*private.routes, storage, *services])

    def _vpc(self) -> aws.ec2.Vpc:
        """The VPC, with its default security group closed."""
        name = self._logical
        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=self._inputs["cidr"],
            enable_dns_hostnames=True,  # endpoints and RDS names resolve to private addresses only with both
            enable_dns_support=True,
            tags=self._tags(f"{name}-vpc"),
            opts=self._child(),
        )
        aws.ec2.DefaultSecurityGroup(  # without rules: what is started without a group of its own reaches nothing
            f"{name}-closed",
            vpc_id=vpc.id,
            tags=self._tags(f"{name}-closed"),
            opts=self._child(),
        )
        return vpc

    def _service_endpoints(self, vpc: aws.ec2.Vpc, region: str, private: list[aws.ec2.Subnet]) -> list[pulumi.Resource]:
        """For private hosts without a NAT gateway: their only way to AWS."""
        return endpoints.service_endpoints(
            self._logical,
            vpc_id=vpc.id,
            region=region,
            cidr=self._inputs["cidr"],
            subnet_ids=[subnet.id for subnet in private],
            more=self._inputs.get("services", []),
            tags=self._inputs.get("tags"),
            parent=self,
        )

    def _subnets(self, vpc: aws.ec2.Vpc, chosen: list[str]) -> dict[str, list[aws.ec2.Subnet]]:
        tiers: dict[str, list[aws.ec2.Subnet]] = {
            "public": [],
            "private": [],
            "database": [],
        }
        for subnet in subnets.plan(self._inputs["cidr"], len(chosen)):
            child = f"{self._logical}-{subnet.tier}-{subnet.ordinal}"
            tiers[subnet.tier].append(
                aws.ec2.Subnet(
                    child,
                    vpc_id=vpc.id,
                    cidr_block=subnet.cidr,
                    availability_zone=chosen[subnet.ordinal - 1],
                    map_public_ip_on_launch=False,  # public addresses are asked for by name (an elastic IP)
                    tags=self._tags(child) | {"tier": subnet.tier},
                    # A new zone in the region may come first in the list; a subnet that exists stays where it is.
                    opts=self._child(ignore_changes=["availabilityZone"]),
                )
            )
        return tiers

    def _gateways(self, public: list[aws.ec2.Subnet], ways: list[pulumi.Resource]) -> list[aws.ec2.NatGateway]:
        """AWS makes a NAT gateway only where its network has an internet gateway, and frees that one only without
        it."""
        gateways = []
        for ordinal, subnet in enumerate(public, start=1):
            address = aws.ec2.Eip(
                f"{self._logical}-nat-address-{ordinal}",
                domain="vpc",
                tags=self._tags(f"{self._logical}-nat-address-{ordinal}"),
                opts=self._child(protect=not self._inputs.get("throwaway", False)),  # partners allow-list it
            )
            gateways.append(
                aws.ec2.NatGateway(
                    f"{self._logical}-nat-{ordinal}",
                    allocation_id=address.id,
                    subnet_id=subnet.id,
                    tags=self._tags(f"{self._logical}-nat-{ordinal}"),
                    opts=self._child(depends_on=ways),
                )
            )
        return gateways

    def _public_ways(self, vpc: aws.ec2.Vpc, public: list[aws.ec2.Subnet]) -> "_Ways":
        """One table for the public tier, and the internet gateway it leads to."""
        name = self._logical
        internet = aws.ec2.InternetGateway(
            f"{name}-internet",
            vpc_id=vpc.id,
            tags=self._tags(f"{name}-internet"),
            opts=self._child(),
        )
        table, members = self._table(vpc, "public", _by_role("public", public))
        out = aws.ec2.Route(
            f"{name}-public-out",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=internet.id,
            opts=self._child(),
        )
        return _Ways([table.id], [out, *members])

    def _private_ways(self, vpc: aws.ec2.Vpc, private: list[aws.ec2.Subnet], nats: list[aws.ec2.NatGateway]) -> "_Ways":
        """A table per zone, so that each zone can have its own NAT gateway later without moving a subnet."""
        name, ways = self._logical, _Ways([], [])
        for ordinal, subnet in enumerate(private, start=1):
            table, members = self._table(vpc, f"private-{ordinal}", {f"private-{ordinal}": subnet})
            ways.tables.append(table.id)
            ways.routes.extend(members)
            if nats:
                out = aws.ec2.Route(
                    f"{name}-private-{ordinal}-out",
                    route_table_id=table.id,
                    destination_cidr_block=ANYWHERE,
                    nat_gateway_id=nats[min(ordinal, len(nats)) - 1].id,
                    opts=self._child(),
                )
                ways.routes.append(out)
        return ways

    def _table(
        self, vpc: aws.ec2.Vpc, role: str, members: dict[str, aws.ec2.Subnet]
    ) -> tuple[aws.ec2.RouteTable, list[aws.ec2.RouteTableAssociation]]:
        """A route table for `members`: subnets by their role (`public-1`)."""
        child = f"{self._logical}-{role}-routes"
        table = aws.ec2.RouteTable(child, vpc_id=vpc.id, tags=self._tags(child), opts=self._child())
        return table, [
            aws.ec2.RouteTableAssociation(
                f"{self._logical}-{member}-routing",
                subnet_id=subnet.id,
                route_table_id=table.id,
                opts=self._child(),
            )
            for member, subnet in members.items()
        ]

    def _flow_logs(self, vpc: aws.ec2.Vpc) -> None:
        name, account = self._logical, aws.get_caller_identity(opts=self._call()).account_id
        group = log_group(f"{name}-flow-logs", self._inputs, self)
        role = aws.iam.Role(
            f"{name}-flow-logs-role",
            assume_role_policy=policies.trust("vpc-flow-logs.amazonaws.com", account),
            tags=self._tags(f"{name}-flow-logs-role"),
            opts=self._child(),
        )
        granted = aws.iam.RolePolicy(
            f"{name}-flow-logs-policy",
            role=role.name,
            policy=policies.document(policies.write_logs(group.arn)),
            opts=self._child(),
        )
        aws.ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=vpc.id,
            traffic_type="ALL",  # an intrusion shows in what was accepted
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=600,  # seconds; the longest, a tenth of the records of the shortest (60)
            tags=self._tags(f"{name}-flow-log"),
            opts=self._child(depends_on=[granted]),
        )

    def _outputs(
        self,
        vpc: aws.ec2.Vpc,
        tiers: dict[str, list[aws.ec2.Subnet]],
        nats: list[aws.ec2.NatGateway],
        public: list[pulumi.Resource],
        private: list[pulumi.Resource],
    ) -> None:
        """Who is put into a subnet waits for its way out (`public`, `private`): servers install packages once, at
        their first start, and AWS makes no public balancer in a network without an internet gateway."""
        self.vpc_id = vpc.id
        self.cidr = vpc.cidr_block
        self.zones = pulumi.Output.all(*[subnet.availability_zone for subnet in tiers["public"]])
        self.public_subnet_ids = after([subnet.id for subnet in tiers["public"]], *public)
        self.private_subnet_ids = after([subnet.id for subnet in tiers["private"]], *private)
        self.database_subnet_ids = pulumi.Output.all(*[subnet.id for subnet in tiers["database"]])
        self.nat_addresses = pulumi.Output.all(*[gateway.public_ip for gateway in nats])
        self._register()


class _Ways(NamedTuple):
    """How a tier's subnets reach what is outside of them."""

    tables: list[pulumi.Output[str]]  # ids of their route tables
    routes: list[pulumi.Resource]  # the routes, and what ties the subnets to the tables


def _by_role(tier: str, members: list[aws.ec2.Subnet]) -> dict[str, aws.ec2.Subnet]:
    return {f"{tier}-{ordinal}": subnet for ordinal, subnet in enumerate(members, start=1)}
